"""What the IP rules of a SCALANCE do, from its commands and the worksheet of its services.

Rules are tried by their precedence, the first that applies decides; what none accepts is dropped between VLANs, and
within one nothing is filtered. Predefined rules let services of the device itself in. There is no grammar: a command is
one line of words, keywords with their values.

Sources: Siemens, PH_SCALANCE-S615-CLI_76, section 12.3.4 (`ipv4rule` pages 627 to 630, `prerule` pages 647 to 664);
WBM manual SCALANCE S615 (C79000-G8976-C388), "Firewall functions" and Security > Firewall > IP Rules, for their meaning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import IIF, OIF
from segc.packets.machine import Accept, Base, Drop, Interface, Machine, Refused, Rule, State

from .reader_rules import DEVICE, PREDEFINED, SERVED, IpRule, Predefined
from .reader_services import HEAD, worksheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .reader_services import Matches

RULE = re.compile(r"^\s*ipv4rule from \S", re.MULTILINE)
# Parts of a running configuration that have nothing to do with what passes.
UNRELATED = (
    "system", "vlan", "interface", "ntp", "sntp", "time", "snmpagent", "snmp", "dnsclient", "ip", "base", "name", "ports",
    "switchport", "user-account", "syslogserver", "events", "severity", "spanning-tree", "lldp", "coordinates", "cli",
    "write", "alias", "duplex", "speed", "negotiation", "description", "ssh-server", "http", "https",
)  # fmt: skip
OPENS = ("configure", "interface", "vlan", "ntp", "dnsclient", "events")


def role(name: str, text: str) -> str | None:
    """Commands, and a worksheet of services."""
    del name
    if re.search(rf"^{HEAD}$", text, re.MULTILINE):
        return "sets"
    return "rules" if RULE.search(text) else None


def read(files: Mapping[str, str]) -> Machine:
    """The machine of one device."""
    unexpected = sorted(set(files) - {"rules", "sets"})
    if unexpected:
        raise Refused("is neither commands nor a worksheet of services", file=unexpected[0])
    machine = Machine()
    services = worksheet(files["sets"]) if "sets" in files else {}
    _Commands(machine, services).read(files.get("rules", ""))
    return machine


class _Commands:
    """Reads the commands in their order, then makes chains of what there is in the end."""

    def __init__(self, machine: Machine, services: dict[str, Matches]) -> None:
        self.machine = machine
        self.services = services
        self.rules: dict[int, IpRule] = {}
        self.open: dict[tuple[str, str], tuple[bool, int]] = {}  # predefined service and interface
        self.inside = ""

    def read(self, text: str) -> None:
        """All lines."""
        for line, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
            command = raw.strip()
            if command and not command.startswith("!"):
                try:
                    self._command(command.split(), command, line)
                except Refused as why:
                    raise Refused(why.why, line, "rules", command) from None
        self._forward()
        self._input()

    def _command(self, words: list[str], command: str, line: int) -> None:
        if words[0] == "ipv4rule":
            rule = IpRule.of(words[1:], line, self.services)
            if rule.prior in self.rules:
                raise Refused(f"two rules have precedence {rule.prior}")
            self.rules[rule.prior] = rule
        elif words == ["no", "ipv4rule", "all"]:
            self.rules.clear()
        elif words[0] == "prerule":
            one = Predefined.of(words[1:])
            self.open[one.service, one.interface] = one.enabled, line
        elif words[0] in ("end", "exit"):
            self.inside = ""
        elif words in (["configure", "terminal"], ["firewall"], ["no", "shutdown"]):
            self.inside = words[0] if words[0] == "firewall" else ""
        elif self.inside == "firewall" or words[words[0] == "no" : 1 + (words[0] == "no")][0] not in UNRELATED:
            self.machine.unknown.append((command, line, "rules"))

    # -- chains -----------------------------------------------------------

    def _forward(self) -> None:
        found = list(self._sessions())
        named = {name for rule in self.rules.values() for name in (rule.source, rule.target) if name.startswith("vlan")}
        for name in sorted(named):
            switched = (Interface(IIF, (name,)), Interface(OIF, (name,)))
            found += [Rule(switched, Accept(), 0, "rules")]
        for rule in self._ordered():
            if DEVICE not in (rule.source, rule.target):
                found += rule.made((Interface(IIF, (rule.source,)), Interface(OIF, (rule.target,))))
            elif rule.source == DEVICE:
                self.machine.unknown.append(("what the device itself sends", rule.line, "rules"))
        self.machine.chains["forward"] = found
        self.machine.bases.append(Base("forward", "forward", 0, Drop(), (4,)))

    def _input(self) -> None:
        """Only where something is said of it: else the device lets in what it has let in before."""
        own = [rule for rule in self._ordered() if rule.target == DEVICE]
        if not own and not self.open:
            return
        found = list(self._sessions())
        places = {rule.source for rule in self.rules.values()} - {DEVICE}
        for service in PREDEFINED:
            for place in sorted(places | {name for of, name in self.open if of == service}):
                found += self._predefined(service, place)
        for rule in own:
            found += rule.made((Interface(IIF, (rule.source,)),))
        self.machine.chains["input"] = found
        self.machine.bases.append(Base("input", "input", 0, Drop(), (4,)))

    def _predefined(self, service: str, place: str) -> Iterator[Rule]:
        """What is switched on, or never switched off: whether that is on depends on the device."""
        enabled, line = self.open.get((service, place)) or self.open.get((service, "*")) or (True, 0)
        if not enabled:
            return
        if line == 0 or service not in SERVED:
            self.machine.unknown.append((f"the predefined rule {service} at {place}", line, "rules"))
            return
        where = () if place == "*" else (Interface(IIF, (place,)),)
        for matches in SERVED[service]:
            yield Rule((*where, *matches), Accept(), line, "rules")

    @staticmethod
    def _sessions() -> Iterator[Rule]:
        yield Rule((State(frozenset(("established", "related"))),), Accept(), 0, "rules")

    def _ordered(self) -> list[IpRule]:
        return [rule for _, rule in sorted(self.rules.items())]

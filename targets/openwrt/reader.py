"""What /etc/config/firewall means to fw4: read from UCI, not from what segc writes.

    forward   established and related, what `defaults` say of invalid packets, rules of `src *` and `dest *` in the
              order of the file, then zone by zone: its rules, its forwardings, its own default; then the default
    input     the same for rules without `dest`, behind the router's traffic to itself

Where a zone lies is known only as far as it names devices: its networks stand in another file. What a zone decides is
then left open. Sources: firewall4, `templates/ruleset.uc`, `rule.uc`, `zone-verdict.uc`, `fw4.uc`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from segc.packets.clock import Shown, alike, shown
from segc.packets.fields import IIF, OIF
from segc.packets.machine import (
    Accept,
    Base,
    Drop,
    Interface,
    Jump,
    Machine,
    Match,
    Refused,
    Rule,
    State,
    Unknown,
)

from .._shared import reader_terminal
from . import reader_rules, reader_uci

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.machine import Action

    from .reader_uci import Section

UTC = ("UTC", "UTC0", "GMT0")  # values of `timezone`
PROMPT = reader_terminal.Prompt(
    r"[\w.-]+@(?P<host>[\w.-]+):[\w~/.-]*[#$]", r"uci (?:-\w+ )*(?:export|changes)(?: \w+)?|cat [\w/.]+|exit|logout"
)
POLICIES: dict[str, Action] = {"accept": Accept(), "drop": Drop(), "reject": Drop(reject=True)}
DEFAULTS = {"input", "output", "forward", "drop_invalid", "synflood_protect", "syn_flood", "synflood_rate", "synflood_burst",
            "flow_offloading", "flow_offloading_hw", "tcp_syncookies", "tcp_ecn", "tcp_window_scaling",
            "accept_redirects", "accept_source_route", "tcp_reject_code", "any_reject_code", "auto_helper",
            "custom_chains", "disable_ipv6", "auto_includes"}  # fmt: skip
ZONE = {"name", "enabled", "network", "device", "input", "output", "forward", "masq", "masq6", "masq_allow_invalid",
        "mtu_fix", "custom_chains", "auto_helper", "counter"}  # fmt: skip


def role(name: str, text: str) -> str | None:
    """A firewall's configuration stands by itself."""
    del name
    return "rules" if re.search(r"^config (defaults|rule|zone|forwarding)\b", text, re.MULTILINE) else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a router, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, PROMPT, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """The machine of one configuration, on a router whose clock shows the time zone `clock`."""
    unexpected = sorted(set(files) - {"rules"})
    if unexpected:
        raise Refused("is no configuration of OpenWrt's firewall", file=unexpected[0])
    machine = Machine()
    for file, text in files.items():
        try:
            found = reader_uci.sections(text)
            firewall = [one for one in found if one.package in ("", "firewall")]
            _Configuration(machine, firewall, file, shown(clock, _said(found), running=running)).read()
        except Refused as why:
            line = text.split("\n")[why.line - 1].strip() if why.line else why.text
            raise Refused(why.why, why.line, file, line) from None
    return machine


def _said(sections: list[Section]) -> str:
    """The time zone of a whole export: /etc/init.d/system takes `zonename` where its data are there, else `timezone`."""
    for one in sections:
        if (one.package, one.kind) == ("system", "system"):
            name, rule = one.options.get("zonename", ""), one.options.get("timezone", "UTC")
            utc = rule in UTC
            if alike(name.replace(" ", "_") or "UTC", "UTC") == utc:
                return name.replace(" ", "_") or "UTC"
            return f"`timezone {rule}` beside `zonename {name}`" if name else f"`timezone {rule}` without `zonename`"
    return ""


class _Configuration:
    """Reads the sections of one file."""

    def __init__(self, machine: Machine, found: list[Section], file: str, clock: Shown) -> None:
        self.machine = machine
        self.file = file
        self.clock = clock
        self.sections = found
        self.zones = [one for one in found if one.kind == "zone" and reader_rules.switched_on(one, "enabled", "1")]
        self.defaults = next((one for one in found if one.kind == "defaults"), reader_uci.Section("defaults", "", 0))
        self.chains: dict[str, list[Rule]] = {}

    def read(self) -> None:
        """The chains of forward, input and output."""
        for hook in ("forward", "input", "output"):
            self.chains[hook] = self._begin(hook)
            for zone in self.zones:
                self.chains[f"{hook}_{self._name(zone)}"] = []
        self._rules()
        for section in self.sections:
            self._other(section)
        for hook in ("forward", "input", "output"):
            self.chains[hook] += self._zone_jumps(hook)
            policy = self._policy(self.defaults, hook)
            self.machine.bases.append(Base(hook, hook, 0, policy if isinstance(policy, Drop) else Accept()))
        for name, rules in self.chains.items():
            self.machine.chains[name] = [replace(rule, file=self.file) for rule in rules]

    # -- before and behind the rules ---------------------------------------

    def _begin(self, hook: str) -> list[Rule]:
        line = self.defaults.line
        first = {"input": [Rule((Interface(IIF, ("lo",)),), Accept(), line)]}
        if hook == "output":
            first["output"] = [Rule((Interface(OIF, ("lo",)),), Accept(), line)]
        found = first.get(hook, [])
        if hook == "forward" and reader_rules.switched_on(self.defaults, "flow_offloading", "0"):
            found.append(
                Rule((State(frozenset(("established",))), Unknown("the session is offloaded")), Accept(), line)
            )
        found.append(Rule((State(frozenset(("established", "related"))),), Accept(), line))
        if reader_rules.switched_on(self.defaults, "drop_invalid", "0"):
            found.append(Rule((State(frozenset(("invalid",))),), Drop(), line))
        flood = "synflood_protect" if "synflood_protect" in self.defaults.options else "syn_flood"
        if hook == "input" and reader_rules.switched_on(self.defaults, flood, "0"):
            found.append(Rule((State(frozenset(("new",))), Unknown("more SYN packets than the limit")), Drop(), line))
        return found

    def _policy(self, section: Section, hook: str) -> Action:
        text = section.options.get(hook, "drop").lower()
        if text not in POLICIES:
            raise Refused(f"`{text}` is no policy", section.line)
        return POLICIES[text]

    def _zone_jumps(self, hook: str) -> list[Rule]:
        found = []
        for zone in self.zones:
            chain = f"{hook}_{self._name(zone)}"
            self.chains[chain] += self._zone_verdict(zone, hook)
            found.append(Rule(self._lies(zone, OIF if hook == "output" else IIF), Jump(chain), zone.line))
        return found

    def _zone_verdict(self, zone: Section, hook: str) -> list[Rule]:
        """A zone's own policy; that of forward is for what leaves into the same zone."""
        policy = self._policy(zone if hook in zone.options else self.defaults, hook)
        if hook == "input":
            return [Rule(self._lies(zone, IIF), policy, zone.line)]
        return self._towards(Rule((), policy, zone.line), zone)

    def _towards(self, rule: Rule, zone: Section) -> list[Rule]:
        """A verdict for what leaves into a zone. One that masquerades takes no invalid packets."""
        lies = self._lies(zone, OIF)
        found = [replace(rule, matches=(*rule.matches, *lies))]
        masquerades = any(reader_rules.switched_on(zone, key, "0") for key in ("masq", "masq6"))
        if (
            masquerades
            and isinstance(rule.action, Accept)
            and not reader_rules.switched_on(zone, "masq_allow_invalid", "0")
        ):
            matches = (*rule.matches, *lies, State(frozenset(("invalid",))))
            found.insert(0, replace(rule, matches=matches, action=Drop()))
        return found

    def _lies(self, zone: Section, field: int) -> tuple[Match, ...]:
        """Behind a zone's devices; what stands in another file is not known."""
        name = self._name(zone)
        if zone.values("network") or set(zone.keys()) & {"subnet"}:
            return (Unknown(f"{'from' if field == IIF else 'to'} the networks of zone {name}"),)
        devices = tuple(device.replace("+", "*") for device in zone.values("device"))
        return (Interface(field, devices),)

    def _name(self, zone: Section) -> str:
        name = zone.options.get("name")
        if not name:
            raise Refused("a zone needs a `name`", zone.line)
        return name

    def _zone(self, name: str, line: int) -> Section:
        for zone in self.zones:
            if self._name(zone) == name:
                return zone
        raise Refused(f"no zone is called `{name}`", line)

    # -- rules and other sections -------------------------------------------

    def _rules(self) -> None:
        for at, section in enumerate(one for one in self.sections if one.kind == "rule"):
            try:
                made = reader_rules.made(section, at, self.clock.zone)
            except Refused as why:
                raise Refused(why.why, why.line or section.line) from None
            if not reader_rules.switched_on(section, "enabled", "1"):
                continue
            if self.clock.zone is None and section.keys() & set(reader_rules.DATES):
                self.machine.unknown.append((f"dates of a rule: {self.clock.why}", section.line, self.file))
            src, dest = section.options.get("src"), section.options.get("dest")
            hook = "output" if src is None else ("input" if dest is None else "forward")
            first = src if src is not None else dest
            chain = hook
            if first not in (None, "*"):
                chain = f"{hook}_{self._name(self._zone(first or '', section.line))}"
            zone = self._zone(dest or "", section.line) if src is not None and dest not in (None, "*") else None
            for rule in made:
                decides = isinstance(rule.action, (Accept, Drop))
                # the verdict towards a zone asks where a packet goes; the record before it does not
                self.chains[chain] += self._towards(rule, zone) if zone is not None and decides else [rule]

    def _other(self, section: Section) -> None:
        match section.kind:
            case "rule" | "redirect" | "nat" | "ipset" | "helper":  # translation happens before and behind the filter
                return
            case "forwarding":
                self._forwarding(section)
            case "defaults":
                self._known(section, DEFAULTS)
            case "zone":
                self._known(section, ZONE)
            case _:
                self.machine.unknown.append((f"config {section.kind}", section.line, self.file))

    def _forwarding(self, section: Section) -> None:
        self._known(section, {"name", "enabled", "src", "dest", "family"})
        if not reader_rules.switched_on(section, "enabled", "1"):
            return
        src, dest = section.options.get("src"), section.options.get("dest")
        if src is None or dest is None or section.options.get("family", "any") not in ("any", "all", "*"):
            self.machine.unknown.append(("config forwarding", section.line, self.file))
            return
        chain = "forward" if src == "*" else f"forward_{self._name(self._zone(src, section.line))}"
        rule = Rule((), Accept(), section.line)
        self.chains[chain] += [rule] if dest == "*" else self._towards(rule, self._zone(dest, section.line))

    def _known(self, section: Section, words: set[str]) -> None:
        odd = section.keys() - words
        if odd:
            self.machine.unknown.append((f"{section.kind}: {', '.join(sorted(odd))}", section.line, self.file))

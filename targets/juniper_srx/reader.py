"""What a Junos configuration of an SRX does: read from the vendor's language, not from what segc writes.

It takes what `show configuration` prints, with `| display set` or without, and files for `load set`, other people's
included; it refuses by name what it does not know. A statement is a path of words, so the parser is by hand.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from segc.packets.fields import ICMP, ICMP6, IIF, PROTO
from segc.packets.machine import Accept, Base, Drop, Family, Goto, In, Interface, Machine, Refused, Rule, State

from .._shared import reader_terminal
from .reader_addresses import Books
from .reader_applications import Applications
from .reader_chains import Chains
from .reader_config import statements
from .reader_policies import HOST, Policies
from .reader_schedules import Schedulers
from .reader_zones import Zones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_config import Statement, Words

ROLE = "rules"
PROMPT = reader_terminal.Prompt(
    r"[\w.-]+@(?P<host>[\w.-]+)[>#%]", r"(?:run )?show(?: .*)?|configure(?: .*)?|cli|set cli .+|top|up|exit|quit"
)
# What has nothing to do with who may talk to whom. Screens, inspection and ALGs can stop more than policies do, and NAT
# changes what policies see: the README says so.
UNRELATED = {
    "version", "system", "chassis", "snmp", "routing-options", "protocols", "policy-options", "class-of-service",
    "access", "event-options", "vlans", "poe", "routing-instances", "firewall", "services", "ethernet-switching-options",
    "bridge-domains", "switch-options", "virtual-chassis", "smtp", "accounting-options", "multi-chassis",
}  # fmt: skip
SECURITY = {
    "log", "ike", "ipsec", "pki", "screen", "alg", "flow", "nat", "utm", "idp", "ssh-known-hosts", "certificates",
    "authentication-key-chains", "application-tracking", "resource-manager", "gprs", "user-identification", "macsec",
    "datapath-debug", "alarms", "traceoptions", "firewall-authentication", "dynamic-vpn", "analysis", "ssl",
    "advance-policy-based-routing", "remote-access", "tcp-encap", "dynamic-address", "intelligent-inspection",
}  # fmt: skip
FILTERS = ("policies", "zones", "address-book", "forwarding-options")
_OURS = re.compile(r"^(set|delete) security (policies|zones) |^security \{(?s:.*)^ +(policies|zones) \{", re.MULTILINE)
WHOLE = ("version", "system")  # stand in a whole configuration, and in no part that somebody loads


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself, in the set form or with braces."""
    del name
    return ROLE if _OURS.search(text) else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a box, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, PROMPT, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """What the file means on a box whose clock shows this time zone. Raises `Refused`."""
    unexpected = sorted(set(files) - {ROLE})
    if unexpected or not files:
        raise Refused("is no file of an SRX", file=unexpected[0] if unexpected else ROLE)
    return _Box(files[ROLE], clock, running=running).machine()


class _Box:
    """One configuration."""

    def __init__(self, text: str, clock: str | None, *, running: bool) -> None:
        self.schedulers = Schedulers(clock, running=running)
        self.books = Books()
        self.applications = Applications()
        self.policies = Policies()
        self.zones = Zones()
        self.unknown: list[tuple[str, int, str]] = []
        self.inet6 = ""
        self.whole = False
        found = statements(text, ROLE)
        for one in found:
            if one.words[:2] == ("security", "policies"):
                self.policies.place(one)
        for one in sorted(found, key=attrgetter("turn")):
            try:
                self._statement(one)
            except Refused as why:
                raise Refused(why.why, why.line or one.line, ROLE, " ".join(one.words)) from None

    def _statement(self, one: Statement) -> None:
        match one.words:
            case ("security", section, *rest):
                self._security(one, section, tuple(rest))
            case ("applications", *rest):
                self.applications.statement(one, tuple(rest))
            case ("interfaces", *rest):
                if {"filter", "simple-filter", "service-filter", "rpf-check"} & set(rest):
                    self._unknown(one)
            case ("routing-instances" | "vlans" | "bridge-domains", *rest):
                if "filter" in rest or "rpf-check" in rest:
                    self._unknown(one)
            case ("groups", _, *rest):
                if _filters(tuple(rest)):
                    self._unknown(one)  # whoever applies the group inherits this
            case ("apply-groups" | "apply-groups-except", *_):
                return
            case ("forwarding-options", *rest):
                if "filter" in rest:
                    self._unknown(one)
            case ("schedulers", *rest):
                self.schedulers.statement(one, tuple(rest))
            case ("system", "time-zone", zone):
                self.schedulers.said, self.whole = zone, True
            case (section, *_) if section in UNRELATED:
                self.whole = self.whole or section in WHOLE
            case _:
                raise Refused("is nothing that this reader knows", one.line)

    def _security(self, one: Statement, section: str, rest: Words) -> None:
        if "apply-groups" in rest or "apply-groups-except" in rest:
            self._unknown(one)
        elif section == "policies":
            self.policies.statement(one, rest)
        elif section == "zones":
            self.zones.statement(one, rest, self.books)
        elif section == "address-book" and len(rest) > 1:
            self.books.statement(rest[0], one, rest[1:])
        elif section == "forwarding-options":
            self._mode(one, rest)
        elif section not in SECURITY:
            raise Refused("is nothing of security that this reader knows", one.line)

    def _mode(self, one: Statement, words: Words) -> None:
        match words:
            case ("family", "inet6", "mode", "drop" | "flow-based" as mode):
                self.inet6 = mode
            case ("family", "iso", *_):
                return
            case _:
                self._unknown(one)  # packet-based: what is forwarded so meets no policy

    def _unknown(self, one: Statement) -> None:
        self.unknown.append((" ".join(one.words), one.line, ROLE))

    # -- the machine ------------------------------------------------------

    def machine(self) -> Machine:
        """Two hooks; what the box sends itself meets no list here, and passes."""
        self.books.check()
        self.applications.check()
        machine = Machine(unknown=list(self.unknown))
        names = self.zones.names()
        chains = Chains(machine, self.books, self.applications, names, ROLE, self.schedulers, whole=self.whole)
        machine.chains["forward"] = [*self._first(), *self._through(chains)]
        machine.chains["input"] = [*self._first(), *self._itself(machine, chains)]
        machine.bases.append(Base("forward", "forward", 0, self.policies.default))
        machine.bases.append(Base("input", "input", 0, Accept()))
        return machine

    def _first(self) -> list[Rule]:
        """Before any policy: sessions, and the ICMP errors that belong to them."""
        found = [Rule((State(frozenset(("established",))),), Accept(), 0, ROLE)]
        for proto in (ICMP, ICMP6):
            related = (State(frozenset(("related",))), In(PROTO, ((proto, proto),)))
            found.append(Rule(related, Accept(), 0, ROLE))
        if (self.inet6 or ("drop" if self.whole else "")) == "drop":  # the default of a box that says nothing
            said = "as `family inet6 mode drop` says" if self.inet6 else "unless `family inet6 mode flow-based` is set"
            why = f"the box drops all of IPv6 before any policy, {said} (security forwarding-options)"
            found.insert(0, Rule((Family(6),), Drop(), 0, ROLE, why))
        return found

    def _through(self, chains: Chains) -> list[Rule]:
        """The lists of pairs of zones, which exclude one another; then the global one."""
        found: list[Rule] = []
        for context, policies in self.policies.contexts.items():
            if context is not None and context[1] != HOST:
                found += chains.rules(context, policies)
        return [*found, *chains.rules(None, self.policies.contexts.get(None, {}))]

    def _itself(self, machine: Machine, chains: Chains) -> list[Rule]:
        """A zone's self-traffic policies, where it has any: what they leave is the default's. Without any, all passes."""
        found = [Rule((Interface(IIF, ("lo",)),), Accept(), 0, ROLE)]
        for context, policies in self.policies.contexts.items():
            if context is not None and context[1] == HOST:
                line = next(iter(policies.values())).line
                name = " to ".join(context)
                machine.chains[name] = [*chains.rules(context, policies), Rule((), self.policies.default, line, ROLE)]
                found.append(Rule((Interface(IIF, chains.zone(context[0])),), Goto(name), line, ROLE))
        return found


def _filters(words: Words) -> bool:
    """Does a group's statement decide about packets?"""
    match words:
        case ("security", section, *_):
            return section in FILTERS or "*" in section
        case ("applications", *_) | ("<*>", *_):
            return True
        case ("interfaces", *rest):
            return "filter" in rest
    return False

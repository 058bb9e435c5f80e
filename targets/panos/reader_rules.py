"""Security rules to chains: first match decides, and behind the last stand the box's own two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import ICMP, ICMP6, IIF, OIF, PROTO, SOURCE, TARGET
from segc.packets.machine import (
    Accept,
    Base,
    Drop,
    Family,
    In,
    Interface,
    Jump,
    Log,
    Machine,
    Refused,
    Rule,
    State,
    Unknown,
)

from . import reader_addresses, reader_applications, reader_services
from .reader_schedules import Schedules
from .reader_schema import VAGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.machine import Action, Match

    from .reader_addresses import Addresses
    from .reader_tree import Node

    Matches = tuple[Match, ...]

ACTIONS: dict[str, Action] = {
    "allow": Accept(),
    "deny": Drop(),  # dropped or answered, as the application says
    "drop": Drop(),
    "reset-client": Drop(reject=True),
    "reset-server": Drop(reject=True),
    "reset-both": Drop(reject=True),
}
NEEDED = ("from", "to", "source", "destination", "application", "service")
LONGEST = {"name": 63, "description": 1024}
ALWAYS: tuple[tuple[Matches, Action], ...] = (
    ((State(frozenset({"established"})),), Accept()),
    # Errors belong to the session whose packet they carry, and fare as it does (Networking Administrator's Guide).
    ((State(frozenset({"related"})), In(PROTO, ((ICMP, ICMP), (ICMP6, ICMP6)))), Accept()),
)


class Rules:
    """One firewall's rules."""

    def __init__(self, root: Node, file: str, clock: str | None = None, *, running: bool = False) -> None:
        self.root = root
        self.file = file
        self.schedules = Schedules(root, clock, running=running)
        self.untimed: dict[tuple[str, int, str], None] = {}  # rules with schedules of which nothing is known
        self.addresses = reader_addresses.Names(root)
        self.services = reader_services.Names(root)
        self.applications = reader_applications.Names(root)
        self.zones = _zones(root)

    def machine(self) -> Machine:
        """Chains for what passes through, and for what is meant for the box itself."""
        machine = Machine()
        rules = self.root.entries("rulebase", "security", "rules")
        for hook, own in (("forward", False), ("input", True)):
            chain = [Rule(matches, action, 0) for matches, action in ALWAYS]
            if own:
                chain.insert(0, Rule((Interface(IIF, ("lo",)),), Accept(), 0))
            machine.chains[hook] = [*chain, Rule((), Jump(f"{hook} rules"), 0), *self._defaults(own=own)]
            machine.chains[f"{hook} rules"] = [
                one for name, node in rules.items() for one in self._rule(name, node, own=own)
            ]
            machine.bases.append(Base(hook, hook, 0, Drop()))
        if machine.chains["forward rules"] == machine.chains["input rules"]:  # looked at once
            machine.chains["input"][3] = Rule((), Jump("forward rules"), 0)
        machine.unknown += self.untimed
        return machine

    # -- one rule ---------------------------------------------------------

    def _rule(self, name: str, node: Node, *, own: bool) -> Iterator[Rule]:
        if len(name) > LONGEST["name"] or len(node.leaf("description")) > LONGEST["description"]:
            raise Refused(f"the name or the description of rule `{name[:70]}` is too long", node.line)
        if node.yes("disabled"):
            return
        for key in NEEDED:
            if not node.at(key).values:
                raise Refused(f"rule `{name}` has no {key}", node.line)
        action = self._action(name, node)
        logged = node.yes("log-start") | node.yes("log-end", default=True)
        for matches in self._alternatives(node, own=own):
            yield from self._acts(name, matches, action, node, logged=logged)

    def _action(self, name: str, node: Node) -> Action:
        found = node.leaf("action")
        if found not in ACTIONS:
            raise Refused(f"rule `{name}` has no action that PAN-OS knows", node.line, text=found)
        return ACTIONS[found]

    def _alternatives(self, node: Node, *, own: bool) -> Iterator[Matches]:
        """The ways in which a packet may match a rule."""
        vague: Matches = tuple(
            Unknown(f"{key} {' '.join(sorted(node.texts(key)))}")
            for key in VAGUE
            if node.texts(key) not in ((), ("any",))
        )
        if node.leaf("schedule"):
            when = self.schedules(node.leaf("schedule"))
            if isinstance(when, Unknown):
                self.untimed[when.text, node.line, self.file] = None
            vague = (*vague, when)
        source, target = self.addresses(node.at("source").values), self.addresses(node.at("destination").values)
        negated = node.yes("negate-source"), node.yes("negate-destination")
        if (negated[0] and source is None) or (negated[1] and target is None):
            raise Refused("nothing is left of any, negated", node.line)
        for zones in self._between(node, own=own):
            for family in (0,) if source is None and target is None else (4, 6):
                for one in _side(SOURCE, source, family, negate=negated[0]):
                    for other in _side(TARGET, target, family, negate=negated[1]):
                        for service in self._services(node):
                            at = (Family(family),) if family else ()
                            yield (*zones, *at, *one, *other, *service, *vague)

    def _services(self, node: Node) -> list[Matches]:
        services, applications = node.texts("service"), node.texts("application")
        for texts, words in ((services, ("any", "application-default")), (applications, ("any",))):
            if len(texts) > 1 and set(texts) & set(words):
                raise Refused(f"`{texts[0]}` stands beside others", node.line)
        default = services == ("application-default",)
        ports = None if default or services == ("any",) else self.services(node.at("service").values)
        if applications != ("any",):
            return self.applications.alternatives(node.at("application").values, ports, default=default)
        if default:
            return [(Unknown("any application by its default ports"),)]
        return [()] if ports is None else [reader_applications.by_ports(one) for one in ports]

    # -- zones ------------------------------------------------------------

    def _between(self, node: Node, *, own: bool) -> Iterator[Matches]:
        """From where to where; rules may be confined to one zone, or to traffic between zones."""
        kind = node.leaf("rule-type", "universal")
        origin, to = self._named(node, "from"), self._named(node, "to")
        if kind == "universal":
            yield (*_at(IIF, origin), *self._out(to, own=own))
        elif kind == "intrazone":
            for names in self.zones.values():
                if origin is None or set(names) <= set(origin):
                    yield (*_at(IIF, names), *self._out(names, own=own))
        elif kind == "interzone":
            every = tuple(name for names in self.zones.values() for name in names)
            for names in self.zones.values():
                if origin is None or set(names) <= set(origin):
                    rest = tuple(name for name in (to if to is not None else every) if name not in names)
                    yield (*_at(IIF, names), *self._out(rest, own=own))
        else:
            raise Refused(f"`{kind}` is no type of rule", node.at("rule-type").line)

    def _named(self, node: Node, key: str) -> tuple[str, ...] | None:
        """The interfaces of the zones that a rule names; None for any."""
        texts = node.texts(key)
        if texts == ("any",):
            return None
        for name in texts:
            if name not in self.zones:
                raise Refused(f"no zone is called `{name}`", node.at(key).line, text=name)
        return tuple(interface for name in texts for interface in self.zones[name])

    def _out(self, names: tuple[str, ...] | None, *, own: bool) -> Matches:
        """Where a packet goes. To the box itself: into the zone of the interface whose address it has."""
        if names is None:
            return ()
        if own:
            return (Unknown(f"an address of {' '.join(sorted(names))}"),)
        return _at(OIF, names)

    # -- what stands behind all rules -------------------------------------

    def _defaults(self, *, own: bool) -> Iterator[Rule]:
        rules = self.root.entries("rulebase", "default-security-rules", "rules")
        for name, usual in (("intrazone-default", "allow"), ("interzone-default", "deny")):
            node = rules.get(name)
            action = ACTIONS[usual] if node is None or not node.leaf("action") else self._action(name, node)
            logged = node is not None and (node.yes("log-start") | node.yes("log-end"))
            inside = [(*_at(IIF, names), *self._out(names, own=own)) for names in self.zones.values()]
            for matches in inside if name == "intrazone-default" else [()]:
                yield from self._acts(name, matches, action, node, logged=logged)
        for name, node in rules.items():
            if name not in ("intrazone-default", "interzone-default"):
                raise Refused(f"`{name}` is no default rule", node.line)

    def _acts(self, name: str, matches: Matches, action: Action, node: Node | None, *, logged: bool) -> Iterator[Rule]:
        """A record, and the decision. Profiles may stop what a rule allows, by what is in it."""
        line = node.line if node is not None else 0
        if logged:
            yield Rule(matches, Log(name), line, self.file)
        if node is not None and isinstance(action, Accept) and not node.at("profile-setting").empty:
            yield Rule((*matches, Unknown(f"the profiles of {name}")), Drop(), line, self.file)
        yield Rule(matches, action, line, self.file)


def _at(field: int, names: tuple[str, ...] | None) -> Matches:
    return () if names is None else (Interface(field, names),)


def _side(field: int, addresses: Addresses | None, family: int, *, negate: bool) -> list[Matches]:
    """The ways in which a packet's address may be in a set."""
    if addresses is None:
        return [()]
    spans = addresses.of(family)
    vague = [Unknown(text, negate=negate) for text in addresses.vague]
    if negate:
        return [(In(field, spans, negate=True), *vague)]
    return [*([(In(field, spans),)] if spans else []), *((one,) for one in vague)]


def _zones(root: Node) -> dict[str, tuple[str, ...]]:
    """The interfaces of each zone. One interface is in one zone."""
    found: dict[str, tuple[str, ...]] = {}
    of: dict[str, str] = {}
    for name, node in root.entries("zone").items():
        if name == "any" or len(name) > 31:
            raise Refused(f"`{name}` is no name of a zone", node.line)
        found[name] = tuple(v.text for kind in node.entries("network").values() for v in kind.values)
        for interface in found[name]:
            if of.setdefault(interface, name) != name:
                raise Refused(f"`{interface}` is in two zones", node.line)
    return found

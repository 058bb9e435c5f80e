"""Host endpoints as chains: what Felix puts around policies, tiers in their order, policies in theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.packets.fields import IIF, OIF
from segc.packets.machine import (
    Accept,
    Base,
    Drop,
    Goto,
    Interface,
    Jump,
    Log,
    Machine,
    Refused,
    Return,
    Rule,
    State,
    Whatever,
)

from . import reader_rules
from .reader_felix import FILE, denied
from .reader_json import Listed
from .reader_objects import fields, number, typed
from .reader_selectors import chooses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.machine import Action

    from .reader_felix import Felix
    from .reader_objects import Cluster, Endpoint, Resource

SPEC = {
    *("tier", "order", "selector", "applyOnForward", "types", "ingress", "egress", "doNotTrack", "preDNAT"),
    *("namespaceSelector", "serviceAccountSelector", "performanceHints"),
}
ALLOWS = "projectcalico-default-allow"
IN, OUT = "ingress", "egress"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy's place, the interfaces to which it applies, and its rules by direction."""

    name: str
    tier: str
    order: float
    interfaces: frozenset[str]
    forward: bool
    rules: dict[str, list[Rule]]
    passes: bool
    line: int


@dataclass(frozen=True, slots=True)
class Way:
    """One of an endpoint's four ways."""

    direction: str
    forward: bool

    @property
    def hook(self) -> str:
        """Where packets go this way."""
        return "forward" if self.forward else {IN: "input", OUT: "output"}[self.direction]


class Chains:
    """Fills `machine`."""

    def __init__(self, cluster: Cluster, felix: Felix) -> None:
        self.cluster = cluster
        self.felix = felix
        self.machine = Machine()
        found = [self._policy(one) for one in cluster.policies if self._concerns(one)]
        self.policies = sorted(found, key=lambda one: (cluster.tiers[one.tier].order, one.tier, one.order, one.name))
        for priority, way in enumerate((Way(IN, True), Way(OUT, True), Way(IN, False), Way(OUT, False))):
            self._base(way, priority)

    # -- policies ---------------------------------------------------------

    def _concerns(self, one: Resource) -> bool:
        """Does the policy choose any endpoint of the host? Others are for pods."""
        spec = fields(one.spec, one.line, SPEC)
        if not self._interfaces(one):
            return False
        for key in ("doNotTrack", "preDNAT", "namespaceSelector", "serviceAccountSelector"):
            if spec.get(key):
                raise Refused(f"`{key}` is nothing that this reader knows of host endpoints", spec.lines[key])
        return True

    def _policy(self, one: Resource) -> Policy:
        spec = one.spec
        tier = typed(spec, "tier", str, "default")
        if tier not in self.cluster.tiers:
            raise Refused(f"there is no tier `{tier}`", spec.lines["tier"])
        order = float("inf") if spec.get("order") is None else number(spec, "order")
        rules, passes = {}, False
        for direction in _types(one):
            listed = typed(spec, direction, Listed, Listed(one.line))
            prefix = self._prefix(one.name, tier)
            rules[direction] = list(self._rules(listed, prefix))
            passes = passes or any(isinstance(rule.action, Return) for rule in rules[direction])
            self.machine.chains[f"{one.name}/{direction}"] = rules[direction]
        forward = typed(spec, "applyOnForward", bool, default=False)
        return Policy(one.name, tier, order, self._interfaces(one), forward, rules, passes, one.line)

    def _interfaces(self, one: Resource) -> frozenset[str]:
        chosen = chooses(typed(one.spec, "selector", str, ""), one.line)
        return frozenset(end.interface for end in self.cluster.endpoints if chosen(end.labels))

    def _prefix(self, name: str, tier: str) -> str:
        """What Felix logs: `%n` and `%p` are the policy's name, `%t` its tier, `%k` its kind."""
        values = {"%n": name, "%p": name, "%t": tier, "%k": "gnp"}
        text = self.felix.prefix
        at = 0
        while (at := text.find("%", at)) >= 0:
            value = values.get(text[at : at + 2], text[at : at + 2])
            text, at = text[:at] + value + text[at + 2 :], at + len(value)
        return text

    def _rules(self, listed: Listed, prefix: str) -> Iterator[Rule]:
        actions: dict[str, Action] = {"Allow": Accept(), "Deny": denied(self.felix), "Log": Log(prefix)}
        for rule, line in zip(listed, listed.lines, strict=True):
            action = actions.get(reader_rules.action(rule, line), Return())
            for matches in reader_rules.matches(self.cluster, rule, line):
                yield Rule(matches, action, line, FILE)

    # -- endpoints --------------------------------------------------------

    def _base(self, way: Way, priority: int) -> None:
        name = f"{way.hook}-{way.direction}"
        field = IIF if way.direction == IN else OIF
        rules = []
        for end in self.cluster.endpoints:
            chain = f"{end.interface}/{name}"
            self.machine.chains[chain] = list(self._endpoint(end, way, chain))
            rules.append(Rule((Interface(field, (end.interface,)),), Goto(chain), end.line, FILE))
        self.machine.chains[name] = rules
        self.machine.bases.append(Base(name, way.hook, priority, Accept()))

    def _endpoint(self, end: Endpoint, way: Way, chain: str) -> Iterator[Rule]:
        yield Rule((State(frozenset({"established", "related"})),), Accept(), end.line, FILE)
        if self.felix.drops_invalid:
            yield Rule((State(frozenset({"invalid"})),), denied(self.felix), end.line, FILE)
        if not way.forward:
            yield from self.felix.inbound if way.direction == IN else self.felix.outbound
        applied = False
        for tier, found in self._tiers(end, way):
            applied = True
            yield from self._tier(tier, found, way, chain)
        if way.forward:
            # behind a tier that passes it on, a forwarded packet is left to the rest of the host's rules
            yield Rule((), Whatever("what the host forwards") if applied else Accept(), end.line, FILE)
        else:
            yield Rule((), self._profile(end), end.line, FILE)

    def _tiers(self, end: Endpoint, way: Way) -> Iterator[tuple[str, list[Policy]]]:
        """Tiers with the policies that apply, in order."""
        found: dict[str, list[Policy]] = {}
        for one in self.policies:
            if end.interface in one.interfaces and way.direction in one.rules and (one.forward or not way.forward):
                found.setdefault(one.tier, []).append(one)
        yield from found.items()

    def _tier(self, tier: str, found: list[Policy], way: Way, chain: str) -> Iterator[Rule]:
        """Policies one after another; a pass leaves the tier, past what its end does."""
        within = [Rule((), Jump(f"{one.name}/{way.direction}"), one.line, FILE) for one in found]
        if any(one.passes for one in found):
            within = [rule for one in found for rule in one.rules[way.direction]]
        if self.cluster.tiers[tier].denies:
            within.append(Rule((), denied(self.felix), self.cluster.tiers[tier].line, FILE))
        name = f"{chain}/{tier}"
        self.machine.chains[name] = within
        yield Rule((), Jump(name), found[0].line, FILE)

    def _profile(self, end: Endpoint) -> Accept | Drop:
        """What becomes of the host's own packets of which no policy speaks: dropped, unless a profile allows them."""
        for name in end.profiles:
            if name != ALLOWS:
                raise Refused(f"profile `{name}` is nothing that this reader knows", end.line)
        return Accept() if end.profiles else denied(self.felix)


def _types(one: Resource) -> tuple[str, ...]:
    """The directions of which a policy speaks: those it names, or those that it has rules for, or ingress."""
    listed = typed(one.spec, "types", Listed)
    if listed:
        names = tuple(str(name).lower() for name in listed)
        if not set(names) <= {IN, OUT}:
            raise Refused("is no direction", one.spec.lines["types"])
        return names
    found = tuple(key for key in (IN, OUT) if one.spec.get(key))
    return found or (IN,)

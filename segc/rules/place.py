"""Which pair of zones, and so which rules, each firewall must carry."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from segc.graph.topology import Topology
from segc.lang.literals import Range
from segc.model.addresses import NOTHING, Addresses, join, meet, union
from segc.model.clock import active, expired, intervals, next_change, told, zone_of
from segc.model.flows import short_id, zone_name
from segc.model.plant import MONITOR, Zone
from segc.model.services import merged
from segc.rules.ids import Ids
from segc.rules.ir import Local, Other, Pair, Rule, RuleSet, Side
from segc.rules.timetable import weekly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from segc.model.clock import Interval
    from segc.model.plant import Endpoint, Firewall, Flow, Grant, Match, Plant

FOREVER = 1 << 62
Key = tuple[str, str | None]
Found = dict[str, dict[Key, list[Rule]]]


class Placement:
    """Rules of all firewalls of a plant at one moment.

    `horizon(firewall)` is the last second that its target can tell by itself, 0
    where it cannot tell the time: then what is true at `at` is taken. In
    `next_changes` stands when a firewall's rules stop to be true. `local(firewall)`
    is the time zone by which its rules tell the time, None for UTC. `dated(firewall)`:
    do they tell dates, or weeks only? `override` replaces every mode of the policy.
    """

    def __init__(
        self,
        plant: Plant,
        at: datetime,
        *,
        override: str | None = None,
        horizon: Callable[[Firewall], int] = lambda _: FOREVER,
        local: Callable[[Firewall], ZoneInfo | None] = lambda _: None,
        dated: Callable[[Firewall], bool] = lambda _: True,
    ) -> None:
        self.plant = plant
        self.at = at
        self.override = override
        self.topology = Topology(plant)
        self.ids = Ids()
        self._horizon = horizon
        self._local_time = local
        self._dated = dated
        self._own: dict[str, Addresses] = {}
        self._sets: dict[tuple[int, ...], Addresses] = {}
        self._services: dict[tuple[str, ...], tuple[Match, ...]] = {}
        self._apart: set[str] | None = None  # zones whose mode is not the default
        conduits = plant.conduits.values()
        self._plain = {p for c in conduits if c.inspect == "forbid" or c.latency is not None for p in c.pairs()}
        self.next_changes: dict[str, datetime] = {}

    def mode(self, source: str | None, target: str | None) -> str:
        """Mode of a pair, after the override."""
        return self.override or self.plant.mode(source, target)

    def own(self, zone: str) -> Addresses:
        """What a zone owns."""
        found = self._own.get(zone)
        if found is None:
            found = self._own[zone] = self.plant.ownership.own(zone)
        return found

    def rule_sets(self) -> dict[str, RuleSet]:
        """One RuleSet a firewall, in declared order."""
        found: Found = {name: {} for name in self.plant.firewalls}
        for conduit in self.plant.conduits.values():
            for pair in conduit.pairs():
                for firewall in self.topology.crossed(*pair):
                    found[firewall].setdefault(pair, [])
                for host in self.topology.at_ends(*pair):
                    found[host.name].setdefault(pair, [])
            for flow in conduit.flows:
                self._standing(flow, found)
        for grant in self.plant.grants.values():
            self._granted(grant, found)
        for point in self.plant.firewalls.values():
            self._managed(point, found)
        return {name: self._rule_set(self.plant.firewalls[name], pairs) for name, pairs in found.items()}

    # -- flows to rules ---------------------------------------------------

    def addresses(self, ends: tuple[Endpoint, ...]) -> Addresses:
        """The addresses of endpoints, cut to what their zone really owns.

        The one place to ask what address an endpoint has; translated
        addresses, seen from an interface, will come in here.
        """
        key = tuple(map(id, ends))
        found = self._sets.get(key)
        if found is None:
            found = self._sets[key] = join(self._one(end) for end in ends) if len(ends) > 1 else self._one(ends[0])
        return found

    def _one(self, end: Endpoint) -> Addresses:
        if isinstance(end, Zone):
            return self.own(end.name)
        if all(low == high for part in (end.addresses.v4, end.addresses.v6) for low, high in part):
            return end.addresses
        return meet(end.addresses, self.own(end.zone))

    def matches(self, flow: Flow) -> tuple[Match, ...]:
        """All matches of a flow's services, joined."""
        if len(flow.services) == 1:
            return flow.services[0].matches
        key = tuple(service.name for service in flow.services)
        found = self._services.get(key)
        if found is None:
            found = self._services[key] = merged([m for service in flow.services for m in service.matches])
        return found

    def _parts(self, flow: Flow) -> Iterable[tuple[str, str, tuple[Endpoint, ...], tuple[Endpoint, ...]]]:
        """A flow, cut by pair of zones. Most flows have one."""
        if len(flow.sources) == 1 and len(flow.targets) == 1:
            a, b = zone_name(flow.sources[0]), zone_name(flow.targets[0])
            return [(a, b, flow.sources, flow.targets)] if a != b else []
        return [
            (a, b, ends_a, ends_b)
            for a, ends_a in _by_zone(flow.sources)
            for b, ends_b in _by_zone(flow.targets)
            if a != b
        ]

    def _standing(self, flow: Flow, found: Found) -> None:
        for a, b, sources, targets in self._parts(flow):
            rule = self._rule(flow, sources, targets)
            if rule is not None:
                for firewall in self.topology.crossed(a, b):
                    found[firewall].setdefault((a, b), []).append(rule)
                for host, part in self._at_hosts(rule, a, b):
                    found[host].setdefault((a, b), []).append(part)

    def _granted(self, grant: Grant, found: Found) -> None:
        zone = zone_of(self.plant)
        # What is over opens nothing, but the sessions that it let in must end: its rules stay, true at no time.
        when = () if expired(grant, zone, self.at) else intervals(grant, zone, self.at)
        open_now = active(grant, zone, self.at)
        for flow in grant.flows:
            for a, b, sources, targets in self._parts(flow):
                timed = self._rule(flow, sources, targets, when, granted=True)
                if timed is None:
                    continue
                if grant.killed and self.mode(a, b) == MONITOR:
                    timed = replace(timed, shut=True)
                for host in self.topology.at_ends(a, b):
                    found[host.name].setdefault((a, b), [])
                carried = [(name, timed) for name in self.topology.crossed(a, b)]
                for firewall, rule in [*carried, *self._at_hosts(timed, a, b)]:
                    rules = found[firewall].setdefault((a, b), [])
                    horizon = self._horizon(self.plant.firewalls[firewall])
                    if horizon:
                        shown = self._local_time(self.plant.firewalls[firewall])
                        rules.append(rule if shown is None else replace(rule, when=told(when, shown)))
                        if shown is not None and not self._dated(self.plant.firewalls[firewall]):
                            self._note_change(firewall, _moment(weekly(told(when, shown), shown, self.at).until))
                        if when and when[-1].end > horizon:
                            self._note_change(firewall, datetime.fromtimestamp(horizon, UTC))
                        continue
                    # not open now: it stays, true at no time, so that its sessions can be ended by name
                    rules.append(replace(rule, when=None if open_now else ()))
                    self._note_change(firewall, next_change(grant, zone, self.at))

    def _at_hosts(self, rule: Rule, a: str, b: str | None) -> Iterable[tuple[str, Rule]]:
        """The machines' own firewalls that see a rule's packets: the rule, cut to what is the machine's on its side."""
        for firewall in self.topology.at_ends(a, b):
            host = firewall.host
            if host is None:
                continue
            own = self.addresses((host,))
            if host.zone == a:
                left = meet(rule.sources, own)
                part = replace(rule, sources=left, source_ends=(host,), whole_source=False)
            else:
                left = meet(rule.targets, own)
                part = replace(rule, targets=left, target_ends=(host,), whole_target=False)
            if left:
                yield firewall.name, part

    def _note_change(self, firewall: str, change: datetime | None) -> None:
        """The target cannot tell the time (or not for so long): its file is true until then."""
        if change is not None:
            self.next_changes[firewall] = min(change, self.next_changes.get(firewall, change))

    def _rule(
        self,
        flow: Flow,
        sources: tuple[Endpoint, ...],
        targets: tuple[Endpoint, ...],
        when: tuple[Interval, ...] | None = None,
        *,
        granted: bool = False,
    ) -> Rule | None:
        """A rule, or None where a side is empty: an empty set deletes, it never comes to mean any."""
        source, target, matches = self.addresses(sources), self.addresses(targets), self.matches(flow)
        if not source or not target or not matches:
            return None
        return Rule(
            flow.id,
            flow.within,
            flow.text,
            flow.span,
            source,
            target,
            matches,
            flow.facts.log,
            when,
            len(sources) == 1 and isinstance(sources[0], Zone),
            len(targets) == 1 and isinstance(targets[0], Zone),
            sources,
            targets,
            flow.services,
            granted,
        )

    # -- managing the firewalls themselves --------------------------------

    def _managed(self, firewall: Firewall, found: Found) -> None:
        """Management of a firewall must get through the other firewalls on its way."""
        for zone, target, rule in self.management(firewall):
            for other in self.topology.towards(zone, firewall.name):
                inside = target == zone and zone in self.topology.neighbours(self.plant.firewalls[other])
                if not inside:  # traffic inside a zone passes the zone's own firewalls as it is
                    found[other].setdefault((zone, target), []).append(rule)
            if zone != target:
                for host, part in self._at_hosts(rule, zone, target):
                    found[host].setdefault((zone, target), []).append(part)

    def management(self, firewall: Firewall) -> Iterable[tuple[str, str | None, Rule]]:
        """`manage` lines as rules towards the firewall's own addresses, by pair of zones."""
        own = [Range(a.family, a.address, a.address) for i in firewall.interfaces for a in i.addresses]
        by_zone: dict[str | None, list[Range]] = defaultdict(list)
        for part in own:
            by_zone[self.plant.ownership.zone_of(part.family, part.low)].append(part)
        for rule, source_zone in self._manage_rules(firewall):
            for target, parts in by_zone.items():
                yield source_zone, target, replace(rule, targets=union(parts))

    def _manage_rules(self, firewall: Firewall) -> Iterable[tuple[Rule, str]]:
        """One rule a `manage` line and zone of its sources; targets are left to the caller."""
        for line in firewall.manage:
            matches = merged([m for service in line.services for m in service.matches])
            for zone, ends in _by_zone(line.sources):
                sources = self.addresses(ends)
                if sources and matches:
                    identity = short_id(f"{firewall.name}|{line.text}|{zone}")
                    within = f"manage-{firewall.name}"
                    rule = Rule(identity, within, line.text, line.span, sources, NOTHING, matches)
                    yield replace(rule, source_ends=ends, services=line.services), zone

    def _local(self, firewall: Firewall) -> Local | None:
        """Traffic to the firewall itself; None (untouched) where no `manage` line speaks of it."""
        if not firewall.manage:
            return None
        rules = [(rule, self.topology.behind(firewall, zone)) for rule, zone in self._manage_rules(firewall)]
        mode = self.override or firewall.mode or self.plant.default_mode
        name = f"@{firewall.name}" if firewall.name in self.plant.zones else firewall.name  # records tell them apart
        return Local(self.ids.pair("*", name), mode, tuple((r, i) for r, i in rules if i))

    # -- the rule set -----------------------------------------------------

    def _rule_set(self, firewall: Firewall, found: dict[Key, list[Rule]]) -> RuleSet:
        near = self.topology.neighbours(firewall)
        pairs = [
            Pair(self.ids.pair(a, b or "?"), a, b, self.mode(a, b), tuple(rules), (a, b) in self._plain)
            for (a, b), rules in sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][1] or ""))
        ]
        sources = dict.fromkeys([*(pair.source for pair in pairs), *near])
        sides = [
            Side(zone, self.own(zone), self.topology.behind(firewall, zone), zone in near)
            for zone in sorted(sources)
            if self.own(zone)
        ]
        targets = {pair.target: self.own(pair.target) for pair in pairs if pair.target is not None}
        ingress = {zone: self.topology.behind(firewall, zone) for zone in targets}
        return RuleSet(
            firewall,
            tuple(sides),
            tuple(pair for pair in pairs if self.own(pair.source)),
            tuple(self._others({*targets, *near})),
            Other(self.ids.pair("*", "*"), None, NOTHING, self.mode(None, None)),
            self._local(firewall),
            targets,
            ingress,
        )

    def _others(self, known: set[str]) -> Iterable[Other]:
        """Modes by destination: zones that this firewall knows, and all that differ from the site's default."""
        if self._apart is None:
            rest = self.mode(None, None)
            self._apart = {zone for zone in self.plant.zones if self.mode(None, zone) != rest}
        for zone in sorted(known | self._apart):
            if self.own(zone):
                yield Other(self.ids.pair("*", zone), zone, self.own(zone), self.mode(None, zone))


def _by_zone(ends: tuple[Endpoint, ...]) -> list[tuple[str, tuple[Endpoint, ...]]]:
    parts: dict[str, list[Endpoint]] = {}
    for end in ends:
        parts.setdefault(zone_name(end), []).append(end)
    return [(zone, tuple(members)) for zone, members in parts.items()]


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)

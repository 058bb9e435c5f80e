"""What each firewall owes, from the plant and the language's words alone: nothing of the compiler's rules is used.

For an ordered pair of zones on a firewall: the flows that permit packets of it,
those of grants with their times, and who may manage the firewalls behind it.
docs/adr/0004 says what a single firewall owes a packet.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from segc.graph.topology import Topology
from segc.lang.literals import Range
from segc.model.addresses import NOTHING, Addresses, meet, union
from segc.model.clock import Interval, active, expired, intervals, told, zone_of
from segc.model.parts import by_zone, cut, flow_pairs
from segc.model.plant import MONITOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from segc.model.parts import Pair
    from segc.model.plant import Firewall, Flow, Grant, Match, Plant
    from segc.packets.fields import Spans
    from segc.source import Span


class Part(NamedTuple):
    """Sessions that something permits within one pair of zones. `times` is None for always.

    `flow` is the recorded flow's id, if it asks for records.
    """

    sources: Addresses
    targets: Addresses
    matches: tuple[Match, ...]
    times: Spans | None
    recorded: str | None
    span: Span
    text: str
    within: str


@dataclass(slots=True)
class Duties:
    """One firewall's pairs, each with what permits its packets, and with what is shut in monitor."""

    firewall: Firewall
    pairs: dict[tuple[str, str | None], list[Part]] = field(default_factory=lambda: defaultdict(list))
    shut: dict[Pair, list[Part]] = field(default_factory=lambda: defaultdict(list))
    local: list[tuple[Part, tuple[str, ...]]] = field(default_factory=list)


class Policy:
    """A plant at one moment; `override` is the mode that a build asked for."""

    def __init__(self, plant: Plant, at: datetime, override: str | None = None) -> None:
        self.plant = plant
        self.at = at
        self.override = override
        self.topology = Topology(plant)
        self._own: dict[str, Addresses] = {}
        self._flows: dict[Pair, list[tuple[Grant | None, Flow]]] | None = None
        self._cuts: dict[str, list[tuple[Pair, Part]]] = {}

    def mode(self, source: str | None, target: str | None) -> str:
        """The mode of an ordered pair of zones."""
        return self.override or self.plant.mode(source, target)

    def own(self, zone: str) -> Addresses:
        """What a zone owns."""
        if zone not in self._own:
            self._own[zone] = self.plant.ownership.own(zone)
        return self._own[zone]

    def local_mode(self, firewall: Firewall) -> str:
        """The mode of traffic to a firewall itself."""
        return self.override or firewall.mode or self.plant.default_mode

    # -- flows ------------------------------------------------------------

    def _by_pair(self) -> dict[Pair, list[tuple[Grant | None, Flow]]]:
        """The flows of each ordered pair of zones, with the grant that one belongs to."""
        if self._flows is None:
            self._flows = {}
            plant = self.plant
            listed = [(None, flow) for conduit in plant.conduits.values() for flow in conduit.flows]
            for grant, flow in [*listed, *((g, flow) for g in plant.grants.values() for flow in g.flows)]:
                for pair in flow_pairs(flow):
                    self._flows.setdefault(pair, []).append((grant, flow))
        return self._flows

    def pairs(self) -> Iterator[Pair]:
        """The ordered pairs of zones that some flow joins, of a conduit or of a grant."""
        yield from self._by_pair()

    def flows(self, pair: Pair) -> list[tuple[Grant | None, Flow]]:
        """The flows of an ordered pair of zones, whole, with the grant that one belongs to."""
        return self._by_pair().get(pair, [])

    def parts(self, pair: Pair) -> list[tuple[Grant | None, Part]]:
        """What permits packets of an ordered pair of zones, with the grant that it belongs to."""
        found = []
        for grant, flow in self._by_pair().get(pair, ()):
            if flow.id not in self._cuts:
                self._cuts[flow.id] = list(self._cut(flow, self._times(grant) if grant is not None else None))
            found += [(grant, part) for at, part in self._cuts[flow.id] if at == pair]
        return found

    def shut(self, pair: Pair) -> list[Part]:
        """What killed grants permitted in a pair that is in monitor: it is stopped where nothing else permits it."""
        if self.mode(*pair) != MONITOR:
            return []
        return [part for grant, part in self.parts(pair) if grant is not None and grant.killed]

    def _times(self, grant: Grant) -> Spans:
        """When a grant is open, as inclusive ranges of seconds."""
        zone = zone_of(self.plant)
        if expired(grant, zone, self.at):
            return ()
        return tuple((one.start or 0, one.end - 1) for one in intervals(grant, zone, self.at))

    def _cut(self, flow: Flow, times: Spans | None) -> Iterator[tuple[Pair, Part]]:
        matches = tuple(match for service in flow.services for match in service.matches)
        recorded = flow.id if flow.facts.log else None
        if matches:
            for pair, sources, targets in cut(flow, self.own):
                yield pair, Part(sources, targets, matches, times, recorded, flow.span, flow.text, flow.within)

    # -- firewalls --------------------------------------------------------

    def duties(self, *, tells_time: bool = True, shown: ZoneInfo | None = None) -> dict[str, Duties]:
        """What every firewall owes. Where it cannot tell the time, what is true at this moment stands.

        Where its clock shows the local time of a zone, it owes what that clock can tell.
        """
        found = {name: Duties(firewall) for name, firewall in self.plant.firewalls.items()}
        zone = zone_of(self.plant)
        pairs = {pair for conduit in self.plant.conduits.values() for pair in conduit.pairs()}
        for pair in sorted({*pairs, *self._by_pair()}):
            listed = [
                part if grant is None else part._replace(times=_as_told(part.times, shown) if tells_time else None)
                for grant, part in self.parts(pair)
                if grant is None or tells_time or active(grant, zone, self.at)
            ]
            shut = self.shut(pair)
            for name in self.topology.crossed(*pair):
                found[name].pairs[pair] = [*found[name].pairs[pair], *listed]
                found[name].shut[pair] += shut
            for host in self.topology.at_ends(*pair):
                here = found[host.name].pairs[pair]
                found[host.name].pairs[pair] = [*here, *(p for part in listed for p in self._at_host(part, host, pair))]
                found[host.name].shut[pair] += [p for part in shut for p in self._at_host(part, host, pair)]
        for firewall in self.plant.firewalls.values():
            self._manage(firewall, found)
        return found

    def _manage(self, firewall: Firewall, found: dict[str, Duties]) -> None:
        """Management of a firewall: through all others on its way, and into itself."""
        for zone, part in self.managers(firewall):
            behind = self.topology.behind(firewall, zone)
            if behind:
                found[firewall.name].local.append((part, behind))
            for target, own in self._addresses(firewall).items():
                for other in self.topology.towards(zone, firewall.name):
                    at_home = target == zone and zone in self.topology.neighbours(self.plant.firewalls[other])
                    if not at_home:
                        found[other].pairs[zone, target].append(part._replace(targets=own))
                for host in self.topology.hosts.get(zone, ()):
                    if target != zone:
                        leaving = self._at_host(part._replace(targets=own), host, (zone, target))
                        found[host.name].pairs[zone, target].extend(leaving)

    def _at_host(self, part: Part, firewall: Firewall, pair: tuple[str, str | None]) -> list[Part]:
        """What a machine's own firewall sees of a part: what its machine sends, or gets."""
        own = self.of_host(firewall)
        if firewall.host is not None and firewall.host.zone == pair[0]:
            part = part._replace(sources=meet(part.sources, own))
        else:
            part = part._replace(targets=meet(part.targets, own))
        return [part] if part.sources and part.targets else []

    def of_host(self, firewall: Firewall) -> Addresses:
        """The addresses of the machine whose own firewall it is; none where it stands between zones."""
        host = firewall.host
        return NOTHING if host is None else meet(host.addresses, self.own(host.zone))

    def managers(self, firewall: Firewall) -> Iterator[tuple[str, Part]]:
        """Who may reach a firewall itself, by zone; the parts have no targets."""
        for line in firewall.manage:
            matches = tuple(match for service in line.services for match in service.matches)
            for zone, sources in by_zone(line.sources, self.own):
                if sources and matches:
                    yield zone, Part(sources, NOTHING, matches, None, None, line.span, line.text, firewall.name)

    def _addresses(self, firewall: Firewall) -> dict[str | None, Addresses]:
        """A firewall's own addresses by the zone that owns them."""
        by_zone: dict[str | None, list[Range]] = defaultdict(list)
        for interface in firewall.interfaces:
            for own in interface.addresses:
                by_zone[self.plant.ownership.zone_of(own.family, own.address)].append(
                    Range(own.family, own.address, own.address)
                )
        return {zone: union(hosts) for zone, hosts in by_zone.items()}


def _as_told(times: Spans | None, shown: ZoneInfo | None) -> Spans | None:
    """Times by a clock of local time; as they are by one of UTC."""
    if shown is None or times is None:
        return times
    kept = told((Interval(low, high + 1) for low, high in times), shown)
    return tuple((one.start or 0, one.end - 1) for one in kept)

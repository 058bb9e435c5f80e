"""What the policy says of each key that was observed: the verdict's words, over all the time in which it was seen.

Keys are judged once each, however often they were seen; all flows are asked at once (`segc.baseline.covering`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline import managed
from segc.baseline.covering import Covering
from segc.baseline.explain import explain
from segc.baseline.judged import Class, Judged, turned
from segc.baseline.observed import NO_PORT
from segc.baseline.times import Times
from segc.graph.topology import Topology
from segc.model.atoms import members
from segc.model.clock import date_of, tried
from segc.model.plant import Asset

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from segc.baseline.covering import End
    from segc.baseline.ledger import Key
    from segc.model.plant import Conduit, Endpoint, Flow, Plant


class Classifier:
    """Judges keys against a plant, grants included.

    `seen` says in which hours a key was seen (days since 1970 and masks of 24 hours, UTC; `segc.baseline.times`).
    Without it a grant covers nothing, since nobody knows whether it was open.
    """

    def __init__(self, plant: Plant, at: datetime) -> None:
        self.plant = plant
        between = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
        standing = between + managed.flows(plant)
        granted = [(flow, grant) for grant in plant.grants.values() for flow in grant.flows]
        self.covering = Covering(plant, [*standing, *(flow for flow, _ in granted)])
        self._standing = (1 << len(standing)) - 1
        today = date_of(plant, at)
        self._tested = sum(
            1 << n for n, flow in enumerate(standing) if tried(flow.facts.tested, today) and _of_two_machines(flow)
        )
        self._managing = self._standing >> len(between) << len(between)
        self._grants = {len(standing) + n: grant for n, (_, grant) in enumerate(granted)}
        self._times = Times(plant, at)
        self._flows: dict[tuple[int, int], tuple[Flow, ...]] = {}
        self._topology: Topology | None = None
        self._opening: dict[tuple[str, str], Conduit] = {}
        for conduit in plant.conduits.values():
            for pair in conduit.pairs():
                self._opening.setdefault(pair, conduit)

    def judge(
        self,
        key: Key,
        seen: Mapping[int, int] | None = None,
        *,
        either: bool = False,
        tested: bool = False,
        recorded: bool = False,
    ) -> Judged:
        """A key's class, and why. Raises ValueError where an address is none.

        `either`: nothing tells who opened (`unsure`), so that it may be the answer to what the policy permits.
        `tested`: a flow that limits source ports, which no key has, is taken at its word where it was tested, if it is one of
        two machines: a test of one of several pairs tells nothing of the others. `recorded`: our firewall had it on its way
        between two zones, so that it is no noise.
        """
        judged = self._judge(key, seen, tested=tested)
        if either and judged.verdict is Class.REVERSE:
            asked = self._judge(turned(key), seen, tested=tested)
            if asked.verdict is Class.PERMITTED or (asked.grant is not None and seen is None):
                return asked._replace(key=key, turned=True)
        if recorded and judged.verdict is Class.NOISE and judged.source and judged.target:
            return judged._replace(verdict=Class.DENIED)
        return judged

    def _judge(self, key: Key, seen: Mapping[int, int] | None, *, tested: bool) -> Judged:
        a, b = self.covering.end(key.src), self.covering.end(key.dst)
        if a.family != b.family:
            raise ValueError(f"`{key.src}` and `{key.dst}` are addresses of different families")
        itself = managed.judges(b, key.proto, key.port)
        if a.zone is not None and a.zone == b.zone and not itself:
            return Judged(key, Class.INSIDE, a.zone, b.zone)
        if itself:
            b = b._replace(targets=b.targets & self._managing)
        surely, maybe = self.covering.speaking(a.family, key)
        between = a.sources & b.targets
        covering = between & surely
        standing = covering & self._standing
        believed = 0 if standing or not tested or key.port == NO_PORT else between & maybe & self._tested
        if standing or believed:
            flows = self._named(standing or believed)
            conduit = self._conduit(a, b, flows)
            return Judged(key, Class.PERMITTED, a.zone, b.zone, conduit, None, flows, believed=believed > 0)
        if covering:
            return self._granted(key, a, b, covering, seen or {})
        if b.firewall is not None and self._left_alone(a, b):
            return Judged(key, Class.INSIDE, a.zone, b.zone)
        return self._refused(key, a, b, surely, between & maybe)

    def forget(self, most: int) -> None:
        """Let go of what is remembered of addresses and ports, where it is more than `most` of either."""
        if self.covering.forget(most):
            self._flows.clear()

    def on_way(self, source: str | None, target: str | None) -> tuple[str, ...]:
        """The firewalls between two zones, sorted; none where one of them is no zone."""
        return tuple(sorted(self._ways().crossed(source, target))) if source and target else ()

    def _left_alone(self, a: End, b: End) -> bool:
        return managed.left_alone(self._ways(), a.zone, b)

    def _ways(self) -> Topology:
        if self._topology is None:
            self._topology = Topology(self.plant)  # no small thing in a large plant, and seldom asked for
        return self._topology

    def _granted(self, key: Key, a: End, b: End, bits: int, seen: Mapping[int, int]) -> Judged:
        """By the hours in which no grant was open: one may follow another, or stand for the nights."""
        grants = list({self._grants[n].name: self._grants[n] for n in members(bits)}.values())
        grant, shut = self._times.shut(grants, seen)
        flows = self._named(bits)
        if seen and not shut.shut:
            told = f"grants may not cover all of it: {shut.doubt}" if shut.edge else ""
            return Judged(key, Class.PERMITTED, a.zone, b.zone, None, grant, flows, told, shut=shut)
        nearest = f"grant `{grant.name}` covers it" + (f", and {shut}" if seen else " at some times")
        # What lies outside its windows a longer grant would not permit either, so that the grant's end says nothing of it.
        verdict = Class.EXPIRED if shut.over else Class.OUTSIDE_WINDOW
        return Judged(key, verdict, a.zone, b.zone, self.opened(a.zone, b.zone), grant, flows, nearest, shut=shut)

    def began(self, judged: Judged, time: int) -> Judged:
        """The same for a conversation of which it is known when it began (microseconds since 1970), and not the hour alone."""
        grants = {
            flow.within: self.plant.grants[flow.within] for flow in judged.flows if flow.within in self.plant.grants
        }
        if not judged.shut.edge or self._times.open_at(grants.values(), time // 1_000_000):
            return judged
        told = f"grant `{min(grants)}` covers it, and was shut when it began"
        return judged._replace(verdict=Class.OUTSIDE_WINDOW, nearest=told)

    def _refused(self, key: Key, a: End, b: End, surely: int, maybe: int) -> Judged:
        between = a.sources & b.targets
        back = b.sources & a.targets & surely
        verdict = self._why(a, b, between, back)
        flows = self._named(back if verdict is Class.REVERSE else maybe or between)
        nearest = explain(self, key, (a, b), verdict, surely, maybe)
        limited = maybe > 0 and key.port != NO_PORT
        return Judged(key, verdict, a.zone, b.zone, self.opened(a.zone, b.zone), None, flows, nearest, limited=limited)

    def _why(self, a: End, b: End, between: int, back: int) -> Class:
        if a.is_noise or b.is_noise:
            return Class.NOISE
        if a.zone is None or (b.zone is None and b.firewall is None):
            return Class.UNZONED
        if back:
            return Class.REVERSE
        if between:
            return Class.WRONG_SERVICE
        return Class.UNKNOWN_ASSET if any(map(self.is_unknown, (a, b))) else Class.DENIED

    def is_unknown(self, end: End) -> bool:
        """Does the address lie in a zone whose machines are declared, and is it none of them?"""
        zone = self.plant.zones.get(end.zone or "")
        return zone is not None and bool(zone.assets) and not zone.outside and not end.is_known

    def _named(self, bits: int) -> tuple[Flow, ...]:
        # With its length, since Python's hash of 2**n is that of 2**(n % 61): single flows would all meet in 61 places.
        asked = bits.bit_length(), bits
        found = self._flows.get(asked)
        if found is None:
            found = self._flows[asked] = tuple(self.covering.flows[n] for n in members(bits))
        return found

    def _conduit(self, a: End, b: End, flows: tuple[Flow, ...]) -> Conduit | None:
        return self.plant.conduits.get(flows[0].within) or self.opened(a.zone, b.zone)

    def opened(self, source: str | None, target: str | None) -> Conduit | None:
        """The first conduit that opens an ordered pair of zones."""
        return self._opening.get((source, target)) if source and target else None


def _of_two_machines(flow: Flow) -> bool:
    """Has it one source and one target, each a single machine?"""
    return len(flow.sources) == len(flow.targets) == 1 and all(map(_is_single, (*flow.sources, *flow.targets)))


def _is_single(end: Endpoint) -> bool:
    """An asset may be a range that stands for many machines, and a zone always is."""
    if not isinstance(end, Asset):
        return False
    spans = end.addresses.v4, end.addresses.v6
    return max(map(len, spans)) == 1 and all(low == high for of in spans for low, high in of)

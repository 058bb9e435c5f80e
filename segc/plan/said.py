"""What flows, conduits and firewalls say that no packet shows: why, how often, when it was tried, how much fits in.

It is what was approved, and some of it is what a conduit needs before it is enforced. So whoever takes `learned-until` out
of a flow, or attests it, is told of: the gate of `segc promote` asks less than before.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.declared import ATTESTABLE
from segc.baseline.declared import period as comes
from segc.model.addresses import meet
from segc.model.flows import zone_name
from segc.model.plant import Zone
from segc.plan.answering import CONDUIT, FIREWALL, FLOW, flows, matched_conduits
from segc.plan.firewalls import matched as boxes
from segc.plan.pairing import Pairing, details

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segc.model.addresses import Addresses
    from segc.model.plant import Endpoint, Flow, Match
    from segc.plan.side import Side
    from segc.source import Span

    _Part = tuple[Addresses, Addresses, frozenset[Match]]

# `log` is told as what is recorded, `essential` as what must be delivered, `review-by` as when somebody looks again.
FACETS = ("because", "ticket", "expect", "period", "tested", "learned-until")
PERIODS = (None, "day", "week", "month", "quarter", "year")  # the longer, the more a gate asks to have been seen


class SaidChange(NamedTuple):
    """`facet` of a thing was said to be `before`, and is `after`. `weaker`: a gate or a limit lets more pass by it."""

    what: str
    name: str
    facet: str
    before: str
    after: str
    weaker: bool
    zones: tuple[str, ...]
    span: Span


def said_changes(before: Side, after: Side) -> list[SaidChange]:
    """The weaker ones first; then in the order of the policy."""
    found = [*_flows(before, after), *_conduits(before, after), *_firewalls(before, after)]
    return sorted(dict.fromkeys(found), key=lambda one: not one.weaker)


def _flows(before: Side, after: Side) -> Iterator[SaidChange]:
    known = _Known(before)
    own = _addresses(after)
    for flow in flows(after):
        zones = tuple(dict.fromkeys(map(zone_name, (*flow.sources, *flow.targets))))
        for was in known.same(flow, own):
            for facet, old, new in details(*((facet, _fact(was, facet), _fact(flow, facet)) for facet in FACETS)):
                yield SaidChange(FLOW, flow.text, facet, old, new, _asks_less(facet, was, flow), zones, flow.span)


def _fact(flow: Flow, facet: str) -> object:
    return getattr(flow.facts, facet.replace("-", "_"))


def _asks_less(facet: str, was: Flow, now: Flow) -> bool:
    """Does the gate ask less of a flow for what it says now?"""
    old, new = was.facts, now.facts
    shorter = PERIODS.index(comes(now)) < PERIODS.index(comes(was))
    if facet == "tested":
        return new.tested is not None and (old.tested is None or new.tested > old.tested)
    if facet == "learned-until":
        return old.learned_until is not None and (new.learned_until is None or new.learned_until < old.learned_until)
    if facet == "expect":
        return (new.expect in ATTESTABLE and old.expect not in ATTESTABLE) or (old.period == new.period and shorter)
    return facet == "period" and shorter


class _Known:
    """The flows of before, by the packets of each source, target and service, and by the conduit or grant they stand in."""

    def __init__(self, side: Side) -> None:
        self._by_part: dict[_Part, list[Flow]] = defaultdict(list)
        self._within: dict[str, list[Flow]] = defaultdict(list)
        self._own = own = _addresses(side)
        for flow in flows(side):
            self._within[flow.within].append(flow)
            for part in _parts(flow, own):
                self._by_part[part].append(flow)

    def same(self, flow: Flow, own: Callable[[Endpoint], Addresses]) -> list[Flow]:
        """Those of which a flow is what they were, or a part or a copy of it; else those beside it that share its packets."""
        found: dict[int, Flow] = {}
        for part in _parts(flow, own):
            listed = self._by_part.get(part, [])
            for one in [one for one in listed if one.within == flow.within][:1] or listed[:1]:
                found[id(one)] = one
        beside = self._within[flow.within]
        return (
            list(found.values())
            or [one for one in beside if one.text == flow.text]
            or [one for one in beside if self._meets(one, flow, own)]
        )

    def _meets(self, old: Flow, new: Flow, own: Callable[[Endpoint], Addresses]) -> bool:
        return any(
            meet(was[0], now[0]) and meet(was[1], now[1]) and was[2] & now[2]
            for was, now in product(_parts(old, self._own), _parts(new, own))
        )


def _parts(flow: Flow, own: Callable[[Endpoint], Addresses]) -> Iterator[_Part]:
    matches = [frozenset(service.matches) for service in flow.services]
    yield from product(map(own, flow.sources), map(own, flow.targets), matches)


def _addresses(side: Side) -> Callable[[Endpoint], Addresses]:
    @cache
    def own(end: Endpoint) -> Addresses:
        if isinstance(end, Zone):
            return side.policy.own(end.name)
        return meet(end.addresses, side.policy.own(end.zone))

    return own


def _conduits(before: Side, after: Side) -> Iterator[SaidChange]:
    for old, new in matched_conduits(Pairing(before, after)):
        told = (("latency", _ms(old.latency), _ms(new.latency)), ("inspect", old.inspect, new.inspect))
        for facet, was, now in details(*told, ("fail", old.fail, new.fail)):
            zones = (new.source.name, new.target.name)
            yield SaidChange(CONDUIT, new.name, facet, was, now, weaker=False, zones=zones, span=new.span)


def _ms(seconds: float | None) -> str:
    return f"{seconds * 1000:g}ms" if seconds is not None else ""


def _firewalls(before: Side, after: Side) -> Iterator[SaidChange]:
    """A capacity is a limit: a build that needs more stops. A clock says when a window is open."""
    for old, new in boxes(before, after):
        if old is not None and new is not None:
            less = old.capacity is not None and (new.capacity is None or new.capacity > old.capacity)
            for facet, was, now in details(("capacity", old.capacity, new.capacity), ("clock", old.clock, new.clock)):
                weaker = less and facet == "capacity"
                yield SaidChange(FIREWALL, new.name, facet, was, now, weaker=weaker, zones=(), span=new.span)

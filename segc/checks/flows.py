"""Flows that can never carry a packet, that are due for a review, or that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.common import addresses, every_flow, listed, opened
from segc.checks.registry import check
from segc.diagnostics import Severity, finding
from segc.model.plant import PLAIN, Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Endpoint, Flow, Plant

IPV4, IPV6, BOTH = 1, 2, 3
_BITS = {0: BOTH, 4: IPV4, 6: IPV6}
_WORDS = {0: "no address", IPV4: "IPv4 only", IPV6: "IPv6 only", BOTH: "IPv4 and IPv6"}


class _Families(dict["Endpoint | Service", int]):
    """The address families of endpoints and services as bits, each worked out once."""

    def __init__(self, plant: Plant) -> None:
        super().__init__()
        self.plant = plant

    def __missing__(self, thing: Endpoint | Service) -> int:
        if isinstance(thing, Service):
            bits = self.any(_BITS[match.family] for match in thing.matches) or BOTH  # none: another finding
        else:
            own = addresses(self.plant, thing)
            bits = (IPV4 if own.v4 else 0) | (IPV6 if own.v6 else 0)
        self[thing] = bits
        return bits

    def any(self, bits: Iterable[int]) -> int:
        """All families of several things."""
        found = 0
        for one in bits:
            found |= one
        return found

    def among(self, things: Iterable[Endpoint | Service]) -> int:
        """All families of the listed things."""
        return self.any(self[thing] for thing in things)


@check("empty-flow")
def empty_flow(plant: Plant) -> Iterator[Diagnostic]:
    """Flows from or to zones that own no address. Never read as "any"."""
    empty = {zone for zone in plant.zones.values() if not plant.ownership.own(zone.name)}
    if not empty:
        return
    for flow in every_flow(plant):
        for side, ends in (("from", flow.sources), ("to", flow.targets)):
            if not empty.isdisjoint(ends):
                hollow = [end for end in ends if end in empty]
                yield _hollow(flow, side, hollow, whole=len(hollow) == len(ends))


def _hollow(flow: Flow, side: str, zones: Sequence[Endpoint], *, whole: bool) -> Diagnostic:
    what = "covers no packet" if whole else "covers less than it says"
    diagnostic = finding(
        "empty-flow",
        f"`{flow.text}` {what}: {listed(zone.path for zone in zones)} owns no address",
        flow.span,
        f"{side} nowhere",
        also=tuple((zone.span, "owns no address") for zone in zones[:3]),
        help="give the zone a `net` line, or name the zone or asset that is meant",
    )
    return diagnostic if whole else diagnostic.at(Severity.WARNING)


@check("family-mismatch")
def family_mismatch(plant: Plant) -> Iterator[Diagnostic]:
    """Flows whose two ends and service have no address family in common, as a whole or for one of them."""
    families = _Families(plant)
    for flow in every_flow(plant):
        if len(flow.sources) == len(flow.targets) == len(flow.services) == 1:
            source, target = families[flow.sources[0]], families[flow.targets[0]]
            if not source & target & families[flow.services[0]] and source and target:
                yield _never(flow, families)
            continue
        yield from _listed_mismatch(flow, families)


def _listed_mismatch(flow: Flow, families: _Families) -> Iterator[Diagnostic]:
    """A list is a cross product: each of its members must meet at least one of the others."""
    sources, targets = families.among(flow.sources), families.among(flow.targets)
    if not sources or not targets:
        return  # an empty flow
    common = sources & targets & families.among(flow.services)
    if not common:
        yield _never(flow, families)
        return
    things: tuple[Endpoint | Service, ...] = (*flow.sources, *flow.targets, *flow.services)
    for thing in things:
        own = families[thing]
        if own and not own & common:
            name = thing.name if isinstance(thing, Service) else thing.path
            message = f"`{name}` ({_WORDS[own]}) takes no part in `{flow.text}`, which is {_WORDS[common]}"
            help_text = "give it an address of the other family, or take it out of this flow"
            yield finding("family-mismatch", message, flow.span, also=((thing.span, _WORDS[own]),), help=help_text).at(
                Severity.WARNING
            )


def _never(flow: Flow, families: _Families) -> Diagnostic:
    ends = [
        (listed(end.path for end in side), families.among(side), side[0].span) for side in (flow.sources, flow.targets)
    ]
    service = families.among(flow.services)
    if service != BOTH:
        ends.append((listed(one.name for one in flow.services), service, flow.services[0].span))
    parts = ", ".join(f"{names} {_WORDS[bits]}" for names, bits, _ in ends)
    places = tuple((span, _WORDS[bits]) for _, bits, span in ends if not span.source.builtin)
    return finding(
        "family-mismatch",
        f"no packet can match `{flow.text}`: {parts}",
        flow.span,
        "no address family in common",
        also=places,
        help="add an `address` of the other family to one of the assets",
    )


@check("empty-conduit")
def empty_conduit(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits that open nothing."""
    for conduit in plant.conduits.values():
        if not conduit.flows:
            message = f"conduit `{conduit.name}` allows nothing"
            help_text = "add its flows, or delete it: without a conduit nothing is allowed either"
            yield finding("empty-conduit", message, conduit.span, "no `allow` line", help=help_text)


@check("past-review")
def past_review(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Flows that somebody was to look at again by now. They stay in force: availability first."""
    for flow in opened(plant):
        if flow.facts is PLAIN or flow.facts.review_by is None or flow.facts.review_by >= moment.today:
            continue
        yield finding(
            "past-review",
            f"`{flow.text}` was to be reviewed by {flow.facts.review_by}",
            flow.span,
            "still in force",
            help="ask whether it is still needed; then set a new date, or delete it",
        )

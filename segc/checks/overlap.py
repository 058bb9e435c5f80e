"""Flows that share some of their packets, and grants of which standing flows allow a part: exact, over all packets."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from segc.checks.cover import Covered, Part, by_pair, of_conduits, of_grants
from segc.checks.near import Near
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.model.addresses import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Flow, Plant

SHOWN = 3  # of the flows that share packets with another one


@check("overlapping-flow")
def overlapping_flow(plant: Plant) -> Iterator[Diagnostic]:
    """Flows of conduits that share packets with earlier ones, where neither allows all that the other one does."""
    standing = of_conduits(plant)
    for flow, others in _shared(plant, standing, standing):
        message = f"`{flow.text}` allows some of what `{others[0].text}` allows, too"
        also = tuple((one.span, f"`{one.text}` allows some of it as well") for one in others)
        help_text = "say each thing once, so that deleting a line closes what the line says"
        yield finding(
            "overlapping-flow", message, flow.span, "part of this is allowed elsewhere", also=also, help=help_text
        )


@check("grant-overlaps-flow")
def grant_overlaps_flow(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Grants of whose packets standing flows allow a part: that part does not end with the grant."""
    for flow, others in _shared(plant, of_grants(plant, moment.at), of_conduits(plant)):
        message = f"some of `{flow.text}` in grant `{flow.within}` does not end with it: a standing flow allows that at any time"
        also = tuple((one.span, f"`{one.text}` allows some of it") for one in others)
        help_text = "narrow the standing flow if all access is to end with the grant, else narrow this to what it adds"
        yield finding("grant-overlaps-flow", message, flow.span, "part of this stays open", also=also, help=help_text)


def _shared(plant: Plant, asked: Sequence[Flow], by: Sequence[Flow]) -> Iterator[tuple[Flow, list[Flow]]]:
    """Flows that share some packets with others; a flow that others cover as a whole is another finding's.

    Of two flows of one kind the later one is named. Where one holds the other, that is covered as a whole.
    """
    same = asked is by
    others = by_pair(plant, by)
    mine = others if same else by_pair(plant, asked)
    zones = [_Zones(parts, others[at]) for at, parts in mine.items() if at in others and (not same or len(parts) > 1)]
    parts_of = Counter(part.flow for parts in mine.values() for part in parts)
    covered = Counter(part.flow for one in zones for part in one.covered())
    whole = {flow for flow, count in covered.items() if count == parts_of[flow]}
    place = {flow: at for at, flow in enumerate(by)}
    touching: dict[Flow, list[_Zones]] = {}
    for one in zones:
        for flow in one.touched:
            touching.setdefault(flow, []).append(one)
    for flow in asked:
        met = [other for one in touching.get(flow, ()) if flow not in whole for other in one.meet(flow, whole)]
        found = [other for other in dict.fromkeys(met) if not same or place[other] < place[flow]]
        if found:
            yield flow, found[:SHOWN]


class _Zones:
    """What flows open in one pair of zones."""

    def __init__(self, parts: list[Part], others: list[Part]) -> None:
        same = parts is others
        self._spaces = [Covered(family, parts, others, 2 if same else 1) for family in FAMILIES]
        self.touched = {part.flow: part for part in parts if any(space.touched(part) for space in self._spaces)}
        self._near = Near(list(self.touched.values()) if same else others)

    def covered(self) -> Iterator[Part]:
        """Parts of which every packet is covered by others."""
        return (part for part in self.touched.values() if all(space.covered(part) for space in self._spaces))

    def meet(self, flow: Flow, without: set[Flow]) -> Iterator[Flow]:
        """Others that share packets with a flow here, in their order; a few are enough, since but a few are shown."""
        part = self.touched[flow]
        near = (one for one in self._near.of(part) if one.flow is not flow and one.flow not in without)
        met = (one.flow for one in near if any(space.common(part, one) for space in self._spaces))
        yield from islice(met, SHOWN)

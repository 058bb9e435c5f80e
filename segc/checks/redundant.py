"""Flows that open nothing of their own, by exact algebra: others, all together, cover every packet of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.cover import Covered, Part, by_pair, contains, of_conduits, of_grants
from segc.checks.near import Near
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.lang.removal import removal
from segc.model.addresses import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Flow, Plant

SHOWN = 3  # of the flows that cover another one


@check("redundant-flow")
def redundant_flow(plant: Plant) -> Iterator[Diagnostic]:
    """Flows of conduits that other flows of conduits cover together, and flows of a grant that others of it cover."""
    for flows in (of_conduits(plant), *(grant.flows for grant in plant.grants.values() if len(grant.flows) > 1)):
        for flow, others in _covered(plant, flows, flows):
            yield _redundant(plant, flow, others)


def _redundant(plant: Plant, flow: Flow, others: list[Flow]) -> Diagnostic:
    return finding(
        "redundant-flow",
        f"`{flow.text}` opens nothing: other flows allow all of it",
        flow.span,
        "opens nothing of its own",
        also=tuple((one.span, f"`{one.text}` allows it") for one in others[:SHOWN]),
        help="delete it, or narrow what covers it",
        fixes=removal(flow.span, f"delete `{flow.text}`", safe=True) if _superfluous(plant, flow, others) else (),
    )


def _superfluous(plant: Plant, flow: Flow, others: Sequence[Flow]) -> bool:
    """Would nothing be missed without it? What allows its packets must be kept and recorded wherever it is.

    A playbook keeps conduits, so the others must stand in the same one, or no more may depend on this than on them.
    """
    if flow.facts.log or flow.facts.essential:
        return False
    if all(one.within == flow.within for one in others):
        return True
    kept = {name for playbook in plant.playbooks.values() for name in playbook.keep}
    return not plant.conduits[flow.within].essential and flow.within not in kept


@check("grant-opens-nothing")
def grant_opens_nothing(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Grants whose packets standing flows allow at any time: the end of the grant ends nothing."""
    for flow, others in _covered(plant, of_grants(plant, moment.at), of_conduits(plant)):
        message = f"`{flow.text}` in grant `{flow.within}` opens nothing: standing flows allow all of it, at any time"
        also = tuple((one.span, f"`{one.text}` allows it") for one in others[:SHOWN])
        help_text = "delete the standing flow if access is to end with the grant, else delete this"
        yield finding("grant-opens-nothing", message, flow.span, "ends nothing", also=also, help=help_text)


def _covered(plant: Plant, asked: Sequence[Flow], by: Sequence[Flow]) -> Iterator[tuple[Flow, list[Flow]]]:
    """Flows that others cover in every pair of zones, with those others. Of two equal ones, the later is covered."""
    covering = by_pair(plant, by)
    mine = covering if asked is by else by_pair(plant, asked)
    verdicts: dict[Flow, list[Flow] | None] = {}
    for pair, parts in mine.items():
        for part, others in _judge(parts, covering.get(pair, [])):
            known = verdicts.get(part.flow, [])
            verdicts[part.flow] = None if others is None or known is None else [*known, *others]
    gone: set[Flow] = set()
    for flow in reversed(asked):
        others = verdicts.get(flow)
        # what covers it must itself stay: two flows that cover each other are not both superfluous
        if others and gone.isdisjoint(others):
            gone.add(flow)
            yield flow, list(dict.fromkeys(others))


def _judge(parts: list[Part], others: list[Part]) -> Iterator[tuple[Part, list[Flow] | None]]:
    """For each part flows that cover it, one if one does, else several together; None where none do."""
    same = parts is others
    if not others or (same and len(parts) == 1):
        yield from ((part, None) for part in parts)
        return
    # A part is covered by others exactly if each packet of it is covered by so many: itself and one more, or just one.
    needed = 2 if same else 1
    spaces = [Covered(family, parts, others, needed) for family in FAMILIES]
    near = Near(sorted(others, key=lambda one: -one.sources.size() * one.targets.size()))
    for part in parts:
        covered = all(space.covered(part) for space in spaces)
        yield part, (_coverers(part, near) if covered else None)


def _coverers(part: Part, near: Near) -> list[Flow]:
    """The flows to show: the widest one that covers a part by itself, else all that touch it."""
    touching = []
    for one in near.of(part):
        if one.flow is not part.flow:
            if contains(one, part):
                return [one.flow]
            touching.append(one.flow)
    return touching

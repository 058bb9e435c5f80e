"""What must keep working, held against what the conduits allow."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from segc.checks.common import ports_text
from segc.checks.coverage import Box, Coverage
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.lang.literals import address_text
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Endpoint, Flow, Match, Plant, Workflow


@check("workflow-not-allowed")
def workflow_not_allowed(plant: Plant) -> Iterator[Diagnostic]:
    """Needs of workflows that the conduits' flows, taken together, do not cover."""
    if not plant.workflows:
        return
    coverage = Coverage(plant, [need for workflow in plant.workflows.values() for need in workflow.needs])
    for workflow in plant.workflows.values():
        for need in workflow.needs:
            for ends in product(need.sources, need.targets):
                # Traffic inside a zone always passes; ends without a family in common are another finding.
                if zone_name(ends[0]) == zone_name(ends[1]):
                    continue
                wanted = coverage.packets(ends[:1], ends[1:], _matches(need))
                rest = coverage.rest(ends[:1], ends[1:], _matches(need))
                if rest:
                    yield _not_allowed(plant, workflow, need, ends, rest, whole=rest == wanted)


def _matches(need: Flow) -> list[Match]:
    return [match for service in need.services for match in service.matches]


def _not_allowed(
    plant: Plant, workflow: Workflow, need: Flow, ends: tuple[Endpoint, ...], rest: list[Box], *, whole: bool
) -> Diagnostic:
    pair = (zone_name(ends[0]), zone_name(ends[1]))
    conduits = [conduit for conduit in plant.conduits.values() if pair in conduit.pairs()]
    where = f"conduit `{conduits[0].name}`" if conduits else f"a conduit {pair[0]} -> {pair[1]}"
    verdict = "do not allow" if whole else "allow only in part"
    return finding(
        "workflow-not-allowed",
        f"workflow `{workflow.name}` needs `{need.text}`, which the conduits {verdict}",
        need.span,
        "not covered",
        also=tuple((conduit.span, "opens this pair of zones") for conduit in conduits[:1]),
        notes=(f"no flow covers, e.g., {_example(rest[0])}",),
        help=f"add the flow to {where}; a grant does not count, since it ends",
    )


def _example(box: Box) -> str:
    """One packet of a box, in words."""
    source, target = next(box.sources.ranges()), next(box.targets.ranges())
    one = box.match._replace(high=box.match.low)
    ends = f"{address_text(source.family, source.low)} -> {address_text(target.family, target.low)}"
    return f"{ports_text([one])} {ends}"

"""What an auditor asks of every standing flow: why it is there, and when somebody last looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.levels import SHOWN
from segc.checks.registry import check
from segc.diagnostics import finding
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Conduit, Flow, Plant


@check("flow-without-reason")
def flow_without_reason(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits' flows that do not say `because`; one finding a conduit."""
    for conduit in plant.conduits.values():
        silent = [flow for flow in conduit.flows if not flow.facts.because]
        if silent:
            what = f"{_of(silent, conduit)} {plural(len(silent), 'says', 'say')} no reason"
            help_text = 'add why production needs it: because "..."'
            yield _of_flows("flow-without-reason", what, "no `because`", help_text, silent)


@check("review-missing")
def review_missing(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits' flows without `review-by`; one finding a conduit."""
    for conduit in plant.conduits.values():
        undated = [flow for flow in conduit.flows if flow.facts.review_by is None]
        if undated:
            what = f"{_of(undated, conduit)} {plural(len(undated), 'has', 'have')} no review date"
            help_text = "add the day by which its owner looks at it again: review-by 2027-06-30"
            yield _of_flows("review-missing", what, "no `review-by`", help_text, undated)


def _of(flows: list[Flow], conduit: Conduit) -> str:
    return f"{len(flows)} of {count(len(conduit.flows), 'flow')} of conduit `{conduit.name}`"


def _of_flows(name: str, message: str, text: str, help_text: str, flows: list[Flow]) -> Diagnostic:
    first, *others = flows
    also = tuple((flow.span, "nor here") for flow in others[:SHOWN])
    return finding(name, message, first.span, text, also=also, help=help_text)

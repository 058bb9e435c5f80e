"""`--fail-on`: what of a plan makes the exit code 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.plan.shape import Plan

WIDENED, INTERRUPTS = "widened", "interrupts"
_BLAST = re.compile(r"blast>(\d{1,6})")
HELP = (
    "Exit code 1 where more is permitted (widened), something is interrupted (interrupts), or some machine reaches more "
    "than N machines further, as declared (blast>N). Repeatable."
)


def checked(ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The gates, or a usage error."""
    for value in values:
        if value not in (WIDENED, INTERRUPTS) and not _BLAST.fullmatch(value):
            raise click.UsageError(f"--fail-on `{value}`: known are widened, interrupts and blast>N", ctx)
    return values


def hit(document: Plan, gates: Sequence[str]) -> list[str]:
    """What was asked not to happen, and does."""
    return [gate for gate in gates if _holds(document, gate)]


def _holds(document: Plan, gate: str) -> bool:
    summary, boxes = document["summary"], document["firewalls"]
    if gate == WIDENED:
        return bool(summary["opens"] or summary["permits"] or any(one["manage_opens"] for one in boxes))
    if gate == INTERRUPTS:
        return bool(
            summary["interrupts"] or any(one["manage_ends"] and one["itself_after"] != "monitor" for one in boxes)
        )
    found = _BLAST.fullmatch(gate)
    return found is not None and summary["blast_growth"] > int(found[1])

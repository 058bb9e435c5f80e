"""A plan for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.plan.sections import figures, headline, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.plan.shape import Plan


def render(plan: Plan, *, whole: bool = False) -> str:
    """Lines for people."""
    return "".join(f"{visible(line)}\n" for line in _lines(plan, whole=whole))


def _lines(plan: Plan, *, whole: bool) -> Iterator[str]:
    yield headline(plan)
    yield f"from {plan['before']['label']} to {plan['after']['label']}, for {plan['at']}"
    if not plan["empty"]:
        yield ""
        for what, before, after in figures(plan):
            yield f"  {what:<28}{before:>14} -> {after}"
    for section in sections(plan, whole=whole):
        if section.rows:
            yield ""
            yield f"{section.title}:"
        for row in section.rows:
            places = f"  ({' -> '.join(dict.fromkeys(row.places))})" if row.places else ""
            yield f"  {row.text}{places}"
            yield from (f"      {note}" for note in row.notes)
        if section.left:
            yield f"  and {section.left} more (-v shows all)"

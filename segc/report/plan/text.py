"""A plan as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.report.plan.story import Story


def write(told: Story) -> str:
    """Lines for people; the first one can be read aloud."""
    return "".join(f"{visible(line)}\n" for line in _lines(told))


def _lines(told: Story) -> Iterator[str]:
    yield told.headline
    yield from told.about
    for section in told.sections:
        yield ""
        yield f"{section.title}:"
        for point in section.points:
            yield f"  {point.text}"
            yield from (f"    {detail}" for detail in point.details)
        if section.left:
            yield f"  and {section.left} more (-v shows all)"

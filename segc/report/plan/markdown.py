"""A plan as Markdown, for a comment on a merge request. Text of a policy is escaped as in segc/report/markdown.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.markdown import ROOM, escape

if TYPE_CHECKING:
    from segc.report.plan.story import Section, Story


def write(told: Story) -> str:
    """A heading, what was compared, and a folded list for each section but the first. Below what GitHub takes."""
    parts = [f"### segc plan: {_safe(told.headline)}", "\n".join(f"- {_safe(line)}" for line in told.about)]
    room = ROOM - sum(map(len, parts))
    for number, section in enumerate(told.sections):
        text = _section(section, opened=number == 0)
        room -= len(text) + 2
        if room < 0:
            parts.append("There is more than a comment takes; `segc plan -v` shows all.")
            break
        parts.append(text)
    return "\n\n".join(parts) + "\n"


def _section(section: Section, *, opened: bool) -> str:
    total = len(section.points) + section.left
    lines = [f"<details{' open' if opened else ''}><summary>{_safe(section.title)} ({total})</summary>", ""]
    for point in section.points:
        lines.append(f"- {_safe(point.text)}")
        for detail in point.details:
            depth = 4 if detail.startswith("  ") else 2
            lines.append(f"{' ' * depth}- {_safe(detail.strip())}")
    if section.left:
        lines.append(f"- and {section.left} more (`segc plan -v` shows all)")
    return "\n".join([*lines, "", "</details>"])


def _safe(text: str) -> str:
    return escape(text)

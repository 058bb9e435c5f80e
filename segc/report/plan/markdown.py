"""A plan as Markdown: a comment on a change, or a job summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.markdown import escape
from segc.report.plan.sections import figures, headline, sections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.plan.shape import Plan
    from segc.report.plan.rows import Section

ROOM = 60_000  # GitHub takes comments of 65,536 characters
FOLDED = ("Permitted as before", "Firewalls", "Reach", "Newly found")


def render(plan: Plan, *, whole: bool = False) -> str:
    """The plan; sections for which there is no room are named."""
    parts = [
        f"### {escape(headline(plan))}",
        f"From {escape(plan['before']['label'])} to {escape(plan['after']['label'])}.",
    ]
    if not plan["empty"] or plan["firewalls"]:
        parts.append(_figures(plan))
        room = ROOM - sum(map(len, parts))
        for section in sections(plan, whole=whole):
            text = "\n".join(_section(section))
            if len(text) > room:
                text = (
                    f"**{escape(section.title)}**: {len(section.rows) + section.left}, for which there is no room here."
                )
            room -= len(text)
            if section.rows:
                parts.append(text)
    return "\n\n".join(parts) + "\n"


def _figures(plan: Plan) -> str:
    rows = [f"| {escape(what)} | {before} | {after} |" for what, before, after in figures(plan)]
    return "\n".join(["| | before | after |", "| --- | --- | --- |", *rows])


def _section(section: Section) -> Iterator[str]:
    folded = section.title.startswith(FOLDED)
    title = escape(section.title)
    yield f"<details><summary>{title}: {len(section.rows) + section.left}</summary>\n" if folded else f"**{title}**\n"
    for row in section.rows:
        places = f" ({', '.join(f'`{place}`' for place in dict.fromkeys(row.places))})" if row.places else ""
        yield f"- {escape(row.text)}{places}"
        yield from (f"  - {escape(note)}" for note in row.notes)
    if section.left:
        yield f"- and {section.left} more"
    if folded:
        yield "\n</details>"

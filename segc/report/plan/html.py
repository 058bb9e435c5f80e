"""A plan as one page of HTML: no script, nothing from elsewhere, light and dark, and fit for paper."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from segc.report.cells import visible

if TYPE_CHECKING:
    from segc.report.plan.story import Section, Story

STYLE = """
:root { color-scheme: light dark; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; border-bottom: 1px solid var(--line); margin-top: 2rem; }
li { margin: .3rem 0; overflow-wrap: anywhere; } li li { font: .85rem/1.4 ui-monospace, monospace; }
.about { opacity: .8; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } ul ul { break-inside: avoid; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def write(told: Story) -> str:
    """The page, whole."""
    about = "".join(f"<br>{_safe(line)}" for line in told.about).removeprefix("<br>")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>segc plan: {_safe(told.headline)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{_safe(told.headline)}</h1>\n<p class="about">{about}</p>\n'
        f"{''.join(map(_section, told.sections))}</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    points = "".join(f"<li>{_safe(point.text)}{_list(point.details)}</li>\n" for point in section.points)
    more = f"<li>and {section.left} more (-v shows all)</li>\n" if section.left else ""
    return f"<section>\n<h2>{_safe(section.title)}</h2>\n<ul>\n{points}{more}</ul>\n</section>\n"


def _list(details: tuple[str, ...]) -> str:
    return f"<ul>{''.join(f'<li>{_safe(one)}</li>' for one in details)}</ul>" if details else ""


def _safe(text: str) -> str:
    return escape(visible(text))

"""The report as one HTML file: nothing is fetched, from anywhere; it works from a USB stick, and without scripts too."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from segc.report.cells import visible
from segc.report.dossier.pictured import filters, things
from segc.report.dossier.sections import sections, stamp, title
from segc.report.picture import svg
from segc.report.quoted import pieces

if TYPE_CHECKING:
    from jinja2 import Template

    from segc.report.dossier.shape import Report

FIGURES = "figures"  # the page has them as cards
# What is too long for paper, and where it is instead: report.css leaves these tables out of print.
ON_PAPER = {
    "zones": "Printed without the machines of each zone: they are on the screen, and in report.md.",
    "conduits": "Printed without the flows of each conduit: they are on the screen, and in report.md.",
}
PAGE = Path(__file__).parent / "page"
_DOT = re.compile(r"\.(?=[a-z])")  # of a name, not of an address


def render(report: Report) -> str:
    """The whole page."""
    script = (PAGE / "report.js").read_text(encoding="utf-8")
    # The browser is told to run this script and no other: text of a policy can never become one.
    digest = b64encode(sha256(script.encode()).digest()).decode("ascii")
    # Safe as it stands: files of this package, the SVG that escapes for itself, and JSON in which no tag can begin.
    data = json.dumps(things(report), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return _template().render(
        title=title(report),
        stamp=stamp(report),
        headline=report["headline"],
        sections=[one for one in sections(report) if one.key != FIGURES],
        on_paper=ON_PAPER,
        filters=filters(report),
        policy=report["policy"],
        style=_safe((PAGE / "report.css").read_text(encoding="utf-8")),
        script=_safe(script),
        script_hash=f"sha256-{digest}",
        svg=_safe(svg.render(report["picture"], embedded=True)),
        data=_safe(data),
    )


def _safe(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - see above


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        keep_trailing_newline=True,
    )
    environment.filters["said"] = pieces
    environment.filters["parted"] = _parted
    return environment.get_template("report.html.j2")


def _parted(text: str) -> Markup:
    """A name, which may go on in the next line behind its dots; behind dashes a browser does that by itself."""
    return _safe(_DOT.sub(".<wbr>", str(escape(visible(text)))))


def _shown(value: Any) -> Any:
    """Text from a policy, with nothing in it that would turn the writing or hide; markup of ours as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value

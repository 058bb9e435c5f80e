"""What segc found, made readable. A format is one module here: add it, and its row below.

Each has a function `render(document, style)`, and knows nothing but the
document of `segc.report.document`, so that no format can say less than another.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from segc.report.shape import Document

FORMATS = {
    "text": "segc.report.text",
    "oneline": "segc.report.oneline",
    "json": "segc.report.jsonout",
    "sarif": "segc.report.sarif",
    "github": "segc.report.github",
    "junit": "segc.report.junit",
    "markdown": "segc.report.markdown",
}


class Style(NamedTuple):
    """How to render: with ANSI colours, how many cells wide, with the summary line, with hints or only their number.

    `accepted`: with the findings that suppressions answer for, in formats that have a place for them.
    """

    colour: bool = False
    width: int = 120
    summary: bool = True
    hints: bool = True
    accepted: bool = False


def render(document: Document, form: str, style: Style | None = None) -> str:
    """The document in one of `FORMATS`; empty, or whole lines."""
    module = import_module(FORMATS[form])
    return cast("str", module.render(document, style or Style()))

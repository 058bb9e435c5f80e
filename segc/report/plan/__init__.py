"""The document segc/plan/1 for people: as text, as Markdown for a comment, and as one page of HTML."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from segc.report.plan.story import story

if TYPE_CHECKING:
    from segc.plan.shape import Plan

FORMATS = ("text", "json", "markdown", "html")


def render(document: Plan, form: str, *, whole: bool = False) -> str:
    """The document in one of `FORMATS`. `whole`: all of every list; JSON always has all."""
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    from segc.report.plan import html, markdown, text

    writer = {"text": text.write, "markdown": markdown.write, "html": html.write}[form]
    return writer(story(document, whole=whole))

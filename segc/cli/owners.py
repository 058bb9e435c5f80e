"""`segc owners`: who answers for what, and who may stop or cut off what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from segc.cli.output import Output


@click.command("owners", short_help="who answers for what")
@options.path
@options.at
@options.answers("text", "json", "cards", "cards-html", "codeowners")
def command(path: str, at: datetime, out: Output) -> int:
    """Tell who owns each zone, conduit, grant, workflow and firewall of the plant in PATH, and who may order a zone
    stopped or cut off, deputies in their order.

    cards: a card a zone, in Markdown; cards-html: the same as a page to print. codeowners: a CODEOWNERS file; a team
    whose contact is a handle such as @org/team is called so there. For others the file says that none is known, and
    the exit code is 1.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.report.figures import owners_text
    from segc.response.cards import cards
    from segc.response.owners import below_repository, document, handles
    from segc.response.sheet_html import html
    from segc.response.sheet_text import markdown

    told = document(plant)
    known = handles(plant)
    forms: dict[str, Callable[[], str]] = {
        "text": lambda: owners_text.render(told),
        "cards": lambda: markdown(cards(told)),
        "cards-html": lambda: html(cards(told), "Who may stop and who may cut off"),
        "codeowners": lambda: owners_text.codeowners(told, known, below_repository(plant)),
    }
    out.answer_as(told, lambda form: forms[form]())
    unknown = sorted({team for teams in told["files"].values() for team in teams} - known.keys())
    if unknown and any(sink.form == "codeowners" for sink in out.sinks):
        out.progress(f"no handle known for {', '.join(unknown)}: give them a `contact` such as @org/team")
        return 1
    return 0

"""`segc owners`: who answers for what, and who may stop or cut off what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("owners", short_help="who answers for what")
@options.path
@options.at
@options.output("text", "json", "cards", "codeowners")
def command(path: str, at: datetime, out: Output) -> int:
    """Tell who owns each zone, conduit, grant, workflow and firewall of the plant in PATH, and who may order a zone
    stopped or cut off, deputies in their order.

    cards: a card a zone, in Markdown, to be printed. codeowners: a CODEOWNERS file; a team whose contact begins with @
    is called so there.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.report.figures import owners_text
    from segc.response.owners import document

    told = document(plant)
    if out.form == "json":
        out.answer_json(told)
    elif out.form == "cards":
        out.answer(owners_text.cards(told))
    elif out.form == "codeowners":
        handles = {name: team.contact for name, team in plant.teams.items() if team.contact.startswith("@")}
        out.answer(owners_text.codeowners(told, handles))
    else:
        out.answer(owners_text.render(told))
    return 0

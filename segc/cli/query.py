"""`segc query`: what becomes of some sessions, and which line says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from datetime import datetime

    from segc.cli.output import Output


@click.command("query", short_help="what becomes of some packets")
@click.argument("question", metavar="'SRC -> DST : SVC'")
@options.path
@click.option("--why", is_flag=True, help="Also show the rendered rule that decides, on each firewall on the way.")
@options.at
@options.answers("text", "json")
def command(question: str, path: str, why: bool, at: datetime, out: Output) -> int:
    """Tell what the policy in PATH does with sessions: allow, pass (inside a zone), alert (let through and
    recorded) or block. For what is refused it names the nearest flow, and what differs.

    SRC and DST are zones, assets, groups or addresses; SVC is a service, `tcp 502`, `udp 161-162`, `icmp`, `proto 47`
    or `any` (the default). Each may be a list with commas.
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant, code=2)
        return 2
    from segc.proof.asking import question as understood
    from segc.proof.duties import Policy
    from segc.proof.query import answer
    from segc.report.figures import asked, asked_text

    policy, wanted = Policy(plant, at), understood(plant, question)
    told = asked.document(asked.Asked(policy, wanted, answer(policy, wanted), why))
    out.answer_as(told, lambda _: asked_text.render(told))
    return 0

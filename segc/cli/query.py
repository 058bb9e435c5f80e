"""`segc query`: what becomes of some sessions, and which line says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from segc.cli.output import Output
    from segc.model.plant import Plant
    from segc.proof.duties import Policy
    from segc.proof.path import Step
    from segc.proof.query import Row
    from segc.source import Span

MOST = 6  # boxes of a row that text spells out


@click.command("query", short_help="what becomes of some packets")
@click.argument("question", metavar="'SRC -> DST : SVC'")
@options.path
@click.option("--why", is_flag=True, help="Also show the rendered rule that decides, on each firewall on the way.")
@options.at
@options.output("text", "json")
def command(question: str, path: str, why: bool, at: datetime, out: Output) -> int:
    """Tell what the policy in PATH does with sessions: allow, pass (inside a zone), alert (let through and
    recorded) or block.

    SRC and DST are zones, assets, groups or addresses; SVC is a service, `tcp 502`, `udp 161-162`, `icmp`, `proto 47`
    or `any` (the default).
    """
    plant, found = api.check(path, at)
    if verdict(found, "error"):
        out.report(found, plant)
        return 2
    from segc.proof.asking import question as understood
    from segc.proof.duties import Policy
    from segc.proof.query import answer

    asked = understood(plant, question)
    policy = Policy(plant, at)
    rows = answer(policy, asked)
    told = [_row(policy, row, why=why) for row in rows]
    if out.form == "json":
        document = {"schema": "segc/query/1", "question": asked.text, "verdict": _overall(rows), "parts": told}
        out.answer(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    else:
        out.answer("".join(f"{line}\n" for line in _text(asked.text, rows, told)))
    return 0


def _overall(rows: Sequence[Row]) -> str:
    """One verdict for all, `partly`, or `nothing` where no packet is asked about."""
    kinds = {row.verdict for row in rows}
    return kinds.pop() if len(kinds) == 1 else ("partly" if kinds else "nothing")


def _row(policy: Policy, row: Row, *, why: bool) -> dict[str, Any]:
    from segc.proof.show import Words

    words = Words(policy.plant)
    crossed: list[str] = []
    if row.source is not None and row.target is not None and row.source != row.target:
        crossed = sorted({*policy.topology.crossed(row.source, row.target), *_at_machines(policy, row)})
    told: dict[str, Any] = {
        "verdict": row.verdict,
        "from": row.source,
        "to": row.target,
        "packets": [words.box(row.family, box) for box in row.boxes],
        "because": _because(policy, row),
        "firewalls": crossed,
    }
    if row.part is not None:
        told |= {"flow": row.part.text, "within": row.part.within, "source": _place(policy.plant, row.part.span)}
    if why and crossed:
        told["rules"] = [step._asdict() for step in _steps(policy, row, crossed)]
    return told


def _at_machines(policy: Policy, row: Row) -> Iterator[str]:
    """The machines' own firewalls that see all packets of a row."""
    from segc.packets.fields import SOURCE, TARGET

    for firewall in policy.topology.at_ends(row.source or "", row.target):
        field = SOURCE if firewall.host is not None and firewall.host.zone == row.source else TARGET
        own = policy.of_host(firewall).of(row.family)
        spans = [span for box in row.boxes for span in box.get(field) or [(-1, -1)]]
        if all(any(first <= low and high <= last for first, last in own) for low, high in spans):
            yield firewall.name


def _steps(policy: Policy, row: Row, crossed: list[str]) -> list[Step]:
    from segc.proof.path import Path

    plant = policy.plant
    behind = {name: policy.topology.behind(plant.firewalls[name], row.source or "") for name in crossed}
    return Path(plant, policy.at).steps(row, crossed, behind)


def _place(plant: Plant, span: Span) -> str:
    from segc.model.places import place

    return place(plant, span)


def _because(policy: Policy, row: Row) -> str:
    if row.part is not None:
        return f"`{row.part.text}` in `{row.part.within}` ({_place(policy.plant, row.part.span)})"
    if row.verdict == "pass":
        return f"both ends are in `{row.source}`: traffic inside a zone is not filtered"
    mode = policy.mode(row.source, row.target)
    nobody = [end for end, zone in (("source", row.source), ("target", row.target)) if zone is None]
    why = f"no zone owns the {' or the '.join(nobody)}" if nobody else "no flow covers it"
    return f"{why}; {row.source or '?'} -> {row.target or '?'} is in {mode}"


def _text(asked: str, rows: Sequence[Row], told: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield f"{asked}: {_overall(rows)}"
    if not rows:
        yield "  no packet has these ends: they have no address family in common, or the service has no packets"
    for row in told:
        for at, box in enumerate(row["packets"][:MOST]):
            yield f"  {row['verdict'] if at == 0 else '':<6} {box}"
        if len(row["packets"]) > MOST:
            yield f"         and {len(row['packets']) - MOST} more"
        yield f"         {row['because']}"
        if row["from"] != row["to"] and row["from"] and row["to"]:
            where = ", ".join(row["firewalls"])
            yield f"         {f'on {where}' if where else 'enforced by nothing: no firewall stands between'}"
        for step in row.get("rules", ()):
            place = f"{step['file']}:{step['line']}: " if step["line"] else ""
            records = "".join(f", recorded as `{prefix.strip()}`" for prefix in step["logs"])
            yield f"         {step['firewall']}: {step['kind']}{records}, {place}{step['text']}"

"""`segc promote`: from recording to enforcing, on evidence; `--demote` back, on nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.diagnostics import SegcError, finding
from segc.model.clock import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from segc.baseline.compare import Entry
    from segc.baseline.promotion import Answer
    from segc.cli.output import Output
    from segc.model.plant import Conduit, Plant
    from segc.source import Source

OTHERS = 3


@click.command("promote", short_help="from recording to enforcing, on evidence")
@click.argument("names", nargs=-1, required=True, metavar="CONDUIT...")
@click.option("--plant", "path", default=".", metavar="PATH", help="The plant. Default: the current folder.")
@options.baseline
@click.option(
    "--approved-by", "approved", multiple=True, metavar="NAME", help="A role or team that agrees; repeatable."
)
@click.option(
    "--by",
    "runner",
    metavar="NAME",
    help="The role or team that does it, for the record in the file. Never a person: version control knows that.",
)
@click.option("--demote", is_flag=True, help="Back to monitor. Needs no evidence and nobody's agreement.")
@click.option("--dry-run", is_flag=True, help="Ask the gate, show the edit, and write nothing.")
@options.at
@options.output("text", file=False)
def command(
    names: tuple[str, ...],
    *,
    path: str,
    folder: str,
    approved: tuple[str, ...],
    runner: str | None,
    demote: bool,
    dry_run: bool,
    at: datetime,
    out: Output,
) -> int:
    """Ask every question that must be answered before CONDUIT is enforced, show what would be stopped, and edit its
    `mode` in the .zone file: one line, for review.

    Nothing is rendered or applied: that is `segc plan` and `segc build`. Exit codes: 0 edited, 1 the gate says no,
    2 no answer.
    """
    if not (dry_run or demote):
        _today_only()
    judged = api.judge(path, at)
    if verdict(judged.found, "error"):
        out.report(judged.found, judged.plant, code=2)
        return 2
    plant = judged.plant
    conduits = [conduit_of(plant, name) for name in dict.fromkeys(names)]
    _known(plant, [*approved, *([runner] if runner else [])])
    mode = "monitor" if demote else "enforce"
    if not demote:
        _together(plant, conduits)
    if all(conduit.mode == mode for conduit in conduits):
        out.progress(f"{', '.join(c.name for c in conduits)}: in {mode} already")
        return 0
    digest, answers = ("", []) if demote else _evidence(plant, conduits, folder, at)
    comment = "" if demote else _comment(digest, approved, runner, date_of(plant, at))
    texts = _texts(conduits, mode, comment)
    after = _after(path, at, plant, conduits, texts, mode)
    if not demote:
        answers += _change(plant, after, conduits, approved, at)
        out.answer("".join(f"{'  ok  ' if one.holds else '  no  '}{one.text}\n" for one in answers))
        pairs = dict.fromkeys(pair for conduit in conduits for pair in conduit.pairs())
        stops = "".join(f"  stops from now on: all that no flow covers, {a} -> {b}\n" for a, b in pairs)
        out.answer(stops)
        if not all(one.holds for one in answers):
            out.progress("the gate says no; nothing was changed")
            return 1
    return _write(texts, path, out, dry_run=dry_run)


def _today_only() -> None:
    """What is edited is edited now: the file is dated, and a freeze or the age of the evidence are today's."""
    if click.get_current_context().get_parameter_source("at") is click.core.ParameterSource.COMMANDLINE:
        message = "a conduit is promoted today: `--at` only asks what the gate would say on another day"
        raise SegcError([finding("bad-question", message, help="ask it with --dry-run")], code=2)


def conduit_of(plant: Plant, name: str) -> Conduit:
    """The conduit of a name. Raises SegcError (exit code 2) with the nearest one that there is."""
    from segc.lang.suggest import nearest

    if name not in plant.conduits:
        close = nearest(name, plant.conduits)
        help_text = _left_out(plant, name) or (f"did you mean `{close}`?" if close else "")
        raise SegcError([finding("bad-question", f"no conduit is called `{name}`", help=help_text)], code=2)
    return plant.conduits[name]


def _left_out(plant: Plant, name: str) -> str:
    """Where a file beside the root declares the conduit and the plant does not use it: a draft that was not taken in."""
    used = {Path(source.path).resolve() for source in plant.sources}
    for file in sorted(plant.root.parent.glob("*.zone")):
        if file.resolve() not in used and _declares(file, name):
            use = f'use "./{file.name}"'
            return f"`{file}` declares it, and the plant does not use that file: write `{use}` in `{plant.root}`"
    return ""


def _declares(file: Path, name: str) -> bool:
    from segc.lang.loader import read_text
    from segc.lang.parser import parse
    from segc.lang.syntax import Token
    from segc.source import Source

    try:
        tree, _ = parse(Source(str(file), read_text(file)))
    except SegcError:
        return False  # it is no help then, and none of the plant's
    heads = (one.items[0] for one in tree.statements if one.word.text == "conduit" and one.items)
    return any(not isinstance(head, Token) and head[0].text == name for head in heads)


def _together(plant: Plant, conduits: list[Conduit]) -> None:
    """Monitor wins where conduits of a pair disagree: one of them alone would change nothing."""
    from segc.baseline.together import Together

    names = [conduit.name for conduit in conduits]
    also = Together(plant).promoted(names)
    if also:
        listed = " ".join([*names, *(one.name for one in also)])
        message = f"conduit `{also[0].name}` opens the same pair of zones and is in monitor, which wins"
        help_text = f"promote them together: segc promote {listed}"
        raise SegcError([finding("promotion-refused", message, also[0].span, help=help_text)], code=1)


def _known(plant: Plant, approved: Sequence[str]) -> None:
    from segc.lang.suggest import nearest

    people = [*plant.roles, *plant.teams]
    for name in approved:
        if name not in people:
            close = nearest(name, people)
            help_text = f"did you mean `{close}`?" if close else "name a role or a team of the plant"
            raise SegcError([finding("bad-question", f"`{name}` is no role and no team", help=help_text)], code=2)


def _evidence(plant: Plant, conduits: list[Conduit], folder: str, at: datetime) -> tuple[str, list[Answer]]:
    from segc.baseline.compare import compare
    from segc.baseline.promotion import Answer, evidence, frozen
    from segc.baseline.readiness import readiness
    from segc.baseline.store import Ledger
    from segc.baseline.together import Together

    gate = api.settings(plant, at).gate
    conduits = [*conduits, *Together(plant).asked([conduit.name for conduit in conduits])]
    answers: list[Answer] = []
    with Ledger.open(folder) as ledger:
        compared = compare(plant, ledger, at, gate)
        ready = {one.conduit.name: one for one in readiness(compared, ledger, gate, {c.name for c in conduits})}
    for conduit in conduits:
        found = ready[conduit.name]
        expected = [one for one in compared.given_up() if _within(one, conduit)]
        told = evidence(compared, found, gate, len(expected))
        answers += (Answer(one.holds, f"{conduit.name}: {one.text}") for one in told)
        answers += (Answer(False, f"  {line}") for line in _denied(found.denied))
        answers += (Answer(True, f"  {line}") for line in _denied(expected))
    return compared.digest, [*answers, frozen(plant, gate, at)]


def _within(entry: Entry, conduit: Conduit) -> bool:
    return any(pair in conduit.pairs() for pair in entry.pairs())


def _denied(entries: Sequence[Entry]) -> Iterator[str]:
    """What would be stopped, the most frequent first."""
    from segc.baseline.store import moment_text
    from segc.baseline.words import service
    from segc.words import count

    for entry in entries[:OTHERS]:
        seen = entry.seen
        sessions = count(seen.n, "session")
        yield f"{seen.src} -> {seen.dst} : {service(seen.key)}, {sessions}, last {moment_text(seen.last)}"
    if len(entries) > OTHERS:
        yield f"and {len(entries) - OTHERS} more (`segc baseline compare` shows all)"


def _comment(digest: str, approved: Sequence[str], runner: str | None, day: date) -> str:
    """The record. Roles and teams only: the file goes to vendors and auditors, and who committed it is in its history."""
    by = f" by {runner}" if runner else ", by whom is not said"
    agreed = f"; agreed: {', '.join(approved)}" if approved else ""
    return f"promoted {day}{by}{agreed}; baseline {digest}"


def _texts(conduits: list[Conduit], mode: str, comment: str) -> dict[str, tuple[Source, str]]:
    """The new texts of files, by path."""
    from segc.baseline.edit import with_mode
    from segc.source import Source

    texts: dict[str, tuple[Source, str]] = {}
    for conduit in sorted(conduits, key=lambda one: -one.span.start):  # from the end: places before stay what they are
        first = conduit.span.source
        text = texts[first.path][1] if first.path in texts else first.text
        texts[first.path] = (first, with_mode(Source(first.path, text), conduit, mode, comment))
    return texts


def _after(
    path: str, at: datetime, plant: Plant, conduits: list[Conduit], texts: dict[str, tuple[Source, str]], mode: str
) -> Plant:
    """The plant with the edit, which must change the modes and nothing else."""
    from segc.baseline.promotion import only_modes

    after = api.judge(path, at, None, {name: text for name, (_, text) in texts.items()})
    names = [conduit.name for conduit in conduits]
    if verdict(after.found, "error"):
        raise SegcError([one for one in after.found if one.severity.word == "error"], code=1)
    if not only_modes(plant, after.plant, names, mode):
        message = f"the edit would change more than the mode of {', '.join(names)}, or not that: nothing was written"
        raise SegcError([finding("promotion-refused", message, conduits[0].span)], code=1)
    return after.plant


def _change(
    before: Plant, after: Plant, conduits: list[Conduit], approved: Sequence[str], at: datetime
) -> Iterator[Answer]:
    from segc.baseline.promotion import agreed, renders
    from segc.plan.side import Side

    side = Side("after", after, at)
    yield from agreed(Side("before", before, at), side, approved)
    yield from renders(side, conduits)


def _write(texts: dict[str, tuple[Source, str]], path: str, out: Output, *, dry_run: bool) -> int:
    from segc.cli.files import difference, rewrite_all

    out.answer("".join(difference(source, text) for source, text in texts.values()))
    if dry_run:
        out.progress("nothing was written (--dry-run)")
        return 0
    rewrite_all(list(texts.values()))  # a pair of which one half is promoted would stay in monitor
    out.progress(f"edited; `segc build` renders it, {_next(path)}")
    return 0


def _next(path: str) -> str:
    """How to see what the edit means: where git has no such plant, segc knows of none as it was."""
    from segc.plan.revision import at_revision

    with suppress(SegcError), at_revision(Path(path), "HEAD"):
        return "`segc plan` shows what it means"
    return "`segc plan --against FOLDER` shows what it means, FOLDER being a copy of the plant as it was"

"""`segc report`: the plant on paper and on screen."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc import api
from segc.cli import options
from segc.cli.check import verdict
from segc.cli.files import replace_all
from segc.cli.in_use import refuse
from segc.diagnostics import SegcError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic
    from segc.report.dossier.facts import Facts

FILES = ("report.html", "report.md", "report.json")


@click.command("report", short_help="the plant as one page: picture, figures, evidence, runbooks")
@options.path
@click.option("-o", "--out", "into", default="out-report", show_default=True, metavar="DIR", help="Write there.")
@click.option(
    "--redact",
    is_flag=True,
    help="Without addresses, contacts and telephone numbers, as far as their form tells them.",
)
@click.option("--against", metavar="REF|DIR", help="Show the trend of the figures from there: of git, or a folder.")
@click.option("--baseline", "learned", metavar="DIR", help="Also tell what of the policy that baseline saw.")
@options.at
@options.output("text", file=False)
def command(
    path: str, into: str, redact: bool, against: str | None, learned: str | None, at: datetime, out: Output
) -> int:
    """Write report.html, report.md and report.json for the plant in PATH.

    The HTML is one file that asks for nothing from outside. Files are rendered, read back and proved on the way, and
    playbooks judged, but nothing of that is written: `segc build` does. All three files are written, or none.
    """
    refuse(Path(into) / name for name in FILES)
    facts, found = _facts(path, at, learned)
    if verdict(found, "error"):
        out.report(found, facts.plant, code=2)
        return 2
    from segc.report.dossier import html, markdown
    from segc.report.dossier.gather import document
    from segc.report.dossier.redact import redacted

    with ExitStack() as stack:
        before = _before(path, against, at, stack, out) if against is not None else None
        report = document(facts, before, against or "")
    if redact:
        report = redacted(report, facts.plant)
    made = (html.render(report), markdown.render(report), json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    texts = dict(zip(FILES, made, strict=True))
    _write(Path(into), texts)
    tally = [one["verdict"] for one in report["evidence"]]
    counts = ", ".join(f"{tally.count(word)} {word}" for word in dict.fromkeys(tally))
    out.answer(f"{len(tally)} requirements: {counts}\nwrote {', '.join(texts)} to `{into}`\n")
    return 0


def _facts(path: str | Path, at: datetime, learned: str | None = None) -> tuple[Facts, Sequence[Diagnostic]]:
    from segc.report.dossier.facts import Facts

    judged = api.judge(path, at, "audit")
    if learned is not None and not verdict(judged.found, "error"):
        from segc.report.dossier import seen

        known = seen.learned(judged.plant, learned, at)
        return Facts(judged.plant, at, judged.found, judged.accepted, known.baseline, known.used), judged.found
    return Facts(judged.plant, at, judged.found, judged.accepted), judged.found


def _before(path: str, against: str, at: datetime, stack: ExitStack, out: Output) -> Facts:
    """The plant as it was. Its figures are computed from memory, so that the folder may be gone by then."""
    from segc.plan.revision import at_revision

    old = Path(against)
    if not old.exists():
        old = stack.enter_context(at_revision(Path(path), against))
    facts, found = _facts(old, at)
    if verdict(found, "error"):
        out.progress(f"`{against}` has errors, so nothing can be compared with it:")
        raise SegcError([one for one in found if one.severity.word == "error"], code=2)
    return facts


def _write(folder: Path, texts: dict[str, str]) -> None:
    """All of them or none; an old report stays until the new one is whole."""
    from segc.diagnostics import finding

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        message = f"`{folder}` cannot be written: {problem.strerror.lower() if problem.strerror else problem}"
        raise SegcError([finding("output-not-written", message)], code=2) from None
    replace_all([(folder / name, text.encode("utf-8", "backslashreplace")) for name, text in texts.items()])

"""What `segc plan` and `segc diff` share: two plants without errors, one document, and the exit code."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from segc import api
from segc.cli import gates
from segc.cli.check import verdict
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from segc.cli.output import Output
    from segc.diagnostics import Diagnostic, Label
    from segc.plan.side import Side
    from segc.source import Source

CHANGED = 3


def gated(command: Callable[..., int]) -> Callable[..., int]:
    """--fail-on and --detailed-exitcode."""
    command = click.option(
        "--detailed-exitcode", "detailed", is_flag=True, help="Exit code 3 where anything changes (1 comes before 3)."
    )(command)
    return click.option("--fail-on", "gates", multiple=True, metavar="GATE", callback=gates.checked, help=gates.HELP)(
        command
    )


def compare(before: Side, after: Side, asked: tuple[str, ...], out: Output, *, detailed: bool) -> int:
    """Write the plan in every format that is asked for. 1 where a gate is hit, 3 for changes if `detailed`, else 0."""
    from segc.plan.document import plan
    from segc.report.plan import render

    document = plan(before, after)
    out.answers(lambda form: render(document, form, whole=out.verbose))
    failed = gates.hit(document, asked)
    for gate in failed:
        out.progress(f"--fail-on {gate}: so it is")
    return 1 if failed else CHANGED if detailed and not document["empty"] else 0


def side(label: str, path: str | Path, at: datetime, out: Output, *, which: str) -> Side:
    """One plant. Raises `SegcError` (exit code 2) that says which one has errors."""
    from segc.plan.side import Side

    plant, found = api.check(path, at)
    if verdict(found, "error"):
        errors = [one for one in found if one.severity.name == "ERROR"]
        message = f"the plant {which} the change, `{label}`, has errors, so that nothing can be compared"
        raise SegcError([*_renamed(errors, str(path), label), finding("unreadable-file", message)], code=2)
    out.detail(f"read {label}")
    return Side(label, plant, at)


def _renamed(found: Sequence[Diagnostic], path: str, label: str) -> Iterator[Diagnostic]:
    """Findings in a commit's files name the commit: nobody knows the folder that they were put into."""
    named: dict[Source, Source] = {}

    def moved(one: Label) -> Label:
        source = one.span.source
        if path != label and source.path.startswith(path) and source not in named:
            below = source.path.removeprefix(path).lstrip("/\\")
            named[source] = replace(source, path=f"{label}:{below or Path(path).name}")
        return replace(one, span=one.span._replace(source=named.get(source, source)))

    for one in found:
        yield replace(one, labels=tuple(map(moved, one.labels)), trace=tuple(map(moved, one.trace)), fixes=())


@contextmanager
def earlier(against: str, plant: Path) -> Iterator[Path]:
    """The plant that `--against` names: a folder or file, else the same plant as a commit has it."""
    from segc.plan.revision import checked_out, commit_of

    path = Path(against)
    if not path.exists():
        with checked_out(against, plant) as there:
            yield there
        return
    if path.parts and not against.startswith((".", "/", "~")) and "/" not in against:
        folder = plant if plant.is_dir() else plant.parent
        if _is_ref(lambda: commit_of(against, folder)):
            raise click.UsageError(f"`{against}` is a path and a commit; write ./{against} or {against}^0")
    yield path


def _is_ref(ask: Callable[[], Any]) -> bool:
    try:
        return ask() is not None
    except SegcError:  # no git: then it is a path
        return False

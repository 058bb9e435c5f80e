"""`segc fmt`: the one style, for files and for editors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from segc.cli import options
from segc.diagnostics import SegcError, finding
from segc.lang.formatter import format_text
from segc.lang.loader import read_text
from segc.source import Source
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.cli.output import Output

STDIN = "-"


@click.command("fmt", short_help="the one style")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file is not in the style.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change, as a diff. Exits as --check does.")
@options.output("text", file=False)
def command(paths: tuple[str, ...], check: bool, diff: bool, out: Output) -> int:
    """Format files: those named, and every .zone file below the folders named (default: this folder).

    PATH `-` reads stdin and writes to stdout.
    """
    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("`-` stands alone: it is stdin")
    run = _Run(out, look_only=check or diff, diff=diff)
    for path in _files(paths or (".",)):
        run.file(path)
    return run.end()


class _Run:
    """One call: what happened to each file, and the exit code that this makes."""

    def __init__(self, out: Output, *, look_only: bool, diff: bool) -> None:
        self.out = out
        self.look_only = look_only
        self.diff = diff
        self.changed = self.kept = self.failed = self.code = 0

    def file(self, path: str) -> None:
        """Format one file. A fault in it is told, and the next one's turn comes."""
        try:
            source = _read(path)
            text = format_text(source)
            if path == STDIN and not self.look_only:
                self.out.answer(text)
            elif text == source.text:
                self.kept += 1
            else:
                self._changed(source, text)
        except SegcError as problem:
            from segc.cli.output import Output

            Output(color=self.out.color, stream=sys.stderr).report(problem.diagnostics, summary=False)
            self.failed += 1
            self.code = max(self.code, problem.code)

    def _changed(self, source: Source, text: str) -> None:
        from segc.cli.files import difference, rewrite

        if self.diff:
            self.out.answer(difference(source, text))
        elif self.look_only:
            self.out.answer(f"would format {source.path}\n")
        else:
            rewrite(source, text)
            self.out.answer(f"formatted {source.path}\n")
        self.changed += 1

    def end(self) -> int:
        """Sum up; gives the exit code."""
        parts = []
        if self.changed:
            parts.append(f"{count(self.changed, 'file')} {'to format' if self.look_only else 'formatted'}")
        if self.kept:
            parts.append(f"{count(self.kept, 'file')} in the style already")
        if self.failed:
            parts.append(f"{count(self.failed, 'file')} with errors")
        if parts:
            self.out.progress(", ".join(parts))
        return max(self.code, int(self.look_only and self.changed > 0))


def _read(path: str) -> Source:
    if path != STDIN:
        return Source(path, read_text(Path(path)))
    try:
        return Source("<stdin>", sys.stdin.buffer.read().decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        message = f"stdin is not UTF-8: byte {problem.object[problem.start]:#04x} at offset {problem.start}"
        raise SegcError([finding("not-utf-8", message)], code=2) from None


def _files(paths: tuple[str, ...]) -> Iterator[str]:
    """Files by name as given; of folders, all .zone files but hidden ones. Each once."""
    seen = set()
    for given in paths:
        folder = Path(given)
        inside = [given]
        if given != STDIN and folder.is_dir():
            inside = [str(file) for file in sorted(folder.rglob("*.zone")) if _counts(file, folder)]
            if not inside:
                raise SegcError([finding("unreadable-file", f"there is no .zone file in `{given}`")], code=2)
        for path in inside:
            if path not in seen:
                seen.add(path)
                yield path


def _counts(file: Path, folder: Path) -> bool:
    return file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)

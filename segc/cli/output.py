"""Where words go: answers to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from segc.diagnostics import SegcError, finding
from segc.report import Style, render
from segc.report.cells import visible
from segc.report.colour import wanted
from segc.report.document import document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant

WIDTH = 120


def prepare() -> None:
    """Let no character that the terminal's encoding lacks stop an answer."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def emit(text: str, stream: TextIO | None) -> None:
    """Write, now. A reader that went away, as `head` does, is no fault: the exit code tells the verdict."""
    if stream is None or not text:  # stdout may be closed from the start
        return
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _to_nowhere(stream)
    except OSError as problem:
        _to_nowhere(stream)
        reason = os.strerror(problem.errno or 0).lower()
        message = f"the answer cannot be written: {reason}"
        raise SegcError([finding("output-not-written", message)], code=2) from None


def _to_nowhere(stream: TextIO) -> None:
    """What is left in the buffer would fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say(text: str) -> None:
    """A line or more to stderr."""
    emit("\n".join(visible(line) for line in text.split("\n")) + "\n", sys.stderr)


class Output:
    """How a verb speaks: the answer in a format to stdout or a file, progress to stderr."""

    def __init__(
        self,
        form: str = "text",
        file: str | None = None,
        color: str = "auto",
        *,
        quiet: bool = False,
        verbose: bool = False,
        stream: TextIO | None = None,
    ) -> None:
        self.form = form
        self.file = None if file == "-" else file
        self.color = color
        self.quiet = quiet
        self.verbose = verbose
        self.stream = stream if stream is not None else sys.stdout
        self.hints = False

    def report(self, found: Sequence[Diagnostic], plant: Plant | None = None, *, summary: bool = True) -> None:
        """Findings are the answer."""
        style = self._style(summary=summary and not self.quiet)
        self.answer(render(document(found, plant), self.form, style))

    def answer(self, text: str) -> None:
        """Write the answer, whole or not at all."""
        if self.file is None:
            emit(text, self.stream)
            return
        from segc.cli.files import replace

        replace(Path(self.file), text.encode("utf-8", "backslashreplace"))

    def progress(self, text: str) -> None:
        """Tell what was done."""
        if not self.quiet:
            say(text)

    def detail(self, text: str) -> None:
        """Tell what only `-v` wants to know."""
        if self.verbose:
            say(text)

    def _style(self, *, summary: bool) -> Style:
        terminal = self.file is None and self.stream is not None and self.stream.isatty()
        width = WIDTH
        if terminal:
            try:
                width = os.get_terminal_size(self.stream.fileno()).columns or WIDTH
            except OSError:  # a terminal without a size
                width = WIDTH
        return Style(wanted(self.color, os.environ, terminal=terminal), width, summary, self.verbose or self.hints)

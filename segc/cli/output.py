"""Where words go: answers to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import sys
from copy import copy
from typing import TYPE_CHECKING, TextIO

from segc.cli.sinks import Sink
from segc.diagnostics import SegcError, finding
from segc.report import FORMATS, Style, render
from segc.report.cells import visible
from segc.report.colour import wanted
from segc.report.document import document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from segc.diagnostics import Diagnostic
    from segc.lang.suppress import Accepted
    from segc.model.plant import Plant
    from segc.report.shape import Asserted, Compared

WIDTH = 120
NO_ANSWER = 2  # the exit code
JSON = "json"


def prepare() -> None:
    """Let no character that the terminal's encoding lacks stop an answer."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def emit(text: Iterable[str], stream: TextIO | None) -> None:
    """Write, now; a text, or the parts of one. A reader that went away, as `head` does, is no fault: the exit code tells the
    verdict.
    """
    if stream is None or not text:  # it may be closed from the start
        return
    try:
        stream.writelines((text,) if isinstance(text, str) else text)
        stream.flush()
    except BrokenPipeError:
        _to_nowhere(stream)
    except OSError as problem:
        raise unwritten(stream, os.strerror(problem.errno or 0).lower()) from None


def unwritten(stream: TextIO | None, reason: str) -> SegcError:
    """A stream that takes no answer; nothing more goes there."""
    if stream is not None:
        _to_nowhere(stream)
    return SegcError([finding("output-not-written", f"the answer cannot be written: {reason}")], code=2)


def _to_nowhere(stream: TextIO) -> None:
    """What is left in the buffer would fail again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class Json:
    """A document as it is published, in parts."""

    def __init__(self, document: object) -> None:
        self.document = document

    def __iter__(self) -> Iterator[str]:
        """From the start, each time."""
        from segc.targets.jsontext import json_pieces

        yield from json_pieces(self.document)
        yield "\n"


def _encoded(text: str | Json) -> Iterator[bytes]:
    for part in (text,) if isinstance(text, str) else text:
        yield part.encode("utf-8", "backslashreplace")


def say(text: str) -> None:
    """A line or more to stderr."""
    emit("\n".join(visible(line) for line in text.split("\n")) + "\n", sys.stderr)


class Output:
    """How a verb speaks: the answer in its formats to stdout and files, progress to stderr."""

    def __init__(
        self,
        form: str = "text",
        sinks: Sequence[Sink] = (),
        color: str = "auto",
        *,
        quiet: bool = False,
        verbose: bool = False,
        stream: TextIO | None = None,
        findings: bool = False,
    ) -> None:
        """With `findings`, they are what the files are for; else files hold another answer, and findings never go there."""
        self.form = form
        self.sinks = tuple(sinks) or (Sink(form, None, main=True),)
        self.color = color
        self.quiet = quiet
        self.verbose = verbose
        self.stream = stream if stream is not None else sys.stdout
        self.hints = False
        self.accepted: Sequence[Accepted] = ()
        self.show_accepted = verbose
        self.reported = False
        self.findings = findings

    def report(
        self,
        found: Sequence[Diagnostic],
        plant: Plant | None = None,
        *,
        summary: bool = True,
        code: int = 0,
        level: str = "error",
        compared: Sequence[Compared] = (),
        asserted: Sequence[Asserted] = (),
        main: bool = True,
    ) -> None:
        """Findings are the answer, in every format that is asked for; where files are for something else, to the stream
        alone.

        `code` and `level` are how the run ends and why. Without `main`, only reports of named formats are written: the
        answer is something else.
        """
        self.reported = True
        made = document(found, plant, self.accepted, {"exit_code": code, "fail_level": level}, compared, asserted)
        sinks = self.sinks if self.findings else (Sink(self.form, None, main=True),)
        chosen = [sink for sink in sinks if main or not sink.main]
        shown = summary and not self.quiet
        # A format of some verb's answer is none of findings; they are told as text then.
        forms = [(sink, sink.form if sink.form in FORMATS else "text") for sink in chosen]
        self._write([(sink, render(made, form, self._style(sink, summary=shown))) for sink, form in forms])
        if code == NO_ANSWER and not self.findings:
            self.left_alone()

    def left_alone(self) -> None:
        """Say that files are as they were: there is no answer."""
        files = [f"`{sink.file}`" for sink in self.sinks if sink.file is not None]
        if files:
            self.progress(f"nothing was written to {', '.join(files)}")

    def report_failure(self, problem: SegcError) -> None:
        """What stopped a verb, in the files that hold findings, so that none of an earlier run is taken for it."""
        if self.findings and not self.reported:
            other = copy(self)
            other.sinks = tuple(sink for sink in self.sinks if sink.file is not None or not sink.main)
            other.report(problem.diagnostics, code=problem.code)

    def answer(self, text: str) -> None:
        """Write the answer, whole or not at all."""
        self._answer([(sink, text) for sink in self.sinks if sink.main])

    def answer_json(self, document: object) -> None:
        """Write a document as the answer, as JSON and no other way."""
        self._answer([(sink, Json(document)) for sink in self.sinks if sink.main])

    def answer_as(self, document: object, told: Callable[[str], str], beside: Mapping[Path, str] | None = None) -> None:
        """Write a document as the answer, in every format that is asked for; `told` knows all but JSON.

        `beside`: texts of other files, which are written where all of it can be, and not otherwise.
        """
        forms = {sink.form for sink in self.sinks}
        texts = {form: Json(document) if form == JSON else told(form) for form in sorted(forms)}
        others = [(Sink("", file), text) for file, text in (beside or {}).items()]
        self._answer([*others, *((sink, texts[sink.form]) for sink in self.sinks)])

    def to(self, stream: TextIO) -> Output:
        """The same, with another stream for what would go to stdout."""
        other = copy(self)
        other.stream = stream
        return other

    def progress(self, text: str) -> None:
        """Tell what was done."""
        if not self.quiet:
            say(text)

    def detail(self, text: str) -> None:
        """Tell what only `-v` wants to know."""
        if self.verbose:
            say(text)

    def _answer(self, texts: Sequence[tuple[Sink, str | Json]]) -> None:
        """As `_write`, for what the exit code does not tell: nobody must take silence for an answer."""
        if sys.stdout is None and self.stream is None and any(sink.file is None and text for sink, text in texts):
            raise unwritten(None, "stdout is closed")
        self._write(texts)

    def _write(self, texts: Sequence[tuple[Sink, str | Json]]) -> None:
        """Files first, all of them or none, so that nothing is said where they cannot be written."""
        files = [(sink.file, _encoded(text)) for sink, text in texts if sink.file is not None]
        if files:
            from segc.cli.files import replace_all

            replace_all(files)
        for sink, text in texts:
            if sink.file is None:
                emit(text, self.stream)

    def _style(self, sink: Sink, *, summary: bool) -> Style:
        terminal = sink.file is None and self.stream is not None and self.stream.isatty()
        width = WIDTH
        if terminal:
            try:
                width = os.get_terminal_size(self.stream.fileno()).columns or WIDTH
            except OSError:  # a terminal without a size
                width = WIDTH
        colour = wanted(self.color, os.environ, terminal=terminal)
        return Style(colour, width, summary, self.verbose or self.hints, self.show_accepted)

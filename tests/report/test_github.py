"""Workflow commands: what is escaped, what GitHub would drop, and that no policy gives a command."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segc.diagnostics import Diagnostic, finding
from segc.report import Style, render
from segc.report.cells import visible
from segc.report.document import document
from segc.source import Source, Span
from tests.report.findings import traced, unknown_asset

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def shown(*found: Diagnostic, hints: bool = True) -> list[str]:
    return render(document(found), "github", Style(hints=hints)).splitlines()


def decoded(text: str) -> str:
    """What the runner makes of escapes (ActionCommand.cs: `%25` last)."""
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner reads it: up to the first `::`, then pairs between commas."""
    command = COMMAND.fullmatch(line)
    assert command, line
    pairs = dict(pair.split("=", 1) for pair in command[2].split(","))
    message = command[3]
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(escape, character)
    return command[1], {key: decoded(value) for key, value in pairs.items()}, message


def test_an_annotation_has_its_place() -> None:
    kind, properties, message = parsed(shown(unknown_asset())[0])
    assert (kind, message) == ("error", "no asset is called `filer-plc`\nfix: replace with `filler-plc`")
    assert properties == {
        "file": "plant/line3.zone",
        "line": "15",
        "endLine": "15",
        "col": "16",
        "endColumn": "25",
        "title": "SEG201 unknown-name",
    }


def test_columns_only_where_start_and_end_are_on_one_line() -> None:
    where = Source("a.zone", "a {\n}\n")
    _, properties, _ = parsed(shown(finding("unclosed-scope", "no", Span(where, 0, 5)))[0])
    assert (properties["line"], properties["endLine"]) == ("1", "2")
    assert not {"col", "endColumn"} & set(properties)


NASTY = st.text(st.sampled_from("%:,=\n\r;]#[025ADCa \u202e\x1b"), max_size=20)


@given(message=NASTY.map(lambda text: f"m{text}m"), path=NASTY.map(lambda text: f"d{text}.zone"))
@example(message="100%25 of 50%0A, %3A", path="a%2Cb%25,c:d.zone")
def test_whatever_is_said_comes_back_and_stays_one_line(message: str, path: str) -> None:
    place = Span(Source(path, "x\n"), 0, 1)
    one = finding("unknown-name", message, place, notes=("a\nb",))
    text = render(document([one]), "github", Style(summary=False))
    assert text.count("\n") == 1
    kind, properties, said = parsed(text.rstrip("\n"))
    assert (kind, properties["file"]) == ("error", path)
    assert said == f"{visible(message)}\na\u240ab"


def test_what_is_beyond_ten_is_counted_and_listed() -> None:
    where = Source("a.zone", "x\n")
    ten = [finding("unknown-name", f"error {number}", Span(where, 0, 1)) for number in range(10)]
    assert len([line for line in shown(*ten) if line.startswith("::error")]) == 10
    more = [*ten, *(finding("unknown-name", f"late {number}", Span(where, 0, 1)) for number in range(3))]
    lines = shown(*more, *(finding("empty-zone", f"warning {number}", Span(where, 0, 1)) for number in range(2)))
    assert len([line for line in lines if line.startswith("::error")]) == 10
    assert "4 more errors" in next(line for line in lines if "title=segc::" in line)
    assert len([line for line in lines if line.startswith("::warning")]) == 2
    listed = [line for line in lines if line.startswith("  ")]
    assert [line.rsplit(": ", 1)[1] for line in listed] == ["error 9", "late 0", "late 1", "late 2"]


def test_hints_wait_as_in_text() -> None:
    hint = finding("unused-name", "no", Span(Source("a.zone", "x\n"), 0, 1))
    assert shown(hint, hints=False) == ["1 hint (-v shows hints)"]
    assert shown(hint)[0].startswith("::notice file=a.zone,")


@pytest.mark.parametrize("text", ["::add-mask::x", "##[error]x", "  ::stop-commands::x", "\n::error::x"])
def test_no_text_of_a_policy_becomes_a_command(text: str) -> None:
    found = [finding("unknown-name", text, Span(Source(f"{text}.zone", "x\n"), 0, 1)) for _ in range(12)]
    lines = shown(*found, traced())
    for line in lines:
        assert line.startswith("::error ") or ("::" not in line and "##[" not in line)

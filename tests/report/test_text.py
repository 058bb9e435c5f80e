"""Findings as text: carets where they belong, whatever the line holds."""

from __future__ import annotations

from textwrap import dedent

from segc.diagnostics import Diagnostic, Fix, Label, Severity, finding
from segc.report import Style, render
from segc.report.document import document
from segc.source import Source, Span
from tests.report.findings import source, span, traced, unknown_asset


def shown(*found: Diagnostic, width: int = 120, colour: bool = False) -> str:
    """The text of these findings, without the summary."""
    return render(document(found), "text", Style(colour, width, summary=False))


def under(text: str, marked: str, width: int = 120) -> list[str]:
    """What stands right of the gutter for one marked text: the source line and its marks."""
    where = source(text, "a.zone")
    lines = shown(finding("unknown-name", "no", span(where, marked), "here"), width=width).splitlines()
    return [line[4:] for line in lines[3:]]


def test_the_example_of_the_architecture() -> None:
    assert shown(unknown_asset()) == dedent(
        """\
        error[SEG201] unknown-name: no asset is called `filer-plc`
          --> plant/line3.zone:15:16
           |
         7 |   asset filler-plc 10.3.0.11 {
           |         ---------- a close name is declared here
        ...
        15 |   allow ews -> filer-plc : s7comm
           |                ^^^^^^^^^ not found in zone `filling`
           |
           = fix: replace with `filler-plc` (safe: `segc check --fix`)
        """
    )


def test_other_files_follow_the_primary_one() -> None:
    here, there = source("net 10.3.0.128/25\n", "b.zone"), source("\n\nnet 10.3.0.0/24\n", "a.zone")
    also = ((span(there, "10.3.0.0/24"), "and belong to `filling`"),)
    one = finding("overlapping-networks", "two claims", span(here, "10.3.0.128/25"), "claimed here", also=also)
    assert shown(one) == dedent(
        """\
        error[SEG304] overlapping-networks: two claims
         --> b.zone:1:5
          |
        1 | net 10.3.0.128/25
          |     ^^^^^^^^^^^^^ claimed here
          |
         ::: a.zone:3:5
          |
        3 | net 10.3.0.0/24
          |     ----------- and belong to `filling`
        """
    )


def test_marks_of_one_line_stand_below_each_other() -> None:
    where = source("link a -- b\n", "a.zone")
    one = finding("link-to-itself", "no", span(where, "b"), "second", also=((span(where, "a"), "first"),))
    assert shown(one).splitlines()[3:] == ["1 | link a -- b", "  |      - first", "  |           ^ second"]


def test_adjacent_lines_have_no_dots_between_them() -> None:
    where = source("a\nb\nc\nd\n", "a.zone")
    one = finding("unknown-name", "no", span(where, "a"), also=((span(where, "b"), ""), (span(where, "d"), "")))
    assert shown(one).splitlines()[3:] == ["1 | a", "  | ^", "2 | b", "  | -", "...", "4 | d", "  | -"]


def test_the_steps_of_a_trace_keep_their_order() -> None:
    assert shown(traced()) == dedent(
        """\
        error[SEG201] unknown-name: `a` can work its way to `d`
         --> plant/line.zone:2:8
          |
        2 | assert never a -> d
          |        ^^^^^^^^^^^^ this fails
          |
         ::: plant/office.zone:1:1
          |
        1 | a -> b
          | ------ 1. hop over `a -> b`
        ...
        3 | c -> d
          | ------ 2. hop over `c -> d`
          |
         ::: plant/office.zone:2:1
          |
        2 | b -> c
          | ------ 3. hop over `b -> c`
        """
    )


def test_what_stands_below() -> None:
    where = source("x\n", "a.zone")
    one = finding(
        "unknown-name",
        "no",
        span(where, "x"),
        notes=("one", "two\nlines"),
        help="do",
        fixes=(Fix("by hand"),),
    )
    assert shown(one).splitlines()[5:] == [
        "  |",
        "  = note: one",
        "  = note: two",
        "          lines",
        "  = help: do",
        "  = fix: by hand",
    ]


def test_a_finding_without_a_place() -> None:
    one = finding("nothing-to-build", "the plant has no firewall", help="declare one")
    assert shown(one) == ("error[SEG712] nothing-to-build: the plant has no firewall\n  = help: declare one\n")


def test_findings_are_apart_by_one_blank_line_and_the_summary_is_last() -> None:
    one = finding("nothing-to-build", "no")
    text = render(document([one, one.at(Severity.WARNING)]), "text")
    assert text.splitlines() == [
        "error[SEG712] nothing-to-build: no",
        "",
        "warning[SEG712] nothing-to-build: no",
        "",
        "1 error, 1 warning",
    ]


def test_tabs_are_expanded() -> None:
    assert under("\tnet\tx\n", "x") == ["    net x", "        ^ here"]


def test_wide_characters_take_two_cells_and_accents_none() -> None:
    assert under('zone "灌装" x\n', "x") == ['zone "灌装" x', "            ^ here"]
    assert under('zone "e\u0301" x\n', "x") == ['zone "e\u0301" x', "         ^ here"]


def test_what_a_terminal_would_obey_is_made_visible() -> None:
    assert under("a\x1b[31m x\n", "x") == ["a␛[31m x", "       ^ here"]
    assert under("a\u202e x\n", "x") == ["a<U+202E> x", "          ^ here"]
    evil = finding("unknown-name", "no `\x1b[2J\r\u2066`")
    assert shown(evil) == "error[SEG201] unknown-name: no `␛[2J␍<U+2066>`\n"


def test_the_end_of_a_line_and_of_a_file_can_be_pointed_at() -> None:
    where = source("allow a ->\n", "a.zone")
    for start, number, text, column in ((10, 1, "allow a ->", 10), (11, 2, "", 0)):
        lines = shown(finding("wrong-shape", "no", Span(where, start, start + 1), "due")).splitlines()[3:]
        assert lines == [f"{number} | {text}".rstrip(), "  | " + " " * column + "^ due"]


def test_an_empty_file() -> None:
    where = Source("a.zone", "")
    assert shown(finding("missing-version", "no", Span(where, 0, 1))).splitlines()[3:] == ["1 |", "  | ^"]


def test_windows_line_ends_leave_no_trace() -> None:
    assert under("net x\r\nmore\r\n", "x") == ["net x", "    ^ here"]


def test_a_place_of_several_lines_shows_its_first_and_its_last() -> None:
    where = source("zone a {\n  level 2\n}\nrest\n", "a.zone")
    one = Diagnostic("empty-zone", "no", (Label(Span(where, 5, where.text.index("}") + 1), "all this"),))
    assert shown(one).splitlines()[3:] == [
        "1 | zone a {",
        "  |      ^^^ begins here",
        "...",
        "3 | }",
        "  | ^ all this",
    ]


def test_a_long_line_is_cut_round_the_place() -> None:
    text = "a" * 200 + " marked " + "b" * 200
    (line, carets) = under(text + "\n", "marked", width=60)
    assert len(line) <= 60
    assert line.startswith("...")
    assert line.endswith("...")
    at = line.index("marked")
    assert carets == " " * at + "^^^^^^ here"


def test_a_long_line_is_shown_once_for_each_place() -> None:
    where = source("first " + "x" * 300 + " second\n", "a.zone")
    one = finding("unknown-name", "no", span(where, "second"), "b", also=((span(where, "first"), "a"),))
    lines = [line[4:] for line in shown(one, width=60).splitlines()[3:]]
    assert len(lines) == 4
    assert lines[1] == "----- a"
    assert lines[0].startswith("first x")
    assert lines[3] == " " * lines[2].index("second") + "^^^^^^ b"


def test_a_place_that_is_longer_than_the_page() -> None:
    line, carets = under("x " + "y" * 500 + "\n", "y" * 500, width=60)
    assert max(len(line), len(carets)) <= 66


def test_a_line_of_megabytes_costs_no_megabytes() -> None:
    where = source("x" * 2_000_000 + " here " + "y" * 2_000_000, "a.zone")
    found = [finding("unknown-name", "no", span(where, "here"), str(n)) for n in range(50)]
    entry = document(found)["diagnostics"][0]["labels"][0]
    assert len(entry["lines"]["1"]) < 2000
    text = shown(*found)
    assert len(text) < 50 * 500
    lines = text.splitlines()
    assert lines[4].index("^") == lines[3].index("here")


def test_colours_change_nothing_but_colours() -> None:
    import re

    plain, bright = shown(unknown_asset(), traced()), shown(unknown_asset(), traced(), colour=True)
    assert "\x1b[" in bright
    assert re.sub(r"\x1b\[[0-9;]*m", "", bright) == plain
    assert "\x1b[1;31merror[SEG201]\x1b[0m" in bright

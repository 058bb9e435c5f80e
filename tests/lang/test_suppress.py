"""`# segc: allow NAME until DATE -- reason`: what it silences, and what it must never silence."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import segc.lang
import segc.model
from segc.catalogue import CATALOGUE
from segc.diagnostics import Diagnostic, Severity, finding
from segc.lang.comments import comments
from segc.lang.formatter import format_text
from segc.lang.reader import read, tokens
from segc.lang.suppress import Suppressions, apply, can_be_suppressed
from segc.lang.syntax import END
from segc.source import Source, Span
from tests.lang.soup import mutations, token_soup, valid_texts

TODAY = date(2026, 10, 1)
ALLOW = "# segc: allow missing-owner until 2027-01-31 -- the works council decides in January"


def at(source: Source, line: int, name: str = "missing-owner") -> Diagnostic:
    start = source.starts()[line - 1]
    return finding(name, "m", Span(source, start, start + 1))


def names(found: list[Diagnostic]) -> list[str]:
    return [one.name for one in found]


def left(text: str, line: int, name: str = "missing-owner", today: date = TODAY) -> list[str]:
    source = Source("x.zone", text)
    return names(apply([at(source, line, name)], [source], today))


def said(comment: str) -> list[Diagnostic]:
    source = Source("x.zone", comment + "\nzone a\n")
    return apply([], [source], TODAY)


def test_a_comment_on_the_line_above_or_on_the_line() -> None:
    assert left(f"{ALLOW}\nzone a\n", 2) == []
    assert left(f"zone a {{ level 2 }}  {ALLOW}\n", 1) == []
    assert left(f"zone b\n  {ALLOW}\n  zone a\n", 3) == []


def test_only_that_line_and_only_that_finding() -> None:
    assert left(f"{ALLOW}\nzone a\nzone b\n", 3) == ["missing-owner", "unused-suppression"]
    assert left(f"{ALLOW}\n\nzone b\n", 3) == ["missing-owner", "unused-suppression"]
    assert left(f"zone a  {ALLOW}\nzone b\n", 2) == ["missing-owner", "unused-suppression"]
    assert left(f"{ALLOW}\nzone a\n", 2, "missing-authority") == ["missing-authority", "unused-suppression"]


def test_several_comments_above_one_line() -> None:
    other = ALLOW.replace("missing-owner", "SEG602")
    source = Source("x.zone", f"{ALLOW}\n# why it is so\n{other}\nzone a\n")
    found = [at(source, 4), at(source, 4, "missing-authority")]
    assert apply(found, [source], TODAY) == []


def test_by_code_as_well_as_by_name() -> None:
    assert left(ALLOW.replace("missing-owner", CATALOGUE["missing-owner"].code) + "\nzone a\n", 2) == []


def test_the_last_day_is_included() -> None:
    text = f"{ALLOW}\nzone a\n"
    assert left(text, 2, today=date(2027, 1, 31)) == []
    assert left(text, 2, today=date(2027, 2, 1)) == ["missing-owner", "expired-suppression"]
    source = Source("x.zone", text)
    assert names(apply([], [source], date(2027, 2, 1))) == ["expired-suppression"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# segc: allow missing-owner until 2027-01-31", "reason"),
        ("# segc: allow missing-owner until 2027-01-31 --", "reason"),
        ("# segc: allow missing-owner until 2027-01-31 --   ", "reason"),
        ("# segc: allow missing-owner until 2027-01-31 because", "`because`"),
        ("# segc: allow missing-owner -- reason", "last day"),
        ("# segc: allow missing-owner until -- reason", "`--`"),
        ("# segc: allow missing-owner until tomorrow -- reason", "`tomorrow`"),
        ("# segc: allow missing-owner until 2027-02-30 -- reason", "2027-02-30"),
        ("# segc: allow missing-owner until 2027/01/31 -- reason", "2027/01/31"),
        ("# segc: allow missing-ownr until 2027-01-31 -- reason", "`missing-ownr`"),
        ("# segc: allow until 2027-01-31 -- reason", "`until`"),
        ("# segc: alow missing-owner until 2027-01-31 -- reason", "not understood"),
        ("#segc:", "not understood"),
        ("# segc: allow unknown-name until 2027-01-31 -- reason", "cannot be suppressed"),
        ("# segc: allow SEG201 until 2027-01-31 -- reason", "cannot be suppressed"),
        ("# segc: allow unused-suppression until 2027-01-31 -- reason", "cannot be suppressed"),
    ],
)
def test_what_is_no_suppression_is_said_to_be_none(comment: str, message: str) -> None:
    found = said(comment)
    assert names(found) == ["bad-suppression"]
    assert message in found[0].message
    assert found[0].primary is not None
    assert found[0].primary.span.text == comment.rstrip()


def test_a_misspelt_name_has_a_fix_that_nobody_applies_unasked() -> None:
    found = said("# segc: allow missing-ownr until 2027-01-31 -- reason")
    (fix,) = found[0].fixes
    assert not fix.safe
    assert (fix.edits[0].span.text, fix.edits[0].text) == ("missing-ownr", "missing-owner")


def test_a_hash_inside_a_string_is_no_comment() -> None:
    text = f'zone a "{ALLOW}"\n'
    assert left(text, 1) == ["missing-owner"]
    assert left(f'zone a "x" {ALLOW}\n', 1) == []


def test_prose_about_segc_is_no_suppression() -> None:
    assert said("# segc allows it, see the handbook") == []


def test_the_library_is_taken_at_its_word() -> None:
    assert Suppressions.read(Source("std/x", "# segc: nonsense\n", builtin=True)) == Suppressions((), ())


def test_an_unused_one_can_be_removed_safely() -> None:
    for text, expected in (
        (f"zone a\n  {ALLOW}\nzone b\n", "zone a\nzone b\n"),
        (f"zone a  {ALLOW}\nzone b\n", "zone a\nzone b\n"),
        (f"zone a\n{ALLOW}", "zone a\n"),
    ):
        source = Source("x.zone", text)
        (unused,) = apply([], [source], TODAY)
        assert (unused.name, unused.severity) == ("unused-suppression", Severity.WARNING)
        (edit,) = unused.fixes[0].edits
        assert text[: edit.span.start] + edit.text + text[edit.span.end :] == expected


def test_nothing_is_unused_where_the_checks_did_not_run() -> None:
    source = Source("x.zone", f"{ALLOW}\nzone a\nzone a\n")
    assert names(apply([at(source, 3, "duplicate-name")], [source], TODAY)) == ["duplicate-name"]


def test_another_file_with_the_same_line_is_another_file() -> None:
    one, two = Source("x.zone", f"{ALLOW}\nzone a\n"), Source("y.zone", "\nzone a\n")
    assert names(apply([at(one, 2), at(two, 2)], [one, two], TODAY)) == ["missing-owner"]


def test_findings_about_no_place_stay() -> None:
    source = Source("x.zone", f"{ALLOW}\nzone a\n")
    found = apply([finding("missing-owner", "m"), at(source, 2)], [source], TODAY)
    assert names(found) == ["missing-owner"]


def test_a_finding_raised_to_an_error_that_stops_the_build_cannot_be_silenced() -> None:
    source = Source("x.zone", f"{ALLOW.replace('missing-owner', 'empty-zone')}\nzone a\n")
    warning = at(source, 2, "empty-zone")
    assert apply([warning], [source], TODAY) == []
    assert "empty-zone" in names(apply([warning.at(Severity.ERROR)], [source], TODAY))


def said_by_the_front_end() -> set[str]:
    """Names of findings that segc.lang and segc.model make, read from their code."""
    found: set[str] = set()
    for package in (segc.lang, segc.model):
        for file in Path(str(package.__file__)).parent.glob("*.py"):
            if file.name != "suppress.py":
                nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
                found |= {text for text in texts if isinstance(text, str) and text in CATALOGUE}
    return found


def test_no_error_of_the_front_end_can_be_suppressed() -> None:
    made = said_by_the_front_end()
    assert len(made) > 40
    errors = {name for name in made if CATALOGUE[name].severity == "error"}
    assert not {name for name in errors if can_be_suppressed(name)}


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_error_that_stops_a_build_can_be_suppressed(name: str) -> None:
    row = CATALOGUE[name]
    if row.severity == "error" and row.code[3] in "12379":
        assert not can_be_suppressed(name)
    if row.severity != "error" and "suppression" not in name:
        assert can_be_suppressed(name)


@given(st.one_of(token_soup, mutations(), valid_texts))
def test_comments_are_what_the_grammar_takes_for_comments(text: str) -> None:
    """Where a text parses, comments lie inside the tokens that end statements, and nowhere else."""
    source = Source("x.zone", text)
    if read(source) is None:
        return
    ended = text if text.endswith("\n") else text + "\n"
    inside = [t for t in tokens(ended) if t is not None and t.kind == END]
    expected = [
        line[line.index("#") :].rstrip(" \t\r\f") for token in inside for line in token.text.split("\n") if "#" in line
    ]
    assert [c.text for c in comments(text)] == expected
    for comment in comments(text):
        assert text.startswith(comment.text, comment.start)


@given(st.one_of(token_soup, mutations(), st.text()), st.dates())
def test_never_an_exception(text: str, today: date) -> None:
    source = Source("x.zone", text.replace("#", "# segc: allow ") + "\n# segc:")
    assert names(apply([], [source], today))


def test_formatting_keeps_what_a_comment_counts_for() -> None:
    text = f'conduit c a -> b {{\n allow a -> b : s {{ because "{"x" * 100}"; log }} {ALLOW}\n}}\n'
    assert left(text, 2) == []
    assert left(format_text(Source("x.zone", text)), 2) == []

"""All the faults of a file in one run, at most one a line, and never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segc.lang.loader import load
from segc.lang.parser import MAX_FAULTS, parse
from segc.lang.syntax import Statement
from segc.model.resolve import resolve
from segc.source import Source
from tests.lang.soup import MANY, mutations, tame_soup, token_soup


def faults(text: str) -> list[tuple[str, int]]:
    _, found = parse(Source("x.zone", text))
    return [(one.name, one.labels[0].span.line) for one in found]


def words(statements: list[Statement]) -> list[object]:
    return [one.word.text if one.body is None else (one.word.text, words(one.body)) for one in statements]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("}\n", [("unopened-scope", 1)]),
        ("zone a {\n  level 1\n", [("unclosed-scope", 1)]),
        ("zone a {\n  asset b {\n}\n", [("unclosed-scope", 1)]),
        ("zone a {\n  net 10.0.0.0/8,\n}\n", [("unfinished-list", 2)]),
        ("zone a {\n  net 10.0.0.0/8,, 10.1.0.0/16\n}\n", [("unfinished-list", 2)]),
        ("zone a {\n  net , 10.1.0.0/16\n}\n", [("unfinished-list", 2)]),
        ("group g { member a, }\n", [("unfinished-list", 1)]),
        ("group g a, { member a }\n", [("unfinished-list", 1)]),
        ("zone a { level 1 } zone b { level 2 }\n", [("missing-newline", 1)]),
        ("-> a\n", [("unexpected-text", 1)]),
        ('"zone" a\n', [("unexpected-text", 1)]),
        ("{\n  level 1\n}\nzone b\n", [("unexpected-text", 1)]),
        ("\u00a0zone a\n", [("unexpected-text", 1)]),
        ("\x0bzone a\n", [("unexpected-text", 1)]),
    ],
)
def test_each_fault_by_its_name(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


def test_several_faults_one_a_line() -> None:
    text = (
        "segc 1\n"
        "zone a {\n"
        "  net 10.0.0.0/8,\n"
        "  ] level } 2 ]\n"
        "  level , , 1 ,\n"
        "}\n"
        "}\n"
        "zone b { level 1 } zone c\n"
        "zone d {\n"
    )
    assert faults(text) == [
        ("unfinished-list", 3),
        ("unexpected-text", 4),
        ("unfinished-list", 5),
        ("unopened-scope", 6),
        ("unopened-scope", 7),
        ("missing-newline", 8),
        ("unclosed-scope", 9),
    ]


def test_the_lines_after_a_fault_are_read() -> None:
    text = "zone a {\n  net 10.0.0.0/8,\n  level 2\n}\n) oops\nzone b\n"
    tree, _ = parse(Source("x.zone", text))
    assert words(tree.statements) == [("zone", ["net", "level"]), "zone"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # One brace is missing: the innermost scope that is open gets the blame, and nothing else is said.
        ("zone a {\n  level 1\n\nzone b {\n  level 2\n}\nlink a -- b\n", [("unclosed-scope", 1)]),
        (
            "zone a {\n  level 1\nzone b {\n  level 2\nzone c { level 3 }\n",
            [("unclosed-scope", 1), ("unclosed-scope", 3)],
        ),
        ("zone a {\n  asset x 10.0.0.1 {\n    kind plc\nzone b { level 1 }\n", [("unclosed-scope", 2)]),
        ("zone a {\n  asset x 10.0.0.1 {\n    kind plc\n}\nzone b { level 1 }\n", [("unclosed-scope", 1)]),
        ("zone a {\n  nonsense {\nzone b { level 1 }\n", [("unclosed-scope", 2)]),
        # A role has a `team`, too: that one is no sign.
        ("role a {\nteam t\nzone b { level 1 }\n", [("unclosed-scope", 1)]),
    ],
)
def test_a_missing_brace_is_missed_where_the_next_thing_begins(text: str, expected: list[tuple[str, int]]) -> None:
    assert faults(text) == expected


def test_what_follows_a_missing_brace_is_read(tmp_path: Path) -> None:
    text = "segc 1\nzone a {\n  net 10.0.0.0/24\nteam t\nzone b { net 10.0.1.0/24 }\nlink a -- b\n"
    (tmp_path / "plant.zone").write_text(text)
    plant, found = resolve(load(tmp_path))
    assert [one.name for one in found] == ["unclosed-scope"]
    assert (set(plant.zones), set(plant.teams), len(plant.links)) == ({"a", "b"}, {"t"}, 1)


def test_where_all_braces_are_closed_the_margin_means_nothing() -> None:
    text = "zone a {\nlink a -- b\nlevel 1,\n}\n"
    assert faults(text) == [("unfinished-list", 3)]


def test_a_scope_that_is_refused_ends_with_its_own_brace() -> None:
    text = "zone a {\n  asset b { kind plc } asset c { kind plc }\n  level 2\n}\nzone d\n"
    tree, found = parse(Source("x.zone", text))
    assert words(tree.statements) == [("zone", [("asset", ["kind"]), "level"]), "zone"]
    assert [one.name for one in found] == ["missing-newline"]


def test_odd_characters_are_named_so_that_they_can_be_found() -> None:
    _, found = parse(Source("x.zone", "\u00a0zone a\n"))
    assert "U+00A0" in found[0].message


def test_there_is_an_end_to_faults() -> None:
    assert len(faults("a,\n" * 1000)) == MAX_FAULTS


@given(st.one_of(token_soup, tame_soup, mutations(), st.text()))
@settings(max_examples=MANY)
def test_never_an_exception_and_one_fault_a_line(text: str) -> None:
    source = Source("x.zone", text)
    _, found = parse(source)
    lines = [one.labels[0].span.line for one in found]
    assert len(lines) == len(set(lines))
    for one in found:
        span = one.labels[0].span
        assert 0 <= span.start < span.end <= len(text) + 1


@pytest.mark.parametrize(
    "line", ["net 10.0.0.0/8,", "net 10.0.0.0/8, , 10.9.0.0/16", "net \u00a0 10.0.0.0/8", "level )"]
)
def test_a_broken_line_is_reported_once_by_the_whole_front_end(tmp_path: Path, line: str) -> None:
    (tmp_path / "plant.zone").write_text(f"segc 1\nzone a {{\n  {line}\n}}\n")
    _, found = resolve(load(tmp_path))
    assert [one.labels[0].span.line for one in found] == [3]

"""`segc fmt`: one layout, the same meaning, every comment."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.lang import formatter
from segc.lang.comments import comments
from segc.lang.formatter import MeaningChanged, format_text
from segc.lang.parser import parse_by_grammar
from segc.lang.reader import read
from segc.lang.syntax import Statement
from segc.lang.vocabulary import SCOPES, UNPADDED
from segc.source import Source
from tests.lang.soup import MANY, TEXTS, mutations, tame_soup, valid_texts

KEPT_FORMATTED = sorted(name for name in TEXTS if not name.startswith("grammar/corpus/bad/"))


def laid_out(text: str) -> str:
    return format_text(Source("x.zone", text))


def shape(statements: list[Statement]) -> object:
    """A tree without places, by recursion and from lark: not the way in which the formatter compares."""
    return [
        (
            one.word.text,
            [[a.text for a in item] if isinstance(item, list) else item.text for item in one.items],
            None if one.body is None else shape(one.body),
        )
        for one in statements
    ]


def words_of(text: str) -> list[str]:
    return [comment.words for comment in comments(text)]


@pytest.mark.parametrize("name", KEPT_FORMATTED)
def test_the_files_of_the_repository_are_formatted(name: str) -> None:
    assert laid_out(TEXTS[name]) == TEXTS[name], f"run `segc fmt {name}`"


@given(st.one_of(valid_texts, tame_soup, mutations()))
@settings(max_examples=MANY)
@example("zone x { # c\n}\n")
@example("# c")
@example(";;# c\n;")
@example("a{};b{;}# c")
@example("\n\n\n#a\n\n\n\n#b\na { \n\n#c\n\n}\n\n")
def test_formatting_keeps_the_tree_and_the_comments_and_ends(text: str) -> None:
    if read(Source("x.zone", text)) is None:
        with pytest.raises(SegcError):
            laid_out(text)
        return
    result = laid_out(text)
    before, _ = parse_by_grammar(Source("x.zone", text))
    after, faults = parse_by_grammar(Source("x.zone", result))
    assert not faults
    assert shape(after.statements) == shape(before.statements)
    assert words_of(result) == words_of(text)
    assert laid_out(result) == result
    assert not re.search(r"[ \t\r\f]+\n|\n\n\n|\A\n|\{\n\n|\n\n *\}", re.sub(r'"[^"\n]*"', '""', result))
    assert result == "" or result.endswith("\n")
    assert not result.endswith("\n\n")


def test_settings_have_their_values_at_one_column() -> None:
    text = "zone a {\nlevel 4\n owner    it\nend-of-support 2030-01-01\nsafety\n}\n"
    expected = "zone a {\n  level        4\n  owner        it\n  end-of-support 2030-01-01\n  safety\n}\n"
    assert laid_out(text) == expected


def test_sentences_and_the_top_level_are_not_padded() -> None:
    text = "site    x\nzone a {\n  asset   b   10.0.0.1\n}\nconduit c  a->b {\n  allow   a,b  ->c:d\n}\n"
    expected = "site x\nzone a {\n  asset b 10.0.0.1\n}\nconduit c a -> b {\n  allow a, b -> c : d\n}\n"
    assert laid_out(text) == expected


def test_words_that_are_not_padded_exist() -> None:
    known = {word for scope, words in SCOPES.items() if scope not in ("file", "assert") for word in words}
    assert known >= UNPADDED


def test_what_is_asserted_begins_at_one_column() -> None:
    text = "assert never a -> b\nassert blast-radius a <= 4\nassert flatness   <=0.3\nassert can a->b:c\n"
    expected = (
        "assert never       a -> b\nassert blast-radius a <= 4\nassert flatness <= 0.3\nassert can         a -> b : c\n"
    )
    assert laid_out(text) == expected


def test_a_scope_on_one_line_stays_there_while_it_fits() -> None:
    text = 'zone z {\n  asset x 10.0.0.1 {kind plc;vendor "V";}\n  asset y 10.0.0.2 {\n    kind plc }\n}\n'
    expected = (
        'zone z {\n  asset x 10.0.0.1 { kind plc; vendor "V" }\n  asset y 10.0.0.2 {\n    kind         plc\n  }\n}\n'
    )
    assert laid_out(text) == expected


@pytest.mark.parametrize(("length", "lines"), [(110, 1), (111, 4)])
def test_a_scope_is_opened_where_it_fits_no_more(length: int, lines: int) -> None:
    frame = 'team t { contact ""; contact "" }'
    text = frame.replace('""', '"' + "x" * (length - len(frame)) + '"', 1)
    assert len(text) == length
    assert len(laid_out(text + "\n").splitlines()) == lines


def test_the_comment_of_a_scope_that_is_opened_stays_with_its_statement() -> None:
    text = 'conduit c a -> b {\n  allow a -> b : s { because "' + "x" * 90 + '"; log } # segc: allow it\n}\n'
    lines = laid_out(text).splitlines()
    assert lines[1] == "  allow a -> b : s {".ljust(50) + "# segc: allow it"
    assert [line.strip().split(" ")[0] for line in lines[2:]] == ["because", "log", "}", "}"]


def test_empty_scopes_close_at_once_unless_they_hold_a_comment() -> None:
    assert laid_out("zone a {\n\n}\nzone b {;}\nzone c {\n# c\n}\n") == ("zone a { }\nzone b { }\nzone c {\n  # c\n}\n")


def test_blank_lines() -> None:
    text = "\n\nsite a\n\n\n\nzone b {\n\n  level 1\n\n\n  owner c\n\n}\n\n\n"
    assert laid_out(text) == "site a\n\nzone b {\n  level        1\n\n  owner        c\n}\n"


def test_comments() -> None:
    text = (
        "#!/usr/bin/env segc\n#tight\n##  rule\nzone a {#open\n      # own\n  level 1 #one\n"
        '  control "a text that is longer than the column of comments"   # far\n#last\n} # end\n# eof'
    )
    assert laid_out(text) == (
        "#!/usr/bin/env segc\n# tight\n##  rule\n"
        + "zone a {".ljust(50)
        + "# open\n"
        + "  # own\n"
        + "  level        1".ljust(50)
        + "# one\n"
        + '  control      "a text that is longer than the column of comments"  # far\n'
        + "  # last\n"
        + "}".ljust(50)
        + "# end\n"
        + "# eof\n"
    )


def test_line_ends_become_line_feeds_and_semicolons_become_lines() -> None:
    assert laid_out("segc 1\r\nzone a {\r\n level 1; owner b # c\r\n}\r\n") == (
        "segc 1\nzone a {\n  level        1\n" + "  owner        b".ljust(50) + "# c\n}\n"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("zone a {\n", "unclosed-scope"),
        ("zone a \u00a0{\n}\n", "unexpected-text"),
        ('site a "b\n', "unclosed-string"),
        ("a b,\n", "unfinished-list"),
    ],
)
def test_a_file_that_does_not_parse_is_left_alone(text: str, name: str) -> None:
    with pytest.raises(SegcError) as stopped:
        laid_out(text)
    assert [one.name for one in stopped.value.diagnostics] == [name]
    assert stopped.value.diagnostics[0].primary is not None


SOUND = formatter._joined


@pytest.mark.parametrize(
    ("name", "broken", "text"),
    [
        ("_joined", lambda listed: SOUND(listed).replace("->", "<->"), "link a -> b\n"),
        ("_joined", lambda listed: SOUND(listed[:-1]), "net 10.0.0.0/8, 10.1.0.0/16\n"),
        ("_joined", lambda listed: SOUND(listed).replace("; ", " "), "zone a { level 1; sl-t 2 }\n"),
        ("_spaced", lambda comment: comment.replace("x", "y"), "zone a # x\n"),
        ("_spaced", lambda comment: comment + "\nzone b", "zone a # x\n"),
        ("_spaced", lambda comment: comment.lstrip("# "), "# x\n"),
        ("_statement", lambda head, depth: head[0].text + "  # new", "zone\n"),
    ],
)
def test_a_fault_of_the_formatter_never_reaches_a_file(
    monkeypatch: pytest.MonkeyPatch, name: str, broken: object, text: str
) -> None:
    monkeypatch.setattr(formatter, name, broken)
    with pytest.raises(MeaningChanged):
        laid_out(text)


def test_a_formatter_that_never_settles_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    count = iter(range(100))
    monkeypatch.setattr(formatter, "_spaced", lambda comment: "#" + " " * next(count) + comment.lstrip("# "))
    with pytest.raises(MeaningChanged, match="twice"):
        laid_out("# x\n")

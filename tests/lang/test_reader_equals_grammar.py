"""grammar/zone.lark is the authority; the fast reader is held equal to it, tree by tree and verdict by verdict."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput

from segc._data import data_text
from segc.lang.parser import grammar, parse_by_grammar
from segc.lang.reader import TERMINALS, read, tokens
from segc.lang.syntax import DEEPEST, END, JUNK, OP, OPEN_STRING, Statement
from segc.source import Source
from tests.lang.soup import MANY, TEXTS, mutations, tame_soup, token_soup, valid_texts

ODD_KINDS = (JUNK, OPEN_STRING)


def by_grammar(text: str) -> list[Statement] | None:
    """What lark alone makes of a text, without recovery; None where it refuses it."""
    try:
        tree: list[Statement] = grammar().parse(text if text.endswith("\n") else text + "\n")  # type: ignore[assignment]
    except UnexpectedInput:
        return None
    return tree


def odd(statements: list[Statement]) -> bool:
    """Does a tree hold tokens that the grammar takes for a better message's sake, and no value may be?"""
    return any(
        any(atom.kind in ODD_KINDS for item in one.items if isinstance(item, list) for atom in item)
        or odd(one.body or [])
        for one in statements
    )


def depth(text: str) -> int:
    return text.count("{")


def agree(text: str) -> None:
    source = Source("x.zone", text)
    expected = by_grammar(text)
    if expected is not None and odd(expected):
        assert read(source) is None
    else:
        assert read(source) == expected
    tree, faults = parse_by_grammar(source)
    assert (faults == []) == (expected is not None)
    if expected is not None:
        assert tree.statements == expected


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_on_every_file_of_the_repository(name: str) -> None:
    agree(TEXTS[name])


@given(st.one_of(token_soup, tame_soup, mutations(), valid_texts))
@settings(max_examples=MANY)
@example("a {" * DEEPEST + "}" * DEEPEST)
@example("zone\u00a0x")
@example("a 10.0.0.1-\n")
@example("a ::/0,b")
@example("a{b}c")
@example("")
def test_on_texts_of_every_kind(text: str) -> None:
    agree(text)


@given(valid_texts)
def test_the_generator_of_valid_texts_makes_valid_texts(text: str) -> None:
    assert read(Source("x.zone", text)) is not None


@given(st.one_of(token_soup, mutations()))
def test_tokens_cover_the_text_or_stop(text: str) -> None:
    position = 0
    for token in tokens(text):
        if token is None:
            return
        assert text[token.start : token.end] == token.text
        assert not text[position : token.start].strip(" \t\r\f")
        position = token.end
    assert not text[position:].strip(" \t\r\f")


def test_terminals_are_those_of_the_grammar_letter_by_letter() -> None:
    text = data_text("grammar/zone.lark")
    written = dict(re.findall(r"^(_?[A-Z_]+)(?:\.-?\d+)?: /(.*)/$", text, re.MULTILINE))
    written[END] = written.pop("_END")
    for kind, pattern in TERMINALS.items():
        if kind in written:
            assert pattern == written[kind], kind
    assert set(written) - set(TERMINALS) == set(ODD_KINDS)


def test_operators_are_those_of_the_grammar_longest_first() -> None:
    line = next(line for line in data_text("grammar/zone.lark").splitlines() if line.startswith("OP:"))
    ours = TERMINALS[OP].split("|")
    assert sorted(ours) == sorted(re.findall(r'"([^"]+)"', line))
    for index, operator in enumerate(ours):
        assert not any(later.startswith(operator) for later in ours[index + 1 :]), "a longer one comes too late"


def test_the_grammar_has_no_conflict_and_no_two_terminals_that_compete() -> None:
    Lark(data_text("grammar/zone.lark"), parser="lalr", lexer="basic", strict=True)


def test_nesting_has_an_end() -> None:
    for extra in (1, 2, 5000):
        text = "a {" * (DEEPEST + extra) + "}" * (DEEPEST + extra)
        source = Source("x.zone", text)
        assert read(source) is None
        _, faults = parse_by_grammar(source)
        assert [fault.name for fault in faults] == ["unexpected-text"]
        assert "nested" in faults[0].message

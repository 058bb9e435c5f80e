"""Shapes of statements: what each word takes, and what it says of everything else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segc.catalogue import CATALOGUE
from segc.diagnostics import Diagnostic
from segc.lang import literals
from segc.lang.facts import Reader
from segc.lang.literals import BadLiteral, Hours, Range
from segc.lang.parser import parse
from segc.lang.shapes import _CONVERTERS, Refused, Value, match, slots, usage
from segc.lang.syntax import Token
from segc.lang.vocabulary import SCOPES, scopes_of
from segc.source import Source
from tests.lang.soup import MANY, atoms, items

ROWS = [(scope, word) for scope, words in SCOPES.items() for word in words]


def values(statement: str, shape: str) -> list[Any]:
    """The values of a statement by a shape, plain."""
    source = Source("x.zone", statement + "\n")
    tree, faults = parse(source)
    assert not faults
    return [plain(one) for one in match(source, tree.statements[0], shape)]


def plain(found: Any) -> Any:
    if isinstance(found, Value):
        return found.value
    if isinstance(found, Token):
        return found.text
    return [plain(one) for one in found] if isinstance(found, list) else found


def refused(statement: str, shape: str) -> Diagnostic:
    with pytest.raises(Refused) as problem:
        values(statement, shape)
    return problem.value.diagnostic


@pytest.mark.parametrize(
    ("statement", "shape", "expected"),
    [
        ('site a "b"', "name text?", ["a", "b"]),
        ("site a", "name text?", ["a", None]),
        ("allow a, b -> c : s, t", "ref* -> ref* : ref*", [["a", "b"], "->", ["c"], ":", ["s", "t"]]),
        ('conduit c "t" a <-> b', "name text? ref ->|<-> ref", ["c", "t", "a", "<->", "b"]),
        ("conduit c a -> b", "name text? ref ->|<-> ref", ["c", None, "a", "->", "b"]),
        ("net any, 10.0.0.0/8", "net*", [["any", Range(4, 10 << 24, (11 << 24) - 1)]]),
        ("window Sat 06:00-10:00", "weekdays*? hours", [[frozenset({5})], Hours(360, 600)]),
        ("window 22:00-06:00", "weekdays*? hours", [[], Hours(1320, 360)]),
        ("dynamic", "enum(tcp|udp)? port*?", [None, []]),
        ("dynamic udp 1-2", "enum(tcp|udp)? port*?", ["udp", [(1, 2)]]),
        ("dynamic 1-2", "enum(tcp|udp)? port*?", [None, [(1, 2)]]),
        ('interface "Gi0/1" a, b', "ifname ref* ifaddress*?", ["Gi0/1", ["a", "b"], []]),
        ("never a -> b today", "ref* -> ref* 'today'?", [["a"], "->", ["b"], "today"]),
        ("never a -> b", "ref* -> ref* 'today'?", [["a"], "->", ["b"], None]),
        ("flatness <= 0.35", "<= ratio 'today'?", ["<=", 0.35, None]),
        ("level 3.5", "level", [3.5]),
        ("until 2028-02-29", "date", [date(2028, 2, 29)]),
        ("within 15min", "duration", [900.0]),
        ("tcp any", "port*", [[(0, 65535)]]),
        ("icmp echo-request, 3, 4-5", "icmp*", [[(8, 8), (3, 3), (4, 5)]]),
    ],
)
def test_what_fits(statement: str, shape: str, expected: list[Any]) -> None:
    assert values(statement, shape) == expected


@pytest.mark.parametrize(
    ("statement", "shape", "name"),
    [
        ("site", "name text?", "wrong-shape"),
        ("site a b", "name text?", "wrong-shape"),
        ("site a, b", "name text?", "wrong-shape"),
        ('site "a"', "name text?", "not-kebab-case"),
        ("site Plant_1", "name text?", "not-kebab-case"),
        ("site a.b", "name text?", "not-kebab-case"),
        ("site 1a", "name text?", "not-kebab-case"),
        ("site " + "a" * 64, "name text?", "not-kebab-case"),
        ("allow a -> b", "ref* -> ref* : ref*", "wrong-shape"),
        ("allow a <- b : c", "ref* -> ref* : ref*", "wrong-shape"),
        ("allow a <-> b : c", "ref* -> ref* : ref*", "wrong-shape"),
        ("allow 10.0.0.1 -> b : c", "ref* -> ref* : ref*", "literal-endpoint"),
        ("allow a -> 10.0.0.0/24 : c", "ref* -> ref* : ref*", "literal-endpoint"),
        ("allow a -> fd00::1 : c", "ref* -> ref* : ref*", "literal-endpoint"),
        ('allow a -> "b" : c', "ref* -> ref* : ref*", "wrong-value"),
        ("owner 5", "ref", "wrong-value"),
        ("mode Enforce", "enum(monitor|enforce)", "wrong-value"),
        ('mode "enforce"', "enum(monitor|enforce)", "wrong-value"),
        ("contact me", "text", "wrong-value"),
        ("net 10.0.0.5/24", "net*", "host-bits"),
        ('net "10.0.0.0/24"', "net*", "wrong-value"),
        ("net all", "net*", "bad-address"),
        ("tcp 70000", "port*", "bad-port"),
        ("tcp 9-1", "port*", "reversed-range"),
        ("tcp http", "port*", "bad-port"),
        ("tcp " + "9" * 5000, "port*", "bad-port"),
        ("sl-t 5", "whole(0,4)", "wrong-value"),
        ("sl-t -1", "whole(0,4)", "unexpected-text"),
        ("sl-t " + "9" * 5000, "whole(0,4)", "wrong-value"),
        ("level 2.5", "level", "wrong-value"),
        ("level 1e0", "level", "wrong-value"),
        ("level 0_1", "level", "wrong-value"),
        ("flatness <= 2", "<= ratio 'today'?", "wrong-value"),
        ("until 2026-02-30", "date", "wrong-value"),
        ("until 2020/12/01", "date", "wrong-value"),
        ("until 31.12.2026", "date", "wrong-value"),
        ("within 15", "duration", "wrong-value"),
        ("within " + "9" * 5000 + "d", "duration", "wrong-value"),
        ("window Saturday 06:00-10:00", "weekdays*? hours", "wrong-value"),
        ("window 06:00-06:00", "weekdays*? hours", "wrong-value"),
        ("window 06:00-25:00", "weekdays*? hours", "wrong-value"),
        ("icmp 256", "icmp*", "wrong-value"),
        ("icmp 9-3", "icmp*", "wrong-value"),
        ("icmp ping", "icmp*", "wrong-value"),
        ("never a -> b tomorrow", "ref* -> ref* 'today'?", "wrong-shape"),
        ('contact "open', "text", "unclosed-string"),
        ("owner @", "ref", "unexpected-text"),
    ],
)
def test_what_does_not_fit(statement: str, shape: str, name: str) -> None:
    found = refused(statement, shape)
    assert found.name == name
    assert found.primary is not None


@pytest.mark.parametrize(
    ("statement", "shape", "text"),
    [
        ("net 10.0.0.5/24", "net*", "10.0.0.0/24"),
        ("tcp 9-1", "port*", "1-9"),
        ("mode enforc", "enum(monitor|enforce)", "enforce"),
        ("contact me", "text", '"me"'),
        ('net "10.0.0.0/24"', "net*", "10.0.0.0/24"),
        ("site Plant_1", "name text?", "plant-1"),
        ("icmp echo-reqest", "icmp*", "echo-request"),
    ],
)
def test_fixes_say_what_was_meant_and_are_never_applied_unasked(statement: str, shape: str, text: str) -> None:
    (fix,) = refused(statement, shape).fixes
    assert fix.edits[0].text == text
    assert not fix.safe
    edit = fix.edits[0].span
    values(statement[: edit.start] + text + statement[edit.end :], shape)


@pytest.mark.parametrize(("scope", "word"), ROWS)
def test_rows_of_the_vocabulary_are_sound(scope: str, word: str) -> None:
    row = SCOPES[scope][word]
    for slot in slots(row.shape):
        assert slot.kind in ("op", "keyword") or slot.kind in _CONVERTERS
    assert row.scope is None or row.scope in SCOPES
    assert row.doc
    assert not row.doc.endswith(".")
    assert usage(word, row.shape).startswith(word)
    assert scope in scopes_of(word)


@given(st.sampled_from(ROWS), items)
@settings(max_examples=MANY)
def test_never_an_exception_and_every_refusal_has_a_place(row: tuple[str, str], text: str) -> None:
    scope, word = row
    source = Source("x.zone", f"{word} {text}\n")
    tree, faults = parse(source)
    if faults or not tree.statements:
        return
    reader = Reader()
    reader.scope(source, tree.statements, scope)
    for one in reader.found:
        assert one.name in CATALOGUE
        assert one.primary is not None


@given(st.sampled_from(sorted(_CONVERTERS)), st.one_of(atoms, st.text(max_size=12)))
@settings(max_examples=MANY)
def test_literals_give_a_value_or_say_why_not(kind: str, text: str) -> None:
    token = Token("LITERAL", text, 0)
    problem: BadLiteral | None = None
    try:
        _CONVERTERS[kind](token, {"enum": "a|b", "whole": "0,9"}.get(kind, ""))
    except BadLiteral as refusal:
        problem = refusal
    assert problem is None or (problem.name in CATALOGUE and problem.message)


@pytest.mark.parametrize("text", ["\u00b3", "\u0663", "1\u0660", "1\n", "", "-", "/", ":", "9" * 5000, "1_0"])
@pytest.mark.parametrize(
    "read",
    [
        literals.network, literals.addresses, literals.interface_address, literals.ports, literals.duration,
        literals.day, literals.weekdays, literals.hours, lambda text: literals.whole(text, 0, 99),
    ],
)  # fmt: skip
def test_digits_of_other_scripts_and_odd_texts_are_refused(read: Any, text: str) -> None:
    with pytest.raises(BadLiteral):
        read(text)

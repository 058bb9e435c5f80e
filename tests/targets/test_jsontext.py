"""JSON as segc writes it is what `json` would write, whole or in pieces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, overload

from hypothesis import given
from hypothesis import strategies as st

from segc.targets.jsontext import json_pieces, json_text

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=30
)


class Word(StrEnum):
    ONE = "ein ä"


class Late(Sequence[Any]):
    """Elements that are made when they are asked for."""

    def __init__(self, of: list[Any]) -> None:
        self.of = of
        self.made = 0

    def __len__(self) -> int:
        return len(self.of)

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        self.made += 1
        return self.of[place]


def written(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


@given(VALUES)
def test_any_value(value: Any) -> None:
    assert json_text(value) == "".join(json_pieces(value)) == written(value)


@given(st.lists(VALUES, max_size=4), st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=4))
def test_a_sequence_that_makes_its_elements_late_is_a_list(values: list[Any], table: list[Any]) -> None:
    late = {"values": Late(values), "table": Late(table), "rest": 1}
    assert "".join(json_pieces(late)) == json_text(late) == written({"values": values, "table": table, "rest": 1})


def test_words_of_an_enumeration_and_tuples() -> None:
    value = {"word": Word.ONE, "pair": (Word.ONE, 1.5)}
    assert json_text(value) == "".join(json_pieces(value)) == written(value)


def test_objects_of_a_list_are_made_one_by_one() -> None:
    table = Late([{"n": n, "of": [{"deep": True}]} for n in range(100)])
    pieces = json_pieces({"pairs": [{"keys": table}]})
    while not table.made:
        next(pieces)
    for _ in range(20):
        next(pieces)
    assert table.made < 20, "the rest is not there yet"

"""How many, in words."""

from __future__ import annotations

import pytest

from segc.words import count, plural


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 keys"), (1, "1 key"), (2, "2 keys"), (1000, "1,000 keys"), (1234567, "1,234,567 keys")]
)
def test_how_many_there_are(number: int, told: str) -> None:
    assert count(number, "key") == told
    assert plural(number, "is", "are") == ("is" if number == 1 else "are")


def test_a_word_that_takes_more_than_an_s() -> None:
    assert [count(number, "address", "addresses") for number in (1, 2)] == ["1 address", "2 addresses"]

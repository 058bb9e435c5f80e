"""Numbers in sentences: how many there are of something, and the word that goes with as many."""

from __future__ import annotations


def count(number: int, noun: str, nouns: str = "") -> str:
    """`1 error`, `2 errors`, `1,200 errors`. `nouns`: where it is no word with an s behind it."""
    return f"{number:,} {plural(number, noun, nouns or f'{noun}s')}"


def plural(number: int, one: str, many: str) -> str:
    """The word for so many: `was` or `were`."""
    return one if number == 1 else many

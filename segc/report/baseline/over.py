"""What grants that are over permitted when it came: in documents, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.baseline.lapsed import sentence
from segc.baseline.store import moment_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.baseline.lapsed import Lapsed


class LapsedEntry(TypedDict):
    """A grant that is over since the end of the day `until`, how many keys it permitted when they were seen, which enforcing
    would stop now, and when the last of them came. No reason against enforcing: somebody decided that the grant ends.
    """

    grant: str
    until: str
    keys: int
    last: str


def entries(lapsed: Iterable[Lapsed]) -> list[LapsedEntry]:
    """For documents."""
    return [
        {"grant": of.grant.name, "until": of.grant.last.isoformat(), "keys": of.keys, "last": moment_text(of.last)}
        for of in lapsed
    ]


def lines(told: Iterable[LapsedEntry]) -> Iterator[str]:
    """For people."""
    return (sentence(**of) for of in told)

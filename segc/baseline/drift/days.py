"""The days of a key, as bare numbers: a ledger has millions, and an object for each takes several times the memory."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Day(NamedTuple):
    """A key on a day (days since 1970, UTC); times in microseconds since 1970."""

    day: int
    n: int
    bytes: int
    answered: int
    unanswered: int
    first: int
    last: int
    lossy: int

    @property
    def period(self) -> float | None:
        """Seconds from one conversation to the next, on average; None for less than four."""
        return (self.last - self.first) / 1e6 / (self.n - 1) if self.n >= 4 and self.last > self.first else None


WIDE = len(Day._fields)


class Days(Sequence[Day]):
    """Some days, each made when it is asked for."""

    __slots__ = ("_numbers",)

    def __init__(self) -> None:
        self._numbers = array("q")

    def add(self, day: Iterable[Any]) -> None:
        """One more day, by its numbers."""
        self._numbers.extend(day)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._numbers) // WIDE

    def __iter__(self) -> Iterator[Day]:
        """From the first on."""
        numbers = self._numbers
        for start in range(0, len(numbers), WIDE):
            yield Day._make(numbers[start : start + WIDE])

    @overload
    def __getitem__(self, place: int) -> Day: ...

    @overload
    def __getitem__(self, place: slice) -> list[Day]: ...

    def __getitem__(self, place: int | slice) -> Day | list[Day]:
        """One of them, or some."""
        if isinstance(place, slice):
            return list(self)[place]
        start = range(0, len(self._numbers), WIDE)[place]
        return Day._make(self._numbers[start : start + WIDE])

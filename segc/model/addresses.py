"""Sets of addresses, IPv4 and IPv6 alike: sorted, disjoint, never "empty means any"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import BITS, Range, address_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Spans = tuple[tuple[int, int], ...]
FAMILIES = (4, 6)


class Addresses(NamedTuple):
    """Inclusive ranges of each family, sorted, disjoint and not adjacent."""

    v4: Spans
    v6: Spans

    def of(self, family: int) -> Spans:
        """The ranges of one family."""
        return self.v4 if family == 4 else self.v6

    def __bool__(self) -> bool:
        """False for the empty set."""
        return bool(self.v4 or self.v6)

    def holds(self, family: int, value: int) -> bool:
        """Is the address in the set?"""
        return any(low <= value <= high for low, high in self.of(family))

    def covers(self, other: Addresses) -> bool:
        """Is every address of `other` in the set?"""
        return not minus(other, self)

    def size(self) -> int:
        """How many addresses there are."""
        return sum(high - low + 1 for family in FAMILIES for low, high in self.of(family))

    def ranges(self) -> Iterator[Range]:
        """The ranges with their family, IPv4 first."""
        for family in FAMILIES:
            for low, high in self.of(family):
                yield Range(family, low, high)


NOTHING = Addresses((), ())
EVERYTHING = Addresses(((0, (1 << 32) - 1),), ((0, (1 << 128) - 1),))


def normal(spans: Iterable[tuple[int, int]]) -> Spans:
    """Sort ranges and join those that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def union(parts: Iterable[Range]) -> Addresses:
    """The set of all addresses in the ranges."""
    v4: list[tuple[int, int]] = []
    v6: list[tuple[int, int]] = []
    for family, low, high in parts:
        (v4 if family == 4 else v6).append((low, high))
    return Addresses(normal(v4), normal(v6))


def join(sets: Iterable[Addresses]) -> Addresses:
    """The union of sets."""
    return union(part for one in sets for part in one.ranges())


def _minus(a: Spans, b: Spans) -> Spans:
    left = []
    for low, high in a:
        start = low
        for cut_low, cut_high in b:
            if cut_high < start:
                continue
            if cut_low > high:
                break
            if cut_low > start:
                left.append((start, cut_low - 1))
            start = cut_high + 1
        if start <= high:
            left.append((start, high))
    return tuple(left)


def minus(a: Addresses, b: Addresses) -> Addresses:
    """What is in `a` and not in `b`."""
    return Addresses(_minus(a.v4, b.v4), _minus(a.v6, b.v6))


def meet(a: Addresses, b: Addresses) -> Addresses:
    """What is in both."""
    return minus(a, minus(a, b))


def prefixes(family: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """A range as the fewest prefixes: (first address, length), in order."""
    bits = BITS[family]
    while low <= high:
        size = (low & -low).bit_length() - 1 if low else bits
        size = min(size, (high - low + 1).bit_length() - 1)
        yield low, bits - size
        low += 1 << size


def prefix_text(family: int, low: int, length: int) -> str:
    """A prefix as people write it; a host without its length."""
    text = address_text(family, low)
    return text if length == BITS[family] else f"{text}/{length}"


def texts(addresses: Addresses, family: int) -> list[str]:
    """One family of a set as prefixes."""
    return [
        prefix_text(family, start, length)
        for low, high in addresses.of(family)
        for start, length in prefixes(family, low, high)
    ]

"""Who owns an address: exactly one zone, by the longest prefix.

10.3.0.0/16   hall        a nested, longer prefix takes its part
  10.3.1.0/24 filling     out of the shorter one around it
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from segc.model.addresses import EVERYTHING, FAMILIES, NOTHING, Addresses, normal, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.lang.literals import Range


class Claim(NamedTuple):
    """A zone claims a prefix: (family, first, last)."""

    family: int
    low: int
    high: int
    zone: str


class Ownership:
    """The partition of all addresses into zones and what nobody owns."""

    def __init__(self, claims: Iterable[Claim], outside: str | None = None) -> None:
        self.outside = outside
        self._starts: dict[int, list[int]] = {}
        self._owners: dict[int, list[str | None]] = {}
        listed = list(claims)
        for family in FAMILIES:
            starts, owners = _sweep([c for c in listed if c.family == family], outside)
            self._starts[family], self._owners[family] = starts, owners
        self._own = self._collect()

    def zone_of(self, family: int, value: int) -> str | None:
        """The zone that owns an address, or None where nobody does."""
        return self._owners[family][bisect_right(self._starts[family], value) - 1]

    def own(self, zone: str) -> Addresses:
        """All addresses that a zone owns."""
        return self._own.get(zone, NOTHING)

    def unowned(self) -> Addresses:
        """The addresses that no zone owns."""
        return self._own.get("", NOTHING)

    def split(self, part: Range) -> list[tuple[str | None, int, int]]:
        """A range, cut where the owner changes: (zone, first, last)."""
        starts, owners = self._starts[part.family], self._owners[part.family]
        index = bisect_right(starts, part.low) - 1
        pieces = []
        low = part.low
        while low <= part.high:
            end = starts[index + 1] - 1 if index + 1 < len(starts) else part.high
            pieces.append((owners[index], low, min(end, part.high)))
            low, index = end + 1, index + 1
        return pieces

    def _collect(self) -> dict[str, Addresses]:
        parts: dict[str, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
        for family in FAMILIES:
            starts, owners = self._starts[family], self._owners[family]
            top = EVERYTHING.of(family)[0][1]
            for index, (low, owner) in enumerate(zip(starts, owners, strict=True)):
                high = starts[index + 1] - 1 if index + 1 < len(starts) else top
                parts.setdefault(owner or "", ([], []))[family == 6].append((low, high))
        return {zone: Addresses(normal(v4), normal(v6)) for zone, (v4, v6) in parts.items()}


def _sweep(claims: list[Claim], outside: str | None) -> tuple[list[int], list[str | None]]:
    """Cut one family's line of addresses where the owner changes. Prefixes nest or are disjoint."""
    starts: list[int] = [0]
    owners: list[str | None] = [outside]
    stack: list[tuple[int, str | None]] = []

    def close(before: int) -> None:
        while stack and stack[-1][0] < before:
            high, _ = stack.pop()
            put(high + 1, stack[-1][1] if stack else outside)

    def put(start: int, owner: str | None) -> None:
        if starts[-1] == start:
            owners[-1] = owner
        else:
            starts.append(start)
            owners.append(owner)

    top = 1 << (128 if claims and claims[0].family == 6 else 32)
    for claim in sorted(claims, key=lambda c: (c.low, -c.high)):
        close(claim.low)
        put(claim.low, claim.zone)
        stack.append((claim.high, claim.zone))
    close(top)
    if starts[-1] == top:
        starts.pop()
        owners.pop()
    return starts, owners


def claims_of(zone: str, parts: Iterable[Range]) -> list[Claim]:
    """A zone's claims, cut into prefixes so that they nest."""
    return [
        Claim(part.family, low, low + (1 << ((32 if part.family == 4 else 128) - length)) - 1, zone)
        for part in parts
        for low, length in prefixes(*part)
    ]

"""Object groups for addresses, and the entries that may name them.

IOS-XE ignores entries with object groups for packets that its route processor handles: those to the device itself,
those of entries that log, those with IP options. So a group stands only where an entry that is ignored opens nothing
and stops nobody's management: in entries that permit what passes through, and that do not log.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.addresses import prefixes
from segc.rules.table import LOCAL
from segc.rules.words import Words
from segc.targets.aces import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.rules.table import Ends, Line

WORD = "object-group"
LONGEST = 64
TOP = (1 << 32) - 1


@dataclass(slots=True)
class Groups:
    """The groups of one configuration, by name; members as IOS writes them, and how many entries each takes."""

    members: dict[str, list[str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    words: Words = field(default_factory=lambda: Words(LONGEST - len("segc--") - 8, r"[^A-Za-z0-9.-]"))

    def named(self, side: Ends) -> str:
        """The name of a side's group. It changes with what it holds: a group that is in use is never edited."""
        spans = side.addresses.v4
        members = [_member(low, high) for low, high in spans]
        mark = blake2b("\n".join(members).encode(), digest_size=4).hexdigest()
        name = f"segc-{self.words(' '.join(end.name for end in side.ends))}-{mark}"
        self.members[name] = members
        self.sizes[name] = sum(1 for low, high in spans for _ in prefixes(4, low, high))
        return f"{WORD} {name}"

    def listed(self) -> list[tuple[str, list[str]]]:
        """All of them, by name."""
        return sorted(self.members.items())

    def entries(self, ace: str) -> int:
        """How many entries of hardware an entry takes; none for a remark."""
        words = ace.split()
        if words[0] == "remark":
            return 0
        size = 1
        for at, word in enumerate(words):
            size *= self.sizes[words[at + 1]] if word == WORD else 1
        return size


@dataclass(frozen=True)
class Grouped(Dialect):
    """Entries of IOS-XE. `on`: may the entry that is being written name groups?"""

    groups: Groups = field(default_factory=Groups)
    on: bool = False

    def aces(
        self, line: Line, family: int, *, established: bool = False, times: Sequence[str] = ("",)
    ) -> Iterator[str]:
        """The entries of a line, with groups where that is safe. Of groups beside a time range nothing is documented."""
        safe = family == 4 and line.permit and line.record is None and line.kind != LOCAL and not any(times)
        return Dialect.aces(replace(self, on=safe), line, family, established=established, times=times)

    def _side(self, side: Ends | None, family: int) -> list[str]:
        plain = super()._side(side, family)
        return plain if side is None or len(plain) < 2 or not self.on else [self.groups.named(side)]


def _member(low: int, high: int) -> str:
    (first, length), *more = prefixes(4, low, high)
    if more:
        return f"range {address_text(4, low)} {address_text(4, high)}"
    if length == 32:
        return f"host {address_text(4, first)}"
    return f"{address_text(4, first)} {address_text(4, TOP ^ ((1 << (32 - length)) - 1))}"

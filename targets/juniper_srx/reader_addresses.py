"""Address books. A name without an entry, and a set without members, are refused: never any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

from . import reader_values as values

if TYPE_CHECKING:
    from .reader_config import Statement

_WILD = ("dns-name", "wildcard-address")


@dataclass(slots=True)
class Set:
    """Addresses of both families; `unknown` are those of which the configuration does not say what they are."""

    v4: Spans = ()
    v6: Spans = ()
    unknown: tuple[str, ...] = ()

    def of(self, family: int) -> Spans:
        """Those of one family."""
        return self.v4 if family == 4 else self.v6


@dataclass(slots=True)
class _Entry:
    value: tuple[str, ...] = ()
    members: list[tuple[str, str]] = field(default_factory=list)  # address or address-set, name
    line: int = 0


class Books:
    """All address books. A zone's own come first, then the global one."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._attached: dict[str, str] = {}

    def statement(self, book: str, one: Statement, words: tuple[str, ...]) -> None:
        """What stands behind `address-book BOOK`."""
        match words:
            case ("attach", "zone", zone):
                self._attached[zone] = book
            case ("address" | "address-set", _, "description", *_) | ("description", _):
                return
            case ("address", name, *value) if value:
                self._entry(book, name, one).value = tuple(value)
            case ("address-set", name, "address" | "address-set" as kind, member):
                self._entry(book, name, one).members.append((kind, member))
            case _:
                raise Refused("is no entry of an address book that this reader knows", one.line)

    def _entry(self, book: str, name: str, one: Statement) -> _Entry:
        return self._entries.setdefault((book, name), _Entry(line=one.line))

    def find(self, name: str, zone: str | None, within: tuple[str, ...] = ()) -> Set:
        """What a name means in a policy of a zone; None for a global policy's."""
        for book in (self._attached.get(zone or "", ""), f"zone {zone}", "global"):
            if (book, name) in self._entries:
                return self._set(book, name, within)
        raise Refused(f"no address is called `{name}`")

    def _set(self, book: str, name: str, within: tuple[str, ...]) -> Set:
        entry = self._entries[book, name]
        if name in within:
            raise Refused(f"address-set `{name}` holds itself", entry.line)
        if entry.value and entry.members:
            raise Refused(f"`{name}` is an address and an address-set", entry.line)
        if entry.value:
            return _address(name, entry)
        found = Set()
        for _, member in entry.members:
            if (book, member) not in self._entries:
                raise Refused(f"no address is called `{member}`", entry.line)
            one = self._set(book, member, (*within, name))
            found.v4, found.v6 = normal([*found.v4, *one.v4]), normal([*found.v6, *one.v6])
            found.unknown += one.unknown
        return found

    def check(self) -> None:
        """Every entry means something, whether a policy names it or not: else the commit would fail."""
        for book, name in self._entries:
            self._set(book, name, ())


def _address(name: str, entry: _Entry) -> Set:
    try:
        match entry.value:
            case (text,) | ("ip-prefix", text):
                return _one(*values.prefix(text))
            case ("range-address", first, "to", last):
                return _one(*values.between(first, last))
            case (word, *_) if word in _WILD:
                return Set(unknown=(f"address {name}: {' '.join(entry.value)}",))
    except Refused as why:
        raise Refused(why.why, entry.line) from None
    raise Refused(f"`{' '.join(entry.value)}` is no address", entry.line)


def _one(family: int, span: tuple[int, int]) -> Set:
    return Set(v4=(span,)) if family == 4 else Set(v6=(span,))

"""Address objects and groups, called as the policy calls its endpoints.

An endpoint of one range is an object of its own. One of several is a group of
objects that are called by their addresses, so that others can share them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS, address_text
from segc.model.addresses import prefixes
from segc.rules.words import Words

from .cli import LONGEST_NAME, entry, listed, table

if TYPE_CHECKING:
    from segc.model.addresses import Spans
    from segc.rules.table import End, Ends

# There since the box was made. `none` is a host, 0.0.0.0 or ::, and never used here.
ALL, RESERVED = "all", ("all", "none", "any")
SUFFIX = {4: "", 6: "6"}
FIREWALLS = "firewalls"  # what the table calls the addresses of other firewalls


class Addresses:
    """Hands out the names of one family's objects, and writes those that were asked for."""

    def __init__(self, family: int) -> None:
        self.family = family
        self._words = Words(LONGEST_NAME, odd=r"[^A-Za-z0-9_.:/-]", reserved=RESERVED)
        self._known: dict[tuple[str, Spans], str] = {}
        self._first: dict[str, Spans] = {}
        self._objects: dict[str, list[str]] = {}
        self._groups: dict[str, list[str]] = {}

    def names(self, side: Ends | None) -> list[str]:
        """What to write for a side of a line; empty where it has no address of this family."""
        if side is None:
            return [ALL]
        return list(dict.fromkeys(self._name(end) for end in side.ends if end.addresses.of(self.family)))

    def lines(self) -> list[str]:
        """Both tables, sorted by name: one more object is one more entry."""
        objects = [line for name in sorted(self._objects) for line in entry(f'"{name}"', self._objects[name])]
        groups = [
            line for name in sorted(self._groups) for line in entry(f'"{name}"', listed("member", self._groups[name]))
        ]
        six = SUFFIX[self.family]
        return [*table(f"firewall address{six}", objects), *table(f"firewall addrgrp{six}", groups)]

    def _name(self, end: End) -> str:
        spans = end.addresses.of(self.family)
        key = (end.name, spans)
        if key not in self._known:
            self._known[key] = self._made(end.name, spans)
        return self._known[key]

    def _made(self, text: str, spans: Spans) -> str:
        parts = [part for span in spans for part in self._parts(*span)]
        # some names stand for other addresses in each rule: the firewalls', and endpoints that are cut otherwise
        if text == FIREWALLS or self._first.setdefault(text, spans) != spans:
            text = f"{text} {' '.join(name for name, _ in parts)}"
        name = self._words(text)
        if len(parts) == 1:
            self._objects[name] = parts[0][1]
            return name
        members = []
        for literal, settings in parts:
            members.append(self._words(literal))
            self._objects[members[-1]] = settings
        self._groups[name] = members
        return name

    def _parts(self, low: int, high: int) -> list[tuple[str, list[str]]]:
        """A range as objects: text and settings of each."""
        cut = list(prefixes(self.family, low, high))
        if len(cut) == 1 or low == 0:  # a range cannot begin with 0.0.0.0, which stands for "not set"
            return [self._prefix(*one) for one in cut]
        first, last = address_text(self.family, low), address_text(self.family, high)
        return [(f"{first}-{last}", ["set type iprange", f"set start-ip {first}", f"set end-ip {last}"])]

    def _prefix(self, low: int, length: int) -> tuple[str, list[str]]:
        text = f"{address_text(self.family, low)}/{length}"
        if self.family == 6:
            return text, ["set type ipprefix", f"set ip6 {text}"]
        mask = (1 << BITS[4]) - (1 << (BITS[4] - length))
        return text, ["set type ipmask", f"set subnet {address_text(4, low)} {address_text(4, mask)}"]

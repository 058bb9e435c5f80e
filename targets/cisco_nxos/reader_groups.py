"""Groups of addresses: `object-group ip address G`, `object-group ipv6 address G`, named by `addrgroup G`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import normal
from segc.packets.machine import Refused

from ..cisco_ios.reader_groups import Groups
from ..cisco_ios.reader_prefixes import PrefixEnds

if TYPE_CHECKING:
    from segc.packets.fields import Spans

    from ..cisco_ios.reader_words import Words

HEAD = re.compile(r"object-group (ip|ipv6) (address|port) (\S+)$")


class AddressGroups(Groups):
    """All groups of a configuration; one that is not there, or empty, is refused where it is used."""

    def add(self, head: str, line: int, body: list[tuple[str, int]]) -> None:
        """Take a group's text; it is read when something names it."""
        found = HEAD.match(head)
        if found is None:
            raise Refused("a kind of object group that is not known", line, self.file, head)
        kind = f"{found[1]} {found[2]}"
        known = self._bodies.get(found[3], (kind, []))[1]
        self._bodies[found[3]] = kind, [*known, *((re.sub(r"^\d+ (?=\S)", "", text), at) for text, at in body)]

    def members(self, family: int, name: str, words: Words) -> Spans:
        """The addresses of a group."""
        spans: list[tuple[int, int]] = []
        for one in self._body(name, "ip address" if family == 4 else "ipv6 address", words):
            spans += PrefixEnds(family, self, one).take()
            if one.peek():
                raise one.refused(f"`{one.peek()}` is not known here")
        return normal(spans)


class NxosEnds(PrefixEnds):
    """Takes a source or a target, which may be a group."""

    def take(self) -> Spans:
        """The addresses as ranges."""
        if self.words.peek() == "addrgroup" and isinstance(self.groups, AddressGroups):
            self.words.take()
            return self.groups.members(self.family, self.words.take(), self.words)
        return super().take()

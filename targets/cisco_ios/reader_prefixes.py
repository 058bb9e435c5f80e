"""What EOS and NX-OS have in common, and IOS has not.

IPv4 prefixes, no protocol 0, counters an entry; and what releases of them disagree on: lists without entries, and
neighbour discovery at the end of IPv6 lists.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP6, PROTO
from segc.packets.machine import Accept, Drop, In, Jump, Rule, Unknown, Whatever

from .reader import Reader, chain
from .reader_aces import Aces
from .reader_words import Ends

if TYPE_CHECKING:
    from segc.packets.fields import Spans
    from segc.packets.machine import Action

    from .reader_aces import Service
    from .reader_words import Words

ENTRY = re.compile(r"(\d+ )?(permit|deny)\b")
NEIGHBOURS = ((133 * 256, 136 * 256 + 255),)  # solicitations and advertisements of routers and neighbours


class PrefixEnds(Ends):
    """Takes a source or a target that may be an IPv4 prefix, too."""

    def take(self) -> Spans:
        """The addresses as ranges."""
        if self.family == 4 and "/" in self.words.peek():
            text = self.words.take()
            try:
                net = IPv4Network(text, strict=False)
            except ValueError:
                raise self.words.refused(f"`{text}` is no prefix") from None
            return ((int(net.network_address), int(net.broadcast_address)),)
        return super().take()


class PrefixAces(Aces):
    """Reads the entries of one list."""

    ends = PrefixEnds

    def services(self, words: Words) -> list[Service] | None:
        """Whether protocol 0 is any protocol, or hop-by-hop options, is not documented."""
        return None if words.peek() == "0" else super().services(words)

    def implicit(self) -> list[Rule]:
        """The end of every list. Some releases let neighbour discovery in there, others do not."""
        rules = [Rule((), Drop(), 0, self.file)]
        if self.family == 6:
            perhaps = Unknown("neighbour discovery at the end of an IPv6 list")
            match = (In(PROTO, ((ICMP6, ICMP6),)), In(DPORT, NEIGHBOURS), perhaps)
            rules.insert(0, Rule(match, Accept(), 0, self.file))
        return rules


class PrefixReader(Reader):
    """Reads one file into a machine."""

    entries = PrefixAces

    def bound(self, family: int, name: str) -> Action | None:
        """What binding a list does. What one without entries does is not documented alike for all releases."""
        if any(ENTRY.match(text) for text, _ in self.lists.get((family, name), [])):
            return Jump(chain(family, name))
        return Whatever(f"list {name} has no entries")

    def setting(self, text: str) -> bool:
        """Counting changes nothing."""
        return re.fullmatch(r"(no )?(statistics|counters) per-entry", text) is not None

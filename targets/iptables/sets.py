"""ipsets of one firewall. Their names are made of their content.

A set that runs is therefore never edited: new rules name new sets, which are
filled first and harm nobody, and iptables-restore switches from old to new in
one step. (Swapping sets is atomic for each, not for all of them and the rules.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import BITS
from segc.model.addresses import EVERYTHING, prefix_text, prefixes
from segc.model.flows import short_id

if TYPE_CHECKING:
    from segc.model.addresses import Addresses
    from segc.rules.expand import Entry
    from segc.rules.ir import Rule

PROTOCOLS = {6: "tcp", 17: "udp", 132: "sctp"}
FAMILY = {4: "inet", 6: "inet6"}
SEEN_SECONDS = 60


class Sets:
    """Collects sets by content, and the lines that make them."""

    def __init__(self) -> None:
        self.made: dict[str, list[str]] = {}
        self.sides: dict[tuple[Addresses, int, str], list[str]] = {}  # `matches.side`'s answers

    def networks(self, own: Addresses, family: int) -> str:
        """A hash:net set of one family; answers its name."""
        parts = (part for low, high in own.of(family) for part in _halves(family, low, high))
        members = sorted(prefix_text(family, *part) for part in parts)
        return self._make("n", family, "hash:net", members)

    def entries(self, listed: list[tuple[Entry, Rule]], family: int) -> str:
        """A hash:ip,port,ip set of sources, ports and targets, each with its rule; answers its name."""
        members = [
            f'{e.source},{PROTOCOLS[e.proto]}:{e.port},{e.target} comment "{rule.within} {rule.id}"'
            for e, rule in listed
        ]
        return self._make("f", family, "hash:ip,port,ip", sorted(members), " comment")

    def seen(self, family: int) -> str:
        """The set that remembers which flows have been recorded this minute."""
        name = f"segc-seen-{family}"
        if name not in self.made:
            kind = f"hash:ip,port,ip family {FAMILY[family]} timeout {SEEN_SECONDS} maxelem 65536"
            self.made[name] = [f"create {name} {kind} -exist"]
        return name

    def _make(self, kind: str, family: int, type_: str, members: list[str], extra: str = "") -> str:
        content = "\n".join(members)
        name = f"segc-{kind}{family}-{short_id(f'{type_} {family} {content}', 12)}"
        if name not in self.made:
            size = 1 << max(6, (len(members) * 2 // 3).bit_length())
            most = max(65536, len(members))
            create = f"create {name} {type_} family {FAMILY[family]} hashsize {size} maxelem {most}{extra} -exist"
            self.made[name] = [create, *(f"add {name} {member} -exist" for member in members)]
        return name

    def lines(self) -> list[str]:
        """All sets, by name."""
        return [line for name in sorted(self.made) for line in self.made[name]]


def _halves(family: int, low: int, high: int) -> list[tuple[int, int]]:
    """Prefixes of a range; hash:net refuses /0, so everything is written as two halves."""
    if (low, high) == EVERYTHING.of(family)[0]:
        return [(0, 1), (1 << (BITS[family] - 1), 1)]
    return list(prefixes(family, low, high))

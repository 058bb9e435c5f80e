"""Groups of addresses, networks, ports and interfaces, with the groups that they include.

A group that does not exist is refused, as VyOS refuses it; one without members holds nothing (an empty nft set).
Groups whose members are not in the configuration (names that DNS says, lists from elsewhere, what rules add) are
known by name only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

from . import reader_values

if TYPE_CHECKING:
    from .reader_tree import Node

KINDS = {
    "address-group": ("address", 4), "ipv6-address-group": ("address", 6),
    "network-group": ("network", 4), "ipv6-network-group": ("network", 6),
    "port-group": ("port", 0), "interface-group": ("interface", 0),
}  # fmt: skip
ELSEWHERE = ("domain-group", "remote-group", "mac-group", "dynamic-group", "flow-group")


class Groups:
    """Looks groups up by kind and name."""

    def __init__(self, root: Node | None) -> None:
        self.root = root

    def unknown(self) -> list[tuple[str, int]]:
        """Kinds of groups, and words in groups, that this reader does not know."""
        found = []
        for kind, named in self.root.below.items() if self.root is not None else ():
            if kind not in KINDS and kind not in ELSEWHERE:
                found.append((kind, named.line))
            if kind in KINDS:
                words = {KINDS[kind][0], "include", "description"}
                found += [
                    (word, node.line)
                    for one in named.below.values()
                    for word, node in one.below.items()
                    if word not in words
                ]
        return found

    def spans(self, kind: str, name: str) -> Spans:
        """The members of a group of addresses, networks or ports."""
        family = KINDS[kind][1]
        members = self.members(kind, name)
        if kind == "port-group":
            return normal([reader_values.port(member) for member in members])
        for member in members:
            if ("/" in member) != kind.endswith("network-group"):
                raise Refused(f"`{member}` is no member of a {kind}")
        return normal([reader_values.addresses(member, family) for member in members])

    def members(self, kind: str, name: str, within: tuple[str, ...] = ()) -> list[str]:
        """Members as they are written, those of included groups too."""
        group = self.root.at(kind, name) if self.root is not None else None
        if group is None:
            raise Refused(f"no {kind} is called `{name}`")
        if name in within:
            raise Refused(f"{kind} `{name}` includes itself")
        found = group.values(KINDS[kind][0])
        for other in group.values("include"):
            found += self.members(kind, other, (*within, name))
        return found

    def exists(self, kind: str, name: str) -> bool:
        """Is there a group of a kind whose members are elsewhere?"""
        return self.root is not None and self.root.at(kind, name) is not None

"""Address objects and groups of one family: what ranges they stand for.

An object without an address is not empty: its default is 0.0.0.0/0 or ::/0, which
is everything. One that does not exist, and a group without members, is refused, as
the box refuses the entry that names it.
"""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from segc.packets.fields import normal, without
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.fields import Spans

    from .reader_tree import Node

BITS = {4: 32, 6: 128}
# There since the box was made: everything, and one host that nobody has.
PREDEFINED: dict[int, dict[str, Spans]] = {
    4: {"all": ((0, (1 << 32) - 1),), "none": ((0, 0),)},
    6: {"all": ((0, (1 << 128) - 1),), "none": ((0, 0),)},
}
# Settings that say nothing of which packets match.
NEUTRAL = {
    "uuid", "comment", "color", "visibility", "category", "fabric-object", "associated-interface", "allow-routing",
    "cache-ttl", "tagging", "obj-id", "passive-fqdn-learning", "clearpass-spt", "sdn-addr-type", "route-tag", "agent-id",
}  # fmt: skip
MEANT = {"type", "subnet", "ip6", "start-ip", "end-ip", "member", "exclude", "exclude-member"}
# Types whose addresses the configuration does not hold: names, countries, hardware addresses, what others report.
ELSEWHERE = (
    "fqdn", "geography", "wildcard", "wildcard-fqdn", "mac", "dynamic", "interface-subnet", "template", "route-tag",
)  # fmt: skip


class Elsewhere(Exception):
    """An object whose addresses are not in the configuration; says which."""


class Addresses:
    """Looks up objects and groups of one family. `others` may be named beside them, such as translated addresses."""

    def __init__(self, family: int, objects: Node, groups: Node, others: Mapping[str, str]) -> None:
        self.family = family
        self._others = others
        self._objects = objects.entries
        self._groups = groups.entries
        self._known: dict[str, Spans] = {}

    def spans(self, name: str, line: int, within: tuple[str, ...] = ()) -> Spans:
        """The ranges of an object or group. Raises `Refused`, or `Elsewhere`."""
        if name not in self._known:
            self._known[name] = self._made(name, line, within)
        return self._known[name]

    def _made(self, name: str, line: int, within: tuple[str, ...]) -> Spans:
        if name in within:
            raise Refused(f"group `{name}` is a member of itself", line)
        if name in self._objects:
            return self._object(name, self._objects[name])
        if name in self._groups:
            return self._group(name, self._groups[name], (*within, name))
        if name in PREDEFINED[self.family]:
            return PREDEFINED[self.family][name]
        if name in self._others:
            raise Elsewhere(f"{self._others[name]} {name}")
        raise Refused(f"no IPv{self.family} address or group is called `{name}`", line)

    # -- groups -----------------------------------------------------------

    def _group(self, name: str, node: Node, within: tuple[str, ...]) -> Spans:
        _only_known(node, ("type", "category", "member", "exclude", "exclude-member"))
        found = self._members(node, "member", within)
        if node.on("exclude"):
            found = without(found, self._members(node, "exclude-member", within))
        if not found:
            raise Refused(f"group `{name}` is empty: what that means to the box is not documented", node.line)
        return found

    def _members(self, node: Node, key: str, within: tuple[str, ...]) -> Spans:
        return normal([span for one in node.many(key) for span in self.spans(one, node.at(key), within)])

    # -- objects ----------------------------------------------------------

    def _object(self, name: str, node: Node) -> Spans:
        kind = node.one("type", "ipmask" if self.family == 4 else "ipprefix")
        if kind in ELSEWHERE:
            raise Elsewhere(f"address {name} of type {kind}")
        _only_known(node, ("type", "subnet", "start-ip", "end-ip") if self.family == 4 else tuple(MEANT))
        if kind == "iprange":
            return self._range(node)
        if kind == "ipmask" and self.family == 4:
            return _subnet(node)
        if kind == "ipprefix" and self.family == 6:
            return self._prefix(*node.one("ip6", "::/0").partition("/")[::2], node.at("ip6"))
        raise Refused(f"`{kind}` is no type of address that this reader knows", node.at("type"))

    def _range(self, node: Node) -> Spans:
        low, high = (self._address(node.one(key, ""), node.at(key)) for key in ("start-ip", "end-ip"))
        if low > high:
            raise Refused("is a range that ends before it begins", node.at("end-ip"))
        return ((low, high),)

    def _prefix(self, address: str, length: str, line: int) -> Spans:
        if not (length.isascii() and length.isdecimal() and int(length) <= BITS[self.family]):
            raise Refused("is no prefix", line)
        rest = (1 << (BITS[self.family] - int(length))) - 1
        low = self._address(address, line) & ~rest
        return ((low, low | rest),)

    def _address(self, text: str, line: int) -> int:
        return address(self.family, text, line)


def address(family: int, text: str, line: int) -> int:
    """An address as a number. Raises `Refused`."""
    try:
        return int(IPv4Address(text)) if family == 4 else int(IPv6Address(text))
    except (AddressValueError, ValueError):
        raise Refused(f"`{text}` is no IPv{family} address", line) from None


def _subnet(node: Node) -> Spans:
    """`10.0.0.0 255.0.0.0`, as exports have it, or `10.0.0.0/8`."""
    words, line = node.settings.get("subnet", ("0.0.0.0", "0.0.0.0")), node.at("subnet")  # noqa: S104
    if len(words) == 1 and "/" in words[0]:
        base, _, length = words[0].partition("/")
        if not (length.isascii() and length.isdecimal() and int(length) <= 32):
            raise Refused("is no prefix", line)
        rest = (1 << (32 - int(length))) - 1
    elif len(words) == 2:
        base = words[0]
        rest = address(4, words[1], line) ^ 0xFFFFFFFF
    else:
        raise Refused("is no address with its mask", line)
    if rest & (rest + 1):
        raise Refused("has a mask with holes", line)
    low = address(4, base, line) & ~rest
    return ((low, low | rest),)


def _only_known(node: Node, meant: tuple[str, ...]) -> None:
    for key in node.settings:
        if key not in NEUTRAL and key not in meant:
            raise Refused(f"`{key}` is no setting of an address that this reader knows", node.lines[key])
    for path in node.sections:
        if path not in ("tagging", "list", "subnet-segment"):
            raise Refused(f"`{path}` is no part of an address that this reader knows", node.sections[path].line)

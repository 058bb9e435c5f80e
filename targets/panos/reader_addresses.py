"""Addresses: objects, groups, literals, and what only the box knows (names, lists, countries).

PAN-OS takes an IPv4 address for the IPv6 address that has it in its last 32
bits and nothing before: a set of IPv6 addresses matches IPv4 packets, too,
where it reaches into ::/96. The other way round it does not (PAN-OS
Administrator's Guide, Policy). `any` is both families.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import Spans, normal
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from .reader_tree import Node, Value

LAST_V4 = (1 << 32) - 1
COUNTRY = re.compile(r"[A-Z]{2}|A[12]")
DEPTH = 16  # groups within groups


@dataclass(slots=True)
class Addresses:
    """Ranges by family; `vague` names what else is in the set, which only the box can tell."""

    v4: list[tuple[int, int]] = field(default_factory=list)
    v6: list[tuple[int, int]] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)

    def add(self, other: Addresses) -> None:
        """Both sets together."""
        self.v4 += other.v4
        self.v6 += other.v6
        self.vague += [text for text in other.vague if text not in self.vague]

    def of(self, family: int) -> Spans:
        """What the set means to packets of a family."""
        if family == 6:
            return normal(self.v6)
        return normal([*self.v4, *((low, min(high, LAST_V4)) for low, high in self.v6 if low <= LAST_V4)])


class Names:
    """What the names of addresses in rules stand for."""

    def __init__(self, root: Node) -> None:
        self._objects = root.entries("address")
        self._groups = root.entries("address-group")
        self._lists = {*root.entries("external-list"), *root.entries("region")}
        for name in self._objects.keys() & self._groups.keys():
            raise Refused(f"`{name}` is an address and a group", self._groups[name].line)
        for name in [*self._objects, *self._groups]:  # commit refuses what is wrong, whether a rule uses it or not
            self._named(name, 0, ())

    def __call__(self, values: list[Value]) -> Addresses | None:
        """A side of a rule; None for any."""
        if [value.text for value in values] == ["any"]:
            return None
        found = Addresses()
        for value in values:
            found.add(self._named(value.text, value.line, ()))
        return found

    def _named(self, name: str, line: int, within: tuple[str, ...]) -> Addresses:
        if name in within or len(within) > DEPTH:
            raise Refused(f"group `{name}` holds itself", line)
        if name in self._objects:
            return _object(name, self._objects[name])
        if name in self._groups:
            return self._group(name, self._groups[name], within)
        if name in self._lists or COUNTRY.fullmatch(name):
            return Addresses(vague=[f"address list {name}"])
        if name == "any":
            raise Refused("`any` stands beside others", line)
        return _literal(name, line)

    def _group(self, name: str, node: Node, within: tuple[str, ...]) -> Addresses:
        members = node.at("static").values
        if node.at("dynamic").children:
            if members:
                raise Refused(f"group `{name}` is static and dynamic", node.line)
            return Addresses(vague=[f"dynamic group {name}"])
        if not members:
            raise Refused(f"group `{name}` has no members", node.line)
        found = Addresses()
        for member in members:
            found.add(self._named(member.text, member.line, (*within, name)))
        return found


def _object(name: str, node: Node) -> Addresses:
    kinds = [kind for kind in ("ip-netmask", "ip-range", "ip-wildcard", "fqdn") if node.at(kind).values]
    if len(kinds) != 1:
        raise Refused(f"address `{name}` has {len(kinds) or 'no'} values", node.line)
    kind, text = kinds[0], node.leaf(kinds[0])
    if kind in ("ip-wildcard", "fqdn"):
        return Addresses(vague=[f"{kind} {text}"])
    if (kind == "ip-range") != ("-" in text):
        raise Refused(f"`{text}` is no {kind}", node.at(kind).line)
    return _literal(text, node.at(kind).values[0].line)


def _literal(text: str, line: int) -> Addresses:
    """An address, a network (whatever its host part) or a range."""
    try:
        if "-" in text:
            one, other = (ipaddress.ip_address(part) for part in text.split("-"))
            family, low, high = one.version, int(one), int(other) if other.version == one.version else -1
        else:
            net = ipaddress.ip_network(text, strict=False)
            family, low, high = net.version, int(net.network_address), int(net.broadcast_address)
    except ValueError:
        raise Refused(f"`{text}` is neither an address nor the name of one", line, text=text) from None
    if low > high:
        raise Refused(f"`{text}` is no range", line, text=text)
    return Addresses(v4=[(low, high)]) if family == 4 else Addresses(v6=[(low, high)])

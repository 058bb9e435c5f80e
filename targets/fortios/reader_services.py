"""Service objects and groups: which protocols, ports and ICMP types they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import ICMP, ICMP6, SCTP, TCP, UDP, UDPLITE
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader_tree import Node

Span = tuple[int, int]


class Entry(NamedTuple):
    """Packets of a service: protocols; target ports, or ICMP types and codes; source ports."""

    protos: Span
    ports: Span
    sources: Span


ANY: Span = (0, 65535)
EVERYTHING = (Entry((0, 255), ANY, ANY),)
PORTS = {"tcp-portrange": TCP, "udp-portrange": UDP, "sctp-portrange": SCTP, "udplite-portrange": UDPLITE}
WITH_PORTS = ("TCP/UDP/SCTP", "TCP/UDP/UDP-Lite/SCTP")
KINDS = {"ICMP": ICMP, "ICMP6": ICMP6}
# Settings that say nothing of which packets match; `helper` and the timers are about what becomes of sessions.
NEUTRAL = {
    "uuid", "comment", "color", "visibility", "category", "fabric-object", "helper", "check-reset-range", "session-ttl",
    "tcp-halfclose-timer", "tcp-halfopen-timer", "tcp-timewait-timer", "tcp-rst-timer", "udp-idle-timer",
}  # fmt: skip
OFF = {"proxy": "disable", "app-service-type": "disable", "iprange": "0.0.0.0", "fqdn": ""}  # noqa: S104
_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?(?::(\d{1,5})(?:-(\d{1,5}))?)?", re.ASCII)


def _ports(proto: int, *ranges: Span) -> tuple[Entry, ...]:
    return tuple(Entry((proto, proto), one, ANY) for one in ranges)


def _type(proto: int, number: int) -> tuple[Entry, ...]:
    return (Entry((proto, proto), (number << 8, number << 8 | 255), ANY),)


# There since the box was made, and in every export; as far as they are likely to be named without being shown.
PREDEFINED: dict[str, tuple[Entry, ...]] = {
    "ALL": EVERYTHING,
    "ALL_TCP": _ports(TCP, (1, 65535)),
    "ALL_UDP": _ports(UDP, (1, 65535)),
    "ALL_ICMP": _ports(ICMP, ANY),
    "ALL_ICMP6": _ports(ICMP6, ANY),
    "PING": _type(ICMP, 8),
    "PING6": _type(ICMP6, 128),
    "GRE": _ports(47, ANY),
    "ESP": _ports(50, ANY),
    "AH": _ports(51, ANY),
    "DNS": (*_ports(TCP, (53, 53)), *_ports(UDP, (53, 53))),
    "HTTP": _ports(TCP, (80, 80)),
    "HTTPS": _ports(TCP, (443, 443)),
    "NTP": (*_ports(TCP, (123, 123)), *_ports(UDP, (123, 123))),
    "RDP": _ports(TCP, (3389, 3389)),
    "SMB": _ports(TCP, (445, 445)),
    "SNMP": (*_ports(TCP, (161, 162)), *_ports(UDP, (161, 162))),
    "SSH": _ports(TCP, (22, 22)),
    "SYSLOG": _ports(UDP, (514, 514)),
    "TELNET": _ports(TCP, (23, 23)),
}


class Services:
    """Looks up services."""

    def __init__(self, objects: Node, groups: Node) -> None:
        self._objects = objects.entries
        self._groups = groups.entries
        self._known: dict[str, tuple[Entry, ...]] = {}

    def entries(self, name: str, line: int, within: tuple[str, ...] = ()) -> tuple[Entry, ...]:
        """What a service or group stands for, never nothing. Raises `Refused`."""
        if name not in self._known:
            self._known[name] = self._made(name, line, within)
        return self._known[name]

    def _made(self, name: str, line: int, within: tuple[str, ...]) -> tuple[Entry, ...]:
        if name in within:
            raise Refused(f"group `{name}` is a member of itself", line)
        if name in self._objects:
            found = tuple(_custom(name, self._objects[name]))
        elif name in self._groups:
            node = self._groups[name]
            _only_known(node, ("member",))
            members = node.many("member")
            found = tuple(e for one in members for e in self.entries(one, node.at("member"), (*within, name)))
        elif name in PREDEFINED:
            return PREDEFINED[name]
        else:
            raise Refused(f"no service or group is called `{name}`", line)
        if not found:
            raise Refused(f"service `{name}` names no packets: what that means to the box is not documented", line)
        return found


def _custom(name: str, node: Node) -> Iterator[Entry]:
    kind = node.one("protocol", WITH_PORTS[0])
    if kind in WITH_PORTS:
        _only_known(node, ("protocol", *PORTS))
        for key, proto in PORTS.items():
            for text in node.many(key):
                yield _port_range(proto, text, node.at(key))
    elif kind in KINDS:
        _only_known(node, ("protocol", "icmptype", "icmpcode", *PORTS))
        yield _icmp(KINDS[kind], node)
    elif kind == "IP":
        _only_known(node, ("protocol", "protocol-number", *PORTS))
        number = _number(node, "protocol-number", 254)
        yield Entry((number, number) if number else (0, 255), ANY, ANY)  # 0, the default, is every protocol
    else:
        raise Refused(f"service `{name}` is of `{kind}`, which policies do not take", node.at("protocol"))


def _icmp(proto: int, node: Node) -> Entry:
    if "icmptype" not in node.settings:
        return Entry((proto, proto), ANY, ANY)
    number = _number(node, "icmptype", 255)
    if "icmpcode" in node.settings:
        code = _number(node, "icmpcode", 255)
        return Entry((proto, proto), (number << 8 | code, number << 8 | code), ANY)
    return Entry((proto, proto), (number << 8, number << 8 | 255), ANY)


def _number(node: Node, key: str, most: int) -> int:
    text = node.one(key, "0")
    if not (text.isascii() and text.isdecimal() and int(text) <= most):
        raise Refused(f"`{key}` is a number up to {most}", node.at(key))
    return int(text)


def _port_range(proto: int, text: str, line: int) -> Entry:
    """Target ports, and behind a colon source ports."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise Refused(f"`{text}` is no range of ports", line)
    low, high, source_low, source_high = found.groups()
    ports = (int(low), int(high or low))
    sources = (int(source_low), int(source_high or source_low)) if source_low else ANY
    if any(one[0] > one[1] or one[1] > 65535 for one in (ports, sources)):
        raise Refused(f"`{text}` is no range of ports", line)
    return Entry((proto, proto), ports, sources)


def _only_known(node: Node, meant: tuple[str, ...]) -> None:
    for key in node.settings:
        off = node.settings[key] == (OFF.get(key),)
        if key not in NEUTRAL and key not in meant and not off:
            raise Refused(f"`{key}` is no setting of a service that this reader knows", node.lines[key])

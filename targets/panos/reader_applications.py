"""Applications, as far as a packet's header tells which one it is.

A session has one application. Those of ICMP and of other IP protocols are told
by its first packet: a custom application for an ICMP type (and code) is the
packet's where there is one, else a custom one for the protocol. Which
application of TCP or UDP a session is shows only behind the handshake, by what
is in it; until then a rule that names one, and leaves the port open, lets
everything in (the vendor's knowledge base, kA10g000000boNyCAI).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import DPORT, ICMP, ICMP6, PROTO, SCTP, TCP, UDP, Spans, normal, without
from segc.packets.machine import Family, In, Match, Refused, Unknown

if TYPE_CHECKING:
    from .reader_services import Ports
    from .reader_tree import Node, Value

PORTED: Spans = ((TCP, TCP), (UDP, UDP), (SCTP, SCTP))
KINDS = {"ident-by-icmp-type": (ICMP, 4), "ident-by-icmp6-type": (ICMP6, 6)}
Matches = tuple[Match, ...]


class Header(NamedTuple):
    """The packets of an application: a protocol; for ICMP, types and codes (type * 256 + code)."""

    proto: int
    family: int = 0
    types: Spans = ()

    def matches(self, but: Spans = ()) -> Matches:
        """As matches, without the types that belong to other applications."""
        found: list[Match] = [In(PROTO, ((self.proto, self.proto),))]
        if self.family:
            found.append(Family(self.family))
        if self.types:
            found.append(In(DPORT, without(self.types, but)))
        elif but:
            found.append(In(DPORT, but, negate=True))
        return tuple(found)


class Names:
    """The applications that rules name, and which packets are theirs."""

    def __init__(self, root: Node) -> None:
        self._groups = root.entries("application-group")
        self._filters = root.entries("application-filter")
        self._custom = {name: _header(name, node) for name, node in root.entries("application").items()}
        seen: dict[Header, str] = {}
        for name, header in self._custom.items():
            if header is not None and seen.setdefault(header, name) != name:
                line = root.at("application", name).line
                raise Refused(f"`{name}` and `{seen[header]}` are two applications for the same packets", line)

    def alternatives(self, values: list[Value], services: list[Ports] | None, *, default: bool) -> list[Matches]:
        """The ways in which a packet may be of one of the applications, by one of the services.

        `services` is None for any; `default` says that each application is confined to what it is by default.
        """
        found: list[Matches] = []
        names = [leaf for value in values for leaf in self._leaves(value.text, value.line, ())]
        for name in dict.fromkeys(names):
            header = self._custom.get(name)
            if services is None and header is not None:
                found.append(header.matches(self._others(header)))
        told = Unknown(f"application {' '.join(sorted(set(names)))}")
        if default:
            vague = [name for name in names if self._custom.get(name) is None]
            return found + ([(told,)] if vague else [])
        if services is None:
            vague = [name for name in names if self._custom.get(name) is None]
            return [*found, (told,) if vague else (In(PROTO, PORTED), told)]
        return [(*by_ports(ports), told) for ports in services]

    def _leaves(self, name: str, line: int, within: tuple[str, ...]) -> list[str]:
        if name in within:
            raise Refused(f"group `{name}` holds itself", line)
        if name not in self._groups:
            return [name]
        members = self._groups[name].at("members").values
        if not members:
            raise Refused(f"group `{name}` has no members", self._groups[name].line)
        return [leaf for m in members for leaf in self._leaves(m.text, m.line, (*within, name))]

    def _others(self, header: Header) -> Spans:
        """The ICMP types and codes for which there is an application that says more."""
        found: list[tuple[int, int]] = []
        for other in self._custom.values():
            narrower = other is not None and other != header and other.proto == header.proto and other.types
            if narrower and other is not None and _wide(header) > _wide(other):
                found += other.types
        return normal(found)


def by_ports(ports: Ports) -> Matches:
    """A service object as matches."""
    from segc.packets.fields import SPORT

    found = (In(PROTO, ((ports.proto, ports.proto),)), In(DPORT, ports.to))
    return found if ports.origin == ((0, 65535),) else (*found, In(SPORT, ports.origin))


def _wide(header: Header) -> int:
    return sum(high - low + 1 for low, high in header.types) if header.types else 1 << 16


def _header(name: str, node: Node) -> Header | None:
    """What a custom application is told by; None where it is by what packets carry, or by an override only."""
    default = {key: child for key, child in node.entries("default").items() if not child.empty}
    if len(default) > 1:
        raise Refused(f"application `{name}` is told by several things", node.line)
    if not default or "port" in default or not node.at("signature").empty:
        return None
    key, told = next(iter(default.items()))
    if key == "ident-by-ip-protocol":
        proto = _number(default[key].values[0])
        if proto in (TCP, UDP, SCTP):
            return None  # a session of these is of an application that its ports or contents tell
        return Header(proto)
    proto, family = KINDS[key]
    kinds, codes = told.at("type").values, told.at("code").values
    if not kinds:
        raise Refused(f"application `{name}` has no type", node.line)
    kind = _number(kinds[0])
    if codes:
        code = _number(codes[0])
        return Header(proto, family, ((kind * 256 + code, kind * 256 + code),))
    return Header(proto, family, ((kind * 256, kind * 256 + 255),))


def _number(value: Value) -> int:
    if not (value.text.isascii() and value.text.isdecimal() and int(value.text) < 256):
        raise Refused(f"`{value.text}` is no number below 256", value.line, text=value.text)
    return int(value.text)

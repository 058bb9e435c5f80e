"""Services: TCP, UDP and SCTP by ports. Nothing else has a service object on PAN-OS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import SCTP, TCP, UDP, Spans, normal
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from .reader_tree import Node, Value

PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
ALL: Spans = ((0, 65535),)
PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?", re.ASCII)


class Ports(NamedTuple):
    """One protocol with its ports."""

    proto: int
    to: Spans
    origin: Spans = ALL


PREDEFINED = {
    "service-http": Ports(TCP, ((80, 80), (8080, 8080))),
    "service-https": Ports(TCP, ((443, 443),)),
}


class Names:
    """What the names of services in rules stand for."""

    def __init__(self, root: Node) -> None:
        self._objects = root.entries("service")
        self._groups = root.entries("service-group")
        for name in self._objects.keys() & self._groups.keys():
            raise Refused(f"`{name}` is a service and a group", self._groups[name].line)
        for name in [*self._objects, *self._groups]:
            self._named(name, 0, ())

    def __call__(self, values: list[Value]) -> list[Ports]:
        """The services of a rule, other than `any` and `application-default`."""
        return [ports for value in values for ports in self._named(value.text, value.line, ())]

    def _named(self, name: str, line: int, within: tuple[str, ...]) -> list[Ports]:
        if name in within:
            raise Refused(f"group `{name}` holds itself", line)
        if name in self._objects:
            return [_object(name, self._objects[name])]
        if name in self._groups:
            members = self._groups[name].at("members").values
            if not members:
                raise Refused(f"group `{name}` has no members", self._groups[name].line)
            return [p for member in members for p in self._named(member.text, member.line, (*within, name))]
        if name in PREDEFINED:
            return [PREDEFINED[name]]
        raise Refused(f"no service is called `{name}`", line, text=name)


def _object(name: str, node: Node) -> Ports:
    protocols = [proto for proto in PROTOCOLS if not node.at("protocol", proto).empty]
    if len(protocols) != 1:
        raise Refused(f"service `{name}` has {len(protocols) or 'no'} protocols", node.line)
    ports = node.at("protocol", protocols[0])
    to = ports.at("port").values
    if not to:
        raise Refused(f"service `{name}` has no port", node.line)
    origin = ports.at("source-port").values
    return Ports(PROTOCOLS[protocols[0]], port_spans(to[0]), port_spans(origin[0]) if origin else ALL)


def port_spans(value: Value) -> Spans:
    """`80,443,8000-8010`."""
    found = []
    for part in value.text.split(","):
        match = PORT.fullmatch(part.strip())
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not low <= high <= 65535:
            raise Refused(f"`{part}` is no port", value.line, text=value.text)
        found.append((low, high))
    return normal(found)

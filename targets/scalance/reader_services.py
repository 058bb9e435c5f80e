"""The worksheet of services: what the tabs IP Services, ICMP Services and IP Protocols hold, a line each.

kind,name,protocol,source,destination
ip,modbus,tcp,*,502
icmp,ping,icmp,*,8
protocol,gre,47,*,*
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, PROTO, SPORT, TCP, UDP
from segc.packets.machine import In, Refused

if TYPE_CHECKING:
    from segc.packets.machine import Match

    Matches = tuple[tuple[Match, ...], ...]

HEAD = "kind,name,protocol,source,destination"
NAME = re.compile(r"[A-Za-z0-9._-]{1,32}")
PROTOCOLS = {"tcp": TCP, "udp": UDP}


def worksheet(text: str) -> dict[str, Matches]:
    """Services by name. Raises `Refused` with the line that makes no sense."""
    found: dict[str, Matches] = {}
    lines = text.replace("\r\n", "\n").split("\n")
    begun = False
    for line, raw in enumerate(lines, 1):
        if not raw.strip() or raw.startswith("#"):
            continue
        if not begun:
            begun = raw == HEAD
            if not begun:
                raise Refused(f"a worksheet of services begins with `{HEAD}`", line, "sets", raw)
            continue
        try:
            name, matches = _service(raw.split(","))
            if name in found:
                raise Refused(f"there are two services `{name}`")  # noqa: TRY301
        except Refused as why:
            raise Refused(why.why, line, "sets", raw) from None
        found[name] = matches
    return found


def _service(cells: list[str]) -> tuple[str, Matches]:
    if len(cells) != 5:
        raise Refused("a service has five cells")
    kind, name, protocol, source, target = cells
    if not NAME.fullmatch(name) or name == "all":
        raise Refused(f"`{name}` is no name for a service")
    if kind == "ip" and protocol in PROTOCOLS:
        return name, ((_protocol(PROTOCOLS[protocol]), *_ports(SPORT, source), *_ports(DPORT, target)),)
    if source != "*":
        raise Refused("only IP services have source ports")
    if kind == "icmp" and protocol == "icmp":
        first = _number(target, 255) * 256
        return name, ((_protocol(ICMP), In(DPORT, ((first, first + 255),))),)
    if kind == "protocol" and target == "*":
        return name, ((_protocol(_number(protocol, 255)),),)
    raise Refused("is no service that this reader knows")


def _protocol(value: int) -> Match:
    return In(PROTO, ((value, value),))


def _ports(at: int, text: str) -> tuple[Match, ...]:
    if text == "*":
        return ()
    low, dash, high = text.partition("-")
    first, last = _number(low, 65535), _number(high if dash else low, 65535)
    if first > last:
        raise Refused("a range ends before it begins")
    return (In(at, ((first, last),)),)


def _number(text: str, most: int) -> int:
    if not re.fullmatch(r"0|[1-9]\d{0,4}", text) or int(text) > most:
        raise Refused(f"`{text}` is no number up to {most}")
    return int(text)

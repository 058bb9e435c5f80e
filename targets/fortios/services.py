"""Service objects and groups, called as the policy calls its services.

An object holds ports of TCP, UDP and SCTP together, or one ICMP type, or one IP
protocol; a service of several kinds is a group. There is no object for a range
of ICMP types, so each type has its own.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6, PORTED, SCTP, TCP, UDP
from segc.rules.words import Words

from .cli import LONGEST_NAME, entry, listed, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Match

# What the box has since it was made, in the letters that the policy could use; `ALL` is every packet.
ALL, RESERVED = "ALL", ("all", "none", "webproxy")
PORTS = {TCP: "tcp", UDP: "udp", SCTP: "sctp"}
KINDS = {ICMP: ("ICMP", "icmp"), ICMP6: ("ICMP6", "icmp6")}
MOST_RANGES = 16  # of one protocol in one object
ANY_PORT = (0, 65535)
LAST_PROTOCOL = 254  # of `set protocol-number`; 0 would be every protocol


class Impossible(Exception):
    """The box has no object for such packets; says which."""


class Services:
    """Hands out names of services, and writes those that were asked for."""

    def __init__(self) -> None:
        self._words = Words(LONGEST_NAME, reserved=RESERVED, odd=r"[^A-Za-z0-9_.-]")
        self._known: dict[tuple[str, tuple[Match, ...]], str] = {}
        self._objects: dict[str, list[str]] = {}
        self._groups: dict[str, list[str]] = {}

    def name(self, text: str, matches: tuple[Match, ...]) -> str:
        """The object or group of a service. Raises `Impossible`."""
        key = (text, matches)
        if key not in self._known:
            self._known[key] = self._made(text, list(parts(matches)))
        return self._known[key]

    def lines(self) -> list[str]:
        """Both tables, sorted by name."""
        objects = [line for name in sorted(self._objects) for line in entry(f'"{name}"', self._objects[name])]
        groups = [
            line for name in sorted(self._groups) for line in entry(f'"{name}"', listed("member", self._groups[name]))
        ]
        return [*table("firewall service custom", objects), *table("firewall service group", groups)]

    def _made(self, text: str, found: list[tuple[str, list[str]]]) -> str:
        name = self._words(text)
        if len(found) == 1:
            self._objects[name] = found[0][1]
            return name
        members = []
        for what, settings in found:
            members.append(self._words(f"{text}.{what}"))
            self._objects[members[-1]] = settings
        self._groups[name] = members
        return name


def parts(matches: Iterable[Match]) -> Iterator[tuple[str, list[str]]]:
    """The objects that a service needs: what each is of, and its settings."""
    ports: dict[int, list[str]] = defaultdict(list)
    others: list[tuple[str, list[str]]] = []
    for match in matches:
        if match.proto in PORTED and not _whole(match):
            ports[match.proto].append(_ports(match))
        elif match.proto in KINDS:
            others += _types(match)
        elif 0 < match.proto <= LAST_PROTOCOL:
            others.append((f"ip-{match.proto}", ["set protocol IP", f"set protocol-number {match.proto}"]))
        else:
            raise Impossible(f"IP protocol {match.proto}")
    for number, chunk in enumerate(_chunks(ports), 1):
        yield f"ports-{number}", ["unset protocol", *chunk]
    yield from others


def _whole(match: Match) -> bool:
    """All ports, 0 among them: the predefined services begin with port 1."""
    return (match.low, match.high) == ANY_PORT == (match.source_low, match.source_high)


def _ports(match: Match) -> str:
    """Target ports, and behind a colon source ports."""
    text = _range(match.low, match.high)
    sources = (match.source_low, match.source_high)
    return text if sources == ANY_PORT else f"{text}:{_range(*sources)}"


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


def _types(match: Match) -> Iterator[tuple[str, list[str]]]:
    protocol, word = KINDS[match.proto]
    if match.low == 0 and match.high >= 255:
        yield word, [f"set protocol {protocol}", "unset icmptype"]
        return
    for one in range(match.low, match.high + 1):
        yield f"{word}-{one}", [f"set protocol {protocol}", f"set icmptype {one}", "unset icmpcode"]


def _chunks(ports: dict[int, list[str]]) -> Iterator[list[str]]:
    """Settings of one object after another, none with too many ranges of a protocol.

    What an object of this name may have had before is unset; so is its protocol, whose default has another name in
    each release (TCP/UDP/SCTP, TCP/UDP/UDP-Lite/SCTP).
    """
    longest = max(map(len, ports.values()), default=0)
    for start in range(0, longest, MOST_RANGES):
        chunk = {PORTS[proto]: " ".join(ranges[start : start + MOST_RANGES]) for proto, ranges in ports.items()}
        yield [
            f"set {word}-portrange {chunk[word]}" if chunk.get(word) else f"unset {word}-portrange"
            for word in PORTS.values()
        ]

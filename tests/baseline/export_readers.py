"""Readers of what `segc baseline export` writes, apart from the code that writes it: the sensors' grammar, and no more.

Neither sensor is in Debian 12, so that these stand in for them. They refuse what they do not know.
"""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_network
from typing import NamedTuple

from segc.model.verdict import Packet

NUMBERS = {"tcp": {6}, "udp": {17}, "icmp": {1, 58}, "ip": set(range(256))}
RULE = re.compile(r"(pass|alert) (\w+) (\S+) (\S+) (->|<>) (\S+) (\S+) \((.*)\)$")
OPTION = re.compile(r'\s*([\w.]+)(?::("(?:[^"\\;]|\\.)*"|[^;"]*))?;')
SILENT = {"msg", "threshold", "metadata", "sid", "rev"}  # they change no match
Prefix = tuple[int, int, int]


@cache
def prefixes(texts: str) -> list[Prefix]:
    """(family, first, last) of each of a list."""
    nets = [ip_network(text) for text in texts.replace(" ", "").split(",")]
    return [(net.version, int(net.network_address), int(net.broadcast_address)) for net in nets]


def holds(listed: list[Prefix], family: int, value: int) -> bool:
    return any(family == f and low <= value <= high for f, low, high in listed)


class Rule(NamedTuple):
    """A rule of Suricata."""

    action: str
    protocols: set[int]
    sources: list[Prefix]
    source_ports: tuple[int, int]
    both: bool
    targets: list[Prefix]
    ports: tuple[int, int]
    options: list[tuple[str, str]]

    def matches(self, packet: Packet) -> bool:
        """Does it match a packet that opens something?"""
        turned = packet._replace(source=packet.target, target=packet.source, sport=packet.dport, dport=packet.sport)
        return self._one_way(packet) or (self.both and self._one_way(turned))

    def _one_way(self, packet: Packet) -> bool:
        ported = packet.proto in (6, 17)
        return (
            packet.proto in self.protocols
            and holds(self.sources, packet.family, packet.source)
            and holds(self.targets, packet.family, packet.target)
            and (not ported or self.source_ports[0] <= packet.sport <= self.source_ports[1])
            and (not ported or self.ports[0] <= packet.dport <= self.ports[1])
            and all(self._option(word, value, packet) for word, value in self.options)
        )

    @staticmethod
    def _option(word: str, value: str, packet: Packet) -> bool:
        if word in SILENT or (word, value) in (("flags", "S,12"), ("flow", "to_server")):
            return True
        if word == "itype":
            return packet.dport == int(value)
        if word == "ip_proto":
            return (packet.proto == int(value.lstrip("!"))) != value.startswith("!")
        raise ValueError(f"unknown option {word}:{value}")


def suricata(text: str) -> list[Rule]:
    """A rules file."""
    found = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        parts = RULE.match(line)
        assert parts is not None, line
        action, proto, source, sports, arrow, target, ports, inside = parts.groups()
        options = OPTION.findall(inside)
        assert "".join(m.group() for m in OPTION.finditer(inside)) == inside, f"not all of {inside} is read"
        ends = [prefixes(side[1:-1]) for side in (source, target) if side[0] == "[" and side[-1] == "]"]
        found.append(
            Rule(action, NUMBERS[proto], ends[0], _ports(sports), arrow == "<>", ends[1], _ports(ports), options)
        )
    sids = [value for rule in found for word, value in rule.options if word == "sid"]
    assert len(set(sids)) == len(found), "every rule has an id of its own"
    return found


def _ports(text: str) -> tuple[int, int]:
    low, _, high = text.partition(":")
    return (0, 65535) if text == "any" else (int(low), int(high or low))


def alerts(rules: list[Rule], packet: Packet) -> list[str]:
    """Messages of the alerts that a packet brings: none where a `pass` matches, which Suricata takes first."""
    if any(rule.action == "pass" and rule.matches(packet) for rule in rules):
        return []
    return [dict(r.options)["msg"].strip('"') for r in rules if r.action == "alert" and r.matches(packet)]


class Script:
    """The tables of a Zeek script, and what its event makes of a connection."""

    def __init__(self, text: str) -> None:
        self.zones = [
            (prefixes(net.replace("[", "").replace("]", ""))[0], name)
            for net, name in re.findall(r'^    \[(\S+)\] = "([\w-]+)"', _table(text, "zones"), re.MULTILINE)
        ]
        asked = re.search(r"questions: set\[count, count\] = \{(.*)\}", text)
        assert asked is not None
        self.questions = {(int(proto), int(kind)) for proto, kind in re.findall(r"\[(\d+), (\d+)\]", asked[1])}
        self.flows: dict[str, list[tuple[list[Prefix], list[Prefix], list[int]]]] = {}
        body = _table(text, "flows")
        for pair, listed in re.findall(r'^    \["(\S+)"\] = vector\(\n(.*?)\n    \)', body, re.MULTILINE | re.DOTALL):
            for line in listed.splitlines():
                sides = [s.replace("[", "").replace("]", "") for s in re.findall(r"=set\(([^)]*)\)", line)]
                numbers = [int(n) for n in re.findall(r"\$(?:proto|low|high|source_low|source_high)=(\d+)", line)]
                assert len(sides) == 2
                assert len(numbers) == 5
                self.flows.setdefault(pair, []).append((prefixes(sides[0]), prefixes(sides[1]), numbers))

    def zone(self, family: int, value: int) -> str:
        """By the longest prefix."""
        holding = [
            (last - first, name) for (f, first, last), name in self.zones if f == family and first <= value <= last
        ]
        return min(holding)[1] if holding else ""

    def notices(self, packet: Packet) -> bool:
        """Is there a notice?"""
        a, b = (self.zone(packet.family, value) for value in (packet.source, packet.target))
        if a == b != "":
            return False
        if packet.proto in (1, 58) and (packet.proto, packet.dport) not in self.questions:
            return False
        for sources, targets, (proto, low, high, source_low, source_high) in self.flows.get(f"{a}>{b}", []):
            if (
                holds(sources, packet.family, packet.source)
                and holds(targets, packet.family, packet.target)
                and packet.proto == proto
                and low <= packet.dport <= high
                and source_low <= packet.sport <= source_high
            ):
                return False
        return True


def _table(text: str, name: str) -> str:
    found = re.search(rf"const {name}: [^\n]* = \{{\n(.*?)\n  \}} &redef", text, re.DOTALL)
    assert found is not None, name
    return found[1]

"""The axes of a packet, in the order in which decision diagrams ask about them.

That is the order in which rendered files do: the source's zone, whether its
packets may arrive here, the target's zone, what the pair permits. A chain that
another one leads to then mostly asks what is later, and nothing has to be merged.

IPv4 and IPv6 are separate spaces, so an address is a plain integer. ICMP's
type and code share an axis with the destination port, since no packet has both.
"""

from __future__ import annotations

from typing import NamedTuple

Spans = tuple[tuple[int, int], ...]  # inclusive ranges; sorted and disjoint where a function says so

SOURCE, IIF, OIF, TARGET, PROTO, DPORT, SPORT, TIME = range(8)
FIELDS = ("source", "iif", "oif", "target", "proto", "dport", "sport", "time")
ADDRESS_BITS = {4: 32, 6: 128}

TCP, UDP, SCTP, UDPLITE, DCCP, ICMP, ICMP6 = 6, 17, 132, 136, 33, 1, 58
PORTED = (TCP, UDP, DCCP, SCTP, UDPLITE)  # ascending
LAST_SECOND = (1 << 40) - 1  # of the time axis, far beyond any date

STATES = ("new", "established", "related", "invalid", "untracked")


class Packet(NamedTuple):
    """One concrete packet. `dport` is type * 256 + code for ICMP; ports are 0 where there are none."""

    family: int
    source: int
    target: int
    proto: int
    dport: int = 0
    sport: int = 0
    iif: str = ""
    oif: str = ""
    time: int = 0
    state: str = "new"
    reply: bool = False  # of an established session: does it go against the direction in which that was opened?


def top(field: int, family: int) -> int:
    """The largest value of a field that is a number."""
    if field in (SOURCE, TARGET):
        return (1 << ADDRESS_BITS[family]) - 1
    return {PROTO: 255, TIME: LAST_SECOND}.get(field, 65535)


def normal(spans: Spans | list[tuple[int, int]]) -> Spans:
    """Sort ranges and join those that overlap or touch."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def without(spans: Spans, cut: Spans) -> Spans:
    """What is in `spans` and not in `cut`; both are normal."""
    left: list[tuple[int, int]] = []
    for low, high in spans:
        start = low
        for cut_low, cut_high in cut:
            if cut_high < start:
                continue
            if cut_low > high:
                break
            if cut_low > start:
                left.append((start, cut_low - 1))
            start = cut_high + 1
        if start <= high:
            left.append((start, high))
    return tuple(left)

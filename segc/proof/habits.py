"""What a box does by itself, before any rule: expected of every file of its target, and said in the manifest of it."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from segc.packets.decide import ACCEPT, DROP, Outcome
from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, PROTO, SOURCE, SPORT, TARGET, Spans, normal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from segc.packets.diagram import Diagrams
    from segc.packets.fields import Packet
    from segc.packets.space import Cuts
    from segc.targets.manifest import Habit

LOOP = "lo"


def cut(habits: Sequence[Habit], cuts: Cuts) -> None:
    """Cut a space at every value that a habit looks at."""
    for habit in habits:
        for field, spans in (_spans(habit, cuts.family) or {}).items():
            cuts.spans(field, spans)


def over(habits: Sequence[Habit], expected: int, diagrams: Diagrams, named: Collection[str]) -> int:
    """What is expected of packets where the box has its own way with some of them."""
    for habit in reversed(habits):
        spans = _spans(habit, diagrams.space.family)
        if spans is not None:
            here = diagrams.both(_cube(spans, diagrams), _arrived(habit, diagrams, named))
            own = diagrams.leaf(Outcome(ACCEPT if habit.does == "pass" else DROP))
            expected = diagrams.select(here, own, expected)
    return expected


def stops(habits: Sequence[Habit], packet: Packet, named: Collection[str]) -> bool:
    """Does the box drop a packet whatever its rules say?"""
    for habit in habits:
        spans = _spans(habit, packet.family)
        if spans is None or not _came_by(habit, packet.iif, named):
            continue
        values = {SOURCE: packet.source, TARGET: packet.target, PROTO: packet.proto}
        values |= {DPORT: packet.dport, SPORT: packet.sport}
        if all(any(low <= values[field] <= high for low, high in found) for field, found in spans.items()):
            return habit.does == "stop"
    return False


def _spans(habit: Habit, family: int) -> dict[int, Spans] | None:
    """A habit's fields; None where it says nothing of a family."""
    if habit.family not in (None, family):
        return None
    found: dict[int, Spans] = {}
    for field, prefix in ((SOURCE, habit.source), (TARGET, habit.target)):
        if prefix:
            network = ip_network(prefix)
            if network.version != family:
                return None
            found[field] = ((int(network.network_address), int(network.broadcast_address)),)
    if habit.types:
        proto = ICMP if family == 4 else ICMP6
        found |= {PROTO: ((proto, proto),), DPORT: normal([(one * 256, one * 256 + 255) for one in habit.types])}
    if habit.protocols:
        found[PROTO] = normal([(one, one) for one in habit.protocols])
    for field, port in ((DPORT, habit.port), (SPORT, habit.source_port)):
        if port is not None:
            found[field] = ((port, port),)
    return found


def _cube(spans: dict[int, Spans], diagrams: Diagrams) -> int:
    node = diagrams.yes
    for field in sorted(spans, reverse=True):
        ranks = diagrams.space.ranks(field, spans[field])
        node = diagrams.case(field, [(*r, node) for r in ranks], diagrams.no)
    return node


def _arrived(habit: Habit, diagrams: Diagrams, named: Collection[str]) -> int:
    if habit.at == "anywhere":
        return diagrams.yes
    names = [LOOP] if habit.at == LOOP else sorted({*named, LOOP})
    ranks = sorted(diagrams.space.interface_ranks(IIF, names))
    found = diagrams.case(IIF, [(*r, diagrams.yes) for r in ranks], diagrams.no)
    return found if habit.at == LOOP else diagrams.negated(found)


def _came_by(habit: Habit, iif: str, named: Collection[str]) -> bool:
    return {"anywhere": True, LOOP: iif == LOOP, "unnamed": iif not in {*named, LOOP}}[habit.at]

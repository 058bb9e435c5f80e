"""Which open sessions must end, by the packet that opened them, and the commands of each firewall that end just these.

Rules that change do not end sessions on every box, so that commands have to. They must not be wider than what is cut: a
session that something else still permits belongs to somebody else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, Addresses
from segc.model.flows import short_id
from segc.model.parts import cut
from segc.model.plant import ICMP, ICMP6, PORTED, Asset, Flow, Match, Service
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET
from segc.packets.partition import partition, values
from segc.proof.sessions import ends_of, open_at, sessions, space_of, touches
from segc.targets import build as building
from segc.targets import registry
from segc.targets.job import Artefact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from segc.model.parts import Pair
    from segc.model.plant import Grant, Plant
    from segc.packets.diagram import Diagrams
    from segc.packets.partition import Box
    from segc.proof.duties import Policy

EVERY = ((0, 65535),)
CONNTRACK = "conntrack -D"
SCRIPT = "kill.sh"
HEAD = """#!/bin/sh
# Ends sessions by the packet that opened them. The rules stop these already; this takes them out of the table, so that
# no later rules let them go on. That nothing was deleted means that nobody was connected.
"""


def ended(flows: Iterable[Flow], left: Policy) -> list[Flow]:
    """The packets of flows that nothing of what is left permits at its moment, a flow for each box and pair of zones."""
    now = int(left.at.timestamp())
    found: list[Flow] = []
    for flow in flows:
        matches = tuple(match for service in flow.services for match in service.matches)
        for pair, sources, targets in cut(flow, left.own):
            permitted = [part for _, part in left.parts(pair) if open_at(part.times, now)]
            for family in FAMILIES:
                ends = {SOURCE: sources.of(family), TARGET: targets.of(family)}
                if not all(ends.values()):
                    continue
                near = [
                    part
                    for part in permitted
                    if all(touches(ends_of(part, family)[field], ends[field]) for field in ends)
                ]
                diagrams = space_of(family, near, ends, matches)
                others = diagrams.any(sessions(diagrams, ends_of(part, family), part.matches) for part in near)
                mine = diagrams.select(others, diagrams.no, sessions(diagrams, ends, matches))
                for box in partition(diagrams, mine):
                    if box.value:
                        found.append(_flow(flow, pair, family, diagrams, box, len(found)))
    return found


def _flow(flow: Flow, pair: Pair, family: int, diagrams: Diagrams, box: Box, number: int) -> Flow:
    """One box as a flow."""
    spans = {field: values(diagrams, field, box.ranks[field]) for field in (SOURCE, TARGET, PROTO, DPORT, SPORT)}
    service = Service(f"part-{number}", "", tuple(_matches(spans, family)), flow.span)
    source, target = (
        _end(zone, spans[field], family, flow) for zone, field in zip(pair, (SOURCE, TARGET), strict=True)
    )
    return replace(flow, id=short_id(f"{flow.id}|{number}"), sources=(source,), targets=(target,), services=(service,))


def _end(zone: str, spans: Sequence[tuple[int, int]], family: int, flow: Flow) -> Asset:
    ranges = tuple(spans)
    return Asset("part", zone, Addresses(ranges, ()) if family == 4 else Addresses((), ranges), flow.span)


def _matches(spans: dict[int, list[tuple[int, int]]], family: int) -> Iterator[Match]:
    for low, high in spans[PROTO]:
        for proto in range(low, high + 1):
            for first, last in spans[DPORT] or EVERY:
                if proto in (ICMP, ICMP6):
                    yield Match(proto, first >> 8, last >> 8, family=family)
                elif proto in PORTED:
                    yield from (Match(proto, first, last, *source, family) for source in spans[SPORT] or EVERY)
                else:
                    yield Match(proto, family=family)


def commands(
    plant: Plant, grant: Grant, names: Sequence[str], at: datetime, until: str | None = None
) -> dict[str, Artefact | None]:
    """For each firewall the file that ends the sessions of a grant that is over; None where there is nothing to end.

    `until` is when another grant may let in some of these.

    Made from a plant that permits nothing else, since a firewall's own file names the sessions of all its grants.
    """
    conduits = {name: replace(one, flows=()) for name, one in plant.conduits.items()}
    only = replace(plant, conduits=conduits, grants={grant.name: grant})
    built = building.build(only, at, building.DECLARED, names).built if grant.flows else ()
    found: dict[str, Artefact | None] = dict.fromkeys(names)
    for one in built:
        found[one.firewall] = next((file for file in one.files if file.role == building.KILL), None) or _script(
            one, until
        )
    return found


def _script(built: building.Built, until: str | None) -> Artefact | None:
    """Of a machine that holds its sessions in conntrack, and ends them by rules."""
    if registry.targets()[built.target].can.session_kill != CONNTRACK:
        return None
    lines = list(registry.module("_shared", "conntrack_kill").commands(built.rules))
    head = HEAD + (f"# True until {until}.\n" if until else "")
    return Artefact(SCRIPT, head + "\n".join(lines) + "\nexit 0\n", building.KILL, executable=True) if lines else None

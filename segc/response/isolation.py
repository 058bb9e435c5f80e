r"""A plant with some of its zones cut off: the same policy language, so the same compiler and the same proof.

    inside ---x--- outside     every pair across the border is enforced, and permits what is kept
      |               |
    as it was       as it was

What is cut is said as a grant that is over, from everything inside to everything
outside and back. A grant that is over opens nothing, and the sessions that it let
in end, except those that a standing flow covers (docs/adr/0007): this is just
what an isolation asks of a firewall, so nothing new has to be rendered or proved.

Kept are the flows of the conduits and grants that the playbook names, those that
have a packet in common with a need of the workflows that it names, all that is `essential`, and the management of
firewalls: whoever isolates must be able to go back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from segc.model.flows import short_id, zone_name
from segc.model.parts import shared
from segc.model.plant import ENFORCE, MONITOR, Conduit, Flow, Grant, Service
from segc.model.services import protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.model.plant import Plant, Playbook, Zone
    from segc.source import Span

LONG_AGO = date(1970, 1, 2)
# Protocols whose sessions are ended. Firewalls hardly hold sessions of others; all of them cannot open new ones.
ENDED = (1, 6, 17, 47, 50, 51, 58, 132)
SESSIONS = tuple(protocol(number) for number in ENDED)


@dataclass(frozen=True, slots=True)
class Isolation:
    """A plant and what becomes of it. `kept` and `cut` are the flows across the border; `inside` the zones cut off."""

    name: str
    plant: Plant
    isolated: Plant
    inside: frozenset[str]
    kept: tuple[Flow, ...]
    cut: tuple[Flow, ...]
    span: Span
    over: str = ""  # the grant that is over, by its name in the isolated plant


def isolate(
    plant: Plant, name: str, zones: Iterable[str], keep: Sequence[str], span: Span, also: Sequence[Flow] = ()
) -> Isolation:
    """Cut zones, and those that lie in them, off from the rest of the plant; `keep` names what stays besides.

    `also` are further needs: flows stay that have a packet in common with one.
    """
    inside = _with_inner(plant, zones)
    names = frozenset(keep)
    needs = [need for name in keep if name in plant.workflows for need in plant.workflows[name].needs]
    needs += also
    kept: list[Flow] = []
    cut: list[Flow] = []
    for flow, essential in _flows(plant):
        if _crosses(flow, inside):
            stays = essential or flow.within in names or any(_serves(plant, flow, need, inside) for need in needs)
            (kept if stays else cut).append(flow)
    over = _free(plant, name)
    isolated = _isolated(plant, over, inside, frozenset(cut), span)
    return Isolation(name, plant, isolated, inside, tuple(kept), tuple(cut), span, over)


def overridden(plant: Plant, mode: str) -> Plant:
    """The plant with one mode everywhere, as `segc build --mode` takes it."""
    conduits = {name: replace(one, mode=mode) for name, one in plant.conduits.items()}
    zones = {name: replace(one, mode=mode) for name, one in plant.zones.items()}
    firewalls = {name: replace(one, mode=mode) for name, one in plant.firewalls.items()}
    site = replace(plant.site, mode=mode) if plant.site is not None else None
    modes = dict.fromkeys(plant.modes, mode)
    if site is None and mode != plant.default_mode:
        modes |= {(a, b): mode for a in zones for b in zones if a != b}
    return replace(plant, conduits=conduits, zones=zones, firewalls=firewalls, site=site, modes=modes)


def of_playbook(plant: Plant, book: Playbook) -> Isolation:
    """The isolation that a playbook asks for."""
    return isolate(plant, book.name, book.isolate, book.keep, book.span)


def _with_inner(plant: Plant, zones: Iterable[str]) -> frozenset[str]:
    found = set(zones)
    for zone in plant.zones.values():
        at: Zone | None = zone
        while at is not None and at.name not in found:
            at = plant.zones.get(at.parent) if at.parent else None
        if at is not None:
            found.add(zone.name)
    return frozenset(found)


def _flows(plant: Plant) -> Iterator[tuple[Flow, bool]]:
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            yield flow, conduit.essential or flow.facts.essential
    for grant in plant.grants.values():
        for flow in grant.flows:
            yield flow, flow.facts.essential


def _crosses(flow: Flow, inside: frozenset[str]) -> bool:
    """Does a flow join any zone inside with any outside?"""
    here, there = ({zone_name(end) in inside for end in ends} for ends in (flow.sources, flow.targets))
    return here | there == {True, False}


def _serves(plant: Plant, flow: Flow, need: Flow, inside: frozenset[str]) -> bool:
    """Has a flow a packet across the border in common with a need? However wide: what serves the need serves it whole."""
    return any((a in inside) != (b in inside) for a, b in shared(flow, need, plant.ownership.own))


def _free(plant: Plant, name: str) -> str:
    """A playbook may be called as a conduit or grant is, and so may what is made of its name: nothing may be replaced."""
    taken = {*plant.conduits, *plant.grants, *plant.workflows}
    while any(one == name or one.startswith(f"{name}-") for one in taken):
        name += "-x"
    return name


def _isolated(plant: Plant, name: str, inside: frozenset[str], cut: frozenset[Flow], span: Span) -> Plant:
    outside = [zone for zone in plant.zones.values() if zone.name not in inside]
    within = [zone for zone in plant.zones.values() if zone.name in inside]
    conduits = {key: replace(one, flows=_left(one.flows, inside, cut)) for key, one in plant.conduits.items()}
    conduits |= {one.name: one for one in (*_border(name, within, outside, span), *_between(plant, name, within, span))}
    grants = {key: replace(one, flows=_left(one.flows, inside, cut)) for key, one in plant.grants.items()}
    grants[name] = _over(name, within, outside, span)
    pairs = [(a.name, b.name) for a in within for b in outside]
    modes = plant.modes | {pair: ENFORCE for one in pairs for pair in (one, one[::-1])}
    modes |= {(a.name, b.name): plant.mode(a.name, b.name) for a in within for b in within if a is not b}
    zones = {key: replace(one, mode=ENFORCE) if key in inside else one for key, one in plant.zones.items()}
    return replace(plant, conduits=conduits, grants=grants, modes=modes, zones=zones)


def _left(flows: tuple[Flow, ...], inside: frozenset[str], cut: frozenset[Flow]) -> tuple[Flow, ...]:
    """Of flows that are cut, what stays on one side of the border: a list of ends may lie on both."""
    found: list[Flow] = []
    for flow in flows:
        if flow not in cut:
            found.append(flow)
            continue
        for here in (True, False):
            sources, targets = (
                tuple(end for end in ends if (zone_name(end) in inside) == here)
                for ends in (flow.sources, flow.targets)
            )
            if sources and targets:
                found.append(replace(flow, id=short_id(f"{flow.id}|{here}"), sources=sources, targets=targets))
    return tuple(found)


def _border(name: str, within: list[Zone], outside: list[Zone], span: Span) -> Iterator[Conduit]:
    """Conduits without flows: a firewall that carries a pair knows that it is enforced."""
    for a in within:
        for b in outside:
            label = f"{name}-{a.name}-{b.name}"
            yield Conduit(label, "", a, b, True, ENFORCE, None, None, None, None, False, (), span)


def _between(plant: Plant, name: str, within: list[Zone], span: Span) -> Iterator[Conduit]:
    """Inside, pairs that no conduit speaks of keep the mode that they had, although the zones are enforced now."""
    for a in within:
        for b in within:
            if a is not b and plant.mode(a.name, b.name) != ENFORCE:
                label = f"{name}-{a.name}-{b.name}"
                yield Conduit(label, "", a, b, False, MONITOR, None, None, None, None, False, (), span)


def _over(name: str, within: list[Zone], outside: list[Zone], span: Span) -> Grant:
    service = Service("any", "", SESSIONS, span)
    flows = []
    for sources, targets in ((within, outside), (outside, within)):
        text = f"{', '.join(z.name for z in sources)} -> {', '.join(z.name for z in targets)} : any"
        flows.append(Flow(short_id(f"{name}|{text}"), name, tuple(sources), tuple(targets), (service,), text, span))
    return Grant(name, "", "", tuple(flows), (), None, LONG_AGO, None, "", None, span)

"""What a plant says of its zones, machines and services that no packet shows: level, kind, safety, what a service commands.

Checks go by these words. A control zone that is called something else has the same packets, and fewer findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.flows import zone_name
from segc.plan.answering import FLOW, ZONE, Answering, flows, merged
from segc.plan.pairing import Pairing, details
from segc.proof.delivery import of_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Asset, Flow, Zone
    from segc.plan.side import Side

ASSET = "asset"


def fact_changes(before: Side, after: Side) -> list[Answering]:
    """Zones, then machines, then flows whose services are said to be something else; the same of several is one."""
    zones = Pairing(before, after).zones()
    found = [*_zones(zones), *_machines(zones), *_services(before, after)]
    return merged(found, lambda one: one.what != FLOW)


def _zones(pairs: list[tuple[Zone, Zone]]) -> Iterator[Answering]:
    for old, new in pairs:
        told = details(
            ("level", _number(old.level), _number(new.level)),
            ("kind", old.kind, new.kind),
            ("sl-t", _number(old.sl_t), _number(new.sl_t)),
            ("outside", _word(said=old.outside), _word(said=new.outside)),
        )
        for one in told:
            yield Answering(ZONE, (new.name,), one.facet, _said(one.before), _said(one.after), (new.name,), new.span)


def _machines(pairs: list[tuple[Zone, Zone]]) -> Iterator[Answering]:
    """Those of the same addresses, in zones that share some."""
    known = {asset.addresses: asset for zone in dict.fromkeys(old for old, _ in pairs) for asset in zone.assets}
    for zone in dict.fromkeys(new for _, new in pairs):
        for new in zone.assets:
            old = known.get(new.addresses)
            for facet, was, now in details(*_of_machine(old, new)) if old is not None else ():
                yield Answering(ASSET, (new.path,), facet, _said(was), _said(now), (zone.name,), new.span)


def _of_machine(old: Asset, new: Asset) -> Iterator[tuple[str, object, object]]:
    yield "kind", old.kind, new.kind
    yield "criticality", old.criticality, new.criticality
    yield "safety", _word(said=old.safety), _word(said=new.safety)
    yield "unpatchable", old.unpatchable, new.unpatchable
    yield "end-of-support", old.end_of_support, new.end_of_support


def _services(before: Side, after: Side) -> Iterator[Answering]:
    """Flows of the same packets, by services of which something else is said: who commands, and what they give access to."""
    old = {of_flow(before.policy, flow): flow for flow in flows(before)}
    for flow in flows(after):
        was = old.get(of_flow(after.policy, flow))
        if was is not None and _commanding(was) != _commanding(flow):
            ends = dict.fromkeys(map(zone_name, (*flow.sources, *flow.targets)))
            yield Answering(FLOW, (flow.text,), "service", _commanding(was), _commanding(flow), tuple(ends), flow.span)


def _commanding(flow: Flow) -> tuple[str, ...]:
    found = {
        ", ".join([*service.access, f"commands by {service.commands}", f"filterable {service.filterable}"])
        for service in flow.services
    }
    return tuple(sorted(found))


def _number(number: float | None) -> str:
    return f"{number:g}" if number is not None else ""


def _word(*, said: bool) -> str:
    return "yes" if said else ""


def _said(text: str) -> tuple[str, ...]:
    return (text,) if text else ()

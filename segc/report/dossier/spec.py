"""The requirement specification of zones and conduits: what IEC 62443-3-2 (ZCR 6) asks to be written down of each.

Taken from the policy. What the language has no word for (physical boundaries and
access points, assumptions, the risk itself) is not made up: the report says that
it must be kept elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, texts
from segc.model.flows import zone_name
from segc.model.places import place
from segc.response.obligations import SERVING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Asset, Conduit, Flow, Zone
    from segc.report.dossier.facts import Facts
    from segc.report.dossier.shape import ConduitSpec, Flows, Machine, ZoneSpec


def zones(facts: Facts) -> list[ZoneSpec]:
    """The record of every zone."""
    return [_zone(facts, one) for one in facts.plant.zones.values()]


def conduits(facts: Facts) -> list[ConduitSpec]:
    """The record of every conduit."""
    return [_conduit(facts, one) for one in facts.plant.conduits.values()]


def _zone(facts: Facts, zone: Zone) -> ZoneSpec:
    plant = facts.plant
    return {
        "name": zone.name,
        "title": zone.title,
        "kind": zone.kind,
        "level": "" if zone.level is None else f"{zone.level:g}",
        "mode": zone.mode or plant.default_mode,
        "owner": zone.owner or "",
        "sl_t": zone.sl_t,
        "safety": zone.kind == "safety",
        "networks": ["any"] if zone.outside else [text for f in FAMILIES for text in texts(zone.declared, f)],
        "access": [
            f"{firewall.name}: {door.name}"
            for firewall in plant.firewalls.values()
            for door in firewall.interfaces
            if zone.name in door.zones
        ],
        "conduits": [one.name for one in plant.conduits.values() if zone in (one.source, one.target)],
        "assets": [_machine(facts, one) for one in zone.assets],
        "controls": list(zone.controls),
        "shutdown": list(zone.authority.get("shutdown", ())),
        "isolate": list(zone.authority.get("isolate", ())),
        "playbooks": [book.name for book in plant.playbooks.values() if zone.name in book.isolate],
        "rests_on": sorted(set(_rests_on(facts, zone))),
        "source": place(plant, zone.span),
    }


def _machine(facts: Facts, asset: Asset) -> Machine:
    marks = [
        word
        for word, has in (
            ("safety", asset.safety),
            ("unpatchable", asset.unpatchable is not None),
            ("no agent", asset.no_agent),
            ("unsupported", asset.end_of_support is not None and asset.end_of_support < facts.today),
        )
        if has
    ]
    return {
        "name": asset.name,
        "kind": asset.kind,
        "vendor": " ".join(text for key, text in asset.texts if key in ("vendor", "model")),
        "criticality": asset.criticality or "",
        "marks": marks,
        "source": place(facts.plant, asset.span),
    }


def _rests_on(facts: Facts, zone: Zone) -> Iterator[str]:
    """Names, time, sign-in and the like that it fetches from other zones."""
    for flow in facts.flows():
        if not any(zone_name(end) == zone.name for end in flow.sources):
            continue
        for service in flow.services:
            what = SERVING.get(service.family)
            for end in flow.targets if what else ():
                if zone_name(end) != zone.name:
                    yield f"{what} ({service.name}) from {end.path}"


def _conduit(facts: Facts, conduit: Conduit) -> ConduitSpec:
    plant = facts.plant
    return {
        "name": conduit.name,
        "title": conduit.title,
        "owner": conduit.owner or "",
        "ends": [conduit.source.name, conduit.target.name],
        "sl_t": [conduit.source.sl_t, conduit.target.sl_t],
        "directions": [
            {
                "source": a,
                "target": b,
                "state": facts.state(a, b),
                "firewalls": [name for name in plant.firewalls if name in facts.topology.crossed(a, b)],
            }
            for a, b in conduit.pairs()
        ],
        "latency": round(conduit.latency * 1000, 3) if conduit.latency is not None else None,
        "inspect": conduit.inspect or "",
        "fail": conduit.fail or "",
        "essential": conduit.essential,
        "flows": [flow_entry(facts, flow, essential=conduit.essential) for flow in conduit.flows],
        "source": place(plant, conduit.span),
    }


def flow_entry(facts: Facts, flow: Flow, *, essential: bool) -> Flows:
    """A flow with all that is known of it."""
    known = flow.facts
    return {
        "flow": flow.text,
        "within": flow.within,
        "services": [service.name for service in flow.services],
        "because": known.because,
        "ticket": known.ticket,
        "essential": essential or known.essential,
        "log": known.log,
        "expect": known.expect or "",
        "period": known.period or "",
        "tested": known.tested.isoformat() if known.tested else "",
        "learned_until": known.learned_until.isoformat() if known.learned_until else "",
        "review_by": known.review_by.isoformat() if known.review_by else "",
        "source": place(facts.plant, flow.span),
    }

"""What the plant picture shows, as the document segc/graph/1. Every form of the picture is made from it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.model.places import place
from segc.model.plant import Asset

if TYPE_CHECKING:
    from segc.model.plant import Conduit, Endpoint, Firewall, Flow, Plant, Zone
    from segc.response.register import Entry, Register

SCHEMA = "segc/graph/1"
DMZ = 3.5  # where a dmz without a level stands


class AssetEntry(TypedDict):
    """A machine. `marks` are words out of safety and unpatchable."""

    name: str
    kind: str
    marks: list[str]
    source: str


class ZoneEntry(TypedDict):
    """A zone. `level` is empty where none is known; `mode` is that of traffic into it of which no pair speaks."""

    name: str
    title: str
    level: str
    kind: str
    mode: str
    owner: str
    parent: str
    outside: bool
    marks: list[str]
    assets: list[AssetEntry]
    source: str


class FlowEntry(TypedDict):
    """A flow as written, and its line."""

    text: str
    source: str


class Direction(TypedDict):
    """An ordered pair of zones and its mode."""

    source: str
    target: str
    mode: str


class ConduitEntry(TypedDict):
    """A conduit with a direction, or two."""

    name: str
    title: str
    owner: str
    directions: list[Direction]
    flows: list[FlowEntry]
    source: str


class GrantEntry(TypedDict):
    """A grant. `state` is open, waiting or ended; `pairs` are the zones that its flows join."""

    name: str
    title: str
    state: str
    until: str
    pairs: list[list[str]]
    flows: list[FlowEntry]
    source: str


class FirewallEntry(TypedDict):
    """A firewall and the zones right behind it; `host` is the machine whose own it is."""

    name: str
    target: str
    zones: list[str]
    host: str
    source: str


class LinkEntry(TypedDict):
    """Two zones that nothing keeps apart."""

    a: str
    b: str
    source: str


class Picture(TypedDict):
    """All of it."""

    schema: str
    segc: str
    site: str
    title: str
    zones: list[ZoneEntry]
    conduits: list[ConduitEntry]
    grants: list[GrantEntry]
    links: list[LinkEntry]
    firewalls: list[FirewallEntry]


def document(plant: Plant, found: Register) -> Picture:
    """The picture of a plant; `found` tells the state of each grant."""
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "site": plant.site.name if plant.site else "",
        "title": plant.site.title if plant.site else "",
        "zones": [_zone(plant, zone) for zone in plant.zones.values()],
        "conduits": [_conduit(plant, conduit) for conduit in plant.conduits.values()],
        "grants": [_grant(plant, entry) for entry in found.entries],
        "links": [{"a": link.a, "b": link.b, "source": place(plant, link.span)} for link in plant.links],
        "firewalls": [_firewall(plant, firewall) for firewall in plant.firewalls.values()],
    }


def _zone(plant: Plant, zone: Zone) -> ZoneEntry:
    assets = [_asset(plant, asset) for asset in zone.assets]
    marks = {mark for asset in assets for mark in asset["marks"]} | ({"safety"} if zone.kind == "safety" else set())
    level = DMZ if zone.level is None and zone.kind == "dmz" else zone.level
    return {
        "name": zone.name,
        "title": zone.title,
        "level": "" if level is None else f"{level:g}",
        "kind": zone.kind,
        "mode": zone.mode or plant.default_mode,
        "owner": zone.owner or "",
        "parent": zone.parent or "",
        "outside": zone.outside,
        "marks": sorted(marks),
        "assets": assets,
        "source": place(plant, zone.span),
    }


def _asset(plant: Plant, asset: Asset) -> AssetEntry:
    marks = [word for word, set_ in (("safety", asset.safety), ("unpatchable", asset.unpatchable is not None)) if set_]
    return {"name": asset.name, "kind": asset.kind, "marks": marks, "source": place(plant, asset.span)}


def _conduit(plant: Plant, conduit: Conduit) -> ConduitEntry:
    return {
        "name": conduit.name,
        "title": conduit.title,
        "owner": conduit.owner or "",
        "directions": [{"source": a, "target": b, "mode": plant.mode(a, b)} for a, b in conduit.pairs()],
        "flows": [_flow(plant, flow) for flow in conduit.flows],
        "source": place(plant, conduit.span),
    }


def _flow(plant: Plant, flow: Flow) -> FlowEntry:
    return {"text": flow.text, "source": place(plant, flow.span)}


def _grant(plant: Plant, entry: Entry) -> GrantEntry:
    grant = entry.grant
    pairs = {(_home(a), _home(b)) for flow in grant.flows for a in flow.sources for b in flow.targets}
    return {
        "name": grant.name,
        "title": grant.title,
        "state": entry.state,
        "until": grant.last.isoformat(),
        "pairs": [list(pair) for pair in sorted(pairs)],
        "flows": [_flow(plant, flow) for flow in grant.flows],
        "source": place(plant, grant.span),
    }


def _home(end: Endpoint) -> str:
    return end.zone if isinstance(end, Asset) else end.name


def _firewall(plant: Plant, firewall: Firewall) -> FirewallEntry:
    return {
        "name": firewall.name,
        "target": firewall.target,
        "zones": [zone for interface in firewall.interfaces for zone in interface.zones],
        "host": firewall.host.path if firewall.host else "",
        "source": place(plant, firewall.span),
    }

"""What a runbook says of machines, flows, people and firewalls, so that who stands in the hall knows what is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.checks.common import ports_text
from segc.lang.literals import address_text
from segc.model.addresses import texts
from segc.model.parts import flow_pairs
from segc.model.places import place
from segc.model.plant import Asset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.graph.topology import Topology
    from segc.model.plant import Endpoint, Firewall, Flow, FlowFacts, Interface, Plant, Service

KINDS = {
    "plc": "controller (PLC)",
    "rtu": "remote controller (RTU)",
    "hmi": "operator panel (HMI)",
    "scada-server": "SCADA server",
    "historian": "data historian",
    "engineering-station": "engineering station",
    "safety-controller": "safety controller",
    "drive": "drive",
    "robot": "robot",
    "sensor-gateway": "sensor or meter",
    "switch": "network switch",
    "jump-host": "jump host for remote access",
    "mes": "MES server",
    "domain-controller": "sign-in server",
    "workstation": "PC",
    "server": "server",
    "other": "machine",
}


class FlowLine(TypedDict):
    """A flow in the policy's words, what it is there for and its line.

    `number` is what steps call it (K: kept, S: stops). `look` are the machines that open the session, where somebody
    can see whether it works, `reach` those that answer, `by` the service with its ports. `seldom`: when it is seen at
    all, where not always. `firewalls` of the runbook's steps let it through.
    """

    flow: str
    within: str
    because: str
    source: str
    number: str
    title: str
    look: list[str]
    reach: list[str]
    by: list[str]
    seldom: str
    firewalls: list[str]


class CutMachine(TypedDict):
    """A machine at the border, in plain words; `place` is its zone's title."""

    name: str
    zone: str
    place: str
    what: str
    made: str
    addresses: list[str]
    criticality: str
    safety: bool


class Manager(TypedDict):
    """From where a firewall may be managed, by what, and at which of its addresses."""

    who: str
    addresses: list[str]
    by: list[str]
    doors: list[str]


class Reach(TypedDict):
    """How to get at a firewall. Whatever is empty the policy does not say, and is left to be filled in by hand."""

    owner: str
    contact: str
    managers: list[Manager]


def flow_line(plant: Plant, topology: Topology, flow: Flow, number: str, steps: Iterable[str]) -> FlowLine:
    """A flow as somebody can look at it."""
    within = plant.conduits.get(flow.within) or plant.grants.get(flow.within)
    crossed = {name for pair in flow_pairs(flow) for name in topology.crossed(*pair)}
    crossed |= {host.name for pair in flow_pairs(flow) for host in topology.at_ends(*pair)}
    return {
        "flow": flow.text,
        "within": flow.within,
        "because": flow.facts.because,
        "source": place(plant, flow.span),
        "number": number,
        "title": within.title if within is not None else "",
        "look": [named(plant, one) for one in flow.sources],
        "reach": [named(plant, one) for one in flow.targets],
        "by": [service_text(one) for one in flow.services],
        "seldom": _seldom(flow.facts),
        "firewalls": [name for name in steps if name in crossed],
    }


def _seldom(facts: FlowFacts) -> str:
    often = facts.expect if facts.expect not in (None, "steady") else ""
    return ", ".join(filter(None, (often, f"each {facts.period}" if facts.period else "")))


def named(plant: Plant, end: Endpoint) -> str:
    """A machine by its name alone where only one has it; a zone as such."""
    if not isinstance(end, Asset):
        return f"all of {end.name}"
    same = sum(one.name == end.name for zone in plant.zones.values() for one in zone.assets)
    return end.name if same == 1 else end.path


def service_text(service: Service) -> str:
    """`modbus (tcp 502)`."""
    ports = ports_text(service.matches)
    return f"{service.name} ({ports})" if ports else service.name


def machine(plant: Plant, asset: Asset) -> CutMachine:
    """A machine as people in the hall call it."""
    facts = dict(asset.texts)
    return {
        "name": named(plant, asset),
        "zone": asset.zone,
        "place": plant.zones[asset.zone].title,
        "what": KINDS.get(asset.kind, asset.kind),
        "made": " ".join(facts[word] for word in ("vendor", "model") if word in facts),
        "addresses": spans(asset),
        "criticality": asset.criticality or "",
        "safety": asset.safety,
    }


def spans(end: Endpoint) -> list[str]:
    """The addresses of a machine, a range from its first to its last; of a zone its networks."""
    if not isinstance(end, Asset):
        return [text for family in (4, 6) for text in texts(end.declared, family)]
    return [
        address_text(family, low) if low == high else f"{address_text(family, low)}-{address_text(family, high)}"
        for family in (4, 6)
        for low, high in end.addresses.of(family)
    ]


def reach(plant: Plant, topology: Topology, firewall: Firewall) -> Reach:
    """How to get at a firewall, as far as the policy says."""
    team = plant.teams.get(firewall.owner or "")
    return {
        "owner": (team.title or team.name) if team is not None else "",
        "contact": team.contact if team is not None else "",
        "managers": [
            {
                "who": named(plant, end),
                "addresses": spans(end),
                "by": [service_text(one) for one in manage.services],
                "doors": list(_doors(topology, firewall, end)),
            }
            for manage in firewall.manage
            for end in manage.sources
        ],
    }


def _doors(topology: Topology, firewall: Firewall, end: Endpoint) -> Iterator[str]:
    """The addresses of the interfaces behind which an end lies: there it comes in, also when all else is down."""
    if firewall.host is not None:
        yield from spans(firewall.host)
        return
    behind = topology.behind(firewall, end.zone if isinstance(end, Asset) else end.name)
    for door in firewall.interfaces:
        if door.name in behind:
            yield from _of(door)


def _of(door: Interface) -> Iterator[str]:
    for one in door.addresses:
        yield f"{address_text(one.family, one.address)} ({door.name})"

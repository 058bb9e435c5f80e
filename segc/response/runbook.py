"""What an isolation means for people, as data: who decides, what stops, what stays, what to do, how to go back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.model.flows import zone_name
from segc.model.places import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from segc.model.plant import Flow, Plant, Role
    from segc.response.compile import Compiled

SCHEMA = "segc/runbook/1"


class Person(TypedDict):
    """A role that may decide, how to reach it, and whether it stands in for another one."""

    role: str
    title: str
    phone: str
    stands_in_for: str


class FlowLine(TypedDict):
    """A flow in the policy's words, what it is there for and its line."""

    flow: str
    within: str
    because: str
    source: str


class Todo(TypedDict):
    """What to do on one firewall; commands as its target says them, to be given in its folder."""

    firewall: str
    title: str
    target: str
    check: str
    apply: str
    confirm: str
    rollback: str
    ends_sessions: str
    sha256: dict[str, str]


class ProvedLine(TypedDict):
    """An obligation and its result."""

    name: str
    says: str
    holds: bool
    shown: list[str]


class Runbook(TypedDict):
    """All of it. `within` is in seconds; `workflows` are those that stop, with the need that is lost."""

    schema: str
    segc: str
    at: str
    policy: str
    name: str
    title: str
    zones: list[str]
    decides: list[Person]
    within: float | None
    drilled: str
    stops: list[FlowLine]
    stays: list[FlowLine]
    workflows: list[dict[str, str]]
    assets: list[str]
    steps: list[Todo]
    proved: list[ProvedLine]


def runbook(compiled: Compiled, at: datetime) -> Runbook:
    """The runbook of a compiled isolation."""
    isolation = compiled.isolation
    plant = isolation.plant
    playbook = plant.playbooks.get(isolation.name)
    roles = playbook.authority if playbook else ()
    zones = [plant.zones[name] for name in plant.zones if name in isolation.inside]
    if not roles:
        roles = tuple(dict.fromkeys(role for zone in zones for role in zone.authority.get("isolate", ())))
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": at.isoformat().replace("+00:00", "Z"),
        "policy": compiled.manifest["policy"]["sha256"],
        "name": isolation.name,
        "title": playbook.title if playbook else "",
        "zones": [f"{zone.name} ({zone.title})" if zone.title else zone.name for zone in zones],
        "decides": list(_people(plant, roles)),
        "within": playbook.within if playbook else None,
        "drilled": playbook.drilled.isoformat() if playbook and playbook.drilled else "",
        "stops": [_line(plant, flow) for flow in isolation.cut],
        "stays": [_line(plant, flow) for flow in isolation.kept],
        "workflows": list(_stopped(plant, isolation.cut, isolation.inside)),
        "assets": [asset.path for zone in zones for asset in zone.assets],
        "steps": [_todo(plant, compiled, number) for number in range(len(compiled.steps))],
        "proved": [
            {"name": one.name, "says": one.says, "holds": one.holds, "shown": list(one.shown)}
            for one in compiled.proved
        ],
    }


def _people(plant: Plant, roles: Iterable[str]) -> Iterator[Person]:
    """The roles, each with its chain of deputies."""
    seen: set[str] = set()
    for name in roles:
        role: Role | None = plant.roles.get(name)
        above = ""
        while role is not None and role.name not in seen:
            seen.add(role.name)
            yield {"role": role.name, "title": role.title, "phone": role.phone, "stands_in_for": above}
            above, role = role.name, plant.roles.get(role.deputy) if role.deputy else None


def _line(plant: Plant, flow: Flow) -> FlowLine:
    return {
        "flow": flow.text,
        "within": flow.within,
        "because": flow.facts.because,
        "source": place(plant, flow.span),
    }


def _stopped(plant: Plant, cut: Iterable[Flow], inside: frozenset[str]) -> Iterator[dict[str, str]]:
    """Workflows with a need across the border that only cut flows serve."""
    gone = [(set(_zones(flow.sources)), set(_zones(flow.targets)), set(flow.services)) for flow in cut]
    for workflow in plant.workflows.values():
        for need in workflow.needs:
            sources, targets = set(_zones(need.sources)), set(_zones(need.targets))
            if (sources | targets) & inside and any(
                sources & a and targets & b and set(need.services) & c for a, b, c in gone
            ):
                yield {"name": workflow.name, "title": workflow.title, "need": need.text}


def _zones(ends: Iterable[object]) -> Iterator[str]:
    for end in ends:
        yield zone_name(end)  # type: ignore[arg-type]


def _todo(plant: Plant, compiled: Compiled, number: int) -> Todo:
    step = compiled.steps[number]
    return {
        "firewall": step.firewall,
        "title": plant.firewalls[step.firewall].title,
        "target": step.target,
        "check": step.entry["check"],
        "apply": step.entry["apply"],
        "confirm": step.entry["confirm"],
        "rollback": step.entry["rollback"],
        "ends_sessions": step.ends_sessions,
        "sha256": {one["file"]: one["sha256"] for one in step.entry["artefacts"]},
    }

"""What an isolation means for people, as data: who decides, what stops, what stays, what to do, how to go back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.graph.topology import Topology
from segc.model.clock import utc_text
from segc.model.plant import MONITOR
from segc.proof.delivery import LOST, delivery, of_flow
from segc.proof.duties import Policy
from segc.response.owners import Person, people
from segc.response.runbook_parts import CutMachine, FlowLine, Reach, flow_line, machine, reach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from segc.model.plant import Flow, Plant
    from segc.response.compile import Compiled, Step
    from segc.response.isolation import Isolation

SCHEMA = "segc/runbook/1"


class Todo(TypedDict):
    """What to do on one firewall; commands as its target says them, to be given in its folder.

    `left` are lists and chains that may stay there after going back, and that nothing uses. `guides` are files of the
    folder that the commands refer to, `keeps` the numbers of the flows that stay and cross it.
    """

    firewall: str
    title: str
    target: str
    check: str
    apply: str
    confirm: str
    rollback: str
    ends_sessions: str
    sha256: dict[str, str]
    left: list[str]
    reach: Reach
    guides: list[str]
    keeps: list[str]


class ProvedLine(TypedDict):
    """An obligation and its result."""

    name: str
    says: str
    holds: bool
    shown: list[str]


class Runbook(TypedDict):
    """All of it. `within` is in seconds; `workflows` are those that stop, with the need that is lost.

    `machines` are those inside, `others` those outside that the flows name. `authority` says whose word names those who
    decide: `playbook`, `zone` where the playbook names nobody, or empty.
    """

    schema: str
    segc: str
    at: str
    policy: str
    name: str
    title: str
    zones: list[str]
    decides: list[Person]
    authority: str
    within: float | None
    drilled: str
    stops: list[FlowLine]
    stays: list[FlowLine]
    workflows: list[dict[str, str]]
    assets: list[str]
    machines: list[CutMachine]
    others: list[CutMachine]
    steps: list[Todo]
    unproved: list[str]
    proved: list[ProvedLine]


def runbook(compiled: Compiled, at: datetime) -> Runbook:
    """The runbook of a compiled isolation."""
    isolation = compiled.isolation
    plant = isolation.plant
    playbook = plant.playbooks.get(isolation.name)
    roles = playbook.authority if playbook else ()
    zones = [plant.zones[name] for name in plant.zones if name in isolation.inside]
    authority = "playbook" if roles else "zone"
    if not roles:
        roles = tuple(dict.fromkeys(role for zone in zones for role in zone.authority.get("isolate", ())))
    topology = Topology(plant)
    names = [step.firewall for step in compiled.steps]

    def lines(letter: str, flows: Sequence[Flow]) -> list[FlowLine]:
        return [flow_line(plant, topology, flow, f"{letter}{at}", names) for at, flow in enumerate(flows, 1)]

    kept = lines("K", isolation.kept)
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(at),
        "policy": compiled.manifest["policy"]["sha256"],
        "name": isolation.name,
        "title": playbook.title if playbook else "",
        "zones": [f"{zone.name} ({zone.title})" if zone.title else zone.name for zone in zones],
        "decides": list(people(plant, roles)),
        "authority": authority if roles else "",
        "within": playbook.within if playbook else None,
        "drilled": playbook.drilled.isoformat() if playbook and playbook.drilled else "",
        "stops": lines("S", isolation.cut),
        "stays": kept,
        "workflows": list(_stopped(isolation, at)),
        "assets": [asset.path for zone in zones for asset in zone.assets],
        "machines": [machine(plant, asset) for zone in zones for asset in zone.assets],
        "others": list(_others(isolation)),
        "steps": [todo(plant, topology, step, kept) for step in compiled.steps],
        "unproved": list(_unproved(isolation)),
        "proved": [
            {"name": one.name, "says": one.says, "holds": one.holds, "shown": list(one.shown)}
            for one in compiled.proved
        ],
    }


def _unproved(isolation: Isolation) -> Iterator[str]:
    """What an isolation leaves open, and nobody should believe otherwise."""
    inside = sorted(isolation.inside)
    plant = isolation.isolated
    pairs = [(a, b) for a in inside for b in inside if a != b and plant.mode(a, b) == MONITOR]
    if pairs:
        names = ", ".join(f"{a} -> {b}" for a, b in pairs[:3]) + (" and more" if len(pairs) > 3 else "")
        yield f"packets with a forged source of another zone inside, where these are in monitor: {names}"
    outside = [name for name in plant.zones if name not in isolation.inside]
    if any(plant.mode(a, b) == MONITOR for a in outside for b in outside if a != b):
        yield "packets from inside with a forged source of outside, to zones outside that are in monitor"
    yield "what reaches a firewall itself: that is for its `manage` lines"
    yield "sessions of other protocols than TCP, UDP, SCTP, ICMP, GRE, ESP and AH that are open already"


def _others(isolation: Isolation) -> Iterator[CutMachine]:
    """Machines outside at the ends of flows across the border, in the order of the policy."""
    ends = {end for flow in (*isolation.kept, *isolation.cut) for end in (*flow.sources, *flow.targets)}
    for zone in isolation.plant.zones.values():
        if zone.name not in isolation.inside:
            yield from (machine(isolation.plant, asset) for asset in zone.assets if asset in ends)


def _stopped(isolation: Isolation, at: datetime) -> Iterator[dict[str, str]]:
    """Workflows with a need of which some packet got through, permitted or only recorded, and does not any more."""
    before, after = Policy(isolation.plant, at), Policy(isolation.isolated, at)
    for workflow in isolation.plant.workflows.values():
        for need in workflow.needs:
            asked = of_flow(before, need)
            if delivery(before, asked).state != LOST and delivery(after, asked).state == LOST:
                yield {"name": workflow.name, "title": workflow.title, "need": need.text}


def todo(plant: Plant, topology: Topology, step: Step, kept: Iterable[FlowLine] = ()) -> Todo:
    """One step in its target's words."""
    files = [one["file"] for one in step.entry["artefacts"]]
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
        "left": list(step.left),
        "reach": reach(plant, topology, plant.firewalls[step.firewall]),
        "guides": [name for name in files if name.endswith(".md")],
        "keeps": [one["number"] for one in kept if step.firewall in one["firewalls"]],
    }

"""What stops in the control zones when everything above the DMZ is gone (IEC 62443-2-1 NET 1.4, 62443-3-3 SR 5.1 RE 2).

Names and addresses, sign-in, time and licences are what machines ask others for, and stop without, some time later. A
machine loses such a service where all that it may ask for it lie above; a server of the DMZ that itself asks above for
the same counts as above. What workflows need from above stops at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.flows import zone_name
from segc.model.plant import Zone
from segc.response.obligations import SERVING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Endpoint, Flow, Plant, Workflow

OFFICE = 4
CONTROL = ("control", "safety")


class Dependency(NamedTuple):
    """Something in the control zones that stops. `what` is time, sign-in …; or `workflow`, with the name of one.

    `essential`: an end of an essential flow, or of a workflow's need, rests on it. `through` is the server of the DMZ
    that asks above itself, empty where there is none.
    """

    what: str
    who: str
    zone: str
    flow: Flow
    above: str
    through: str
    essential: bool


def above(zone: Zone) -> bool:
    """Is it gone when everything above the DMZ is? Networks outside, and zones of business or of level 4 and up."""
    high = zone.level is not None and zone.level >= OFFICE and zone.kind not in ("dmz", *CONTROL)
    return zone.outside or zone.kind in ("external", "business") or high


def autonomy(plant: Plant) -> list[Dependency]:
    """All that stops: services first, by the machine that loses them, then workflows."""
    asking = list(_asking(plant))
    lost = _lost(plant, asking)
    needed = _needed(plant)
    found = []
    for what, end, flow in asking:
        zone = plant.zones[zone_name(end)]
        if zone.kind in CONTROL and not above(zone) and (what, end) in lost:
            target = next(to for to in flow.targets if _gone(plant, what, to, lost))
            through = "" if above(plant.zones[zone_name(target)]) else target.path
            essential = end in needed or (isinstance(end, Zone) and any(zone_name(one) == end.name for one in needed))
            found.append(Dependency(what, end.path, zone.name, flow, zone_name(target), through, essential))
    return [*dict.fromkeys(found), *_workflows(plant)]


def _standing(plant: Plant) -> Iterator[Flow]:
    for conduit in plant.conduits.values():
        yield from conduit.flows


def _asking(plant: Plant) -> Iterator[tuple[str, Endpoint, Flow]]:
    for flow in _standing(plant):
        for what in dict.fromkeys(SERVING[s.family] for s in flow.services if s.family in SERVING):
            yield from ((what, end, flow) for end in flow.sources)


def _lost(plant: Plant, asking: list[tuple[str, Endpoint, Flow]]) -> set[tuple[str, Endpoint]]:
    """Who has nobody left to ask for what; from above downwards, until nothing is added."""
    sources: dict[tuple[str, Endpoint], list[Endpoint]] = {}
    for what, end, flow in asking:
        sources.setdefault((what, end), []).extend(flow.targets)
    lost: set[tuple[str, Endpoint]] = set()
    while True:
        more = {
            (what, end)
            for (what, end), targets in sources.items()
            if (what, end) not in lost and all(_gone(plant, what, to, lost) for to in targets)
        }
        if not more:
            return lost
        lost |= more


def _gone(plant: Plant, what: str, target: Endpoint, lost: set[tuple[str, Endpoint]]) -> bool:
    """Does a server lie above, or has it lost what it is asked for? A server of the plant itself goes on by itself."""
    zone = plant.zones[zone_name(target)]
    relays = zone.kind == "dmz" and ((what, target) in lost or (what, zone) in lost)
    return above(zone) or relays


def _needed(plant: Plant) -> set[Endpoint]:
    """Ends of essential flows, and of what workflows need."""
    found: set[Endpoint] = set()
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            if conduit.essential or flow.facts.essential:
                found.update((*flow.sources, *flow.targets))
    for workflow in plant.workflows.values():
        for need in workflow.needs:
            found.update((*need.sources, *need.targets))
    return found


def _workflows(plant: Plant) -> Iterator[Dependency]:
    """Needs with one end above and the other one in a control zone."""
    for workflow in plant.workflows.values():
        for need in workflow.needs:
            yield from _need(plant, workflow, need)


def _need(plant: Plant, workflow: Workflow, need: Flow) -> Iterator[Dependency]:
    names = list(dict.fromkeys(zone_name(end) for end in (*need.sources, *need.targets)))
    higher = [name for name in names if above(plant.zones[name])]
    mine = [name for name in names if plant.zones[name].kind in CONTROL and name not in higher]
    if higher and mine:
        yield Dependency("workflow", workflow.name, mine[0], need, higher[0], "", essential=True)


def by_zone(found: Iterable[Dependency]) -> dict[str, list[Dependency]]:
    """The same by the zone that loses it."""
    told: dict[str, list[Dependency]] = {}
    for one in found:
        told.setdefault(one.zone, []).append(one)
    return told

"""Who reaches and commands what must be protected, choke points and bridges, each found in another way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from segc.graph import gains
from segc.graph.analysis import Analysis
from segc.graph.exposure import bridges, exposed, reasons
from segc.graph.machines import machines
from segc.graph.ways import COMMANDS, DECLARED, STATES, TODAY
from segc.model.verdict import flows_at
from tests.graph.small import AT, assets, reached, small
from tests.plants import plant_of, policies

DAY = date(2026, 10, 5)
slow = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def critical(text: str) -> str:
    """The same plant, in which every asset is critical."""
    return "\n".join(f"{line} {{ criticality critical }}" if "  asset " in line else line for line in text.splitlines())


@slow
@given(small(essential=False))
def test_choke_points_are_those_without_which_nobody_gets_there(tmp_path: Path, text: str) -> None:
    """Whatever machine is taken away: it is on every way from outside, or the goal is still reached."""
    plant = plant_of(critical(text) + "\n", tmp_path)
    flows = flows_at(plant, AT)
    outside = {asset.path for asset in plant.zones["a"].assets}
    everybody = {asset.path for zone in plant.zones.values() for asset in zone.assets}
    for one in exposed(Analysis(plant, AT), DAY):
        goal = one.machine.path
        inside = reached(plant, flows, outside)
        assert bool(one.chain) == (goal in inside and goal not in outside)
        choke = {machine.path for machine in one.choke}
        for taken in everybody - outside - {goal} if one.chain else ():
            assert (taken in choke) == (goal not in _without(text, taken, tmp_path, outside))
        if one.chain:
            steps = [hop.target.path for hop in one.chain]
            assert [path for path in steps if path in choke] == [machine.path for machine in one.choke]
        assert one.reached_by == sum(goal in reached(plant, flows, {other}) for other in everybody - {goal})


def _without(text: str, taken: str, folder: Path, outside: set[str]) -> dict[str, int]:
    """Who is reached from outside where nobody passes over a machine: it is nobody's source, and in no zone."""
    plant = plant_of(text, folder)
    found, front = set(outside), set(outside)
    while front:
        ahead = set()
        for flow in flows_at(plant, AT):
            if {asset.path for asset in assets(flow.sources)} & front:
                ahead |= {asset.path for asset in assets(flow.targets)}
        for zone in plant.zones.values():
            mine = {asset.path for asset in zone.assets}
            ahead |= mine if mine & front else set()
        front = ahead - found - {taken}
        found |= front
    return dict.fromkeys(found, 0)


@slow
@given(policies())
def test_counts_are_those_of_searches_from_everybody(tmp_path: Path, text: str) -> None:
    """In both states, sessions and commands."""
    plant = plant_of(_marked(text), tmp_path)
    analysis = Analysis(plant, AT)
    every = analysis.ways().machines
    for state in STATES:
        for one in exposed(analysis, DAY, state):
            goal = one.machine
            others = [other for other in every if other is not goal and other.number != goal.number]
            assert one.reached_by == sum(bool(analysis.search([other], state).hops(goal)) for other in others)
            searches = (analysis.search([other], state, COMMANDS) for other in others)
            assert one.commanded_by == sum(bool(search.hops(goal)) for search in searches)


def _marked(text: str) -> str:
    return (
        "\n".join(
            f'{line} {{ unpatchable "old" }}' if line.startswith("  asset ") else line for line in text.splitlines()
        )
        + "\n"
    )


PLANT = """
segc 1
service x { tcp 80 }
service mqtt { tcp 1883; commands responder; access read, write }
service view { tcp 81; access read }
zone sis {
  kind safety
  level 1
  net 10.1.0.0/24
  asset relay 10.1.0.1
  asset old 10.1.0.2 { criticality critical; unpatchable "no vendor"; end-of-support 2026-10-04 }
  asset due 10.1.0.3 { criticality high; end-of-support 2026-10-05 }
}
zone two { level 2; net 10.2.0.0/24; asset hub 10.2.0.1; asset low 10.2.0.2 { criticality low } }
zone three { level 3; net 10.3.0.0/24; asset broker 10.3.0.1 { criticality medium }; asset near 10.3.0.2 }
zone four { level 4; kind business; net 10.4.0.0/24; asset office 10.4.0.1 }
conduit publish two -> three { allow hub -> broker : mqtt }
conduit watch four -> two { allow office -> hub : view }
conduit trip two -> sis { allow hub -> relay : x }
"""


def test_weights_and_reasons(tmp_path: Path) -> None:
    """low 1, medium 2, high 5, critical 10; safety weighs twice. Support ends after its last day."""
    plant = plant_of(PLANT, tmp_path)
    assert {one.path: (one.weight, reasons(one, DAY)) for one in machines(plant)} == {
        "sis.relay": (2, ("safety",)),
        "sis.old": (20, ("critical", "safety", "unpatchable", "unsupported")),
        "sis.due": (10, ("safety",)),
        "two.hub": (1, ()),
        "two.low": (1, ()),
        "three.broker": (2, ()),
        "three.near": (1, ()),
        "four.office": (1, ()),
    }


def test_a_broker_commands_those_who_subscribe(tmp_path: Path) -> None:
    """The office reads the hub and commands nothing; the broker commands the hub, and so the relay."""
    analysis = Analysis(plant_of(PLANT, tmp_path), AT)
    by_name = {one.machine.path: one for one in exposed(analysis, DAY)}
    relay = by_name["sis.relay"]
    assert relay.reached_by == 5  # two beside it, the hub, its neighbour and the office
    assert relay.commanded_by == 6  # two beside it, the hub, its neighbour; the broker and its neighbour
    assert [hop.target.path for hop in relay.chain] == ["two.hub", "sis.relay"]
    assert [one.path for one in relay.choke] == ["two.hub"]
    assert [one.path for one in by_name["sis.old"].choke] == ["two.hub", "sis.relay"]


def test_a_bridge_joins_three_levels_besides_its_own(tmp_path: Path) -> None:
    """The hub has sessions to 3 and 1, and from 4; without one of them it is none."""
    found = bridges(Analysis(plant_of(PLANT, tmp_path), AT))
    assert [(one.machine.path, one.levels, one.flows) for one in found] == [("two.hub", (4, 3, 1), 3)]
    fewer = PLANT.replace("conduit watch four -> two { allow office -> hub : view }", "")
    assert bridges(Analysis(plant_of(fewer, tmp_path), AT)) == []
    same = PLANT.replace("level 3", "level 2")
    assert bridges(Analysis(plant_of(same, tmp_path), AT)) == []


@slow
@given(small(essential=False))
def test_gains_are_the_differences_of_plants_without_the_conduit(tmp_path: Path, text: str) -> None:
    """Each conduit's gain is what the flatness of the plant falls by where its text is deleted."""
    analysis = Analysis(plant_of(text, tmp_path), AT)
    whole = analysis.flatness().value
    for gain in gains.conduits(analysis):
        lines = text.splitlines()
        start = next(
            at for at, line in enumerate(lines) if line.split()[:2] in (["conduit", gain.name], ["grant", gain.name])
        )
        end = start if lines[start].endswith("}") else lines.index("}", start)
        less = plant_of("\n".join(lines[:start] + lines[end + 1 :]) + "\n", tmp_path)
        assert abs(whole - Analysis(less, AT).flatness().value - gain.lowers) < 1e-9
    assert [gain.lowers for gain in gains.conduits(analysis)] == sorted(
        (gain.lowers for gain in gains.conduits(analysis)), reverse=True
    )


def test_the_state_of_a_plant_without_topology_is_open(tmp_path: Path) -> None:
    """Nothing says that a firewall stands anywhere: everybody commands everything today."""
    analysis = Analysis(plant_of(PLANT, tmp_path), AT)
    assert analysis.flatness(TODAY).value == 1
    assert analysis.flatness(DECLARED).value < 1
    assert {one.commanded_by for one in exposed(analysis, DAY, TODAY)} == {7}

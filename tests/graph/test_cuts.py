"""The fewest flows and conduits, against every subset of those that there are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.graph.analysis import Analysis
from segc.graph.cuts import chains, fewest_conduits, fewest_flows
from segc.model.plant import Flow, Plant
from segc.model.verdict import flows_at
from tests.graph.small import AT, assets, reached, small
from tests.plants import plant_of, policies

slow = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def asked(plant: Plant, by_grant: bool) -> tuple[list[Flow], set[str], set[str], frozenset[Flow] | None]:
    """All flows, the starts, the goals, and the flows of the first hop."""
    grant = plant.grants["visit"]
    flows = list(flows_at(plant, AT))
    names = [asset.path for zone in plant.zones.values() for asset in zone.assets]
    if not by_grant:
        return flows, {names[0]}, set(names[-1:]) - {names[0]}, None
    starts = {path for path in names if any(path in _sources(flow) for flow in grant.flows)}
    return list(dict.fromkeys([*flows, *grant.flows])), starts, set(names[-1:]) - starts, frozenset(grant.flows)


def _sources(flow: Flow) -> set[str]:
    return {asset.path for asset in assets(flow.sources)}


@slow
@given(small(), st.booleans())
def test_cuts_are_the_fewest_that_are_enough(tmp_path: Path, text: str, by_grant: bool) -> None:
    """Of flows, and of conduits and grants; what is essential is never among them."""
    plant = plant_of(text, tmp_path)
    flows, starts, goals, first = asked(plant, by_grant)
    analysis = Analysis(plant, AT)
    ways = analysis.ways(also=tuple(first or ()))
    begin = [one for one in ways.machines if one.path in starts]
    ends = [one for one in ways.machines if one.path in goals]

    def cut_off(gone: Iterable[Flow]) -> bool:
        removed = set(gone)
        left = [flow for flow in flows if flow not in removed]
        return not goals & set(reached(plant, left, starts, None if first is None else set(left) & first))

    hops = {one.path: hop for one in ways.machines if (hop := chains(ways, begin, first).hops(one)) is not None}
    assert hops == reached(plant, flows, starts, first)

    free = [flow for flow in flows if not flow.facts.essential]
    sizes = [n for n in range(len(free) + 1) if any(cut_off(gone) for gone in combinations(free, n))]
    found = fewest_flows(ways, begin, ends, first)
    assert bool(found.stays) == (not sizes)
    assert not any(flow.facts.essential for flow in found.flows)
    if sizes:
        assert cut_off(found.flows)
        assert len(found.flows) == sizes[0]

    kept = {flow.within for flow in flows if flow.facts.essential}
    names = sorted({flow.within for flow in flows} - kept)
    whole = [
        n
        for n in range(len(names) + 1)
        if any(cut_off(f for f in flows if f.within in gone) for gone in combinations(names, n))
    ]
    bundles = fewest_conduits(ways, begin, ends, first)
    assert bool(bundles.stays) == (not whole)
    assert not kept & set(bundles.conduits)
    if whole:
        assert cut_off(f for f in flows if f.within in bundles.conduits)
        assert len(bundles.conduits) == whole[0]


@slow
@given(policies(), st.randoms(use_true_random=False))
def test_cuts_of_any_plant_are_enough_and_spare_nothing(tmp_path: Path, text: str, dice: Random) -> None:
    """With IPv4 and IPv6, nested zones and ranges; a third of the flows is essential."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("  allow") and "{" not in line and dice.random() < 0.3:
            lines[at] += " { essential }" if "grant" not in "".join(lines[max(0, at - 1) : at]) else ""
    plant = plant_of("\n".join(lines) + "\n", tmp_path)
    ways = Analysis(plant, AT).ways()
    for start, goal in combinations(ways.machines[:6], 2):
        found = fewest_flows(ways, [start], [goal])
        if found.stays:
            assert all(hop.way is None or hop.way.flow.facts.essential for hop in found.stays)
            continue
        gone = set(found.flows)
        assert not any(flow.facts.essential for flow in gone)
        assert chains(ways, [start], closed=gone.__contains__).hops(goal) is None
        for spared in gone:
            assert chains(ways, [start], closed=(gone - {spared}).__contains__).hops(goal) is not None


def test_essential_flows_of_two_families_join_no_chain_that_changes_the_family(tmp_path: Path) -> None:
    """`old` speaks only IPv4 and `new` only IPv6: the essential flow leads from one to the other for nobody."""
    text = """
    segc 1
    service x { tcp 80 }
    zone a { net 10.0.0.0/24; net fd00::/64; asset old 10.0.0.1; asset six fd00::1 }
    zone b { net 10.1.0.0/24; asset four 10.1.0.1 }
    zone c { net fd02::/64; asset new fd02::1 }
    zone s { net 10.3.0.0/24; asset start 10.3.0.1 }
    zone m { net 10.4.0.0/24; net fd04::/64; asset mid 10.4.0.1, fd04::1 }
    conduit in s -> m { allow start -> mid : x }
    conduit on m -> c { allow mid -> new : x { essential } }
    """
    ways = Analysis(plant_of(text, tmp_path), AT).ways()
    by_path = {one.path: one for one in ways.machines}
    found = fewest_flows(ways, [by_path["s.start"]], [by_path["c.new"]])
    assert [flow.within for flow in found.flows] == ["in"]


@pytest.mark.parametrize("essential", ["mid -> goal", "start -> mid"])
def test_one_essential_hop_leaves_the_other_to_cut(tmp_path: Path, essential: str) -> None:
    """The flow that is not essential goes, wherever it is on the chain."""
    text = """
    segc 1
    service x { tcp 80 }
    zone a { net 10.0.0.0/24; asset start 10.0.0.1 }
    zone b { net 10.1.0.0/24; asset mid 10.1.0.1 }
    zone c { net 10.2.0.0/24; asset goal 10.2.0.1 }
    conduit one a -> b { allow start -> mid : x }
    conduit two b -> c { allow mid -> goal : x }
    """
    plant = plant_of(text.replace(f"{essential} : x", f"{essential} : x {{ essential }}"), tmp_path)
    ways = Analysis(plant, AT).ways()
    start, _, goal = ways.machines
    other = "one" if essential == "mid -> goal" else "two"
    assert [flow.within for flow in fewest_flows(ways, [start], [goal]).flows] == [other]
    assert fewest_conduits(ways, [start], [goal]).conduits == (other,)


def test_a_chain_that_comes_back_to_its_start_goes_on_by_all_its_ways(tmp_path: Path) -> None:
    """The grant leads to `far` only; from there the start itself is taken over, and with it what it may reach."""
    text = """
    segc 1
    service x { tcp 80 }
    zone a { net 10.0.0.0/24; asset start 10.0.0.1 }
    zone b { net 10.1.0.0/24; asset far 10.1.0.1 }
    zone c { net 10.2.0.0/24; asset goal 10.2.0.1 }
    conduit back b -> a { allow far -> start : x }
    conduit on a -> c { allow start -> goal : x }
    grant visit { until 2036-01-01; allow start -> far : x }
    """
    plant = plant_of(text, tmp_path)
    ways = Analysis(plant, AT).ways()
    start, far, goal = ways.machines
    found = chains(ways, [start], frozenset(plant.grants["visit"].flows))
    assert (found.hops(start), found.hops(far), found.hops(goal)) == (0, 1, 3)
    assert [hop.target.path for hop in found.chain(goal)] == ["b.far", "a.start", "c.goal"]

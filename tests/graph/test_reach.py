"""Who reaches whom: against a breadth-first search over single machines that asks the verdict for each pair."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.graph.classes import Quotient
from segc.graph.closure import Closure
from segc.graph.flatness import flatness
from segc.graph.machines import Machine, machines
from segc.graph.search import Search
from segc.graph.topology import Topology
from segc.graph.ways import DECLARED, STATES, TODAY, Ways
from segc.model.addresses import FAMILIES, meet
from segc.model.plant import Plant
from segc.model.verdict import ALERT, Packet, covers, flows_at, verdict
from tests.plants import plant_of, policies

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
UNSPOKEN = 99  # a protocol of no service: what happens to it is what happens to whatever no flow covers


def edges_of(plant: Plant, machine: Machine, family: int) -> set[int]:
    """Addresses of a machine, so many that every kind of address that it has is among them."""
    own = plant.ownership.own(machine.zone.name)
    if machine.asset is not None:
        own = meet(machine.asset.addresses, own)
    marks = {
        point
        for zone in plant.zones.values()
        for asset in zone.assets
        for low, high in asset.addresses.of(family)
        for point in (low, high)
    }
    return {point for low, high in own.of(family) for point in (low, high, *(m for m in marks if low <= m <= high))}


def packets(plant: Plant, a: Machine, b: Machine) -> Iterator[Packet]:
    """Packets from one machine to another, among them one of each kind that any service has."""
    kinds = {(m.proto, m.source_low, m.low) for s in plant.services.values() for m in s.matches}
    for family in FAMILIES:
        for source in edges_of(plant, a, family):
            for target in edges_of(plant, b, family):
                for proto, sport, dport in [*kinds, (UNSPOKEN, 0, 0)]:
                    yield Packet(family, source, target, proto, sport, dport)


def joined_today(plant: Plant, a: str, b: str) -> str:
    """`apart`, `filtered`, or `open` where nothing stands between two zones or nothing is known of it."""
    graph: nx.Graph[str] = nx.Graph()
    flat: nx.Graph[str] = nx.Graph()
    flat.add_nodes_from(plant.zones)
    for link in plant.links:
        flat.add_edge(link.a, link.b)
    graph.add_edges_from(flat.edges)
    for firewall in plant.firewalls.values():
        for interface in firewall.interfaces:
            graph.add_edges_from((f"firewall {firewall.name}", zone) for zone in interface.zones)
    if a not in graph or b not in graph or nx.has_path(flat, a, b):
        return "open"
    if any({a, b} <= set(door.zones) for firewall in plant.firewalls.values() for door in firewall.interfaces):
        return "open"
    return "filtered" if nx.has_path(graph, a, b) else "apart"


def leads(plant: Plant, a: Machine, b: Machine, state: str) -> bool:
    """Can `a` open a session to `b` by itself?"""
    if a.zone is b.zone:
        return True
    between = joined_today(plant, a.zone.name, b.zone.name)
    flows = flows_at(plant, AT)
    for packet in packets(plant, a, b):
        if any(covers(plant, flow, packet) for flow in flows):
            return True
        if state == TODAY and between == "open":
            return True
        if state == TODAY and between == "filtered" and verdict(plant, packet, AT) == ALERT:
            return True
    return False


def naive(plant: Plant, state: str) -> dict[int, dict[int, int]]:
    """Hops from each machine to each."""
    every = machines(plant)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(one.number for one in every)
    graph.add_edges_from((a.number, b.number) for a in every for b in every if a is not b and leads(plant, a, b, state))
    return dict(nx.all_pairs_shortest_path_length(graph))


@pytest.mark.parametrize("state", STATES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies())
def test_hops_are_those_of_a_search_over_single_machines(tmp_path: Path, state: str, text: str) -> None:
    """The quotient, its bits and the search from one machine agree with a walk that knows none of them."""
    plant = plant_of(text, tmp_path)
    expected = naive(plant, state)
    ways = Ways(plant, Topology(plant), AT, state)
    closure = Closure(Quotient(ways))
    for machine in ways.machines:
        hops = {target: n for target, n in expected[machine.number].items() if n}
        assert {m.number: Search(ways, [machine]).hops(m) for m in Search(ways, [machine]).reached()} == hops
        counted = [sum(n == k for n in hops.values()) for k in range(1, max(hops.values(), default=0) + 1)]
        assert list(closure.of(machine).by_hop) == counted
        assert closure.of(machine).weight == sum(ways.machines[target].weight for target in hops)
        near = [
            sum(n == k and ways.machines[t].zone.level == machine.zone.level for t, n in hops.items())
            for k in range(1, len(counted) + 1)
        ]
        assert list(closure.of(machine).near) == (near if hops else [])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies())
def test_every_chain_is_made_of_hops_that_lead(tmp_path: Path, text: str) -> None:
    """A chain is as long as is said, joined without gaps, and each of its hops is a way of the policy."""
    plant = plant_of(text, tmp_path)
    for state in STATES:
        ways = Ways(plant, Topology(plant), AT, state)
        for start in ways.machines:
            search = Search(ways, [start])
            for machine in search.reached():
                chain = search.chain(machine)
                assert len(chain) == search.hops(machine)
                assert [chain[0].source, *(hop.target for hop in chain)] == [start, *(h.target for h in chain)]
                assert all(a.target is b.source for a, b in pairwise(chain))
                assert all(leads(plant, hop.source, hop.target, state) for hop in chain)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.randoms(use_true_random=False))
def test_a_flow_less_never_makes_it_flatter(tmp_path: Path, text: str, dice: Random) -> None:
    """Nor does any figure of any machine grow; and a plant in monitor is never less flat than an enforced one."""
    plant = plant_of(text, tmp_path)
    topology = Topology(plant)
    flows = flows_at(plant, AT)
    gone = frozenset(flow for flow in flows if dice.random() < 0.5)
    for state in STATES:
        all_of_it = Closure(Quotient(Ways(plant, topology, AT, state)))
        less = Closure(Quotient(Ways(plant, topology, AT, state, without=gone)))
        for figure, small in zip(flatness(all_of_it), flatness(less), strict=True):
            assert small <= figure
        for machine in all_of_it.quotient.ways.machines:
            assert less.of(machine).machines <= all_of_it.of(machine).machines
            assert less.of(machine).weight <= all_of_it.of(machine).weight
    declared, today = (flatness(Closure(Quotient(Ways(plant, topology, AT, state)))) for state in (DECLARED, TODAY))
    assert 0 <= declared.direct <= declared.value <= declared.transitive <= 1
    assert declared.value <= today.value <= 1

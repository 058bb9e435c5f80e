"""The policy as packet sets says of every packet what the reference says: two definitions, written apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.lang.literals import BITS
from segc.model.plant import Plant
from segc.model.verdict import ALLOW, BLOCK, PASS, verdict
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, SPORT, TARGET, TIME
from segc.packets.fields import Packet as Read
from segc.packets.space import OTHER, Cuts
from segc.packets.wellformed import cut_protocols
from segc.proof.duties import Duties, Policy
from segc.proof.expected import Expected, Space, cut
from segc.proof.records import Records
from segc.targets.build import build
from tests.model_packets import as_read
from tests.oracle import Oracle
from tests.plants import plant_of, policies
from tests.probes import Probe, probes

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECOND = int(AT.timestamp())
ADDRESSES = {SOURCE, TARGET}


def expected_of(policy: Policy, duties: Duties, records: Records, family: int) -> tuple[Diagrams, int]:
    """A firewall's policy for packets that open a session."""
    cuts = Cuts(family)
    cut_protocols(cuts)
    cut(policy, duties, cuts, (SECOND, SECOND + 1000))
    diagrams = Diagrams(cuts.space())
    return diagrams, Space(policy, duties, records, diagrams).opening()


def looked_up(diagrams: Diagrams, node: int, packet: Read) -> Expected:
    """What the diagram says of one packet."""
    space = diagrams.space
    values = {
        SOURCE: packet.source, TARGET: packet.target, PROTO: packet.proto, DPORT: packet.dport,
        SPORT: packet.sport, TIME: SECOND,
    }  # fmt: skip
    ranks = [0] * 8
    for field, value in values.items():
        ranks[field] = [i for i, start in enumerate(space.starts[field]) if start <= value][-1]
    names = space.names[IIF]
    ranks[IIF] = names.index(packet.iif) if packet.iif in names else names.index(OTHER)
    found: Expected = diagrams.at(node, ranks)
    return found


@settings(max_examples=max(settings().max_examples // 2, 60), deadline=None, report_multiple_bugs=False,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
@given(text=policies(), seed=st.integers(0, 1 << 16), mode=st.sampled_from(["declared", "monitor", "enforce"]))
def test_policy_space_is_the_reference(
    tmp_path_factory: pytest.TempPathFactory, text: str, seed: int, mode: str
) -> None:
    plant = plant_of(text, tmp_path_factory.mktemp("plant"))
    override = None if mode == "declared" else mode
    policy = Policy(plant, AT, override)
    entries = entries_of(plant)
    oracle = Oracle(plant, AT, override)
    for name, duties in policy.duties().items():
        sides = {family: expected_of(policy, duties, Records(entries[name]), family) for family in BITS}
        for probe in probes(plant, plant.firewalls[name], 120, seed):
            said = looked_up(*sides[probe.packet.family], as_read(probe.packet, probe.interface))
            due = oracle.expect(plant.firewalls[name], probe.interface, probe.packet)
            assert (said.kind == "accept") == (due.verdict != BLOCK), (name, probe, said, due)
            assert bool(said.logs) == (due.verdict not in (ALLOW, PASS) or due.logged), (name, probe, said, due)
            only_firewall_matters(plant, oracle, name, probe, said)


def entries_of(plant: Plant) -> dict[str, dict[str, object]]:
    """Each firewall's part of a manifest; in monitor, since enforcing may lock somebody out."""
    return {one.firewall: one.entry for one in build(plant, AT, "monitor").built}


def only_firewall_matters(plant: Plant, oracle: Oracle, name: str, probe: Probe, said: Expected) -> None:
    """Whatever the language's own definition allows and this firewall carries, it lets through."""
    packet = probe.packet
    a, b = (plant.ownership.zone_of(packet.family, end) for end in (packet.source, packet.target))
    if a is None or b is None or a == b:
        return
    firewall = plant.firewalls[name]
    here = oracle.on_way(firewall, a, b) and oracle.lies_behind(firewall, probe.interface, a)
    if here and verdict(plant, packet, AT) == ALLOW:
        assert said.kind == "accept"

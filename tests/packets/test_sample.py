"""The packet that is shown: one that there is, that a person can place, and always the same one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from segc.packets.decide import Slice
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, OIF, SOURCE, TARGET, Packet
from segc.packets.machine import Accept, In, Interface, Machine
from segc.packets.sample import Sampler
from segc.packets.space import Cuts
from segc.packets.wellformed import cut_protocols, well_formed
from tests.packets.machines import HOOKS, classes, decider, exists, only, packets, slices

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("family", [4, 6])
def test_well_formed_is_what_may_be_on_a_wire(family: int) -> None:
    cuts = Cuts(family)
    cut_protocols(cuts)
    diagrams = Diagrams(cuts.space())
    real = well_formed(diagrams)
    random = Random(7)
    for of in slices(family):
        for packet in packets(random, of, 200):
            for proto in (packet.proto, 6, 17, 1, 58, 33, 44, 60, 132, 136, 255):
                one = packet._replace(proto=proto)
                assert diagrams.at(real, classes(diagrams, one)) == exists(one)


def shown(machine: Machine, preferred: dict[int, list[int]]) -> Packet:
    """A packet that passes."""
    diagrams, (decide,) = decider(4, machine)
    node = decide.hooks(HOOKS, Slice(4))
    passes = diagrams.relabel(node, "passes", lambda o: diagrams.yes if o.kind == "accept" else diagrams.no)
    return Sampler(diagrams, preferred).packet(passes, Slice(4))[0]


def test_preferred_values_are_shown_where_they_fit_and_in_their_order() -> None:
    machine = only(Accept(), In(SOURCE, ((10, 99),)), In(DPORT, ((400, 600),)))
    packet = shown(machine, {SOURCE: [5, 50, 40], TARGET: [1 << 100, 77]})
    assert packet == Packet(4, 50, 77, 6, 502, 49152, "other", "other", 0)
    assert shown(machine, {}).source == 10, "else the lowest"


def test_an_interface_of_which_nobody_speaks_has_a_name_of_which_nobody_speaks() -> None:
    named = Interface(OIF, ("other", "otherx", "eth*"), negate=True)
    assert shown(only(Accept(), named), {}).oif == "otherxx"
    assert shown(only(Accept(), Interface(OIF, ("ethother",), negate=True), Interface(OIF, ("eth*",))), {}).oif == (
        "ethotherx"
    )
    assert shown(only(Accept(), Interface(OIF, ("a*", "eth0"))), {}).oif == "eth0", "one with a name comes first"


SCRIPT = """
from zlib import crc32
from hypothesis import given, settings, strategies as st, seed, Phase
from tests.packets.machines import *
from segc.packets.sample import Sampler

found = []
@seed(1)
@settings(max_examples=40, database=None, derandomize=False, phases=[Phase.generate])
@given(machines())
def collect(machine):
    found.append(machine)

collect()
for machine in found:
    for family in (4, 6):
        diagrams, (decide,) = decider(family, machine)
        for of in slices(family):
            node = decide.hooks(HOOKS, of)
            kinds = sorted({o.kind for o in diagrams.leaves(node)})
            for kind in kinds:
                mine = diagrams.relabel(node, kind, lambda o: diagrams.leaf(o.kind == kind))
                print(kind, *Sampler(diagrams, {}).packet(mine, of))
        print(len(diagrams.level), crc32(repr((diagrams.level, diagrams.starts, diagrams.kids, diagrams.value)).encode()))
"""


def test_packets_and_nodes_do_not_depend_on_hash_seeds() -> None:
    told = []
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SCRIPT]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        told.append(done.stdout)
    assert told[0] == told[1]
    assert len(told[0].splitlines()) > 500

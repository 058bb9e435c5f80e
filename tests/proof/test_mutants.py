"""Who checks the checker: every mutant that changes what a file means is refuted with a packet, or refused.

A mutant that the proof calls equal is tried with packets, line by line and without
any diagram; should one of them fare otherwise than in the original, the proof has lied.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from functools import cache

import pytest

from segc.packets.cutting import cut
from segc.packets.diagram import Diagrams
from segc.packets.fields import FIELDS, IIF, OIF, Packet
from segc.packets.machine import Machine, Refused
from segc.packets.space import OTHER, Cuts
from segc.packets.trace import trace
from segc.packets.wellformed import cut_protocols, well_formed
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import Built
from tests.conformance.cases import AT, NAMES, built, plant
from tests.proof.mutants import mutants

MOST = 40  # of a file
TRIED = 400  # packets that an equal mutant must survive, in each family
HOOKS = (("prerouting", "forward", "postrouting"), ("prerouting", "input"), ("output", "postrouting"))
CASES = [
    (name, target, mode) for name in NAMES for target in ("iptables", "nftables") for mode in ("declared", "monitor")
]


@cache
def prover(name: str, target: str, mode: str) -> Prover:
    return Prover(plant(name, target), AT, None if mode == "declared" else mode)


@pytest.mark.parametrize(("name", "target", "mode"), CASES)
def test_no_mutant_passes(name: str, target: str, mode: str) -> None:
    score: Counter[str] = Counter()
    for one in built(name, target, mode).built[:1]:
        files = {role: text for role, text in one.texts().items() if role.startswith(("rules", "sets"))}
        original = registry.reader(target).read(files)
        assert prover(name, target, mode).prove(one.firewall, files, one.entry).equal
        for role, text in files.items():
            for mutant in mutants(role, text, MOST, seed=len(name), target=target):
                verdict = judge(prover(name, target, mode), one, {**files, role: mutant.text}, original)
                assert verdict != "lied", f"{one.firewall}, {role}, line {mutant.line}: {mutant.what}"
                score[verdict] += 1
    told = score["refuted"] + score["refused"]
    print(
        f"{name} {target} {mode}: {told} of {told} mutants refuted ({score['refused']} unread), {score['equal']} mean the same"
    )
    assert told > MOST // 3


def judge(prover: Prover, one: Built, files: dict[str, str], original: Machine) -> str:
    """refuted, refused or equal; `lied` where packets say otherwise."""
    try:
        proof = prover.prove(one.firewall, files, one.entry)
    except Refused:
        return "refused"
    if proof.differences:
        return "refuted"
    if not proof.equal:
        return "refused"  # something in it was not understood, and what it says hangs on that
    same = all(
        alike(original, proof.machine, packet)
        for family in (4, 6)
        for packet in packets(original, proof.machine, family)
    )
    return "equal" if same else "lied"


def alike(a: Machine, b: Machine, packet: Packet) -> bool:
    """Does a packet fare alike in two machines?"""
    for hooks in HOOKS:
        one, other = trace(a, packet, hooks), trace(b, packet, hooks)
        if one.kind != other.kind or (packet.state != "invalid" and sorted(one.logs) != sorted(other.logs)):
            return False
    return True


def packets(a: Machine, b: Machine, family: int) -> list[Packet]:
    """Well-formed packets whose every value is an edge of what one of the machines looks at."""
    cuts = Cuts(family)
    cut_protocols(cuts)
    cut(a, cuts)
    cut(b, cuts)
    space = cuts.space()
    diagrams = Diagrams(space)
    real = well_formed(diagrams)
    dice = random.Random(family)
    found = []
    for _ in range(TRIED):
        ranks = [dice.randrange(len(space.starts[field])) for field in range(len(FIELDS))]
        if not diagrams.at(real, ranks):
            continue
        values = [space.values(field, rank)[0] for field, rank in enumerate(ranks)]
        iif, oif = (space.names[field][ranks[field]].replace(OTHER, "other") for field in (IIF, OIF))
        state = dice.choice(("new", "new", "new", "established", "related", "invalid"))
        source, target, _, _, proto, dport, sport, _ = values
        reply = state == "established" and dice.random() < 0.5
        found.append(Packet(family, source, target, proto, dport, sport, iif, oif, _second(), state, reply))
    return found


def _second() -> int:
    return int(datetime.timestamp(AT))

"""What holds of every target: the shared plants, the examples and random plants are rendered, read back and proved.

The kernel's own targets have more tests elsewhere; this is what a new folder in targets/ gets without a word in tests.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segc.diagnostics import Diagnostic, SegcError
from segc.model.plant import Plant
from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.proof.habits import stops
from segc.proof.prove import Prover
from segc.proof.running import running
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, MODES, NAMES, built, hosted, plant, renamed, without_ipv6
from tests.plants import plant_of, policies
from tests.proof.mutants import mutants
from tests.proof.test_mutants import judge
from tests.proof.test_mutants import packets as edge_packets

KERNEL = ("iptables", "nftables")
OTHERS = tuple(name for name in registry.names() if name not in KERNEL)
EXAMPLES = Path(__file__).parents[2] / "examples"
FORWARD = ("prerouting", "forward", "postrouting")
HOST_HOOKS = (("input",), ("output",))
OVERRIDE = {"declared": None, "monitor": "monitor", "enforce": "enforce"}
MUTANTS = 60  # of a file
REFUSALS = {"unsupported-by-target", "over-capacity", "bad-interface-name"}  # a box may be too small, or say less
pytestmark = pytest.mark.skipif(not OTHERS, reason="there is no target but the kernel's")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", OTHERS)
def test_the_shared_plants_are_proved(target: str, name: str, mode: str) -> None:
    """In the modes as written (mixed), in monitor and in enforce."""
    policy = plant(name, target)
    try:
        result = build(policy, AT, mode, prove=Gate(policy, AT, OVERRIDE[mode]))
    except SegcError as problem:
        refused(name, problem)
    assert [one.entry["proof"]["result"] for one in result.built] == ["equal"] * len(policy.firewalls)


def refused(name: str, problem: SegcError) -> NoReturn:
    """A target may have no words for what a plant asks, and say so; but not for the plainest one."""
    assert name != "basic"
    assert {one.name for one in problem.diagnostics} <= REFUSALS
    pytest.skip(problem.diagnostics[0].message)


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
@pytest.mark.parametrize("target", OTHERS)
def test_an_example_changes_its_target_by_one_word(target: str, example: str, tmp_path: Path) -> None:
    policy = moved(EXAMPLES / example, target, tmp_path)
    if not policy.firewalls:
        pytest.skip(f"examples/{example} has no firewall")
    try:
        result = build(policy, AT, "declared", prove=Gate(policy, AT, None))
    except SegcError as problem:
        refused(example, problem)
    assert all(one.entry["proof"]["result"] == "equal" for one in result.built)


def moved(example: Path, target: str, folder: Path) -> Plant:
    """A copy of an example whose firewalls are all of one target."""
    from segc.lang.loader import load
    from segc.model.resolve import resolve

    every = "".join(path.read_text(encoding="utf-8") for path in sorted(example.rglob("*.zone")))
    for path in example.rglob("*.zone"):
        text = re.sub(r"^(\s*target\s+)\S+", rf"\g<1>{target}", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        text = hosted(text, every) if registry.targets()[target].can.selects == "host" else text
        text = renamed(text if registry.targets()[target].can.ipv6 else without_ipv6(text), target)
        (folder / path.name).write_text(text, encoding="utf-8")
    policy, found = resolve(load(folder / "plant.zone"))
    assert not [one for one in found if one.severity.word == "error"]
    return policy


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", OTHERS)
def test_in_monitor_nothing_is_stopped(target: str, name: str) -> None:
    """Line by line, without any diagram: whatever arrives in whatever state passes."""
    try:
        result = built(name, target, "monitor")
    except SegcError as problem:
        refused(name, problem)
    for one in result.built:
        machine = registry.reader(target).read(rule_files(one.texts()))
        named = [interface.name for interface in one.rules.firewall.interfaces]
        habits = registry.targets()[target].can.habits
        tried = [p for family in (4, 6) for p in edge_packets(machine, machine, family)]
        tried = [
            p for p in tried if judged(target, p) and not stops(habits, p, named) and carried(target, p, set(named))
        ]
        hooks = HOST_HOOKS if registry.targets()[target].can.selects == "host" else (FORWARD,)
        stopped = [p for p in tried for at in hooks if trace(machine, p, at).kind not in ("accept", "go")]
        assert tried
        assert not stopped, stopped[0]


def judged(target: str, packet: Packet) -> bool:
    """Does the target's manifest promise anything of packets of this state?"""
    return packet.state in (*registry.targets()[target].can.judges, "established")


def carried(target: str, packet: Packet, names: set[str]) -> bool:
    """Could a rule of the target name both interfaces of the packet?"""
    if registry.targets()[target].can.egress == "any":
        return True
    return packet.iif != packet.oif and {packet.iif, packet.oif} <= names


def rule_files(texts: dict[str, str]) -> dict[str, str]:
    return {role: text for role, text in texts.items() if role.startswith(("rules", "sets"))}


@pytest.mark.parametrize("target", OTHERS)
@settings(
    max_examples=max(settings().max_examples // 4, 12),
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_random_plants_are_proved(target: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    can = registry.targets()[target].can
    addressed = can.own_traffic == "address"
    # Lists with answers of their own take minutes each once they have times, too: test_windows.py proves those.
    clocks = can.clock == "local" and can.stateful
    drawn = policies((target,), addressed=addressed, families=can.families, protocols=can.protocols, clocks=clocks)
    text = data.draw(drawn)
    text = hosted(text, text) if can.selects == "host" else text
    policy = plant_of(renamed(text, target), tmp_path_factory.mktemp("plant"))
    assume(policy.firewalls)
    for mode, override in OVERRIDE.items():
        stopped: tuple[Diagnostic, ...] = ()
        try:
            result = build(policy, AT, mode, prove=Gate(policy, AT, override))
            assert all(one.entry["proof"]["result"] == "equal" for one in result.built)
        except SegcError as problem:
            stopped = problem.diagnostics
        told = "\n".join(f"{one.message} {one.notes}" for one in stopped)
        assert {one.name for one in stopped} <= {"lock-out", *REFUSALS}, f"{mode}\n{text}\n{told}"


@pytest.mark.parametrize("name", ["basic", "nested"])
@pytest.mark.parametrize("target", OTHERS)
def test_no_mutant_passes(target: str, name: str) -> None:
    """A changed line is refuted with a packet, or refused; or it means the same to every packet that is tried."""
    score: Counter[str] = Counter()
    prover = Prover(plant(name, target), AT, None)
    try:
        one = built(name, target, "declared").built[0]
    except SegcError as problem:
        refused(name, problem)
    files = rule_files(one.texts())
    original = registry.reader(target).read(files)
    for role, text in files.items():
        for mutant in mutants(role, text, MUTANTS, seed=len(name), target=target):
            verdict = judge(prover, one, {**files, role: mutant.text}, original)
            assert verdict != "lied", f"{role}, line {mutant.line}: {mutant.what}"
            score[verdict] += 1
    told = score["refuted"] + score["refused"]
    print(f"{name} {target}: {told} mutants refuted ({score['refused']} unread), {score['equal']} mean the same")
    assert score["refuted"] > MUTANTS // 10


@pytest.mark.parametrize("target", OTHERS)
def test_nonsense_is_refused(target: str) -> None:
    """A line that no vendor has is never passed over."""
    files = rule_files(built("basic", target, "declared").built[0].texts())
    for role, text in files.items():
        try:
            machine = registry.reader(target).read({**files, role: text + "\nfrobnicate the gizmo\n"})
        except Refused:
            continue
        assert machine.unknown


@pytest.mark.parametrize("nonsense", ["", "frobnicate the gizmo"])
@pytest.mark.parametrize("target", OTHERS)
def test_what_runs_is_never_called_equal_past_a_line_that_nobody_knows(
    target: str, nonsense: str, tmp_path: Path
) -> None:
    """`segc drift` on what was rendered: equal as it is, and not with a line that may mean anything."""
    one = built("basic", target, "declared").built[0]
    paths: dict[str | None, str] = {}
    for role, text in rule_files(one.texts()).items():
        name = next(file.name for file in one.files if file.role == role)
        (tmp_path / name).write_text(f"{text}\n{nonsense}\n" if nonsense else text, encoding="utf-8")
        paths.setdefault(registry.reader(target).role(name, text), str(tmp_path / name))  # one of several forms
    try:
        said = running(plant("basic", target), list(paths.values()), AT, "declared", one.firewall).words
    except SegcError as problem:
        said = f"refused, {problem.code}"
    assert said.startswith(("may be", "refused, 2") if nonsense else "equal"), said


@pytest.mark.parametrize("target", OTHERS)
def test_there_is_a_guide_for_those_who_apply_it(target: str) -> None:
    for one in built("basic", target, "declared").built:
        guide = next(file.text for file in one.files if file.name == "APPLY.md")
        for heading in ("Before", "Apply", "Confirm", "Roll back", "Verify"):
            assert re.search(rf"^#+ .*{heading}", guide, re.MULTILINE), heading

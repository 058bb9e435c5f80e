"""Several opinions of one packet, written apart: whoever disagrees is shrunk to a small plant, and kept.

The reference is slow and obvious (tests/oracle.py), the policy space is what the proof compares with, and the reading is
a rendered file, line by line. That reading and policy space are the same for all packets is proved for each plant.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.model.plant import Plant
from segc.model.verdict import ALLOW, BLOCK, PASS, verdict
from segc.packets.trace import trace
from segc.proof.duties import Policy
from segc.proof.gate import Gate
from segc.proof.records import Records
from segc.targets import registry
from segc.targets.build import Built, build
from tests.model_packets import as_read
from tests.oracle import Expected, Oracle
from tests.plants import plant_of, policies
from tests.probes import Probe, probes
from tests.proof.policy_space import expected_of, looked_up

MODES = ("declared", "monitor", "enforce")
REGRESSIONS = Path(__file__).parent / "regressions"
LONGEST = 500  # characters of what went wrong


@dataclass
class Tally:
    """How much has been tried."""

    plants: int = 0
    files: int = 0
    packets: int = 0

    def told(self) -> str:
        """In a line."""
        return f"{self.plants:,} plants, {self.files:,} firewalls, {self.packets:,} packets"


@dataclass(frozen=True)
class Case:
    """A plant, the mode that it is built in, and what its packets are drawn from."""

    text: str
    mode: str
    seed: int


def built(plant: Plant, at: datetime, mode: str) -> tuple[Built, ...]:
    """Its files, each proved equal to the policy for all packets; none where the policy would lock everybody out."""
    try:
        return build(plant, at, mode, prove=Gate(plant, at, override(mode))).built
    except SegcError as stopped:
        if {one.name for one in stopped.diagnostics} != {"lock-out"}:
            told = "; ".join(f"{one.message} {one.notes}" for one in stopped.diagnostics)
            raise AssertionError(told) from stopped
        return ()


def override(mode: str) -> str | None:
    """As a build takes it."""
    return None if mode == "declared" else mode


def disagreements(case: Case, plant: Plant, at: datetime, count: int, tally: Tally) -> list[str]:
    """Packets of which not everybody says the same."""
    mode = case.mode
    made = built(plant, at, mode)
    if not made:
        mode = "monitor"  # in which nobody is locked out
        made = built(plant, at, mode)
    tally.plants += 1
    policy, oracle = Policy(plant, at, override(mode)), Oracle(plant, at, override(mode))
    found: list[str] = []
    for one in made:
        tally.files += 1
        tried = probes(plant, one.rules.firewall, count, case.seed)
        tally.packets += len(tried)
        found += _of_firewall(policy, oracle, one, tried)
    return found


def _of_firewall(policy: Policy, oracle: Oracle, one: Built, tried: list[Probe]) -> list[str]:
    texts = {role: text for role, text in one.texts().items() if role.startswith(("rules", "sets"))}
    machine = registry.reader(one.target).read(texts)
    tells_time = registry.targets()[one.target].can.windows
    duties = policy.duties(tells_time=tells_time)[one.firewall]
    spaces = {family: expected_of(policy, duties, Records(one.entry), family) for family in (4, 6)}
    second = int(policy.at.timestamp())
    found = []
    for probe in tried:
        packet = as_read(probe.packet, probe.interface)._replace(time=second)
        due = oracle.expect(one.rules.firewall, probe.interface, probe.packet)
        space, run = looked_up(*spaces[packet.family], packet), trace(machine, packet)
        said = {
            "reference": (due.verdict != BLOCK, due.verdict not in (ALLOW, PASS) or due.logged),
            "policy": (space.kind == "accept", bool(space.logs)),
            "reading": (run.kind == "accept", bool(run.logs)),
        }
        if len(set(said.values())) > 1 or not _allowed(policy.plant, oracle, one, probe, due):
            found.append(f"{one.firewall}, {one.target}: {probe}: {said}")
    return found


def _allowed(plant: Plant, oracle: Oracle, one: Built, probe: Probe, due: Expected) -> bool:
    """Whatever the language's own definition allows and this firewall carries, it lets through."""
    packet = probe.packet
    a, b = (plant.ownership.zone_of(packet.family, end) for end in (packet.source, packet.target))
    if a is None or b is None or a == b:
        return True
    firewall = one.rules.firewall
    here = oracle.on_way(firewall, a, b) and oracle.lies_behind(firewall, probe.interface, a)
    return not here or verdict(plant, packet, oracle.at) != ALLOW or due.verdict != BLOCK


# ---- looking for a plant that shows a fault --------------------------------------------------------------------------

Check = Callable[[Case, Plant], list[str]]


def fuzz(check: Check, examples: int, folder: Path, texts: st.SearchStrategy[str] | None = None) -> None:
    """Try random plants. One that fails is shrunk, and written where it is replayed for ever after."""
    last: list[tuple[Case, str]] = []

    @settings(
        max_examples=examples,
        deadline=None,
        report_multiple_bugs=False,
        database=None,  # what fails is kept as a file
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(text=policies() if texts is None else texts, mode=st.sampled_from(MODES), seed=st.integers(0, 1 << 16))
    def one(text: str, mode: str, seed: int) -> None:
        case = Case(text, mode, seed)
        wrong = judged(check, case, folder)
        if wrong:
            last[:] = [(case, wrong)]
        assert not wrong, wrong

    try:
        one()
    except AssertionError as failed:
        if not last:
            raise
        path = keep(*last[0])  # the last one that failed is the smallest
        raise AssertionError(f"kept as {path.name}: {last[0][1]}") from failed


def judged(check: Check, case: Case, folder: Path) -> str:
    """What is wrong with a case, faults in segc included."""
    try:
        found = check(case, plant_of(case.text, folder))
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is a regression
        where = traceback.extract_tb(fault.__traceback__)[-1]
        return f"{type(fault).__name__} in {Path(where.filename).name}:{where.lineno}: {fault}"
    return "" if not found else f"{len(found)} packets, the first is {found[0]}"


def keep(case: Case, wrong: str, folder: Path = REGRESSIONS) -> Path:
    """Write a case down, with a line of what went wrong."""
    folder.mkdir(exist_ok=True)
    name = hashlib.sha256(case.text.encode()).hexdigest()[:12]
    path = folder / f"found-{name}.zone"
    line = " ".join(wrong.split())[:LONGEST]
    path.write_text(f"# {line}\n# mode: {case.mode}, seed: {case.seed}\n{case.text}", encoding="utf-8")
    return path


def kept(folder: Path = REGRESSIONS) -> list[tuple[str, Case]]:
    """All that have been written down, each in every mode and for every target that is proved."""
    found = []
    for path in sorted(folder.glob("*.zone")):
        text = path.read_text(encoding="utf-8")
        seed = int(text.split("seed: ", 1)[1].split("\n", 1)[0])
        texts = {"as it is": text}
        for target in ("iptables", "nftables"):
            texts[target] = text.replace("target iptables", "target X").replace("target nftables", "target X")
            texts[target] = texts[target].replace("target X", f"target {target}")
        found += [(f"{path.stem}, {kind}, {m}", Case(t, m, seed)) for kind, t in texts.items() for m in MODES]
    return found

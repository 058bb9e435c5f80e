"""What it costs to prove a rendered firewall, from its text on, and to ask of a large policy.

    python -m tests.benchmarks.bench_firewall [--quick]

`prove` is reading a firewall's files and comparing them with the policy, in a
process that has loaded the plant; `render` is making those files from the same
plant, without the proof, so that ratios can be compared between machines. Peak
memory is that of the process, with what the plant alone takes beside it. `query`
and `redundant` are asked of the plants of 10,000 flows, after loading. `--quick`
leaves out the plants of 100,000 flows. All numbers go to bench-out/firewall.json
as well.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from segc import api
from segc.checks.redundant import redundant_flow
from segc.model.resolve import resolve
from segc.proof.asking import question
from segc.proof.duties import Policy
from segc.proof.prove import Prover
from segc.proof.query import answer
from segc.targets.build import build
from segc.targets.output import MANIFEST
from tests.benchmarks.plants import Plant

ROOT = Path(__file__).parent.parent.parent
OUT = ROOT / "bench-out"
AT = datetime(2026, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def peak() -> int:
    """The most memory that was resident, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def render(file: Path, folder: Path) -> Row:
    """In this process: make the files, without a proof."""
    plant, _ = resolve(api.load(file))
    start = time.process_time()
    build(plant, AT, "declared", out=folder)
    return {"render": time.process_time() - start}


def prove(file: Path, folder: Path) -> Row:
    """In this process: prove every firewall of a build."""
    plant, _ = resolve(api.load(file))
    entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["firewalls"]
    prover = Prover(plant, AT)
    before, spent, lines = peak(), 0.0, 0
    for name, entry in entries.items():
        files = {a["role"]: (folder / name / a["file"]).read_text(encoding="utf-8") for a in entry["artefacts"]}
        lines += sum(text.count("\n") for role, text in files.items() if role.startswith("rules"))
        start = time.process_time()
        proof = prover.prove(name, files, entry)
        spent += time.process_time() - start
        assert proof.equal
    return {"lines": lines, "prove": spent, "megabytes": peak(), "plant": before}


def ask(file: Path, _: Path) -> Row:
    """In this process: one question, then whether any flow is redundant."""
    plant, _found = resolve(api.load(file))
    flow = next(flow for conduit in plant.conduits.values() for flow in conduit.flows)
    start = time.process_time()
    rows = answer(Policy(plant, AT), question(plant, flow.text))
    asked = time.process_time()
    assert rows[0].verdict == "allow"
    count = len(list(redundant_flow(plant)))
    return {"query": asked - start, "redundant": time.process_time() - asked, "found": count}


DONE = {"render": render, "prove": prove, "ask": ask}


def in_a_process(what: str, file: Path, folder: Path) -> Row:
    """Measured where nothing else has been before."""
    command = (sys.executable, "-m", "tests.benchmarks.bench_firewall", "--one", what, str(file), str(folder))
    return dict(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))


def measure(plant: Plant, place: Path) -> Row:
    """One plant, made in a process of its own: a child's memory would count the parent's before it starts."""
    file = place / f"{plant}.zone"
    words = (plant.shape, str(plant.flows), str(plant.firewalls), plant.style, plant.target)
    subprocess.run((sys.executable, "-m", "tests.benchmarks.plants", str(file), *words), cwd=ROOT, check=True)
    folder = place / str(plant)
    found = in_a_process("render", file, folder) | in_a_process("prove", file, folder)
    if plant.flows == 10_000 and plant.target == "iptables":
        found |= in_a_process("ask", file, folder)
    found["ratio"] = found["prove"] / found["render"]
    return {**plant._asdict(), **{key: round(value, 3) for key, value in found.items()}}


def line(row: Row) -> str:
    """What people read of a row."""
    told = (
        "{shape:<5}{target:<9}{flows:>8}{firewalls:>6}{lines:>9}{render:>9.2f}{prove:>9.2f}{ratio:>7.1f}{megabytes:>7}"
    )
    also = "   query {query:.3f} s, redundant {redundant:.2f} s" if "query" in row else ""
    return (told + " ({plant})" + also).format(**row)


def main(arguments: Sequence[str]) -> None:
    """Measure, print, write."""
    if arguments[:1] == ["--one"]:
        gc.disable()  # as the command line does
        print(json.dumps(DONE[arguments[1]](Path(arguments[2]), Path(arguments[3]))))
        return
    sizes = (1_000, 10_000) if "--quick" in arguments else (1_000, 10_000, 100_000)
    asked = [(shape, flows, many) for flows in sizes for shape, many in (("one", 1), ("star", 10))]
    found = []
    print("shape target      flows   fws    lines   render    prove  ratio     MB (plant)")
    with TemporaryDirectory(prefix="segc-bench-") as place:
        for shape, flows, many in asked:
            for target in ("iptables", "nftables"):
                found.append(measure(Plant(shape, flows, many, target=target), Path(place)))
                print(line(found[-1]), flush=True)
    OUT.mkdir(exist_ok=True)
    (OUT / "firewall.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

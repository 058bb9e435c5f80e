"""`make demo-baseline` goes from a way that nobody wrote down to one that is enforced, the same way every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.declared import NO_REASON
from segc.baseline.judged import Class
from segc.baseline.store import Ledger
from tests.docs.test_readme import ROOT

AT = datetime(2026, 11, 20, 7, tzinfo=UTC)

pytest.importorskip("duckdb")


def demo(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """Run it with the segc under test."""
    tools = folder / "bin"
    tools.mkdir(exist_ok=True)
    for name, arguments in (("python", ""), ("segc", "-m segc")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    script = (ROOT / "scripts/baseline_demo.sh").read_text(encoding="utf-8")
    script = script.replace('cd "$(dirname "$0")/.."', f'cd "{ROOT}"').replace(
        "PATH=$PWD/.venv/bin:$PATH", f"PATH={tools}:$PATH"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = ["bash", "-c", script, "demo", str(out)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What the demo made and said. Where it ran before, its folder is made anew."""
    folder = tmp_path_factory.mktemp("demo")
    out = folder / "out"
    out.mkdir()
    (out / ".made-by-baseline-demo").touch()
    (out / "old").touch()
    done = demo(folder, out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (out / "old").exists()
    return out, done.stdout + done.stderr


def test_a_folder_that_it_did_not_make_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "home"
    mine.mkdir()
    (mine / "thesis.tex").touch()
    done = demo(tmp_path, mine)
    assert done.returncode == 2
    assert "this demo did not make it" in done.stderr
    assert [file.name for file in mine.iterdir()] == ["thesis.tex"]


def test_what_nobody_wrote_down_is_found_drafted_and_promoted(shown: tuple[Path, str]) -> None:
    folder, said = shown
    assert "1 key that enforcing would stop" in said
    assert "overpermission 1.00: 1 permitted, 1 seen" in said
    conduit = "draft-warehouse-to-palletising-flows (warehouse -> palletising, monitor)"
    assert said.count(f"{conduit}: INSUFFICIENT EVIDENCE") == 1, "by what it was made of"
    assert said.index(f"{conduit}: INSUFFICIENT") < said.index(f"{conduit}: READY"), "by what came since"
    assert "watched on 10 working days and 4 of weekends after 2026-11-05" in said
    assert "None of it was seen on the 28 days of the baseline" in said
    assert "changes since 2026-11-13: none" in said
    assert "no change: regular before as well, and permitted by no flow for sure: 1" in said
    draft = (folder / "plant/draft.zone").read_text(encoding="utf-8")
    assert "allow warehouse.fleet-manager -> palletising.pal-plc : modbus" in draft
    assert "mode         enforce" in draft


def test_the_evidence_alone_gave_what_the_engineers_had_written(shown: tuple[Path, str]) -> None:
    """The policy with the draft opens what the example opens, whatever the conduits are called."""
    folder, _ = shown
    command = [
        sys.executable,
        "-m",
        "segc",
        "diff",
        str(ROOT / "examples/bottling"),
        str(folder / "plant"),
        "--format",
        "json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    changes = [(change["effect"], change["what"]) for change in json.loads(done.stdout)["changes"]]
    assert changes == [("interrupts", "all that no flow covers")], "no flow more or less, but for what is enforced now"


def test_only_the_promoted_pair_stops_anything_new(shown: tuple[Path, str]) -> None:
    folder, _ = shown
    rules = (folder / "build/fw-packing/iptables.rules").read_text(encoding="utf-8")
    last = [line for line in rules.splitlines() if line.startswith("-A segc-p-warehouse.palletising ")][-1]
    assert last.endswith(" -g segc-drop")
    others = [line for line in rules.splitlines() if line.startswith("-A segc-p-mes.palletising ")][-1]
    assert not others.endswith(" -g segc-drop")


def test_the_whole_plant_goes_from_nothing_to_enforced_on_evidence_alone(shown: tuple[Path, str]) -> None:
    """What was seen is permitted by flows, pair by pair, and what a stranger sends is stopped."""
    folder, said = shown
    plant, found = api.check(folder / "flat", AT)
    assert not [one for one in found if one.severity.word == "error"]
    assert {mode for pair, mode in plant.modes.items()} == {"enforce"}
    assert plant.default_mode == "enforce"
    with Ledger.open(folder / "baseline") as ledger:
        compared = compare(plant, ledger, AT)
    assert {entry.judged.verdict for entry in compared.entries} == {Class.PERMITTED}
    assert len(compared.entries) > 200
    assert "corporate.bi-server -> filling.filler-plc : modbus: blocked" in said
    assert "Would interrupt: " in said
    assert "None of it was seen on the 28 days of the baseline" in said.split("And the whole plant")[1]


def test_what_nobody_gave_a_reason_for_is_not_hidden(shown: tuple[Path, str]) -> None:
    """What the gate says of flows that were drafted and taken in unread, and how many there are."""
    folder, said = shown
    plant, _ = api.check(folder / "flat", AT)
    enforced = [conduit for conduit in plant.conduits.values() if conduit.mode == "enforce"]
    unknown = [flow for conduit in enforced for flow in conduit.flows if flow.facts.because == NO_REASON]
    assert unknown
    assert f"{len(unknown)} flows of {len(enforced)} conduits are enforced without a reason" in said
    assert "who agrees says that production needs what nobody has explained" in said

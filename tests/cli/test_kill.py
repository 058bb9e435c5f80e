"""`segc grants --kill`: what is written, and that nothing is where something is not true."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.running import Runner

PLANT = str(Path(__file__).parents[2] / "examples" / "bottling")
AT = ("--at", "2026-11-28T07:00:00Z")


def test_a_folder_to_work_from(segc_: Runner) -> None:
    """Files of the firewalls that carry the grant, a guide, and a manifest that says which grant they close."""
    folder = segc_.folder / "out"
    done = segc_("grants", PLANT, "--kill", "fillmatic-support", "--mode", "enforce", "-o", str(folder), *AT)
    assert done.code == 0
    assert {path.name for path in folder.iterdir()} == {"KILL.md", "manifest.json", "fw-site", "fw-filling"}
    assert (folder / "KILL.md").read_text(encoding="utf-8") == done.out
    assert "End the sessions that are open: the commands in `kill.sh`." in done.out
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kill"] == {"grant": "fillmatic-support"}
    assert {entry["proof"]["result"] for entry in manifest["firewalls"].values()} == {"equal"}
    again = segc_("grants", PLANT, "--kill", "wrapline-warranty", "--mode", "enforce", "-o", str(folder), *AT)
    assert again.code == 0, again.err


def test_in_monitor_it_says_who_still_gets_in(segc_: Runner) -> None:
    """And that any other build lets the vendor in again."""
    folder = segc_.folder / "out"
    done = segc_("grants", PLANT, "--kill", "fillmatic-support", "-o", str(folder), *AT)
    assert done.code == 0, done.err
    assert "**In monitor: `dmz -> filling`.**" in done.out
    assert "Any other build of the policy lets these packets in again" in done.out
    told = json.loads(segc_("grants", PLANT, "--kill", "fillmatic-support", "--format", "json", *AT).out)
    assert told["monitored"] == ["dmz -> filling"]


def test_nothing_is_written(segc_: Runner) -> None:
    """Where no grant is called so."""
    folder = segc_.folder / "out"
    done = segc_("grants", PLANT, "--kill", "fillmatic", "-o", str(folder), *AT)
    assert done.code == 2
    assert "the grants are" in done.err
    assert not folder.exists()

"""`segc grants --kill`: what is written, and that nothing is where something is not true."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree

import pytest

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
    assert "**In monitor:** `dmz -> filling`." in done.out
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


def test_a_build_makes_them_ahead_of_time(segc_: Runner) -> None:
    """For each grant that is open or may open, listed in the manifest, and the same as those made when needed."""
    out, one = segc_.folder / "out", segc_.folder / "one"
    done = segc_("build", PLANT, "-o", str(out), *AT)
    assert done.code == 0, done.err
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["kills"]) == {path.name for path in (out / "kills").iterdir()}
    assert "fillmatic-support" in manifest["kills"]
    assert "5 grants with files that end it at once" in done.out
    assert segc_("grants", PLANT, "--kill", "fillmatic-support", "-o", str(one), *AT).code == 0
    there = out / "kills" / "fillmatic-support"
    files = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(there) for path in there.rglob("*") if path.is_file()}
    assert all((one / path).read_bytes() == (there / path).read_bytes() for path in files)
    assert segc_("build", PLANT, "-o", str(out), *AT).code == 0, "the folder is segc's own"


ELSEWHERE = """
assert never contractor -> dmz
workflow nobody-knows { needs contractor -> nowhere : s7comm }
team lost { contact "x" }
"""


def test_an_emergency_does_not_wait_for_what_is_elsewhere(segc_: Runner) -> None:
    """Errors from which no rule is made are told, and nothing else changes; a build waits for them."""
    plant = segc_.folder / "plant"
    copytree(PLANT, plant)
    clean = segc_("grants", str(plant), "--kill", "fillmatic-support", "-o", str(segc_.folder / "a"), *AT)
    assert clean.code == 0
    (plant / "vendors.zone").write_text(
        (plant / "vendors.zone").read_text(encoding="utf-8") + ELSEWHERE, encoding="utf-8"
    )
    assert segc_("build", str(plant), "-o", str(segc_.folder / "no"), *AT).code != 0
    done = segc_("grants", str(plant), "--kill", "fillmatic-support", "-o", str(segc_.folder / "b"), *AT)
    assert done.code == 0, done.err
    assert "nowhere" in done.err
    assert "elsewhere in the policy" in done.err
    rules = "fw-site/nftables.nft"
    first, second = ((segc_.folder / one / rules).read_text(encoding="utf-8").splitlines() for one in ("a", "b"))
    assert [line for line in first if "policy" not in line] == [line for line in second if "policy" not in line]
    listed = segc_("grants", str(plant), *AT)
    assert listed.code == 0
    assert "fillmatic-support" in listed.out


@pytest.mark.parametrize(
    "wrong",
    [
        "conduit cannot-be dmz -> nowhere { allow dmz -> filling : s7comm }\n",
        "grant }\n",
        "zone odd { net 10.0.0.0/99 }\n",
    ],
)
def test_what_makes_it_untrue_stops_it(segc_: Runner, wrong: str) -> None:
    """A flow that was not understood would be stopped by these files."""
    plant = segc_.folder / "plant"
    copytree(PLANT, plant)
    (plant / "vendors.zone").write_text((plant / "vendors.zone").read_text(encoding="utf-8") + wrong, encoding="utf-8")
    done = segc_("grants", str(plant), "--kill", "fillmatic-support", "-o", str(segc_.folder / "out"), *AT)
    assert done.code == 2
    assert not (segc_.folder / "out").exists()
    assert segc_("grants", str(plant), *AT).code == 2

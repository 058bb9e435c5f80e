"""What the scripts make of disks that are full, state that is damaged, and applies that were broken off."""

from __future__ import annotations

from pathlib import Path
from shutil import which

import pytest

from tests.kernel import opskit
from tests.kernel.nftkit import one_line, render, rules
from tests.kernel.opskit import Machine, wait_until

pytestmark = pytest.mark.kernel


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_disk_that_takes_nothing_stops_no_rollback(host: Machine, tmp_path: Path, fault: str) -> None:
    folder, before = render(tmp_path / "a", rules("segc-p-a")), host.ruleset()
    host.sh(f"mkdir {host.state}; mount -t tmpfs -o size=256k none {host.state}")
    host.script(folder, "apply", "--seconds", "2" if fault == "full" else "99")
    if fault == "full":
        host.run("dd", "if=/dev/zero", f"of={host.state}/fill", "bs=1k")
        wait_until(lambda: host.ruleset() == before)  # by the timer
        host.sh(f"flock {host.state}/lock rm {host.state}/fill")
        assert "too late" in host.script(folder, "confirm", ok=False)
    else:
        host.sh(f"mount -o remount,ro {host.state}")
        assert "cannot write" in host.script(folder, "rollback")
        assert host.ruleset() == before
        host.sh(f"mount -o remount,rw {host.state}")
        assert "do not run any more" in host.script(folder, "confirm", ok=False)


def test_an_apply_that_was_killed_is_not_confirmed(host: Machine, tmp_path: Path) -> None:
    folder, before = render(tmp_path / "a", rules("segc-p-a")), host.ruleset()
    host.shim(
        "nft", f'case "$*" in *nftables.load) kill -9 $PPID; exit ;; esac; exec {which("nft", path=opskit.PATH)} "$@"'
    )
    host.script(folder, "apply", ok=False)
    one_line(host.script(folder, "confirm", ok=False), "cut off while loading")
    one_line(host.script(folder, "apply", ok=False).splitlines()[-1], "an earlier apply is unconfirmed")
    host.script(folder, "rollback")
    assert host.ruleset() == before
    assert host.status == "rolled-back"


def test_rules_that_are_gone_are_not_confirmed(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply")
    host.sh("nft delete table inet segc")
    one_line(host.script(folder, "confirm", ok=False), "do not run any more")
    assert host.status == "pending"


@pytest.mark.parametrize("file", ["before.nft", "saved.sums"])
@pytest.mark.parametrize("text", ["", "table inet segc\ndelete table inet segc\n# else\n"])
def test_a_damaged_way_back_is_not_taken(host: Machine, tmp_path: Path, file: str, text: str) -> None:
    first, second = render(tmp_path / "a", rules("segc-p-a")), render(tmp_path / "b", rules("segc-p-b"))
    host.script(first, "apply")
    host.script(first, "confirm")
    host.script(second, "apply")
    (host.last / file).write_text(text, encoding="utf-8")
    now = host.ruleset()
    one_line(host.script(second, "rollback", ok=False), "ROLLBACK FAILED: what was saved in")
    assert host.ruleset() == now
    assert host.status == "pending"


@pytest.mark.parametrize("text", ["", "pend", None])
def test_a_damaged_status_counts_as_unconfirmed(host: Machine, tmp_path: Path, text: str | None) -> None:
    folder, before = render(tmp_path / "a", rules("segc-p-a")), host.ruleset()

    def damage() -> None:
        host.script(folder, "apply")
        if text is None:
            (host.last / "status").unlink()
        else:
            (host.last / "status").write_text(text, encoding="utf-8")

    damage()
    one_line(host.script(folder, "confirm", ok=False), "status is damaged")
    assert "an earlier apply is unconfirmed" in host.script(folder, "apply", ok=False)
    host.script(host.last, "rollback", "--timer")
    assert host.ruleset() == before
    damage()
    assert "status is damaged: taking this apply as unconfirmed" in host.script(folder, "rollback")
    assert host.ruleset() == before


@pytest.mark.parametrize("text", ["", "/nowhere/line3-fw/20260801T060000Z\n"])
def test_a_damaged_pointer_is_told(host: Machine, tmp_path: Path, text: str) -> None:
    folder, before = render(tmp_path / "a", rules("segc-p-a")), host.ruleset()
    host.script(folder, "apply")
    last = host.last
    (host.state / "last").write_text(text, encoding="utf-8")
    for script in ("confirm", "rollback"):
        one_line(host.script(folder, script, ok=False), "last names no apply")
    assert "last names no apply" in host.script(folder, "apply", ok=False).splitlines()[-1]
    host.script(last, "rollback")  # what apply printed still works
    assert host.ruleset() == before


def test_a_state_folder_without_its_files_does_not_call_itself(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply")
    (host.last / "saved.sums").unlink()
    one_line(host.script(folder, "rollback", ok=False), "is damaged")


def test_the_confirmed_apply_can_be_taken_back_after_a_failed_one(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", rules("segc-p-a")), render(tmp_path / "b", rules("segc-p-b"))
    before = host.ruleset()
    host.script(first, "apply")
    host.script(first, "confirm")
    host.script(second, "apply", "--seconds", "1")
    wait_until(lambda: host.status == "rolled-back")
    one_line(host.script(host.last, "rollback", "--confirmed", ok=False), "nothing to undo")
    assert "rolled back (by hand)" in host.script(second, "rollback", "--confirmed")
    assert host.ruleset() == before
    one_line(host.script(second, "rollback", "--confirmed", ok=False), "nothing to undo")


def test_confirmed_applies_are_taken_back_in_turn(host: Machine, tmp_path: Path) -> None:
    before, states, tables = host.ruleset(), [], []
    for name in ("a", "b"):
        folder = render(tmp_path / name, rules(f"segc-p-{name}"))
        host.script(folder, "apply")
        host.script(folder, "confirm")
        states.append(host.last)
        tables.append(host.ruleset())
    one_line(host.script(states[0], "rollback", "--confirmed", ok=False), f"which is {states[1]}")
    assert host.ruleset() == tables[1]
    host.script(states[1], "rollback", "--confirmed")
    assert host.ruleset() == tables[0]
    host.script(states[0], "rollback", "--confirmed")
    assert host.ruleset() == before


def test_state_behind_a_link(host: Machine, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    host.state.symlink_to(tmp_path / "disk")
    host.script(render(tmp_path / "a", rules("segc-p-a")), "apply", "--seconds", "1")
    wait_until(lambda: host.status == "rolled-back")


def test_rules_of_ours_that_run_already_track(host: Machine, tmp_path: Path) -> None:
    folder, words = render(tmp_path / "a", rules("segc-p-a")), "no session is tracked yet"
    assert words in host.script(folder, "apply")
    host.script(folder, "confirm")
    assert words not in host.script(folder, "preflight")


def test_apply_needs_its_folder(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    (tmp_path / "apply").symlink_to(folder / "apply")
    one_line(host.script(tmp_path, "apply", ok=False), "no sha256sums in")
    (folder / "sha256sums").unlink()
    one_line(host.script(folder, "apply", ok=False), "no sha256sums in")

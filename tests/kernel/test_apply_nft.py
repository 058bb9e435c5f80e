"""The nftables target's operations scripts, and what the scripts of both targets have in common."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest

from tests.kernel import opskit
from tests.kernel.nftkit import one_line, record, render, rules
from tests.kernel.opskit import Machine, wait_until

pytestmark = pytest.mark.kernel


def test_apply_confirm_apply(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", rules("segc-p-a")), render(tmp_path / "b", rules("segc-p-b"))
    said = host.script(first, "apply")
    assert "foreign chain inet edr gate (hook forward, policy accept, 1 rules)" in said
    assert "AUTOMATIC ROLLBACK 120 s after" in said
    assert "an earlier apply is unconfirmed" in host.script(second, "apply", ok=False)
    said = host.script(first, "confirm")
    assert "WARNING" not in said
    host.script(second, "apply")
    host.script(second, "confirm")
    table = host.ruleset()
    assert "segc-p-a" not in table
    assert table.count("segc-p-b") == 2
    assert "ip saddr 192.0.2.1 drop" in table


def test_confirm_stops_the_timer(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply", "--seconds", "2")
    host.script(folder, "confirm")
    table = host.ruleset()
    host.sh("sleep 2.5")
    assert host.ruleset() == table
    assert "already confirmed" in host.script(folder, "confirm")


def test_without_confirm_nothing_of_ours_is_left(host: Machine, tmp_path: Path) -> None:
    before = host.ruleset()
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply", "--seconds", "2")
    assert "segc-p-a" in host.ruleset()
    wait_until(lambda: host.status == "rolled-back")
    assert host.ruleset() == before
    assert "nothing to do" in host.script(folder, "rollback")


def test_without_confirm_what_ran_before_runs_again(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", rules("segc-p-a")), render(tmp_path / "b", rules("segc-p-b"))
    host.environment["TZ"] = "America/New_York"  # the login's; the timer may have another
    host.script(first, "apply")
    host.script(first, "confirm")
    host.sh("nft add element inet segc segc-seen '{ 10.9.9.9 timeout 1h }'")
    before = host.ruleset()
    host.script(second, "apply", "--seconds", "2")
    wait_until(lambda: host.status == "rolled-back")
    assert without_seen(host.ruleset()) == without_seen(before)
    host.environment["TZ"] = "UTC"
    assert '"06:00"-"14:00"' in host.ruleset()


def test_a_listing_that_nft_cannot_read_is_no_way_back(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", rules("segc-p-a")), render(tmp_path / "b", rules("segc-p-b"))
    host.script(first, "apply")
    host.script(first, "confirm")
    host.sh("nft add rule inet segc segc-p-a ip saddr 192.0.2.4 accept")  # by hand: no file says it
    before = host.ruleset()
    if host.run("nft", "-c", "-f", "-", stdin=before).returncode == 0:
        pytest.skip("this nft reads what it prints")
    assert "could not be put back later" in host.script(second, "apply", ok=False)
    assert host.ruleset() == before


def without_seen(table: str) -> str:
    """What packets put into dynamic sets is not brought back: it only says what was recorded lately."""
    return "\n".join(line for line in table.splitlines() if "10.9.9.9" not in line)


def test_confirm_tells_when_our_rules_were_touched(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply")
    host.sh("nft insert rule inet segc segc-forward accept")
    assert "WARNING: our rules changed since apply" in host.script(folder, "confirm")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (rules("segc-p-a", "jump segc-nowhere"), "the kernel refuses these rules"),
        (rules("segc-p-a", "}"), "the kernel refuses these rules"),
        (
            {"nftables.nft": "flush ruleset\n" + rules("segc-p-a")["nftables.nft"]},
            "touches more than its own",
        ),
        ({"nftables.nft": "table inet segc {\n}\n"}, "does not replace its table"),
    ],
)
def test_a_broken_file_changes_nothing(host: Machine, tmp_path: Path, broken: dict[str, str], why: str) -> None:
    before = host.ruleset()
    assert why in host.script(render(tmp_path / "a", broken), "apply", ok=False)
    assert host.ruleset() == before
    assert not host.state.exists()


def test_a_load_that_fails_late_changes_nothing(host: Machine, tmp_path: Path) -> None:
    before = host.ruleset()
    nft = which("nft", path=opskit.PATH)
    host.shim("nft", f'case "$*" in *nftables.load) echo busy >&2; exit 1 ;; esac; exec {nft} "$@"')
    said = host.script(render(tmp_path / "a", rules("segc-p-a")), "apply", "--seconds", "1", ok=False)
    assert "refused: busy" in said
    assert "nothing was changed" in said
    assert host.status == "failed"
    host.sh("sleep 1.5")
    assert host.ruleset() == before


def test_a_load_that_outlives_its_timer_is_put_back(host: Machine, tmp_path: Path) -> None:
    before = host.ruleset()
    timer = f'echo rolled-back >"$(cat {host.state}/last)/status"'
    host.shim("nft", f'case "$*" in *nftables.load) {timer} ;; esac; exec {which("nft", path=opskit.PATH)} "$@"')
    said = host.script(render(tmp_path / "a", rules("segc-p-a")), "apply", ok=False)
    assert "the timer ran out while loading" in said
    assert host.ruleset() == before


def test_what_cannot_be_put_back_is_not_replaced(host: Machine, tmp_path: Path) -> None:
    before = host.ruleset()
    host.shim("nft", f'case "$*" in -c*) echo odd >&2; exit 1 ;; esac; exec {which("nft", path=opskit.PATH)} "$@"')
    said = host.script(render(tmp_path / "a", rules("segc-p-a")), "apply", ok=False)
    assert "what runs now could not be put back later (odd )" in said
    assert host.ruleset() == before
    assert not (host.state / "last").exists()


def test_a_full_connection_table_is_told(host: Machine, tmp_path: Path) -> None:
    counts = "*_count) echo 750 ;; *_max) echo 1000 ;;"
    host.shim("cat", f'case "$*" in {counts} *) exec {which("cat")} "$@" ;; esac')
    folder = render(tmp_path / "a", {"nftables.nft": monitor()}, monitor_only=True)
    said = host.script(folder, "preflight")
    assert "75 % full (750 of 1000)" in said
    assert "even though these rules only record" in said


def monitor() -> str:
    text = rules("segc-p-drop")["nftables.nft"]
    return text.replace("counter drop", 'log prefix "no drop" # drop')


def test_a_policy_that_only_records_may_not_block(host: Machine, tmp_path: Path) -> None:
    blocking = render(tmp_path / "a", rules("segc-p-a"), monitor_only=True)
    assert "would block" in host.script(blocking, "preflight", ok=False)
    host.script(render(tmp_path / "b", {"nftables.nft": monitor()}, monitor_only=True), "preflight")


# --- what does not depend on the target ---


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("nftables.nft", "table inet segc\n", "(nftables.nft: FAILED )"),
        ("rollback", "exit 0\n", "(rollback: FAILED )"),
        ("sha256sums", "", "no line for nftables.nft"),
    ],
)
def test_only_files_that_segc_wrote(host: Machine, tmp_path: Path, file: str, text: str, why: str) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    (folder / file).write_text(text, encoding="utf-8")
    said = host.script(folder, "apply", ok=False)
    assert why in said
    assert len(said.splitlines()) == 1
    assert not host.state.exists()


def test_only_root(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.shim("id", "echo 1000")
    for script in ("apply", "confirm", "rollback"):
        assert host.script(folder, script, ok=False) == "segc: not root: run this with sudo; nothing was changed\n"
    assert "failure: not root" in host.script(folder, "preflight", ok=False)


@pytest.mark.parametrize("arguments", [["--seconds"], ["--seconds", "0"], ["--seconds", "1;id"], ["now"]])
def test_wrong_arguments(host: Machine, tmp_path: Path, arguments: list[str]) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    assert len(host.script(folder, "apply", *arguments, ok=False).splitlines()) == 1


def test_one_at_a_time(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.state.mkdir()
    said = host.run("flock", host.state / "lock", "sh", folder / "apply")
    assert said.returncode != 0
    assert "another apply, confirm or rollback is running" in said.stderr


def test_confirm_and_rollback_before_any_apply(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    assert "nothing was applied" in host.script(folder, "confirm", ok=False)
    assert "nothing was applied" in host.script(folder, "rollback", ok=False)


def test_a_closed_terminal_does_not_stop_it_half_way(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.sh(f"(sleep 0.2; sh {folder}/apply) 2>/dev/null | true")
    wait_until(lambda: "segc-p-a" in host.ruleset())
    wait_until((host.last / "after").exists)
    host.script(folder, "rollback")


def test_after_a_reboot_the_timer_and_the_block_are_gone(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply")
    old = host.last
    (old / "boot").write_text("another boot\n", encoding="utf-8")
    before = host.ruleset()
    host.script(old, "rollback", "--timer")  # an `at` job outlives a reboot
    assert host.status == "lost-at-reboot"
    assert host.ruleset() == before
    (old / "status").write_text("pending\n", encoding="utf-8")
    assert "the machine was restarted since" in host.script(folder, "confirm", ok=False)
    (old / "status").write_text("pending\n", encoding="utf-8")
    host.script(folder, "apply")
    assert (old / "status").read_text(encoding="utf-8") == "lost-at-reboot\n"
    assert host.status == "pending"


def test_the_timer_by_systemd(host: Machine, tmp_path: Path) -> None:
    host.sh("mkdir -p /run/systemd/system")
    calls, stops = record(host, "systemd-run"), record(host, "systemctl")
    folder = render(tmp_path / "a", rules("segc-p-a"))
    host.script(folder, "apply", "--seconds", "90")
    call = calls.read_text(encoding="utf-8")
    unit = f"segc-rollback-line3-fw-{host.last.name}"
    assert f"--unit={unit} --on-active=90s --timer-property=AccuracySec=1s" in call
    assert call.endswith(f" /bin/sh {host.last}/rollback --timer\n")
    host.script(folder, "confirm")
    assert stops.read_text(encoding="utf-8") == f"stop {unit}.timer\n"


def test_the_timer_by_at(host: Machine, tmp_path: Path) -> None:
    job = host.shims / "job"
    answer = f'pwd >{job}; cat >>{job}; echo "warning: x" >&2; echo "job 7 at Mon Aug  3 06:00:00 2026" >&2'
    calls, removed = record(host, "at", answer), record(host, "atrm")
    host.shim("pgrep", 'test "$*" = "-x atd"')
    folder = render(tmp_path / "a", rules("segc-p-a"))
    said = host.script(folder, "apply", "--seconds", "61")
    assert calls.read_text(encoding="utf-8") == "-M now + 3 minutes\n"
    assert "ROLLBACK 180 s after" in said
    assert job.read_text(encoding="utf-8") == f"/\n/bin/sh {host.last}/rollback --timer\n"
    host.script(folder, "confirm")
    assert removed.read_text(encoding="utf-8") == "7\n"


def test_a_timer_that_cannot_be_started_is_not_the_last_resort(host: Machine, tmp_path: Path) -> None:
    host.sh("mkdir -p /run/systemd/system")
    record(host, "systemd-run", "exit 1")
    record(host, "at", "echo broken >&2; exit 1")
    host.shim("pgrep", "exit 0")
    host.script(render(tmp_path / "a", rules("segc-p-a")), "apply", "--seconds", "1")
    wait_until(lambda: host.status == "rolled-back")


def test_no_machine_reaches_the_hosts_services(host: Machine) -> None:
    assert host.sh("grep -q '^none /run tmpfs ' /proc/mounts; ls -A /run") == ""


def test_in_another_network_namespace_the_timer_and_the_way_back_stay_there(host: Machine, tmp_path: Path) -> None:
    host.sh("mkdir -p /run/systemd/system")
    calls = [record(host, "systemd-run"), record(host, "at", "echo job 7 at noon")]
    host.shim("pgrep", "exit 0")
    folder, before = render(tmp_path / "a", rules("segc-p-a")), host.ruleset()
    host.sh(f"unshare --net sh {folder}/apply")
    kind, sleeper = (host.last / "timer").read_text(encoding="utf-8").split()
    assert kind == "sleep"
    assert not any(file.exists() for file in calls)
    for script in ("confirm", "rollback"):
        one_line(host.script(folder, script, ok=False), f"{script} refused")
    host.script(host.last, "rollback", "--timer", ok=False)
    assert host.status == "pending"
    assert host.ruleset() == before
    assert "rolled back" in host.sh(f"nsenter --net=/proc/{sleeper}/ns/net sh {folder}/rollback")


@pytest.mark.parametrize("target", ["iptables", "nftables"])
@pytest.mark.parametrize("trim", [True, False])
@pytest.mark.parametrize("flag", [True, False])
def test_the_scripts_are_plain_shell(tmp_path: Path, target: str, trim: bool, flag: bool) -> None:
    flags = dict.fromkeys(("has_ipset", "monitor_only", "manages_input"), flag)
    interfaces = ["eth0", "a'; reboot #"] if flag else []
    made = opskit.texts(target, {"interfaces": interfaces, **flags}, trim=trim)
    for name, text in made.items():
        assert text.startswith("#!/bin/sh\n")
        assert len(text.splitlines()) <= 210, name
        (tmp_path / name).write_text(text, encoding="utf-8")
        shells = [shell for shell in ("dash", "sh") if which(shell)]
        commands = [[shell, "-n"] for shell in shells] + ([["shellcheck"]] if which("shellcheck") else [])
        for command in commands:
            done = subprocess.run([*command, tmp_path / name], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

"""The iptables target's operations scripts, run on a machine of their own with both back ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from shutil import which

import pytest

from tests.kernel import opskit
from tests.kernel.opskit import Machine, wait_until

pytestmark = pytest.mark.kernel

HEAD = "# segc\n*filter\n:FORWARD ACCEPT [0:0]\n:segc-fwd - [0:0]\n"
HOOK = "-I FORWARD 1 -j segc-fwd\n-A segc-fwd -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"


def rules(pair: str, extra: str = "", source: str = "10.1.0.9") -> str:
    """A small rule file whose only zone pair is called `pair`."""
    return (
        f"{HEAD}:{pair} - [0:0]\n{HOOK}-A segc-fwd -i lo -o lo -j {pair}\n"
        f'-A {pair} -s {source} -p tcp --dport 502 -m comment --comment "it\'s \\"x\\"; $y" -j ACCEPT\n'
        f"{extra}-A {pair} -j DROP\nCOMMIT\n"
    )


def files(pair: str, extra: str = "", extra6: str = "") -> dict[str, str]:
    return {
        "iptables.rules": rules(pair, extra),
        "ip6tables.rules": rules(pair, extra6, "fd00::9"),
    }


render = partial(opskit.artefact, "iptables")


@pytest.fixture(params=["nft", "legacy"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    multi = f"xtables-{request.param}-multi"
    opskit.need(multi)
    with opskit.machine(tmp_path) as made:
        for family in ("iptables", "ip6tables"):
            for tool in (family, f"{family}-save", f"{family}-restore"):
                (made.shims / tool).symlink_to(str(which(multi, path=opskit.PATH)))
        made.sh("iptables -N DOCKER; iptables -A DOCKER -j RETURN; ip6tables -N DOCKER")
        made.sh("iptables -A FORWARD -s 192.0.2.1 -j DOCKER; iptables -A FORWARD -s 192.0.2.2 -j ACCEPT")
        made.sh("iptables -P INPUT ACCEPT; iptables -P FORWARD DROP; ip6tables -P FORWARD DROP")
        yield made


def test_the_first_apply_keeps_what_others_have(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"))
    said = host.script(folder, "apply")
    assert "AUTOMATIC ROLLBACK 120 s after" in said
    assert f"keep:   sh {host.last}/confirm" in said
    assert f"undo:   sh {host.last}/rollback" in said
    assert host.status == "pending"
    table = host.filters()
    assert table.count("-A FORWARD -j segc-fwd\n") == 2
    assert table.count(":FORWARD ACCEPT") == 2
    assert ":DOCKER -" in table
    assert "-A DOCKER -j RETURN" in table
    forward = [line for line in table.splitlines() if line.startswith("-A FORWARD")]
    assert forward == [
        "-A FORWARD -j segc-fwd",
        "-A FORWARD -s 192.0.2.1/32 -j DOCKER",
        "-A FORWARD -s 192.0.2.2/32 -j ACCEPT",
        "-A FORWARD -j segc-fwd",  # IPv6
    ]


def test_a_changed_file_leaves_nothing_of_the_old_one(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", files("segc-p-a")), render(tmp_path / "b", files("segc-p-b"))
    host.script(first, "apply")
    assert "an earlier apply is unconfirmed" in host.script(second, "apply", ok=False)
    host.script(first, "confirm")
    host.sh("iptables -A FORWARD -j segc-fwd")  # somebody doubled our jump
    host.script(second, "apply")
    host.script(second, "confirm")
    table = host.filters()
    assert "segc-p-a" not in table
    assert table.count("-A FORWARD -j segc-fwd\n") == 2
    assert table.count(":segc-p-b -") == 2


def test_the_same_file_twice_changes_nothing(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"))
    host.script(folder, "apply")
    host.script(folder, "confirm")
    once = host.filters()
    host.script(folder, "apply")
    assert host.filters() == once
    host.script(folder, "confirm")


def test_confirm_stops_the_timer(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"))
    host.script(folder, "apply", "--seconds", "2")
    table = host.filters()
    sleeper = (host.last / "timer").read_text(encoding="utf-8").split()
    assert sleeper[0] == "sleep"
    said = host.script(folder, "confirm")
    assert "the rollback timer is off" in said
    assert "NOT kept over a reboot" in said
    assert "WARNING" not in said
    wait_until(lambda: host.run("test", "-d", f"/proc/{sleeper[1]}").returncode != 0)
    host.sh("sleep 2.5")
    assert host.filters() == table
    assert host.status == "confirmed"
    assert "already confirmed" in host.script(folder, "confirm")


def test_without_confirm_nothing_of_ours_is_left(host: Machine, tmp_path: Path) -> None:
    before = host.filters()
    folder = render(tmp_path / "a", files("segc-p-a"))
    host.script(folder, "apply", "--seconds", "2")
    assert host.filters() != before
    for file in folder.iterdir():  # the stick was pulled out
        file.unlink()
    wait_until(lambda: host.status == "rolled-back")
    assert host.filters() == before
    assert "nobody confirmed in time" in (host.last / "log").read_text(encoding="utf-8")


def test_without_confirm_what_ran_before_runs_again(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", files("segc-p-a")), render(tmp_path / "b", files("segc-p-b"))
    host.script(first, "apply")
    host.script(first, "confirm")
    host.sh("iptables -I FORWARD -s 192.0.2.3 -j DOCKER; iptables -P FORWARD DROP")
    before = host.filters()
    said = host.script(second, "apply", "--seconds", "2")
    assert "ahead of ours: [-s 192.0.2.3/32 -j DOCKER]" in said
    assert "the FORWARD policy is DROP now and becomes ACCEPT" in said
    wait_until(lambda: host.status == "rolled-back")
    assert host.filters() == before
    assert "too late" in host.script(second, "confirm", ok=False)


def test_rollback_by_hand_is_safe_to_repeat(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"))
    before = host.filters()
    host.script(folder, "apply")
    # meanwhile another tool has come, and one has gone
    host.sh("iptables -N f2b; iptables -A FORWARD -j f2b; iptables -D FORWARD -s 192.0.2.2 -j ACCEPT")
    assert "rolled back (by hand)" in host.script(folder, "rollback")
    host.sh("iptables -D FORWARD -j f2b; iptables -X f2b; iptables -A FORWARD -s 192.0.2.2 -j ACCEPT")
    assert host.filters() == before
    assert "nothing to do" in host.script(folder, "rollback")


def test_the_last_confirmed_apply_can_be_taken_back(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", files("segc-p-a")), render(tmp_path / "b", files("segc-p-b"))
    host.script(first, "apply")
    host.script(first, "confirm")
    before = host.filters()
    host.script(second, "apply")
    host.script(second, "confirm")
    assert "nothing is unconfirmed" in host.script(second, "rollback", ok=False)
    host.script(second, "rollback", "--confirmed")
    assert host.filters() == before


def test_a_foreign_jump_into_our_chains_does_not_block_a_rollback(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"))
    host.script(folder, "apply")
    host.sh("iptables -A DOCKER -j segc-p-a")
    host.script(folder, "rollback")
    table = host.filters()
    assert ":segc-p-a" in table  # somebody needs it: it stays, empty
    assert "-A segc" not in table
    assert "FORWARD -j segc" not in table
    assert table.count(":FORWARD DROP") == 2


@pytest.mark.parametrize("family", ["iptables", "ip6tables"])
def test_a_broken_file_changes_nothing(host: Machine, tmp_path: Path, family: str) -> None:
    broken = files("segc-p-a") | {f"{family}.rules": rules("segc-p-a", "-A segc-p-a -j segc-nowhere\n", "::/0")}
    folder = render(tmp_path / "a", broken)
    before = host.filters()
    assert "failure: the kernel refuses these rules" in host.script(folder, "apply", ok=False)
    assert host.filters() == before
    assert not host.state.exists()


@pytest.mark.parametrize("family", ["iptables", "ip6tables"])
def test_a_load_that_fails_late_is_put_back(host: Machine, tmp_path: Path, family: str) -> None:
    first, second = render(tmp_path / "a", files("segc-p-a")), render(tmp_path / "b", files("segc-p-b"))
    host.script(first, "apply")
    host.script(first, "confirm")
    # preflight can't see this: a foreign jump keeps the old chain from being deleted
    host.sh(f"{family} -A DOCKER -j segc-p-a")
    before = host.filters()
    said = host.script(second, "apply", "--seconds", "2", ok=False)
    assert "what ran before is" in said
    assert host.filters() == before
    host.sh("sleep 2.5")  # the timer finds nothing to do
    assert host.filters() == before
    assert host.status in {"failed", "rolled-back"}


def test_sets_come_before_rules_and_go_after_them(host: Machine, tmp_path: Path) -> None:
    def with_set(name: str) -> dict[str, str]:
        extra = f"-A segc-p-a -m set --match-set {name} src -j ACCEPT\n"
        sets = f"create {name} hash:ip family inet -exist\nadd {name} 10.1.0.7 -exist\n"
        return files("segc-p-a", extra) | {"ipset.rules": sets}

    first, second = render(tmp_path / "a", with_set("segc-1")), render(tmp_path / "b", with_set("segc-2"))
    host.sh("ipset create f2b hash:ip; ipset add f2b 192.0.2.9")
    host.script(first, "apply")
    host.script(first, "confirm")
    before = host.filters()
    host.script(second, "apply")
    assert {"segc-1", "segc-2"} <= set(host.sh("ipset list -n").split())
    host.script(second, "rollback")
    assert host.filters() == before
    host.script(second, "apply")
    host.script(second, "confirm")
    assert set(host.sh("ipset list -n").split()) == {"f2b", "segc-2"}
    host.sh("ipset flush f2b")
    host.script(second, "rollback", "--confirmed")  # the old set has gone: it comes back from the saved state
    assert host.filters() == before
    assert "add segc-1 10.1.0.7" in host.sh("ipset save")
    assert "add f2b" not in host.sh("ipset save")


def test_a_full_disk_stops_no_rollback(host: Machine, tmp_path: Path) -> None:
    first, second = render(tmp_path / "a", files("segc-p-a")), render(tmp_path / "b", files("segc-p-b"))
    host.sh(f"mkdir {host.state}; mount -t tmpfs -o size=512k none {host.state}")
    host.script(first, "apply")
    host.script(first, "confirm")
    before = host.filters()
    host.script(second, "apply")
    host.run("dd", "if=/dev/zero", f"of={host.state}/fill", "bs=1k")
    said = host.script(second, "rollback")
    assert "rolled back (by hand)" in said
    assert host.filters() == before
    host.sh(f"rm {host.state}/fill")
    assert "too late" in host.script(second, "confirm", ok=False)


def test_an_apply_that_was_killed_half_way_is_not_confirmed(host: Machine, tmp_path: Path) -> None:
    folder, before = render(tmp_path / "a", files("segc-p-a")), host.filters()
    real = (host.shims / "ip6tables-restore").readlink()
    (host.shims / "ip6tables-restore").unlink()
    # preflight and the look at the way back run in shells of their own
    kill = "if tr '\\0' ' ' </proc/$PPID/cmdline | grep -q '/apply '; then kill -9 $PPID; fi"
    host.shim("ip6tables-restore", f'{kill}\nexec {real} ip6tables-restore "$@"')
    host.script(folder, "apply", ok=False)
    assert "segc-p-a" in host.sh("iptables-save")
    assert "cut off while loading" in host.script(folder, "confirm", ok=False)
    wait_until(lambda: "rolled back" in host.script(folder, "rollback"))
    assert host.filters() == before


def test_the_memory_of_records_goes_with_the_rules(host: Machine, tmp_path: Path) -> None:
    extra = "-A segc-p-a -j SET --add-set segc-seen-4 src,dst,dst\n"
    sets = "create segc-seen-4 hash:ip,port,ip family inet timeout 60 -exist\n"
    folder = render(tmp_path / "a", files("segc-p-a", extra) | {"ipset.rules": sets})
    host.script(folder, "apply")
    assert host.sh("ipset list -n") == "segc-seen-4\n"
    host.script(folder, "rollback")
    assert host.sh("ipset list -n") == ""


def test_input_is_put_back_when_it_was_changed(host: Machine, tmp_path: Path) -> None:
    managed = {
        name: text.replace("\n:segc-fwd", "\n:INPUT DROP [0:0]\n:segc-in - [0:0]\n:segc-fwd").replace(
            HOOK, f"{HOOK}-I INPUT 1 -j segc-in\n-A segc-in -i lo -j ACCEPT\n"
        )
        for name, text in files("segc-p-a").items()
    }
    before = host.filters()
    with_input = render(tmp_path / "a", managed, manages_input=True)
    host.script(with_input, "apply")
    assert host.filters().count("-A INPUT -j segc-in") == 2
    assert host.filters().count(":INPUT DROP") == 2
    host.script(with_input, "rollback")
    assert host.filters() == before
    host.script(with_input, "apply")
    host.script(with_input, "confirm")
    # the next version would take the rules away that let people in, and leave the policy
    without = render(tmp_path / "b", files("segc-p-b"))
    assert "INPUT has the policy DROP" in host.script(without, "apply")


def test_dry_run_prints_and_changes_nothing(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"))
    host.sh("iptables -N segc-old; iptables -A FORWARD -j segc-old")
    before = host.filters()
    said = host.script(folder, "apply", "--dry-run")
    assert "# iptables.load\n" in said
    assert "*filter\n-D FORWARD -j segc-old\n" in said
    assert "-F segc-old\n-X segc-old\nCOMMIT\n" in said
    assert host.filters() == before
    assert not host.state.exists()


def test_preflight_names_what_else_can_drop(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"), interfaces=["lo", "eth it's"])
    other = "legacy" if "nf_tables" in host.sh("iptables -V") else "nft"
    host.sh(f"xtables-{other}-multi iptables -A FORWARD -s 198.51.100.1 -j DROP")
    gate = "type filter hook forward priority 5; policy drop;"
    host.sh(f"nft 'add table inet edr; add chain inet edr gate {{ {gate} }}'")
    (host.state / "line4-fw").mkdir(parents=True)
    host.sh("ip link add br7 type bridge; sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0")
    host.run("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=0")
    said = host.script(folder, "preflight")
    assert "warning: interface eth it's of the policy does not exist here" in said
    assert "foreign chain inet edr gate (hook forward, policy drop, 0 rules)" in said
    where = "iptables-legacy holds rules" if other == "legacy" else "foreign chain ip filter FORWARD"
    if os.geteuid() == 0 or other == "nft":  # only the real root may ask for the legacy tables' names
        assert where in said
    assert "this machine has run the rules of firewall line4-fw" in said
    assert "bridged traffic (br7) passes our rules unseen" in said
    assert "does not forward IPv4" in said
    assert "tcp_loose is 0" in said
    assert all(line.startswith("warning: ") and "; " in line for line in said.splitlines())


def test_a_policy_that_only_records_may_not_block(host: Machine, tmp_path: Path) -> None:
    folder = render(tmp_path / "a", files("segc-p-a"), monitor_only=True)
    said = host.script(folder, "preflight", ok=False)
    assert "failure: iptables.rules would block" in said
    assert "failure: ip6tables.rules would block" in said

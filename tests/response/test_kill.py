"""The end of a grant: what becomes of packets, that sessions of others are left alone, and that each proof can fail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.model.plant import MONITOR, Plant
from segc.model.verdict import ALERT, ALLOW, BLOCK, Packet, covers, flows_at, verdict
from segc.proof.differing import INTERRUPTION, LEAK
from segc.proof.duties import Policy
from segc.proof.prove import Prover
from segc.response.ending import commands, ended
from segc.response.kill import Killed, beside, closed, just, killed, shut, stopped
from segc.response.kill_text import document, markdown
from segc.response.kills import kills
from segc.response.named import why_not_proved
from segc.targets import registry
from segc.targets.build import DECLARED, build
from tests.plants import plant_of, policies
from tests.probes import of_flow

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
TEXT = """
segc 1
site s { mode enforce; owner ops }
team ops
service work { tcp 22, 502 }
service look { tcp 443; udp 161 }
service wide { tcp 400-600 }
zone dmz { net 10.1.0.0/24; asset jump 10.1.0.1; asset other 10.1.0.2 }
zone cell { net 10.2.0.0/24; asset plc 10.2.0.1; asset hmi 10.2.0.2 }
conduit c dmz -> cell { allow dmz -> cell.plc : look; allow dmz.jump -> cell.plc : wide }
firewall fw { target TARGET; interface IF0 dmz 10.1.0.254/24; interface IF1 cell 10.2.0.254/24; manage dmz.other : work }
grant acme { vendor "Acme"; allow dmz.jump -> cell.plc, cell.hmi : work; until 2026-12-31 }
grant bolt { vendor "Bolt"; allow dmz.jump -> cell.hmi : work; window Mon 06:00-12:00; from 2026-09-01; until 2026-12-31 }
grant core { vendor "Core"; allow dmz.other -> cell.plc : work; until 2026-12-31 }
"""
MONITORED = TEXT.replace("mode enforce", "mode monitor")
JUMP, OTHER, PLC, HMI = 0x0A010001, 0x0A010002, 0x0A020001, 0x0A020002
NAMES = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp"}
Network = IPv4Network | IPv6Network
DOORS = {
    "cisco-asa": ("dmz", "cell"),
    "cisco-nxos": ("Vlan10", "Vlan20"),
    "mguard": ("external", "internal"),
    "scalance": ("vlan1", "vlan2"),
}


def plant(folder: Path, target: str = "iptables", text: str = TEXT) -> Plant:
    first, second = DOORS.get(target, ("eth0", "eth1"))
    return plant_of(text.replace("TARGET", target).replace("IF0", first).replace("IF1", second), folder)


def failing(done: Killed) -> list[str]:
    return [one.name for one in done.proved if not one.holds]


def told(over: Plant, source: int, target: int, port: int) -> str:
    return verdict(over, Packet(4, source, target, 6, 40000, port), AT)


def test_one_vendor_is_out_and_all_others_are_in(tmp_path: Path) -> None:
    """Where another vendor's window is open, or a conduit covers the packet, it still passes."""
    done = killed(plant(tmp_path), "acme", AT)
    assert failing(done) == []
    assert told(done.over, JUMP, PLC, 22) == BLOCK
    assert told(done.over, JUMP, PLC, 502) == ALLOW, "the conduit's"
    assert told(done.over, JUMP, HMI, 22) == ALLOW, "the other vendor's"
    assert told(done.over, OTHER, PLC, 22) == ALLOW
    assert {step.firewall for step in done.steps} == {"fw"}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.randoms(use_true_random=False))
def test_every_packet_is_as_without_the_grant(tmp_path: Path, text: str, dice: Random) -> None:
    """And those whose sessions are ended are those that only the grant lets in."""
    built = plant_of(text, tmp_path)
    assume(built.grants)
    grant = dice.choice(list(built.grants.values()))
    over = closed(built, grant)
    less = replace(built, grants={name: one for name, one in built.grants.items() if name != grant.name})
    gone = ended(grant.flows, Policy(over, AT))
    for flow in [*grant.flows, *(f for c in built.conduits.values() for f in c.flows)]:
        for probe in of_flow(built, flow, dice):
            mine = any(covers(built, one, probe) for one in grant.flows)
            others = any(covers(built, one, probe) for one in flows_at(less, AT))
            zones = {built.ownership.zone_of(probe.family, end) for end in (probe.source, probe.target)}
            alone = len(zones) == 2 and mine and not others  # inside a zone everything passes anyway
            assert verdict(over, probe, AT) == (BLOCK if alone else verdict(less, probe, AT))
            if len(zones) == 2:
                assert any(covers(over, one, probe) for one in gone) == (mine and not others)


class Asked(NamedTuple):
    """Sessions by the packet that opened them, as a command of conntrack names them, all runs of its loops together."""

    source: Network
    target: Network
    proto: int
    sport: tuple[int, int]
    dport: tuple[int, int]

    def holds(self, probe: Packet) -> bool:
        """Is it one of them?"""
        ends = ((self.source, probe.source), (self.target, probe.target))
        return (
            self.source.version == probe.family
            and self.proto == probe.proto
            and all(int(net.network_address) <= end <= int(net.broadcast_address) for net, end in ends)
            and self.sport[0] <= probe.sport <= self.sport[1]
            and self.dport[0] <= probe.dport <= self.dport[1]
        )


def named(line: str) -> Asked:
    """What a command names."""
    spans = {
        f"${name}": (int(low), int(high)) for name, low, high in re.findall(r"for (\w+) in \$\(seq (\d+) (\d+)\)", line)
    }
    words = line.removesuffix("; done" * len(spans)).rpartition("do ")[2].split()
    assert words[:2] == ["conntrack", "-D"]
    told = dict(zip(words[2::2], words[3::2], strict=True))
    assert set(told) <= {"-f", "-p", "-s", "-d", "--sport", "--dport"}
    source, target = (ip_network(told[one]) for one in ("-s", "-d"))
    assert {f"ipv{end.version}" for end in (source, target)} == {told["-f"]}
    proto = {name: number for number, name in NAMES.items()}.get(told["-p"]) or int(told["-p"])
    ports = [told.get(one, "") for one in ("--sport", "--dport")]
    sport, dport = (spans.get(one) or ((int(one), int(one)) if one else (0, 65535)) for one in ports)
    return Asked(source, target, proto, sport, dport)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.randoms(use_true_random=False))
def test_commands_read_back_name_the_same_sessions(tmp_path: Path, text: str, dice: Random) -> None:
    """All of them, and no others: but for types of ICMP and wide ranges of source ports, which conntrack cannot say."""
    built = plant_of(re.sub(r"(?m)^  (tcp|udp|sctp) .*source-port 1024.*$", "  tcp 80", text), tmp_path)
    assume(built.grants)
    grant = dice.choice(list(built.grants.values()))
    over = closed(built, grant)
    gone = ended(grant.flows, Policy(over, AT))
    try:
        files = commands(over, replace(over.grants[grant.name], flows=tuple(gone)), list(built.firewalls), AT)
    except SegcError as refused:  # some of these plants lock out who manages them, and have no build to end anything of
        assume({one.name for one in refused.diagnostics} != {"lock-out"})
        raise
    crossed = Policy(over, AT).topology
    for name, file in files.items():
        lines = file.text.splitlines() if file is not None else []
        asked = [named(line) for line in lines if not line.startswith(("#", "exit"))]
        for probe in [probe for flow in grant.flows for probe in of_flow(built, flow, dice)]:
            zones = [over.ownership.zone_of(probe.family, end) for end in (probe.source, probe.target)]
            if probe.proto in (1, 58) or None in zones or name not in crossed.crossed(str(zones[0]), str(zones[1])):
                continue
            assert any(one.holds(probe) for one in asked) == any(covers(over, one, probe) for one in gone), probe


def test_in_monitor_only_the_vendors_packets_are_stopped(tmp_path: Path) -> None:
    """All others still get in, those of the same machine included; the files say so for every packet."""
    built = plant(tmp_path, text=MONITORED)
    done = killed(built, "acme", AT)
    assert failing(done) == []
    assert told(done.over, JUMP, PLC, 22) == BLOCK
    assert told(done.over, JUMP, PLC, 502) == ALLOW, "the conduit's"
    assert told(done.over, JUMP, PLC, 23) == ALERT, "nobody's, and in monitor"
    assert told(done.over, JUMP, HMI, 22) == ALLOW, "the other vendor's"
    assert told(done.over, JUMP, HMI, 23) == ALERT
    assert told(done.over, OTHER, HMI, 22) == ALERT, "of the grant neither source nor target"
    assert done.steps[0].entry["proof"]["result"] == "equal"
    assert done.steps[0].entry["monitors-only"] is False


@pytest.mark.parametrize("target", registry.names())
def test_every_target_stops_them_or_says_that_it_cannot(tmp_path: Path, target: str) -> None:
    """In monitor, read back and proved; a machine's own firewall that has no order of rules refuses."""
    can = registry.targets()[target].can
    text = MONITORED if can.local_traffic else MONITORED.replace("; manage dmz.other : work", "")
    if can.selects == "host":
        text = re.sub("interface IF0.*24", "on cell.plc", text)
    if not can.shuts:
        with pytest.raises(SegcError, match="cannot stop one grant in dmz -> cell, which is in monitor"):
            killed(plant(tmp_path, target, text), "acme", AT)
        return
    done = killed(plant(tmp_path, target, text), "acme", AT)
    assert failing(done) == []
    assert [step.entry["proof"]["result"] for step in done.steps] == ["equal"]


def test_what_is_shut_too_wide_or_not_at_all_is_found(tmp_path: Path) -> None:
    """By the proof of the plant, and by that of the files."""
    built = plant(tmp_path, text=MONITORED)
    grant, over = built.grants["acme"], closed(built, built.grants["acme"])
    after, gone = Policy(over, AT), ended(grant.flows, Policy(over, AT))
    assert stopped(built, grant, gone, after).holds
    assert not stopped(built, grant, gone[1:], after).holds
    lax = replace(over, grants=over.grants | {"acme": replace(over.grants["acme"], killed=False)})
    assert not shut(built, gone, Policy(lax, AT)).holds
    for wrong in (lax, built):
        files = build(wrong, AT, DECLARED).built[0]
        proof = Prover(over, AT).prove("fw", files.texts(), files.entry)
        assert {one.kind for one in proof.found} >= {LEAK}
    strict = build(over, AT, DECLARED).built[0]
    proof = Prover(lax, AT).prove("fw", strict.texts(), strict.entry)
    assert {one.kind for one in proof.found} >= {INTERRUPTION}


def test_each_proof_can_fail(tmp_path: Path) -> None:
    """A grant left open, a session too many, one too few, and somebody else who loses something."""
    built = plant(tmp_path)
    grant = built.grants["acme"]
    over = closed(built, grant)
    gone = ended(grant.flows, Policy(over, AT))
    assert shut(built, gone, Policy(over, AT)).holds
    assert not shut(built, gone, Policy(built, AT)).holds
    lax = replace(over.grants["acme"], killed=False)
    open_ = replace(over, modes=over.modes | {("dmz", "cell"): MONITOR}, grants=over.grants | {"acme": lax})
    assert not shut(built, gone, Policy(open_, AT)).holds
    assert just(built, grant, gone, Policy(over, AT)).holds
    assert not just(built, grant, grant.flows, Policy(over, AT)).holds
    assert not just(built, grant, gone[1:], Policy(over, AT)).holds
    for name in ("bolt", "core"):
        wrong = replace(over, grants={key: one for key, one in over.grants.items() if key != name})
        without = Policy(replace(built, grants={key: one for key, one in built.grants.items() if key != "acme"}), AT)
        assert beside("acme", without, Policy(over, AT)).holds
        assert not beside("acme", without, Policy(wrong, AT)).holds


@pytest.mark.parametrize(
    ("target", "file", "said"),
    [
        ("iptables", "kill.sh", ["conntrack -D -f ipv4 -p tcp -s 10.1.0.1 -d 10.2.0.1 --dport 22"]),
        ("nftables", "kill.sh", ["conntrack -D -f ipv4 -p tcp -s 10.1.0.1 -d 10.2.0.1 --dport 22"]),
        ("cisco-asa", "kill.txt", ["clear conn protocol tcp address 10.1.0.1 address 10.2.0.1 port 22"]),
        ("cisco-nxos", "", []),
    ],
)
def test_the_commands_name_these_sessions_only(tmp_path: Path, target: str, file: str, said: list[str]) -> None:
    """Not those of port 502, which the conduit still permits, nor any of the other vendors'."""
    text = TEXT if target != "cisco-nxos" else TEXT.replace("; manage dmz.other : work", "")
    done = killed(plant(tmp_path, target, text), "acme", AT)
    assert failing(done) == []
    [step] = done.steps
    assert step.ends_sessions == (file or "there are none")
    if file:
        lines = done.files[f"fw/{file}"].text.splitlines()
        assert [line for line in lines if line.startswith(("conntrack", "clear"))] == said
        assert step.entry["artefacts"][-1]["file"] == "sha256sums"
        assert done.files[f"fw/{file}"].sha256 in done.files["fw/sha256sums"].text


def test_names_that_nobody_has(tmp_path: Path) -> None:
    """Are a question that is not understood."""
    with pytest.raises(SegcError, match="no grant is called `acm`"):
        killed(plant(tmp_path), "acm", AT)


def test_it_says_until_when_it_is_true(tmp_path: Path) -> None:
    """Until a grant of the same packets opens or closes: the other vendor's window closes at noon."""
    done = killed(plant(tmp_path), "acme", AT)
    assert done.manifest["next-change"] == "2026-10-05T12:00:00+00:00"
    assert "# True until 2026-10-05T12:00:00+00:00." in done.files["fw/kill.sh"].text
    assert killed(plant(tmp_path), "core", AT).manifest["next-change"] is None, "no grant shares its packets"


def test_what_cannot_be_ended_is_said_and_stops_nothing(tmp_path: Path) -> None:
    """The build goes on; the manifest says why. What is over has no files."""
    text = MONITORED.replace("; manage dmz.other : work", "")
    text = re.sub("interface IF0.*24", "on cell.plc", text)
    files, listed = kills(plant(tmp_path, "windows-firewall", text), AT, DECLARED)
    assert set(listed) == {"acme", "bolt", "core"}
    assert "cannot stop one grant" in listed["acme"]["because"]
    assert not any(path.startswith("kills/acme") for path in files)
    late = datetime(2027, 1, 2, tzinfo=UTC)
    assert kills(plant(tmp_path), late, DECLARED) == ({}, {})
    assert set(kills(plant(tmp_path), AT, DECLARED)[1]) == {"acme", "bolt", "core"}


@pytest.mark.parametrize("target", ["cisco-asa", "fortios", "iptables"])
def test_where_all_is_permitted_by_others_there_is_nothing_to_end(tmp_path: Path, target: str) -> None:
    """Neither a failure nor an empty file: the guide says so."""
    text = TEXT.replace("allow dmz -> cell.plc : look", "allow dmz.jump -> cell : work")
    done = killed(plant(tmp_path, target, text), "acme", AT)
    assert done.ended == ()
    assert failing(done) == []
    assert not any("kill" in path for path in done.files)
    assert "End no sessions here" in markdown(document(done, AT))


@pytest.mark.parametrize(
    ("target", "proved"),
    [("iptables", True), ("nftables", True), ("juniper-srx", True), ("panos", True), ("cisco-asa", False)],
)
def test_commands_are_read_back(tmp_path: Path, target: str, proved: bool) -> None:
    """Where a reader knows them; one that is missing, too wide or not understood is found."""
    done = killed(plant(tmp_path, target), "acme", AT)
    (path,) = [path for path in done.files if path.startswith("fw/kill")]
    text = done.files[path].text
    assert ("Not proved" in text) is not proved
    if proved:
        after = Policy(done.over, AT)
        (line,) = [line for line in text.splitlines() if line.startswith(("conntrack", "clear"))]
        for wrong in (
            "",
            re.sub(r" (--dport|destination-port) 22", "", line),
            line.replace("10.1.0.1", "10.1.0.2"),
            "x",
        ):
            assert why_not_proved(target, text.replace(line, wrong), done.ended, after, "fw"), wrong

"""Machines' own firewalls: they stand on no path, change no other firewall, and get the verdict of every packet."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.graph.topology import Topology
from segc.model.plant import Firewall, Plant
from segc.model.verdict import BLOCK, Packet, verdict
from segc.packets.fields import ICMP, ICMP6, PORTED
from segc.packets.fields import Packet as Wire
from segc.packets.machine import Machine
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.proof.slices import NEVER_FORWARDED
from segc.proof.stateless import ERRORS
from segc.targets import registry
from segc.targets.build import BuildResult, build
from tests.conformance.cases import hosted
from tests.plants import parsed, plant_of, policies

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
TARGET = "windows-firewall"
PLANT = """segc 1
site north { mode monitor }
service modbus { tcp 502 }
service web { tcp 80, 443 }
service ssh { tcp 22 }
zone mes { net 10.30.0.0/24, fd00:30::/64
  asset historian 10.30.0.10
  asset ews 10.30.0.50 { address fd00:30::50 }
}
zone filling { net 10.3.0.0/24, fd00:3::/64
  asset plc 10.3.0.11
  asset hmi 10.3.0.21 { address fd00:3::21 }
}
zone lab { net 10.9.0.0/24
  asset pc 10.9.0.5
}
conduit control mes -> filling {
  mode enforce
  allow historian -> plc, hmi : modbus
  allow ews -> filling : web
}
conduit reports filling -> mes { mode REPORTS; allow hmi -> historian : web }
firewall cell {
  target nftables
  interface eth0 mes 10.30.0.1/24
  interface eth1 filling 10.3.0.1/24
  interface eth2 lab 192.0.2.9/24
  manage filling.hmi : ssh
}
"""
OWN = "firewall hmi-own { target windows-firewall; on filling.hmi }\n"


def made(text: str, folder: Path, mode: str = "declared") -> tuple[Plant, BuildResult]:
    plant = plant_of(text, folder)
    return plant, build(plant, AT, mode, prove=Gate(plant, AT, None if mode == "declared" else mode))


def text(result: BuildResult, firewall: str, role: str = "rules") -> str:
    return next(one for one in result.built if one.firewall == firewall).texts()[role]


@pytest.mark.parametrize("reports", ["monitor", "enforce"])
def test_other_firewalls_and_paths_are_what_they_were(reports: str, tmp_path: Path) -> None:
    without, before = made(PLANT.replace("REPORTS", reports), tmp_path)
    plant, after = made(PLANT.replace("REPORTS", reports) + OWN, tmp_path)
    rules = {file.name: file.text for file in before.built[0].files if file.role.startswith("rules")}
    marked = {file.name: file.text for file in after.built[0].files if file.role.startswith("rules")}
    assert rules
    for name, was in rules.items():
        now = [line for line in marked[name].splitlines() if "policy" not in line]
        assert now == [line for line in was.splitlines() if "policy" not in line]
    one, other = Topology(without), Topology(plant)
    for a in plant.zones:
        for b in plant.zones:
            if a != b:
                assert one.crossed(a, b) == other.crossed(a, b)
                assert one.joined(a, b) == other.joined(a, b)


def packets(plant: Plant, firewall: Firewall) -> list[Packet]:
    """Packets to and from the machine, at the edges of what the policy says; none to addresses of a link."""
    host = firewall.host
    assert host is not None
    found = []
    assets = [asset.addresses for zone in plant.zones.values() for asset in zone.assets]
    for family, icmp in ((4, ICMP), (6, ICMP6)):
        mine = [low for low, _ in host.addresses.of(family)]
        every = [*(plant.ownership.own(zone) for zone in plant.zones), *assets]
        far = {edge for one in every for span in one.of(family) for edge in span}
        far = {edge for edge in far if not any(low <= edge <= high for low, high in NEVER_FORWARDED[family])}
        kinds = [(6, 502), (6, 80), (6, 22), (17, 1024), (47, 0), (icmp, 8)]
        for own, other, (proto, port) in product(mine, sorted(far), kinds):
            sport = 40000 if proto in PORTED else 0
            found.append(Packet(family, other, own, proto, sport, port))
            found.append(Packet(family, own, other, proto, sport, port))
    return found


def machine_of(result: BuildResult, firewall: Firewall) -> Machine:
    return registry.reader(TARGET).read({"rules": text(result, firewall.name)})


def passes(machine: Machine, firewall: Firewall, packet: Packet) -> bool:
    """What the file does, line by line."""
    host = firewall.host
    assert host is not None
    icmp = packet.proto in (ICMP, ICMP6)
    wire = Wire(
        packet.family,
        packet.source,
        packet.target,
        packet.proto,
        packet.dport * 256 if icmp else packet.dport,
        packet.sport,
    )
    hook = "output" if host.addresses.holds(packet.family, packet.source) else "input"
    return trace(machine, wire, (hook,)).kind == "accept"


@pytest.mark.parametrize("mode", ["declared", "monitor", "enforce"])
@pytest.mark.parametrize("reports", ["monitor", "enforce"])
def test_a_packet_gets_the_verdict_of_the_language(reports: str, mode: str, tmp_path: Path) -> None:
    """The reference of the language knows no firewalls at all."""
    plant, result = made(PLANT.replace("REPORTS", reports) + OWN, tmp_path, mode)
    firewall = plant.firewalls["hmi-own"]
    machine = machine_of(result, firewall)
    stopped = 0
    for packet in packets(plant, firewall):
        said = verdict(plant, packet, AT)
        expected = {"declared": said != BLOCK, "monitor": True, "enforce": said in ("pass", "allow")}[mode]
        managing = packet.target == 0x0A1E0001 and packet.dport == 22  # the cell's firewall, from its manager
        if not managing:
            assert passes(machine, firewall, packet) == expected, packet
            stopped += not expected
    assert bool(stopped) == (mode != "monitor")


def test_management_of_other_firewalls_gets_out(tmp_path: Path) -> None:
    plant, result = made(PLANT.replace("REPORTS", "enforce") + OWN, tmp_path, "enforce")
    firewall = plant.firewalls["hmi-own"]
    machine = machine_of(result, firewall)
    for address in (0x0A1E0001, 0xC0000209):  # in a zone, and in none
        out = Packet(4, 0x0A030015, address, 6, 40000, 22)
        assert passes(machine, firewall, out)
        assert not passes(machine, firewall, out._replace(dport=23))
        assert not passes(machine, firewall, out._replace(target=address + 1))


def test_all_that_passes_is_recorded_where_anything_must_be(tmp_path: Path) -> None:
    enforced = PLANT.replace("REPORTS", "enforce").replace("mode monitor", "mode enforce", 1) + OWN
    assert "-LogAllowed False" in text(made(enforced, tmp_path)[1], "hmi-own")
    logged = enforced.replace("allow hmi -> historian : web", "allow hmi -> historian : web { log }")
    assert "-LogAllowed True" in text(made(logged, tmp_path)[1], "hmi-own")
    assert "-LogAllowed True" in text(made(PLANT.replace("REPORTS", "enforce") + OWN, tmp_path)[1], "hmi-own")
    elsewhere = enforced.replace("allow ews -> filling : web", "allow ews -> plc : web { log }")
    assert "-LogAllowed False" in text(made(elsewhere, tmp_path)[1], "hmi-own")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("on filling.hmi", "on filling"), "a firewall stands on one machine"),
        (("asset hmi 10.3.0.21 ", "asset hmi 10.3.0.128/25 "), "is a network, not a machine"),
        (("on filling.hmi", "on filling.hmi; manage mes.ews : ssh"), "has no `manage`"),
        (("on filling.hmi", "on filling.hmi; interface eth0 filling"), "has no `interface`"),
        (("on filling.hmi", "on filling.hmi; mode enforce"), "has no `mode`"),
        (
            ("firewall hmi-own", "firewall twin { target windows-firewall; on filling.hmi }\nfirewall hmi-own"),
            "already",
        ),
    ],
)
def test_a_machines_own_firewall_is_on_one_machine(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    _, errors = parsed((PLANT.replace("REPORTS", "monitor") + OWN).replace(*change), tmp_path)
    assert [one.name for one in errors] == ["host-firewall"]
    assert message in errors[0].message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("target windows-firewall", "target nftables"), "nftables stands between zones"),
        (("on filling.hmi", "interface Ethernet filling"), "does not say whose"),
    ],
)
def test_targets_of_the_other_kind_are_refused(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(SegcError) as caught:
        made((PLANT.replace("REPORTS", "monitor") + OWN).replace(*change), tmp_path)
    (one,) = caught.value.diagnostics
    assert one.name == "unsupported-by-target"
    assert message in one.message


def test_nothing_is_changed_before_it_can_be_taken_back(tmp_path: Path) -> None:
    result = made(PLANT.replace("REPORTS", "enforce") + OWN, tmp_path)[1]
    apply = text(result, "hmi-own", "apply")
    order = [
        "preflight.ps1",
        "Copy-Item $policy",
        "Register-ScheduledTask",
        '. "$PSScriptRoot',
        "Remove-NetFirewallRule",
    ]
    places = [apply.index(one) for one in [*order, "gpupdate", "ActiveStore", 'rollback.ps1"\n    throw']]
    assert places == sorted(places)
    rules = [line for line in text(result, "hmi-own").splitlines() if line and line[0] not in "#$"]
    assert all(line.startswith("New-NetFirewallRule ") for line in rules[:-1])  # opened first, closed with the last
    assert rules[-1].startswith("Set-NetFirewallProfile ")
    both = re.search(r"-DefaultInboundAction (\w+) -DefaultOutboundAction (\w+)", rules[-1])
    assert both is not None
    assert f"'True {both[1]} {both[2]} False'" in apply
    assert set(re.findall(r"\$segc\\(\w+)", apply)) == {"unconfirmed", "before", "rollback"}
    for script in ("rollback", "confirm"):
        assert "-TaskName segc-rollback" in text(result, "hmi-own", script)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_random_machines_get_the_verdict_of_the_language(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    drawn = data.draw(policies((TARGET,)))
    plant = plant_of(hosted(drawn, drawn), tmp_path_factory.mktemp("plant"))
    assume(plant.firewalls)
    try:
        result = build(plant, AT, "declared")
    except SegcError:
        assume(False)
    firewall = next(iter(plant.firewalls.values()))
    machine = machine_of(result, firewall)
    for packet in packets(plant, firewall)[::7]:
        if packet.proto not in (ICMP, ICMP6) or packet.dport not in ERRORS[packet.family]:
            assert passes(machine, firewall, packet) == (verdict(plant, packet, AT) != BLOCK), (packet, drawn)

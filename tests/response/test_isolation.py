"""Isolations: what becomes of packets in the isolated plant, and that each obligation can fail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.model.plant import MONITOR, Plant
from segc.model.verdict import ALLOW, BLOCK, Packet, covers, flows_at, verdict
from segc.packets.fields import IIF
from segc.packets.machine import Accept, Base, Drop, Interface, Rule
from segc.response.compile import compiled
from segc.response.isolation import Isolation, isolate
from segc.response.keeping import keeping
from segc.response.obligations import Judge
from segc.response.revert import Return, revert
from segc.response.runbook import runbook
from segc.targets.build import DECLARED, build
from tests.plants import plant_of, policies
from tests.probes import of_flow

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
TEXT = """
segc 1
use "std/ics"
site s { mode monitor; owner ops }
team ops
role lead { team ops }
zone world { net any }
zone mes { net 10.1.0.0/24; asset app 10.1.0.1; asset clock 10.1.0.6 }
zone cell { net 10.2.0.0/24; asset plc 10.2.0.1; asset hmi 10.2.0.2 }
zone next { net 10.3.0.0/24; asset plc2 10.3.0.1 }
conduit control mes <-> cell {
  allow mes.app -> cell.plc : modbus { essential }
  allow mes.app -> cell.hmi : https
  allow cell.plc -> mes.clock : ntp
}
conduit handshake cell <-> next { allow cell.plc -> next.plc2 : enip }
conduit far mes -> next { allow mes.app -> next.plc2 : modbus }
workflow clocks { needs cell.plc -> mes.clock : ntp }
firewall fw {
  target iptables
  interface eth0 mes 10.1.0.254/24
  interface eth1 cell 10.2.0.254/24
  interface eth2 next 10.3.0.254/24
  interface eth3 world
  manage mes.app : ssh
}
playbook island { isolate cell; keep handshake, clocks; authority lead; within 15min }
"""


def island(plant: Plant) -> Isolation:
    book = plant.playbooks["island"]
    return isolate(plant, book.name, book.isolate, book.keep, book.span)


def failing(isolation: Isolation) -> dict[str, tuple[str, ...]]:
    return {one.name: one.shown for one in Judge(isolation, AT).all() if not one.holds}


def test_what_is_kept_and_what_is_cut(tmp_path: Path) -> None:
    """By conduit, by workflow and because it is essential; the rest goes."""
    found = island(plant_of(TEXT, tmp_path))
    assert [flow.text for flow in found.kept] == [
        "mes.app -> cell.plc : modbus",
        "cell.plc -> mes.clock : ntp",
        "cell.plc -> next.plc2 : enip",
    ]
    assert [flow.text for flow in found.cut] == ["mes.app -> cell.hmi : https"]
    assert failing(found) == {}
    assert compiled(found, AT).holds


@pytest.mark.parametrize(
    ("allowed", "needed", "passes"),
    [
        ("mes -> cell : modbus, https", "mes.app -> cell.plc : modbus", {502, 443}),
        ("mes.app -> cell : wide", "mes -> cell.plc : modbus", {502, 443}),
        ("mes.app -> cell.plc : modbus", "mes.app -> cell.hmi : modbus", set()),
        ("mes.app -> cell.plc : https", "mes -> cell : modbus", set()),
        ("cell.plc -> mes.app : wide", "mes -> cell : modbus", set()),
    ],
)
def test_whatever_serves_a_workflow_is_kept(tmp_path: Path, allowed: str, needed: str, passes: set[int]) -> None:
    """By packets, not by words: a flow of a whole zone serves two of its machines, another machine's flow does not."""
    text = TEXT[: TEXT.index("conduit control")] + (
        f"service wide {{ tcp 400-600 }}\nconduit control mes <-> cell {{ allow {allowed} }}\n"
        f"workflow work {{ needs {needed} }}\n" + TEXT[TEXT.index("firewall") : TEXT.index("playbook")]
    )
    found = island(plant_of(text + "playbook island { isolate cell; keep work }\n", tmp_path))
    sent = {port: Packet(4, 0x0A010001, 0x0A020001, 6, 40000, port) for port in (502, 443)}
    told = {port for port, packet in sent.items() if verdict(found.isolated, packet, AT) == ALLOW}
    assert told == passes
    assert {verdict(found.isolated, packet, AT) for packet in sent.values()} <= {ALLOW, BLOCK}
    stopped = [] if allowed.startswith("mes -> cell :") else [needed]  # what only monitor let through, stops
    assert [one["need"] for one in runbook(compiled(found, AT), AT)["workflows"]] == stopped


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.randoms(use_true_random=False))
def test_packets_across_the_border_are_blocked_unless_they_are_kept(tmp_path: Path, text: str, dice: Random) -> None:
    """And nothing else about any packet changes. The verdict is the language's own."""
    plant = plant_of(text, tmp_path)
    zones = dice.sample(list(plant.zones), dice.randint(1, len(plant.zones)))
    keep = [name for name in (*plant.conduits, *plant.grants) if dice.random() < 0.5]
    found = isolate(plant, "island", zones, keep, plant.zones[zones[0]].span)
    flows = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    flows += [flow for grant in plant.grants.values() for flow in grant.flows]
    kept = [flow for flow in flows_at(plant, AT) if flow in found.kept]
    for flow in flows:
        for probe in of_flow(plant, flow, dice):
            before, after = verdict(plant, probe, AT), verdict(found.isolated, probe, AT)
            ends = {_inside(found, probe.family, address) for address in (probe.source, probe.target)}
            if ends != {True, False}:
                assert after == before
            elif any(covers(plant, one, probe) for one in kept):
                assert after == ALLOW
            elif plant.ownership.zone_of(probe.family, probe.target) is not None:
                assert after == BLOCK


def _inside(found: Isolation, family: int, address: int) -> bool:
    return found.plant.ownership.zone_of(family, address) in found.inside


def test_a_flow_that_was_forgotten_is_found(tmp_path: Path) -> None:
    """One that is neither kept nor cut out of the plant crosses the border: shown with a packet."""
    found = island(plant_of(TEXT, tmp_path))
    wrong = replace(found, isolated=replace(found.isolated, conduits=found.plant.conduits))
    assert set(failing(wrong)) == {"cut"}
    assert "10.1.0.1 (mes.app) -> 10.2.0.2 (cell.hmi)" in failing(wrong)["cut"][0]


def test_a_pair_that_is_still_in_monitor_is_found(tmp_path: Path) -> None:
    """Everything would pass there."""
    found = island(plant_of(TEXT, tmp_path))
    modes = found.isolated.modes | {("next", "cell"): MONITOR}
    wrong = replace(found, isolated=replace(found.isolated, modes=modes))
    assert set(failing(wrong)) == {"cut"}


def test_what_is_kept_but_gone_is_found(tmp_path: Path) -> None:
    """A kept flow that the isolated plant has lost."""
    found = island(plant_of(TEXT, tmp_path))
    conduits = found.isolated.conduits | {"handshake": replace(found.isolated.conduits["handshake"], flows=())}
    wrong = replace(found, isolated=replace(found.isolated, conduits=conduits))
    assert set(failing(wrong)) == {"keep", "order"}


def test_an_isolation_that_opens_something_is_found(tmp_path: Path) -> None:
    """A flow that the policy stops, and that the isolation permits."""
    text = TEXT.replace("mode monitor", "mode enforce")
    found = island(plant_of(text, tmp_path))
    extra = island(plant_of(text.replace("mes.app -> cell.plc : modbus", "mes -> cell.plc : modbus"), tmp_path))
    wrong = replace(extra, plant=found.plant)
    assert "subset" in failing(wrong)


def test_a_manager_who_is_locked_out_is_found(tmp_path: Path) -> None:
    """Nobody could go back."""
    found = island(plant_of(TEXT, tmp_path))
    firewalls = {"fw": replace(found.isolated.firewalls["fw"], manage=())}
    wrong = replace(found, isolated=replace(found.isolated, firewalls=firewalls))
    assert set(failing(wrong)) == {"self-access"}


def test_a_link_across_the_border_is_found(tmp_path: Path) -> None:
    """No firewall can cut what does not cross one."""
    found = island(plant_of(TEXT + "link cell -- next\n", tmp_path))
    assert failing(found)["cut"] == ("cell -- next are joined by a link, which filters nothing",)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("zone lost { net 10.4.0.0/24 }\nplaybook other { isolate cell, lost }", "does not say how they are connected"),
        ("zone far { net 10.4.0.0/24 }\nplaybook other { isolate cell }", "does not say how they are connected"),
        ("playbook other { isolate cell }", "are both behind eth1 of fw"),
    ],
)
def test_a_way_around_the_firewalls_is_found(tmp_path: Path, more: str, said: str) -> None:
    """Zones that hang on nothing, inside or outside, and zones that share an interface."""
    text = TEXT.replace("interface eth1 cell", "interface eth1 cell, next").replace(
        "  interface eth2 next 10.3.0.254/24\n", ""
    )
    plant = plant_of((TEXT if "zone" in more else text) + more + "\n", tmp_path)
    book = plant.playbooks["other"]
    found = isolate(plant, book.name, book.isolate, ["handshake", "clocks"], book.span)
    assert any(said in shown for shown in failing(found)["cut"])


def test_workflows_that_stop_are_named(tmp_path: Path) -> None:
    """Whatever let them through: a flow that is cut, or monitor alone. Not one that another kept flow serves as well."""
    more = (
        "workflow panel { needs mes.app -> cell.hmi : https }\nworkflow odd { needs mes.app -> cell.hmi : s7comm }\n"
        "workflow twice { needs mes.app -> cell.plc : modbus }\nworkflow there { needs mes.app -> next.plc2 : modbus }\n"
    )
    text = TEXT.replace(
        "conduit far", "conduit too mes -> cell { allow mes -> cell.plc : modbus }\n" + more + "conduit far"
    )
    found = island(plant_of(text, tmp_path))
    assert [flow.text for flow in found.cut] == ["mes.app -> cell.hmi : https", "mes -> cell.plc : modbus"]
    assert [one["name"] for one in runbook(compiled(found, AT), AT)["workflows"]] == ["panel", "odd"]


def test_names_do_not_replace_one_another(tmp_path: Path) -> None:
    """A grant and a conduit that are called as the isolation's own would be."""
    text = (
        TEXT
        + """
grant island { allow mes.app -> next.plc2 : ssh; until 2026-12-31 }
conduit island-cell-next next -> mes { allow next.plc2 -> mes.app : https }
"""
    )
    found = island(plant_of(text, tmp_path))
    assert failing(found) == {}
    for packet in (Packet(4, 0x0A010001, 0x0A030001, 6, 40000, 22), Packet(4, 0x0A030001, 0x0A010001, 6, 40000, 443)):
        assert verdict(found.isolated, packet, AT) == ALLOW


def test_what_is_lost_beside_the_border_is_found(tmp_path: Path) -> None:
    """A flow that does not cross it, and is gone."""
    found = island(plant_of(TEXT, tmp_path))
    conduits = found.isolated.conduits | {"far": replace(found.isolated.conduits["far"], flows=())}
    wrong = replace(found, isolated=replace(found.isolated, conduits=conduits))
    assert failing(wrong) == {"beside": ("mes -> next",)}


def test_sessions_with_addresses_of_nobody_are_not_forgotten(tmp_path: Path) -> None:
    """They were let in while the zone was in monitor, and no rule names them."""
    text = TEXT.replace("zone world { net any }", "").replace("  interface eth3 world\n", "")
    text = text.replace("mode monitor", "mode enforce").replace("zone cell {", "zone cell { mode monitor;")
    done = compiled(island(plant_of(text, tmp_path)), AT)
    assert [one.name for one in done.proved if not one.holds] == ["session kill"]


def test_addresses_of_nobody_are_not_cut_off_without_a_word(tmp_path: Path) -> None:
    """Without an outside zone, what leads to addresses that no zone owns has the site's mode."""
    text = TEXT.replace("zone world { net any }", "").replace("  interface eth3 world\n", "")
    assert "cut" in failing(island(plant_of(text, tmp_path)))
    assert "cut" not in failing(island(plant_of(text.replace("mode monitor", "mode enforce"), tmp_path)))


def test_a_kept_machine_that_loses_its_clock_is_found(tmp_path: Path) -> None:
    """Time, names, sign-in and licences are what others stop without, some time later."""
    found = island(plant_of(TEXT.replace(", clocks;", ";"), tmp_path))
    assert list(failing(found)) == ["closure"]
    assert failing(found)["closure"][0].startswith("cell.plc loses time: `cell.plc -> mes.clock : ntp`")


def test_a_whole_zones_clock_is_its_machines_clock(tmp_path: Path) -> None:
    """However the flow is written."""
    text = TEXT.replace(", clocks;", ";")
    whole = text.replace("allow cell.plc -> mes.clock : ntp", "allow cell -> mes.clock : ntp")
    assert whole != text
    assert failing(island(plant_of(whole, tmp_path)))["closure"][0].startswith("cell loses time:")


def test_of_a_firewall_that_nobody_manages_nothing_is_shown(tmp_path: Path) -> None:
    text = "\n".join(line for line in TEXT.split("\n") if not line.strip().startswith("manage "))
    done = {one.name: one for one in compiled(island(plant_of(text, tmp_path)), AT).proved}
    assert done["self-access"].holds
    assert "not shown of" in done["self-access"].shown[0]


def test_inner_zones_go_with_the_zone_around_them(tmp_path: Path) -> None:
    """What flows between them goes on."""
    text = TEXT.replace("zone next {", "zone next { in cell;")
    found = island(plant_of(text, tmp_path))
    assert found.inside == {"cell", "next"}
    packet = Packet(4, 0x0A020001, 0x0A030001, 6, 40000, 44818)
    assert verdict(found.isolated, packet, AT) == ALLOW


@pytest.mark.parametrize(
    ("target", "interfaces", "ends"),
    [
        ("iptables", ("eth0", "eth1", "eth2", "eth3"), "by the new rules"),
        ("nftables", ("eth0", "eth1", "eth2", "eth3"), "by the new rules"),
        ("cisco-nxos", ("Vlan10", "Vlan20", "Vlan30", "Vlan40"), "there are none"),
        ("cisco-asa", ("mes", "cell", "next", "world"), "kill.txt"),
    ],
)
def test_how_sessions_end(tmp_path: Path, target: str, interfaces: tuple[str, ...], ends: str) -> None:
    """By the rules themselves, by commands, or there are none."""
    text = TEXT.replace("iptables", target)
    for number, name in enumerate(interfaces):
        text = text.replace(f"interface eth{number} ", f'interface "{name}" ')
    text = text.replace('"mes" mes', "mes mes").replace('" world', '" world 198.51.100.1/24')
    try:
        done = compiled(island(plant_of(text, tmp_path)), AT)
    except SegcError as problem:
        pytest.fail(problem.diagnostics[0].message)
    assert [step.ends_sessions for step in done.steps] == [ends]
    assert done.holds


def way_back(folder: Path, target: str = "iptables") -> Return:
    """Of the firewall of the island, from its isolated files to its own."""
    text = TEXT.replace("iptables", target)
    if target == "cisco-nxos":
        text = re.sub(r"eth(\d)", r"Vlan1\1", text).replace("Vlan13 world", "Vlan13 world 198.51.100.1/24")
    found = island(plant_of(text, folder))
    before, after = (build(plant, AT, DECLARED).built[0] for plant in (found.plant, found.isolated))
    return Return(found.plant, AT, before, after)


def test_a_way_back_that_means_something_else_is_found(tmp_path: Path) -> None:
    """Own files that do not say all, so that a chain of the isolation goes on being asked."""
    right, wrong = way_back(tmp_path), way_back(tmp_path)
    assert revert([right]).holds
    gone = next(name for name in wrong._own.chains if name.endswith("p-mes.cell"))
    del wrong._own.chains[gone]
    [told, *_] = revert([wrong]).shown
    assert told.startswith("fw would stop what the policy lets pass, e.g. 10.1.0.1 (mes.app) -> 10.2.0.")


def test_a_hook_that_stays_is_found(tmp_path: Path) -> None:
    """The isolation's own way in, which the policy's files do not take away."""
    wrong = way_back(tmp_path)
    its = wrong._isolated
    its.chains["old"] = [Rule((), Drop(), 1)]
    its.bases.append(Base("old", "forward", -10, Accept()))
    assert revert([wrong]).shown[0].startswith("fw would stop what the policy lets pass")


def test_a_list_that_stays_on_an_interface_is_found(tmp_path: Path) -> None:
    """On a box that binds lists to interfaces one by one. What is left over is named."""
    way = way_back(tmp_path, "cisco-nxos")
    assert revert([way]).holds
    assert way.left
    way._isolated.chains["forward"].append(Rule((Interface(IIF, ("Vlan77",)),), Drop(), 1))
    assert revert([way]).shown == ("fw would keep a list on Vlan77, of which the policy's build says nothing",)


@pytest.mark.parametrize("keep", ["control", "clocks", "cell.plc -> mes.clock : ntp"])
def test_what_is_kept_on_demand(tmp_path: Path, keep: str) -> None:
    """By a conduit, a workflow, or its packets; with all obligations, and nothing besides."""
    plant = plant_of(TEXT, tmp_path)
    span = plant.zones["cell"].span
    bare = keeping(plant, "now", ("cell",), (), (), span)
    done = compiled(keeping(plant, "now", ("cell",), (), (keep,), span), AT)
    assert [one.name for one in done.proved if not one.holds] == []
    assert "ntp" not in " ".join(flow.text for flow in bare.kept)
    more = {flow.text for flow in done.isolation.kept} - {flow.text for flow in bare.kept}
    assert more == {"cell.plc -> mes.clock : ntp"} | ({"mes.app -> cell.hmi : https"} if keep == "control" else set())
    app, plc, hmi, clock = 0x0A010001, 0x0A020001, 0x0A020002, 0x0A010006
    assert verdict(done.isolation.isolated, Packet(4, plc, clock, 17, 40000, 123), AT) == ALLOW
    https = verdict(done.isolation.isolated, Packet(4, app, hmi, 6, 40000, 443), AT)
    assert https == (ALLOW if keep == "control" else BLOCK)


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        ("contrl", "no conduit, grant or workflow is called `contrl`"),
        ("far", "no flow of it crosses the border"),
        ("mes -> cell : tcp 9", "no flow of it crosses the border"),
        ("mes -> nowhere : tcp 9", "nowhere"),
    ],
)
def test_what_cannot_be_kept_is_refused(tmp_path: Path, keep: str, said: str) -> None:
    """Nobody shall believe that it was."""
    plant = plant_of(TEXT, tmp_path)
    with pytest.raises(SegcError, match=said):
        keeping(plant, "now", ("cell",), (), (keep,), plant.zones["cell"].span)

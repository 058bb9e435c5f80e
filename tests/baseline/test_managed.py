"""Sessions with a firewall itself: permitted by `manage` lines, left alone without any, and never a machine's."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Address
from itertools import product
from pathlib import Path

import pytest

from segc.baseline.classify import Classifier
from segc.baseline.compare import compare
from segc.baseline.draft.learned import unexplained
from segc.baseline.draft.rules import rules
from segc.baseline.draft.services import Shelf
from segc.baseline.inventory import inventory
from segc.baseline.judged import Class, Judged
from segc.baseline.ledger import Key
from segc.baseline.store import Ledger
from segc.model.plant import Plant
from segc.packets.fields import Packet as Wire
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.report.baseline.comparison import document
from segc.targets import registry
from segc.targets.build import build
from tests.baseline.made import Line, learn
from tests.baseline.plants import TEXT
from tests.plants import plant_of

AT = datetime(2026, 10, 30, tzinfo=UTC)
SERVICES = "service ssh { tcp 22 }\nservice https { tcp 443 }\n"
MANAGED = SERVICES + TEXT.replace(
    "target       nftables", "target       nftables\n  manage mes.ews : ssh"
).removeprefix("segc 1\n")
ALONE = TEXT.removeprefix("segc 1\n") + SERVICES
# Between the site and the line there are two firewalls, and the way to the second one leads through the first.
CHAIN = (
    ALONE.replace("  interface eth1 line 10.3.0.1/24\n", "  interface eth1 between 10.9.0.1/24\n")
    + "zone between { level 2; net 10.9.0.0/24 }\n"
    + "firewall cell { target nftables; interface a between 10.9.0.2/24; interface b line 10.3.0.1/24 }\n"
)
TRANSFER = MANAGED.replace("  interface eth2", "  interface eth3 line 192.0.2.1/30\n  interface eth2")
FAR = Line("10.30.0.50", "10.3.0.1", 22, range(5))
STRANGER = Line("10.40.0.9", "10.3.0.1", 22, range(5))
SENT = Line("10.3.0.1", "10.30.0.10", 514, range(5))


def made(folder: Path, text: str) -> Plant:
    return plant_of(f"segc 1\n{text}", folder)


def judged(plant: Plant, source: str, target: str, port: int) -> Judged:
    return Classifier(plant, AT).judge(Key(source, target, 6, port))


def test_a_manage_line_permits_the_far_interface(tmp_path: Path) -> None:
    told = judged(made(tmp_path, MANAGED), "10.30.0.50", "10.3.0.1", 22)
    assert told.verdict is Class.PERMITTED
    assert [flow.text for flow in told.flows] == ["manage mes.ews : ssh"]
    assert (told.source, told.target) == ("mes", "line")


@pytest.mark.parametrize(
    ("source", "port", "verdict", "nearest"),
    [
        ("10.30.0.50", 443, Class.WRONG_SERVICE, "`manage mes.ews : ssh` of firewall `fw` does not cover tcp 443"),
        ("10.40.0.9", 22, Class.DENIED, "10.3.0.1 is firewall `fw` itself, and none of its `manage` lines names"),
    ],
    ids=["another service", "another machine"],
)
def test_what_no_manage_line_names(tmp_path: Path, source: str, port: int, verdict: Class, nearest: str) -> None:
    told = judged(made(tmp_path, MANAGED), source, "10.3.0.1", port)
    assert told.verdict is verdict
    assert told.nearest.startswith(nearest)


@pytest.mark.parametrize(
    ("source", "port", "verdict"),
    [
        ("10.30.0.50", 22, Class.PERMITTED),
        ("10.30.0.50", 443, Class.WRONG_SERVICE),
        ("10.30.0.10", 22, Class.DENIED),
        ("10.30.0.99", 22, Class.UNKNOWN_ASSET),
    ],
    ids=["the manager", "another service", "another machine", "an unknown one"],
)
def test_an_interface_in_the_zone_itself(tmp_path: Path, source: str, port: int, verdict: Class) -> None:
    told = judged(made(tmp_path, MANAGED), source, "10.30.0.1", port)
    assert told.verdict is verdict
    assert (told.source, told.target) == ("mes", "mes")
    assert verdict is not Class.DENIED or "none of its `manage` lines names 10.30.0.10 (mes.app)" in told.nearest
    assert judged(made(tmp_path, ALONE), source, "10.30.0.1", port).verdict is Class.INSIDE


@pytest.mark.parametrize("mode", ["monitor", "enforce"])
def test_within_a_zone_the_mode_is_the_firewalls(tmp_path: Path, mode: str) -> None:
    plant = made(tmp_path, MANAGED.replace("  manage", f"  mode {mode}\n  manage"))
    learn(tmp_path / "baseline", [Line("10.30.0.10", "10.30.0.1", 22, range(5))])
    with Ledger.open(tmp_path / "baseline") as ledger:
        [pair] = document(compare(plant, ledger, AT), AT, 30)["unexplained"]
    assert (pair["source"], pair["target"], pair["conduit"], pair["mode"]) == ("mes", "mes", None, mode)


def test_neighbours_of_a_link_are_no_sessions(tmp_path: Path) -> None:
    """Every target lets them in, or the link would die."""
    text = MANAGED.replace("10.30.0.0/24", "10.30.0.0/24, fd00:30::/64").replace(
        "mes 10.30.0.1/24", "mes 10.30.0.1/24, fd00:30::1/64"
    )
    asked = Classifier(made(tmp_path, text), AT)
    for kind, verdict in ((135, Class.INSIDE), (136, Class.INSIDE), (143, Class.INSIDE), (128, Class.UNKNOWN_ASSET)):
        assert asked.judge(Key("fd00:30::50", "fd00:30::1", 58, kind << 8)).verdict is verdict


EVERYWHERE = 'conduit all office -> line { mode enforce; allow office -> line : ssh { because "x" } }\n'


@pytest.mark.parametrize("text", [MANAGED, ALONE, MANAGED + EVERYWHERE, ALONE + EVERYWHERE, TRANSFER])
def test_what_the_rendered_firewall_would_do(tmp_path: Path, text: str) -> None:
    """Of packets to the firewall itself, in enforce: the file that is built says what becomes of each."""
    plant = made(tmp_path, text)
    (file,) = build(plant, AT, "enforce", prove=Gate(plant, AT, "enforce")).built
    machine = registry.reader("nftables").read({"rules": file.texts()["rules"]})
    asked, outcomes = Classifier(plant, AT), set()
    doors = {"10.30.0.": "eth0", "10.3.0.1": "eth1", "10.40.0.": "eth2"}
    for source, target, port in product(
        ("10.30.0.50", "10.30.0.10", "10.30.0.99", "10.3.0.11", "10.40.0.9"),
        ("10.30.0.1", "10.3.0.1", "10.40.0.1"),
        (22, 443),
    ):
        iif = next(door for net, door in doors.items() if source.startswith(net))
        wire = Wire(4, int(IPv4Address(source)), int(IPv4Address(target)), 6, port, 40_000, iif)
        lets_in = trace(machine, wire, ("input",)).kind == "accept"
        verdict = asked.judge(Key(source, target, 6, port)).verdict
        assert (verdict in (Class.PERMITTED, Class.INSIDE)) == lets_in, (source, target, port, verdict)
        outcomes.add(lets_in)
    assert outcomes == ({True, False} if "manage" in text else {True})


def test_an_interface_in_no_zone(tmp_path: Path) -> None:
    plant = made(tmp_path, TRANSFER)
    assert judged(plant, "10.30.0.50", "192.0.2.1", 22).verdict is Class.PERMITTED
    assert judged(plant, "10.40.0.9", "192.0.2.1", 22).verdict is Class.DENIED
    assert judged(plant, "10.30.0.50", "192.0.2.2", 22).verdict is Class.UNZONED, "that is nobody's"


def test_a_firewall_without_manage_lines_leaves_what_comes_to_it_alone(tmp_path: Path) -> None:
    assert judged(made(tmp_path, ALONE), "10.30.0.50", "10.3.0.1", 22).verdict is Class.INSIDE


def test_another_firewall_on_the_way_does_not(tmp_path: Path) -> None:
    plant = made(tmp_path, CHAIN)
    assert judged(plant, "10.30.0.50", "10.3.0.1", 22).verdict is Class.DENIED
    assert judged(plant, "10.30.0.50", "10.9.0.1", 22).verdict is Class.INSIDE, "that is the first one's"


def test_what_a_firewall_sends_is_no_unknown_machines(tmp_path: Path) -> None:
    assert judged(made(tmp_path, MANAGED), "10.3.0.1", "10.30.0.10", 514).verdict is Class.DENIED


def test_no_machine_is_drafted_for_a_firewall_nor_missed(tmp_path: Path) -> None:
    plant = made(tmp_path, MANAGED)
    learn(tmp_path / "baseline", [FAR, STRANGER, SENT])
    with Ledger.open(tmp_path / "baseline") as ledger:
        found = rules(plant, Shelf(plant, {}), unexplained(compare(plant, ledger, AT), ledger))
        told = inventory(plant, ledger)
    assert not found.ends.drafted
    reasons = {one.key.src: reason for one, reason in found.left}
    assert reasons == {
        "10.40.0.9": "10.3.0.1 is firewall `fw` itself: a `manage` line there says who may reach it",
        "10.3.0.1": "10.3.0.1 is firewall `fw` itself: declare it as an asset, and write the flow by hand",
    }
    assert not told.talkers
    assert told.coverage == 1.0

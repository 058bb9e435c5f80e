"""Sessions with a firewall itself: permitted by `manage` lines, left alone without any, and never a machine's."""

from __future__ import annotations

from datetime import UTC, datetime
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

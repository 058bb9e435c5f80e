"""The inventory against logs: who is missing, who is silent, and whose hardware does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from segc import api
from segc.baseline.hardware import differ, maker, makers, plain
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.inventory import Inventory, inventory
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from segc.report.baseline.inventory import assets, document, render
from tests.baseline.made import FIELDS, START
from tests.baseline.plants import TEXT, plant

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
APP, EWS, PLC, HMI, STORE = "10.30.0.10", "10.30.0.50", "10.3.0.11", "10.3.0.21", "10.40.0.9"
ROUTER, OTHER = "00:1b:1b:00:00:01", "00:1b:1b:00:00:02"


class Talk(NamedTuple):
    """A session on a day, with hardware addresses where the sensor saw any."""

    src: str
    dst: str
    port: int = 502
    day: int = 0
    src_mac: str = "-"
    dst_mac: str = "-"
    state: str = "SF"


def found(folder: Path, talks: Iterable[Talk], text: str = TEXT, oui: dict[str, str] | None = None) -> Inventory:
    log = folder / "conn.log"
    rows = ["#separator \\x09", "#path\tconn", "\t".join(("#fields", *FIELDS, "orig_l2_addr", "resp_l2_addr"))]
    for number, one in enumerate(talks):
        stamp = START.timestamp() + one.day * 86400 + 3600 + number
        history = "ShADadFf" if one.state == "SF" else "S"
        ends = (one.src, str(40000 + number), one.dst, str(one.port))
        rows.append(
            "\t".join((f"{stamp:.6f}", f"C{number}", *ends, "tcp", one.state, history, one.src_mac, one.dst_mac))
        )
    log.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with Learner(folder / "baseline", Options("", Context(sensor="span"))) as learner:
        learner.learn(str(log))
    made, _ = api.check(plant(folder / "plant", text), AT)
    with Ledger.open(folder / "baseline") as ledger:
        return inventory(made, ledger, oui)


def kinds(told: Inventory) -> list[tuple[str, str]]:
    return [(one.kind, one.address) for one in told.oddities]


def test_who_talks_and_who_is_silent(tmp_path: Path) -> None:
    told = found(
        tmp_path, [Talk(APP, PLC), Talk("10.30.0.77", PLC), Talk("10.30.0.77", "10.3.0.99", 80), Talk(APP, HMI)]
    )
    assert [(one.address, one.zone) for one in told.talkers] == [("10.30.0.77", "mes"), ("10.3.0.99", "line")]
    assert told.talkers[0].uses == ("tcp 502", "tcp 80")
    assert told.talkers[1].offers == ("tcp 80",)
    assert [one.path for one in told.silent] == ["office.store", "mes.ews"]
    assert told.known == 3
    assert told.coverage == 3 / 5


def test_who_was_asked_and_never_answered_need_not_exist(tmp_path: Path) -> None:
    told = found(tmp_path, [Talk(APP, "10.3.0.99", state="S0"), Talk(APP, HMI, state="S0")])
    assert not told.talkers
    assert "line.hmi" in [one.path for one in told.silent], "nobody heard it"
    assert "mes.app" not in [one.path for one in told.silent], "who asks is heard"


def test_addresses_that_no_zone_owns_and_zones_that_are_outside(tmp_path: Path) -> None:
    text = TEXT + "zone net { level 5; kind external; net any; asset there 192.0.2.1 }\n"
    assert [one.zone for one in found(tmp_path, [Talk("172.20.0.1", PLC)]).talkers] == [None]
    (tmp_path / "b").mkdir()
    told = found(tmp_path / "b", [Talk("172.20.0.1", PLC)], text)
    assert not told.talkers, "the Internet's machines are not ours to declare"
    assert "net.there" not in [one.path for one in told.silent]


def test_an_asset_of_several_addresses_is_heard_at_one(tmp_path: Path) -> None:
    text = TEXT.replace("asset hmi 10.3.0.21 {", "asset hmi 10.3.0.20-10.3.0.29 {")
    assert "line.hmi" not in [one.path for one in found(tmp_path, [Talk(APP, "10.3.0.25")], text).silent]


def test_two_machines_on_one_address_and_one_that_was_replaced(tmp_path: Path) -> None:
    a, b = "00:0e:8c:00:00:01", "00:0e:8c:00:00:02"
    told = found(tmp_path, [Talk(HMI, PLC, day=d, src_mac=m) for d, m in ((0, a), (1, b), (2, a))])
    assert kinds(told) == [("two-machines", HMI)]
    (tmp_path / "b").mkdir()
    told = found(tmp_path / "b", [Talk(HMI, PLC, day=d, src_mac=m) for d, m in ((0, a), (1, a), (2, b))])
    assert kinds(told) == [("replaced", HMI)]


def test_a_machine_that_was_replaced_within_a_day_is_not_two_at_one_time(tmp_path: Path) -> None:
    a, b, c = (f"00:0e:8c:00:00:0{n}" for n in (1, 2, 3))
    told = found(tmp_path, [Talk(HMI, PLC, src_mac=mac) for mac in (a, a, b, c)])
    assert kinds(told) == [("replaced", HMI), ("replaced", HMI)]
    (tmp_path / "b").mkdir()
    assert kinds(found(tmp_path / "b", [Talk(HMI, PLC, src_mac=mac) for mac in (a, b, a)])) == [("two-machines", HMI)]


def test_a_routers_hardware_address_says_nothing_of_machines(tmp_path: Path) -> None:
    """Seen from the line, all of mes and office are behind one address; the machine's own shows elsewhere."""
    talks = [Talk(APP, PLC, src_mac=ROUTER), Talk(STORE, PLC, src_mac=ROUTER), Talk(APP, EWS, src_mac=OTHER)]
    assert not found(tmp_path, talks).oddities
    (tmp_path / "b").mkdir()
    vrrp = [Talk(APP, PLC, src_mac="00:00:5e:00:01:0a"), Talk(APP, EWS, src_mac=OTHER)]
    assert not found(tmp_path / "b", vrrp).oddities


def test_one_machine_with_several_addresses(tmp_path: Path) -> None:
    told = found(tmp_path, [Talk(APP, PLC, src_mac=OTHER), Talk("10.30.0.77", PLC, src_mac=OTHER)])
    assert kinds(told) == [("several-addresses", APP)]
    (tmp_path / "b").mkdir()
    text = TEXT.replace("asset app 10.30.0.10 {", "asset app 10.30.0.10 { address 10.30.0.77;")
    told = found(tmp_path / "b", [Talk(APP, PLC, src_mac=OTHER), Talk("10.30.0.77", PLC, src_mac=OTHER)], text)
    assert not told.oddities, "declared with both"


def test_what_an_asset_says_of_its_hardware(tmp_path: Path) -> None:
    text = TEXT.replace("{ kind mes }", '{ kind mes; mac "00-1B-1B-00-00-02"; vendor "Siemens" }')
    oui = {"001b1b": "Siemens AG,", "000e8c": "Rockwell Automation"}
    assert not found(tmp_path, [Talk(APP, PLC, src_mac=OTHER)], text, oui).oddities
    (tmp_path / "b").mkdir()
    told = found(tmp_path / "b", [Talk(APP, PLC, src_mac="00:0e:8c:00:00:01")], text, oui)
    assert kinds(told) == [("mac", APP), ("vendor", APP)]
    assert "is of Rockwell Automation" in told.oddities[1].text


def test_hardware_addresses() -> None:
    assert plain("00-1B-1B-00-00-02") == plain("001b.1b00.0002") == "001b1b000002"
    assert plain("ff:ff:ff:ff:ff:ff") == plain("01:00:5e:00:00:01") == plain("00:00:00:00:00:00") == plain("x") == ""
    assert maker("021b1b000002", {"021b1b": "X"}) == "", "an address of nobody's range"
    assert not differ("Siemens", "SIEMENS AG")
    assert not differ("", "Siemens AG")
    assert differ("Schneider Electric", "Siemens AG")
    assert makers(["Registry,Assignment,Organization Name,Organization Address", 'MA-L,001B1B,"Siemens AG,",x']) == {
        "001b1b": "Siemens AG,"
    }
    with pytest.raises(ValueError, match="first line"):
        makers(["a,b"])


def test_the_draft_of_what_is_missing_is_what_was_missing(tmp_path: Path) -> None:
    talks = [
        Talk("10.30.0.77", PLC, src_mac=OTHER),
        Talk("10.30.0.9", PLC),
        Talk("172.20.0.1", PLC),
        Talk(APP, "10.3.0.99"),
    ]
    told = found(tmp_path, talks)
    text = assets(told)
    assert text.index("10.30.0.9 ") < text.index("10.30.0.77 "), "by number"
    assert f'asset mes.host-10-30-0-77 10.30.0.77 {{ kind other; mac "{OTHER}" }}' in text
    assert "172.20" not in text
    (tmp_path / "plant" / "assets.zone").write_text(text, encoding="utf-8")
    using = TEXT.replace("segc 1\n", 'segc 1\nuse "assets.zone"\n')
    (tmp_path / "plant" / "plant.zone").write_text(using, encoding="utf-8")
    made, wrong = api.check(tmp_path / "plant", AT)
    assert not [one for one in wrong if one.severity.word == "error"], wrong
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert [one.address for one in inventory(made, ledger).talkers] == ["172.20.0.1"]


def test_words(tmp_path: Path) -> None:
    told = document(found(tmp_path, [Talk(f"10.30.0.{n}", PLC) for n in range(100, 120)]), AT)
    text = render(told)
    assert text.startswith("1 of 21 machines that talk are declared (4 %)\n")
    assert "and 12 more (-v shows all)" in text
    assert "no log tells hardware (MAC) addresses" in text
    assert "10.30.0.119" in render(told, whole=True)

"""What the estimate counts: what the same flows permit once, and anything else by the key."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from segc.baseline.readiness import State
from segc.settings import Expected, Gate
from tests.baseline.made import Line
from tests.baseline.plants import TEXT
from tests.baseline.test_lossy_days import asked, learned
from tests.baseline.test_readiness import BACKUP, MODBUS, STRANGER, judged, reasons

UNASKED = Gate(inventory=0)
FLOW = 'allow app -> plc : modbus { because "set-points" }'


def clients(days: int = 14) -> list[Line]:
    """Each with a new address, and each day another one."""
    return [Line(f"10.30.0.{100 + n}", "10.3.0.11", 502, (n,)) for n in range(days)]


def test_whom_a_flow_lets_in_is_no_surprise(tmp_path: Path) -> None:
    text = TEXT.replace(FLOW, "allow mes -> plc : modbus")
    _, found = judged(tmp_path, [MODBUS, BACKUP, *clients()], UNASKED, text)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert found["recipes"].incidence == (14, 1, 14, 0, 0)


def test_nor_is_a_port_of_a_range_that_a_flow_permits(tmp_path: Path) -> None:
    text = TEXT.replace("service modbus { tcp 502 }", "service modbus { tcp 135; tcp 49152-65535 }")
    ports = [MODBUS._replace(port=49152 + 37 * day + n, days=(day,)) for day in range(14) for n in range(3)]
    _, found = judged(tmp_path, [MODBUS._replace(port=135), BACKUP, *ports], text=text)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert found["recipes"].incidence.keys == 1


def test_a_flow_for_each_of_many_that_came_once_tells_of_more_to_come(tmp_path: Path) -> None:
    """All that came is permitted; that each came on one day only says that the next one has no flow yet."""
    machines = "".join(f"  asset m{n} 10.30.0.{100 + n} {{ kind mes }}\n" for n in range(14))
    flows = "".join(f"  allow m{n} -> plc : modbus\n" for n in range(14))
    text = TEXT.replace("  asset app", f"{machines}  asset app").replace(
        "  allow app -> plc", f"{flows}  allow app -> plc"
    )
    _, found = judged(tmp_path, [MODBUS, BACKUP, *clients()], text=text)
    assert found["recipes"].state is State.NOT_READY
    assert found["recipes"].incidence == (14, 15, 28, 14, 0)
    assert found["recipes"].new_in_a_week > 1
    assert found["recipes"].coverage < 0.8
    assert "are to be expected in a week" in reasons(found["recipes"])


def test_what_nothing_permits_counts_by_the_key(tmp_path: Path) -> None:
    _, found = judged(tmp_path, [MODBUS, BACKUP, STRANGER, *clients()], UNASKED)
    assert found["recipes"].incidence == (14, 16, 14 + 14 + 3, 14, 0)


@pytest.mark.parametrize("expect", ["rare", "emergency", "failover"])
def test_a_test_that_a_sensor_saw_promises_no_new_keys(expect: str, tmp_path: Path) -> None:
    ports = [f"service try{n} {{ tcp {102 + n} }}\n" for n in range(4)]
    flows = "".join(f"  allow ews -> plc : try{n} {{ expect {expect}; tested 2026-10-08 }}\n" for n in range(4))
    text = TEXT.replace("zone office", f"{''.join(ports)}zone office", 1).replace(
        "  allow app -> plc", f"{flows}  allow app -> plc"
    )
    tries = [Line("10.30.0.50", "10.3.0.11", 102 + n, (3,)) for n in range(4)]
    _, found = judged(tmp_path, [MODBUS, BACKUP, *tries], text=text)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert len(found["recipes"].declared.seen) == 5
    assert found["recipes"].incidence == (14, 1, 14, 0, 0)
    (tmp_path / "other").mkdir()
    _, found = judged(tmp_path / "other", [MODBUS, BACKUP, *tries], text=text.replace(f"expect {expect}; ", ""))
    assert found["recipes"].state is State.NOT_READY, "four flows that came on one day, and nobody says why"


def test_what_a_rare_flow_and_another_one_permit_counts(tmp_path: Path) -> None:
    rare = FLOW.replace("app ->", "mes ->").replace('because "set-points"', "expect rare")
    _, found = judged(tmp_path, [MODBUS, BACKUP, *clients()], UNASKED, TEXT.replace(FLOW, f"{FLOW}\n  {rare}"))
    assert found["recipes"].incidence == (14, 1, 14, 0, 0), "what both permit, and not what the rare one alone does"


@pytest.mark.parametrize("draft", ["", "; learned-until 2026-10-11"])
def test_the_days_of_what_a_flow_permits_are_those_of_any_of_its_keys(draft: str, tmp_path: Path) -> None:
    """Exactly, as long as its keys came on one day or two; with a drafted flow always. Else never as one or two."""
    rng = random.Random(20261127)
    since = 7 if draft else 0
    flows, lines, right = "", [MODBUS], [14 - since]
    for number in range(40):
        service = f"try{number}"
        flows += f"service {service} {{ tcp {1000 + number} }}\n"
        days = [sorted(rng.sample(range(14), rng.randint(1, 2 + number % 2))) for _ in range(rng.randint(1, 3))]
        lines += [Line(f"10.30.0.{60 + n}", "10.3.0.11", 1000 + number, on) for n, on in enumerate(days)]
        right.append(len({day for on in days for day in on if day >= since}))
    allows = "".join(f'  allow mes -> plc : try{n} {{ because "x"{draft} }}\n' for n in range(40))
    text = TEXT.replace("zone office", f"{flows}zone office", 1).replace(
        "  allow app -> plc", f"{allows}  allow app -> plc"
    )
    _, found = judged(tmp_path, [*lines, BACKUP], UNASKED, text)
    one = found["recipes"].incidence
    assert (one.once, one.twice) == (right.count(1), right.count(2))
    assert min(one.once, one.twice) > 2, "or this tests nothing"
    assert one.keys == sum(1 for days in right if days)
    assert one.seen == sum(right) if draft else one.seen <= sum(right)


def test_days_on_which_records_were_lost_are_days_of_no_unit(tmp_path: Path) -> None:
    rng = random.Random(3)
    flow, services, right = "", "", [12]
    lines = [MODBUS]
    for number in range(40):
        services += f"service try{number} {{ tcp {1000 + number} }}\n"
        flow += f"  allow mes -> plc : try{number}\n"
        days = [sorted(rng.sample(range(14), rng.choice((1, 2, 3, 12)))) for _ in range(rng.randint(1, 2))]
        lines += [Line(f"10.30.0.{60 + n}", "10.3.0.11", 1000 + number, on) for n, on in enumerate(days)]
        right.append(len({day for on in days for day in on if day > 1}))
    text = TEXT.replace("zone office", f"{services}zone office", 1).replace(
        "  allow app -> plc", f"{flow}  allow app -> plc"
    )
    for lossy in (True, False):
        some = [line._replace(days=[day for day in line.days if (day < 2) is lossy]) for line in lines]
        learned(tmp_path, (some, lossy))
    _, found = asked(tmp_path, text)
    one = found.incidence
    assert (len(found.lost), one.days) == (2, 12)
    assert (one.keys, one.once, one.twice) == (sum(map(bool, right)), right.count(1), right.count(2))
    assert min(one.once, one.twice) > 2, "or this tests nothing"
    assert one.seen <= sum(right)


def test_visits_and_what_may_be_stopped_promise_no_new_keys(tmp_path: Path) -> None:
    """Each visit has a grant of its own; and whoever asks what he may not, somebody has spoken of."""
    grants = "".join(
        f"grant v{n} {{ owner production; allow ews -> hmi : visit{n}; until 2026-10-31; approved-by lead }}\n"
        for n in range(4)
    )
    services = "".join(f"service visit{n} {{ tcp {102 + n} }}\n" for n in range(4))
    visits = [Line("10.30.0.50", "10.3.0.21", 102 + n, (3 * n,)) for n in range(4)]
    others = [Line("10.30.0.50", "10.3.0.11", 80 + n, (n,)) for n in range(10)]
    gate = Gate(expected=(Expected("mes.ews", "line.plc", "any", date(2027, 1, 1), "browses"),))
    text = TEXT.replace("zone office", f"{services}zone office", 1) + grants
    _, found = judged(tmp_path, [MODBUS, BACKUP, *visits, *others], gate, text)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert found["recipes"].incidence == (14, 1, 14, 0, 0)

"""What our own firewall recorded as what it would stop: it knows answers, and the interface at which a packet came in."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.compare import Comparison, compare
from segc.baseline.direction import Known, Orient
from segc.baseline.draft.learned import unexplained
from segc.baseline.draft.rules import rules
from segc.baseline.draft.services import Shelf
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.judged import Class
from segc.baseline.readiness import Readiness, State, readiness
from segc.baseline.sources.kernel import SOURCE as KERNEL
from segc.baseline.sources.netfilter import Packet, done, observed
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from segc.baseline.watch.alerts import Alerts
from segc.cli.library import services
from segc.plan.seen import observed as stops
from segc.plan.side import Side
from tests.baseline.made import START
from tests.baseline.plants import TEXT, plant
from tests.baseline.sources.reading import library
from tests.baseline.test_readiness import AT, GATE, MODBUS, reasons

APP, PLC, HMI = "10.30.0.10", "10.3.0.11", "10.3.0.21"
BOTH = TEXT.replace("conduit recipes mes -> line", "conduit recipes mes <-> line").replace(
    "service backup", "service snmp { udp 161 }\nservice backup"
)
SNMP = BOTH.replace('plc : modbus { because "set-points" }', 'plc : modbus, snmp { because "set-points" }')


def record(day: int, prefix: str, src: str, sport: int, dst: str, dport: int, flags: str = "SYN") -> str:
    """A packet in the log of a Linux firewall; UDP where there are no flags."""
    proto = f"PROTO=TCP SPT={sport} DPT={dport} WINDOW=64240 RES=0x00 {flags} URGP=0"
    if not flags:
        proto = f"PROTO=UDP SPT={sport} DPT={dport} LEN=60"
    stamp = (START + timedelta(days=day, hours=11)).isoformat()
    return f"{stamp} fw kernel: {prefix} IN=eth0 OUT=eth1 SRC={src} DST={dst} LEN=80 TTL=63 ID=1 DF {proto}\n"


LATER = [record(day, "segc:L:mes>line", APP, 40_500, PLC, 502) for day in (8, 10, 12, 13)]  # the log goes on


class Asked(NamedTuple):
    """What came of it; `drafted` flows, and whether clocks seem to disagree."""

    compared: Comparison
    found: Readiness
    drafted: int
    skews: int


def asked(folder: Path, text: str, lines: list[str]) -> Asked:
    """Polls of two weeks by a tap, and a firewall's log."""
    made, _ = api.check(plant(folder / "plant", text), AT)
    modbus = [record(day, "ALLOW", APP, 40_000, PLC, 502) for day in MODBUS.days]
    for name, log in (("tap", modbus), ("fw", lines)):
        (folder / f"{name}.log").write_text("".join(log), encoding="utf-8")
        with Learner(folder / "baseline", Options("", Context(sensor=name, known=library()))) as learner:
            assert learner.learn(str(folder / f"{name}.log")).source is not None
    with Ledger.open(folder / "baseline") as ledger:
        compared = compare(made, ledger, AT)
        [found] = readiness(compared, ledger, GATE, {"recipes"})
        drafted = rules(made, Shelf(made, services()), unexplained(compared, ledger))
        return Asked(compared, found, len(drafted.rules), len(ledger.skews()))


def alerts(compared: Comparison, lines: list[str]) -> list[Class]:
    """What `segc watch` tells of the same lines."""
    context = Context(known=library(), live=True)
    told = Alerts(Classifier(compared.plant, AT))
    ones = KERNEL.read(io.BytesIO("".join(lines).encode()), context)
    return [alert.judged.verdict for one in ones for alert in told.put(one)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("src", "sport", "dst", "dport", "flags"),
    [
        (PLC, 161, APP, 45_000, ""),  # from a service's port, which the catalogue would turn
        (PLC, 502, APP, 45_000, "ACK SYN"),  # an answer to what this firewall has not seen
        (PLC, 502, APP, 45_000, "ACK PSH"),
        (PLC, 161, APP, 161, ""),  # between equal ports
    ],
)
def test_who_sent_what_it_would_stop_has_opened(
    src: str, sport: int, dst: str, dport: int, flags: str, tmp_path: Path
) -> None:
    lines = [record(day, "segc:A:line>mes", src, sport, dst, dport, flags) for day in MODBUS.days]
    compared, found, _, skews = asked(tmp_path, SNMP, lines)
    [entry] = compared.unexplained()
    assert (entry.seen.src, entry.seen.dst, entry.seen.port) == (src, dst, dport)
    assert found.state is State.NOT_READY
    assert not skews, "what is not the same conversation shows no clock"
    assert alerts(compared, lines)


def test_an_answer_to_a_ping_that_it_has_not_seen_is_none() -> None:
    said, tag = done("segc:A:line>mes ")
    [one] = Orient(Known()).put(observed(Packet(0, PLC, APP, 1, (0, 0), None, 84, said, tag)))
    assert (one.src, one.dst, one.dport) == (PLC, APP, 0)


@pytest.mark.parametrize("letter", "ab")
def test_what_comes_in_elsewhere_no_flow_permits(letter: str, tmp_path: Path) -> None:
    """However long ago that was, and also where it was stopped."""
    lines = [record(day, f"segc:{letter}:mes>line", APP, 41_000, PLC, 502) for day in (0, 1)]
    compared, found, drafted, _ = asked(tmp_path, TEXT, lines)
    [entry] = compared.unexplained()
    assert (entry.judged.verdict, found.state) == (Class.ASTRAY, State.NOT_READY)
    assert "interface" in reasons(found)
    assert not found.declared.silent, "its flow was seen all the same"
    assert set(alerts(compared, lines)) == {Class.ASTRAY}
    assert not drafted, "another flow would not permit it either"


def test_the_plan_tells_what_is_astray(tmp_path: Path) -> None:
    lines = [record(day, "segc:a:mes>line", APP, 41_000, PLC, 502) for day in (0, 1)]
    compared, *_ = asked(tmp_path, TEXT, lines)
    enforced = plant(tmp_path / "new", TEXT.replace("mes -> line {", "mes -> line { mode enforce"))
    sides = [Side(name, made, AT) for name, made in (("old", compared.plant), ("new", api.check(enforced, AT)[0]))]
    with Ledger.open(tmp_path / "baseline") as fresh:
        [one] = stops(sides[0], sides[1], fresh).stopped
        assert (one.seen.src, one.astray, one.surely) == (APP, True, False)
        assert not stops(sides[1], sides[1], fresh).stopped


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (range(14), State.NOT_READY),
        ((0, 1, 7), State.NOT_READY),
        ((0, 1, 6), State.READY),  # today's build was installed, and they ceased
    ],
)
@pytest.mark.parametrize("letter", "AB")
def test_what_it_goes_on_to_record_holds_though_a_flow_permits_it(
    days: tuple[int, ...], letter: str, state: State, tmp_path: Path
) -> None:
    """Also what it stopped in enforce, before the conduit was demoted."""
    lines = [record(day, f"segc:{letter}:mes>line", APP, 41_000, PLC, 502) for day in days]
    compared, found, drafted, _ = asked(tmp_path, TEXT, [*lines, *LATER])
    assert found.state is state, reasons(found)
    verdicts = {entry.judged.verdict for entry in compared.entries}
    assert verdicts == {Class.PERMITTED if state is State.READY else Class.STILL_RECORDED}
    assert ("install today's build on fw" in reasons(found)) is (state is State.NOT_READY)
    assert alerts(compared, lines) == [Class.STILL_RECORDED] * len(days), "while it happens, it is told"
    assert not drafted


@pytest.mark.parametrize(("until", "held"), [("2026-10-17", True), ("2026-10-18", False)])
def test_what_a_flow_was_drafted_from_says_nothing_against_it(until: str, held: bool, tmp_path: Path) -> None:
    """No firewall can have had the flow on these days. The last record is of 2026-10-18."""
    text = TEXT.replace('because "set-points"', f'because "set-points"; learned-until {until}')
    lines = [record(day, "segc:A:mes>line", APP, 41_000, PLC, 502) for day in range(14)]
    compared, *_ = asked(tmp_path, text, lines)
    assert bool(compared.unexplained()) is held


def test_another_sensors_log_does_not_show_that_the_records_have_ceased(tmp_path: Path) -> None:
    """The firewall's own log ends on the second day, the tap's goes on for two weeks."""
    lines = [record(day, "segc:A:mes>line", APP, 41_000, PLC, 502) for day in (0, 1)]
    _, found, *_ = asked(tmp_path, TEXT, lines)
    assert found.state is State.NOT_READY, reasons(found)


@pytest.mark.parametrize("lost", [False, True])
def test_a_log_that_is_hardly_there_does_not_show_it_either(lost: bool, tmp_path: Path) -> None:
    """One record on its last day, or records that may be missing on each."""
    lines = [record(day, "segc:A:mes>line", APP, 41_000, PLC, 502) for day in (0, 1)]
    gaps = [line.split(" kernel:")[0] + " kernel: net_ratelimit: 9 callbacks suppressed\n" for line in LATER]
    _, found, *_ = asked(tmp_path, TEXT, [*lines, *LATER, *gaps] if lost else [*lines, LATER[-1]])
    assert found.state is State.NOT_READY, reasons(found)


@pytest.mark.parametrize(
    ("tested", "again", "held"),
    [("2026-10-06", False, True), ("2026-10-06", True, False), ("2026-10-16", False, False)],
)
@pytest.mark.parametrize("expect", ["rare", "emergency", "failover"])
def test_what_waits_for_a_failure_has_to_come_again(
    expect: str, tested: str, again: bool, held: bool, tmp_path: Path
) -> None:
    """Its test of the second day was recorded as what would be stopped; since then nobody used it, or tested it again."""
    text = TEXT.replace(
        "  allow app",
        f'  allow ews -> hmi : modbus {{ because "x"; expect {expect}; tested {tested} }}\n  allow app',
    )
    lines = [record(1, "segc:A:mes>line", "10.30.0.50", 41_000, HMI, 502)]
    seen = [record(10, "segc:L:mes>line", "10.30.0.50", 41_000, HMI, 502)] * again
    compared, *_ = asked(tmp_path, text, [*lines, *seen, *LATER])
    assert bool(compared.unexplained()) is held


def test_what_comes_in_a_window_has_to_come_again(tmp_path: Path) -> None:
    grant = (
        'grant service "x" { vendor "v"; ticket "t"; owner production; approved-by lead; from 2026-10-01; until 2026-12-01\n'
        "  window Tue 06:00-18:00\n  allow mes.ews -> line.hmi : modbus\n}\n"
    )
    lines = [record(1, "segc:A:mes>line", "10.30.0.50", 41_000, HMI, 502)]
    compared, *_ = asked(tmp_path, f"{TEXT}\n{grant}", [*lines, *LATER])
    assert [entry.judged.verdict for entry in compared.unexplained()] == [Class.STILL_RECORDED]


@pytest.mark.parametrize(("period", "held"), [("day", False), ("week", True), ("month", True)])
def test_what_comes_each_month_has_not_ceased_after_a_week(period: str, held: bool, tmp_path: Path) -> None:
    """The last record is of seven days before the log's end."""
    text = TEXT.replace('because "set-points"', f'because "set-points"; expect periodic; period {period}')
    lines = [record(day, "segc:A:mes>line", APP, 41_000, PLC, 502) for day in (0, 6)]
    compared, *_ = asked(tmp_path, text, [*lines, *LATER])
    assert bool(compared.unexplained()) is held


@pytest.mark.parametrize(("letter", "verdict"), [("B", Class.STILL_RECORDED), ("b", Class.ASTRAY)])
def test_what_only_our_firewall_saw_since_it_stopped_it_holds(letter: str, verdict: Class, tmp_path: Path) -> None:
    text = TEXT.replace("plc : modbus {", "plc, hmi : modbus {")
    lines = [record(day, f"segc:{letter}:mes>line", APP, 41_000, HMI, 502) for day in MODBUS.days]
    compared, found, *_ = asked(tmp_path, text, lines)
    assert [(one.seen.dst, one.judged.verdict) for one in compared.unexplained()] == [(HMI, verdict)]
    assert found.state is State.NOT_READY


def test_what_it_stopped_and_no_flow_permits_is_stopped(tmp_path: Path) -> None:
    lines = [record(day, "segc:B:mes>line", APP, 41_000, HMI, 502) for day in MODBUS.days]
    compared, found, *_ = asked(tmp_path, TEXT, lines)
    assert (found.state, compared.unexplained()) == (State.READY, ()), reasons(found)

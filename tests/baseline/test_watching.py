"""On which days a sensor watched two zones, from logs to the gate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import compare
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.readiness import State, readiness
from segc.baseline.reasons import REPEAT
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from tests.baseline.made import START, Line, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_readiness import AT, GATE, MODBUS, judged, reasons

MDNS = Line("10.30.0.10", "224.0.0.251", 5353, range(14), proto="udp")
NEVER = Line("10.30.0.10", "10.3.0.12", 502, range(14), state="S0")
NEAR = Line("10.40.0.9", "10.30.0.10", 873, range(14))  # of one of the zones, with a third
WITHIN = Line("10.30.0.10", "10.30.0.50", 445, range(14))


@pytest.mark.parametrize("still", [MDNS, NEVER, NEAR, WITHIN], ids=["mdns", "unanswered", "near", "within"])
def test_a_mirror_port_that_has_lost_a_network_does_not_watch_it(still: Line, tmp_path: Path) -> None:
    """It hears what is sent to all, floods of a switch that does not know a machine, and all other networks."""
    made, found = judged(tmp_path, [MODBUS._replace(days=range(5)), still])
    assert made.there(["span"]) == set(range(20_731, 20_745))
    assert found["recipes"].state is State.INSUFFICIENT
    assert "watched on 5 of the 14 days" in reasons(found["recipes"])
    assert "on 9 more its sensors were there, and did not hear both zones" in reasons(found["recipes"])


@pytest.mark.parametrize(
    ("days", "period", "watched"),
    [((0, 7, 13), "", 14), ((0, 13), "", 2), ((0, 13), "; period month", 14), ((0, 7), "; period week", 8)],
)
def test_between_two_days_it_watched_where_they_are_not_further_apart_than_what_comes(
    days: tuple[int, ...], period: str, watched: int, tmp_path: Path
) -> None:
    """A job of the week leaves the days between without a word of its zones."""
    text = TEXT.replace('because "set-points"', f'because "set-points"{period}')
    _, found = judged(tmp_path, [MODBUS._replace(days=days), NEAR], text=text)
    assert found["recipes"].days == watched


def test_what_comes_rarely_by_design_does_not_make_a_month_a_week(tmp_path: Path) -> None:
    rare = 'period month" }\n  allow ews -> plc : modbus { because "repairs"; expect rare'
    text = TEXT.replace('because "set-points"', f'because "set-points"; {rare}'.replace('month"', "month"))
    _, found = judged(tmp_path, [MODBUS._replace(days=(0, 13)), NEAR], text=text)
    assert found["recipes"].days == 14


def test_nor_do_days_count_between_on_which_it_slept(tmp_path: Path) -> None:
    _, found = judged(tmp_path, [MODBUS._replace(days=(0, 7, 13)), NEAR._replace(days=range(4, 10))])
    assert found["recipes"].days == 8


def fw(prefix: str, days: Iterable[int], src: str, dst: str, port: int) -> list[str]:
    return [
        f"{(START + timedelta(days=day)).isoformat()} fw kernel: {prefix}IN=eth0 OUT=eth1 SRC={src} DST={dst} LEN=60 TTL=63 "
        f"ID=1 DF PROTO=TCP SPT=40000 DPT={port} WINDOW=64240 RES=0x00 SYN URGP=0"
        for day in days
    ]


@pytest.mark.parametrize(
    ("others", "watched"),
    [
        (
            ("segc:B:office>mes ", "10.40.0.9", "10.30.0.10", 445),
            1,
        ),  # it stops somebody, and tells of nothing that passes
        (("segc:L:office>mes ", "10.40.0.9", "10.30.0.10", 873), 1),  # another firewall, in the same file
        (("segc:L:mes>line ", "10.30.0.10", "10.3.0.11", 502), 14),
        (("FORWARD ", "10.30.0.10", "10.3.0.11", 502), 14),
    ],
)
def test_a_firewall_that_is_busy_elsewhere_does_not_watch(
    others: tuple[str, str, str, int], watched: int, tmp_path: Path
) -> None:
    folder, log = tmp_path / "baseline", tmp_path / "fw.log"
    prefix, *key = others
    lines = [*fw("segc:L:mes>line ", [0], "10.30.0.10", "10.3.0.11", 502), *fw(prefix, range(14), *key)]  # type: ignore[arg-type]
    log.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    with Learner(folder, Options("", Context(sensor="fw"))) as learner:
        assert learner.learn(str(log)).source is not None
    made, _ = api.check(plant(tmp_path / "plant"), AT)
    with Ledger.open(folder) as ledger:
        found = {one.conduit.name: one for one in readiness(compare(made, ledger, AT), ledger, GATE)}
    assert found["recipes"].days == watched


# -- flows that no baseline can count on ----------------------------------------------

RARE = TEXT.replace('because "set-points"', 'because "a machine takes over"; expect failover; tested 2026-09-14')
LINE_HEARD = Line("10.3.0.11", "10.40.0.9", 445, range(14))  # of the other zone, with that third
TEST = MODBUS._replace(days=(6,))


def test_who_hears_both_zones_with_others_need_not_sit_between_them(tmp_path: Path) -> None:
    """At the office's firewall: all that the two send to one another, declared or not, goes by another way."""
    _, found = judged(tmp_path, [NEAR, LINE_HEARD], text=RARE)
    assert len(found["recipes"].declared.attested) == 1
    assert (found["recipes"].state, found["recipes"].sensors) == (State.INSUFFICIENT, ())
    assert REPEAT in reasons(found["recipes"])


@pytest.mark.parametrize(
    ("heard", "state"),
    [
        ([NEAR, LINE_HEARD], State.READY),
        ([NEAR], State.INSUFFICIENT),
        ([LINE_HEARD], State.INSUFFICIENT),
        ([], State.INSUFFICIENT),
    ],
    ids=["both", "one", "other", "neither"],
)
def test_a_test_that_a_sensor_saw_shows_it_to_be_on_the_way(heard: list[Line], state: State, tmp_path: Path) -> None:
    """And then it must have heard both zones on the gate's days."""
    _, found = judged(tmp_path, [TEST, *heard], text=RARE)
    assert found["recipes"].state is state, reasons(found["recipes"])
    assert found["recipes"].days == (14 if state is State.READY else 1)


def test_a_sensor_that_saw_the_test_and_sleeps_else_is_not_helped_by_one_that_hears_both(tmp_path: Path) -> None:
    made, _ = api.check(plant(tmp_path / "plant", RARE), AT)
    learn(tmp_path / "baseline", [NEAR, LINE_HEARD], "office")
    with Ledger.open(learn(tmp_path / "baseline", [TEST], "between")) as ledger:
        [found] = readiness(compare(made, ledger, AT), ledger, GATE, ["recipes"])
    assert (found.state, found.sensors, found.days) == (State.INSUFFICIENT, ("between",), 1)


@pytest.mark.parametrize(
    "text", [TEXT, RARE.replace("tested 2026-09-14", "tested 2024-09-14")], ids=["steady", "long ago"]
)
def test_a_test_is_no_way_out_for_what_is_not_attested(text: str, tmp_path: Path) -> None:
    _, found = judged(tmp_path, [NEAR, LINE_HEARD], text=text)
    assert found["recipes"].state is State.INSUFFICIENT
    assert REPEAT not in reasons(found["recipes"])

"""What was not read of a sensor's logs is known to nobody, and the gate does not take it for silence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.baseline.compare import Comparison, compare
from segc.baseline.ingest.learn import Learner, Options
from segc.baseline.promotion import evidence
from segc.baseline.readiness import Readiness, State, readiness
from segc.baseline.sources.protocol import Context
from segc.baseline.store import Ledger
from tests.baseline.made import START, Line, learn
from tests.baseline.plants import plant
from tests.baseline.test_readiness import AT, GATE, MODBUS, reasons
from tests.baseline.test_watching import fw

POLLS = fw("ALLOW ", range(14), "10.30.0.10", "10.3.0.11", 502)
STOPPABLE = fw("segc:a:n ", range(14), "10.30.0.50", "10.3.0.21", 3389)
CUT = [line.split(" PROTO=")[0] for line in STOPPABLE]
CRON = ["2026-10-05T00:00:00+00:00 fw CRON[77]: (root) CMD (true)"] * 50
SUPPRESSED = ["2026-10-05T00:00:01+00:00 fw kernel: net_ratelimit: 5 callbacks suppressed"]


def asked(folder: Path, *logs: Iterable[str], sensor: str = "fw") -> tuple[Comparison, Readiness]:
    with Learner(folder / "baseline", Options("", Context(sensor=sensor))) as learner:
        for number, lines in enumerate(logs):
            log = folder / f"{number}.log"
            log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            assert learner.learn(str(log)).source is not None
    return judged(folder)


def judged(folder: Path) -> tuple[Comparison, Readiness]:
    made, _ = api.check(plant(folder / "plant"), AT)
    with Ledger.open(folder / "baseline") as ledger:
        compared = compare(made, ledger, AT)
        [found] = readiness(compared, ledger, GATE, {"recipes"})
        return compared, found


def says(compared: Comparison, found: Readiness) -> str:
    return "; ".join(one.text for one in evidence(compared, found, GATE) if one.holds)


@pytest.mark.parametrize("rest", [[], CRON * 40], ids=["alone", "among other programs' lines"])
def test_lines_that_were_cut_may_be_what_would_be_stopped(rest: list[str], tmp_path: Path) -> None:
    compared, found = asked(tmp_path, sorted([*POLLS, *CUT]) + rest)
    assert (found.state, found.days) == (State.INSUFFICIENT, 14)
    assert "14 of 28 records of fw were not read (50.0 %)" in reasons(found)
    assert "nothing shows that these sensors miss packets" not in says(compared, found)


def test_a_few_are_told_and_no_more(tmp_path: Path) -> None:
    minutes = [line.replace("T00:00", f"T{n // 60:02}:{n % 60:02}") for line in POLLS for n in range(100)]
    compared, found = asked(tmp_path, [*minutes, *CUT])
    assert found.state is State.READY, reasons(found)
    assert "14 of 1,414 records of fw were not read; the gate allows 1 %" in says(compared, found)
    assert "nothing shows that these sensors miss packets: fw" in says(compared, found)


def test_lines_of_other_programs_tell_of_no_traffic(tmp_path: Path) -> None:
    compared, found = asked(tmp_path, [*POLLS, *CRON])
    assert (found.state, compared.sensors["fw"].unread) == (State.READY, 0), reasons(found)


def test_nor_do_other_messages_of_a_device(tmp_path: Path) -> None:
    asa = "Oct {:02} 2026 10:00:00 fw : %ASA-6-{}"
    hit = "106100: access-list a permitted tcp outside/10.30.0.10(4000{}) -> inside/10.3.0.11(502) hit-cnt 1 first hit [0x1, 0x0]"
    hits = [asa.format(5 + day, hit.format(day % 10)) for day in range(14)]
    compared, found = asked(tmp_path, [*hits, *[asa.format(6, "111008: User 'x' executed 'show run'")] * 9])
    assert (found.state, compared.sensors["fw"].unread) == (State.READY, 0), reasons(found)


def test_but_those_of_connections_that_are_not_read_do(tmp_path: Path) -> None:
    asa = "Oct {:02} 2026 10:00:00 fw : %ASA-6-{}"
    hit = "106100: access-list a permitted tcp outside/10.30.0.10(4000{}) -> inside/10.3.0.11(502) hit-cnt 1 first hit [0x1, 0x0]"
    gre = "302017: Built inbound GRE connection 7 from outside:10.30.0.50 to inside:10.3.0.21"
    hits = [asa.format(5 + day, hit.format(day % 10)) for day in range(14)]
    compared, found = asked(tmp_path, [*hits, asa.format(9, gre)])
    assert (found.state, compared.sensors["fw"].unread) == (State.INSUFFICIENT, 1)


@pytest.mark.parametrize(
    "text",
    [
        "302020: Built inbound ICMP connection for faddr 10.30.0.50/1 gaddr 10.3.0.21/0 laddr 10.3.0.21/0",
        "430001: SrcIP: 10.30.0.50, DstIP: 10.3.0.21, SrcPort: 4000, DstPort: 3389, Protocol: tcp, Message: x",
        "430003: SrcIP: 10.30.0.50, DstIP: 10.3.0.21, Protocol: tcp",
    ],
)
def test_nor_do_those_of_a_device_that_leave_out_what_matters(text: str, tmp_path: Path) -> None:
    asa = "Oct {:02} 2026 10:00:00 fw : %FTD-6-{}"
    hit = "106100: access-list a permitted tcp outside/10.30.0.10(4000{}) -> inside/10.3.0.11(502) hit-cnt 1 first hit [0x1, 0x0]"
    hits = [asa.format(5 + day, hit.format(day % 10)) for day in range(14)]
    compared, found = asked(tmp_path, [*hits, asa.format(9, text)])
    assert (found.state, compared.sensors["fw"].unread) == (State.INSUFFICIENT, 1)


def test_a_connection_event_is_a_conversation(tmp_path: Path) -> None:
    asa = "Oct {:02} 2026 10:00:00 fw : %FTD-6-{}"
    event = "430003: AccessControlRuleAction: Allow, SrcIP: {}, DstIP: {}, SrcPort: 4000, DstPort: {}, Protocol: tcp"
    polls = [asa.format(5 + day, event.format("10.30.0.10", "10.3.0.11", 502)) for day in range(14)]
    compared, found = asked(tmp_path, polls)
    assert (found.state, compared.sensors["fw"].unread) == (State.READY, 0), reasons(found)
    (tmp_path / "stranger").mkdir()
    stranger = asa.format(9, event.format("10.30.0.50", "10.3.0.21", 3389))
    compared, found = asked(tmp_path / "stranger", [*polls, stranger])
    assert found.state is State.NOT_READY


def test_a_gap_is_loss_and_not_one_more_unread_record(tmp_path: Path) -> None:
    days = [[line] for line in fw("ALLOW ", range(15), "10.30.0.10", "10.3.0.11", 502)]
    compared, found = asked(tmp_path, days[0] + SUPPRESSED, *days[1:])
    assert (found.state, found.days, compared.sensors["fw"].unread) == (State.READY, 14, 0), reasons(found)


def test_a_record_of_an_impossible_time_was_not_read_either(tmp_path: Path) -> None:
    ahead = Line("10.30.0.50", "10.3.0.21", 3389, ((datetime(2126, 1, 1, tzinfo=UTC) - START).days,))
    learn(tmp_path / "baseline", [MODBUS, ahead])
    compared, found = judged(tmp_path)
    assert (found.state, found.denied) == (State.INSUFFICIENT, ())
    assert (compared.sensors["span"].unread, compared.sensors["span"].read) == (1, 14)


def test_nor_one_by_a_log_that_grew(tmp_path: Path) -> None:
    ahead = Line("10.30.0.50", "10.3.0.21", 3389, ((datetime(2126, 1, 1, tzinfo=UTC) - START).days,))
    learn(tmp_path / "baseline", [MODBUS])
    learn(tmp_path / "baseline", [MODBUS, ahead])
    assert judged(tmp_path)[0].sensors["span"].unread == 1


def test_who_saw_nothing_of_a_conduit_is_not_asked_for_it(tmp_path: Path) -> None:
    learn(tmp_path / "baseline", [MODBUS])
    lines = fw("ALLOW ", range(14), "10.40.0.9", "10.30.0.10", 873)
    compared, found = asked(tmp_path, [*lines, *CUT])
    assert compared.sensors["fw"].unread == 14
    assert (found.state, found.sensors) == (State.READY, ("span",)), reasons(found)


def test_a_log_of_which_most_was_not_read_is_not_hidden_by_another(tmp_path: Path) -> None:
    """Six lines beside a thousand are no share to speak of. That log tells next to nothing, and the conduit would stop what it
    tells of.
    """
    minutes = [line.replace("T00:00", f"T{n // 60:02}:{n % 60:02}") for line in POLLS for n in range(100)]
    compared, found = asked(tmp_path, minutes, [POLLS[0].replace("T00:00", "T13:00"), *CUT[:6]])
    assert (found.state, compared.sensors["fw"].unread) == (State.INSUFFICIENT, 6), reasons(found)
    assert "1.log" in reasons(found)
    assert "nothing shows that these sensors miss packets" not in says(compared, found)
    assert "the gate allows" not in says(compared, found).partition("new flows")[0]


@pytest.mark.parametrize(("polls", "state"), [(5, State.INSUFFICIENT), (6, State.READY)])
def test_half_of_a_log_is_a_few_records_if_the_others_are_whole(polls: int, state: State, tmp_path: Path) -> None:
    minutes = [line.replace("T00:00", f"T{n // 60:02}:{n % 60:02}") for line in POLLS for n in range(100)]
    small = [line.replace("T00:00", "T13:00") for line in POLLS[:polls]]
    assert asked(tmp_path, minutes, small + CUT[:6])[1].state is state


def test_parts_of_a_log_that_grew_are_one_log(tmp_path: Path) -> None:
    ahead = Line("10.30.0.50", "10.3.0.21", 3389, ((datetime(2126, 1, 1, tzinfo=UTC) - START).days,))
    polls = [MODBUS._replace(hour=hour, days=range(14)) for hour in range(9, 17)]
    learn(tmp_path / "baseline", polls)
    learn(tmp_path / "baseline", [*polls, ahead])
    compared, found = judged(tmp_path)
    assert (found.state, compared.sensors["span"].dark) == (State.READY, ()), reasons(found)


ASA = (
    "Oct {:02} 2026 09:{:02}:00 asa : %ASA-6-302013: Built inbound TCP connection {} for outside:10.30.0.10/{} "
    "(10.30.0.10/{}) to inside:10.3.0.11/502 (10.3.0.11/502)"
)


def opened(each: int) -> list[str]:
    return [ASA.format(5 + day, n, 100 * day + n, 40000 + n, 40000 + n) for day in range(14) for n in range(each)]


@pytest.mark.parametrize(("each", "state"), [(1, State.INSUFFICIENT), (60, State.READY)])
def test_what_another_device_wrote_into_the_log_was_not_read(each: int, state: State, tmp_path: Path) -> None:
    """A central server's file."""
    others = fw("DROP ", range(14), "10.30.0.50", "10.3.0.21", 3389)[: 14 if each == 1 else 2]
    compared, found = asked(tmp_path, [*opened(each), *others, *CRON])
    assert found.state is state, reasons(found)
    assert compared.sensors["fw"].unread == len(others)


@pytest.mark.parametrize("letter", "aAbBL")
def test_what_our_own_firewall_wrote_there_is_never_a_few_lines(letter: str, tmp_path: Path) -> None:
    """It says what enforcing would stop. What it let through by a flow (`L`), it may be silent about."""
    [ours] = fw(f"segc:{letter}:mes>line ", (3,), "10.30.0.50", "10.3.0.21", 3389)
    compared, found = asked(tmp_path, [*opened(60), ours])
    assert found.state is (State.READY if letter == "L" else State.INSUFFICIENT), reasons(found)
    assert (compared.sensors["fw"].unread, compared.sensors["fw"].is_blind) == (1, letter != "L")
    assert ("split these logs" in reasons(found)) is (letter != "L")


def test_nor_where_the_log_was_theirs_at_first(tmp_path: Path) -> None:
    """It stays what it was read as, and what was seen is not forgotten."""
    log = tmp_path / "k.log"
    for lines in (STOPPABLE, [*STOPPABLE, *opened(60)]):
        log.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        with Learner(tmp_path / "baseline", Options("", Context(sensor="fw"))) as learner:
            told = {one.name for one in learner.learn(str(log)).found}
    assert {"log-held-otherwise", "other-device"} <= told
    compared, _ = judged(tmp_path)
    assert {one.seen.dst for one in compared.unexplained()} == {"10.3.0.21"}
    assert compared.sensors["fw"].is_blind


@pytest.mark.parametrize(("sensor", "state"), [("", State.INSUFFICIENT), ("tap", State.READY)])
def test_two_places_that_no_name_tells_apart_show_no_silence(sensor: str, state: State, tmp_path: Path) -> None:
    """One hears `mes` with the office each day, the other the line; on one day both were heard together."""
    learn(tmp_path / "office", [Line("10.30.0.10", "10.40.0.9", 443, range(14))])
    learn(tmp_path / "line", [Line("10.3.0.11", "10.98.0.5", 123, range(14)), MODBUS._replace(days=(3,))])
    with Learner(tmp_path / "baseline", Options("", Context(sensor=sensor))) as learner:
        for log in ("office-span.log", "line-span.log"):
            assert learner.learn(str(tmp_path / log)).source is not None
    _, found = judged(tmp_path)
    assert found.state is state, reasons(found)

"""FortiGate tells a long session again and again: it counts once an hour, with what was added, in however many logs.

Lines: "Sample logs by log type", and "Log fields for long-live sessions" of the FortiOS administration guide.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.ledger import Key
from segc.baseline.sources import fortigate
from segc.baseline.store import Ledger
from tests.baseline.sources.reading import at, read
from tests.baseline.store import logs

POLL = Key("10.1.100.11", "10.3.0.11", 6, 502)


def line(
    time: str, sent: int, delta: int | None = None, *, logid: int = 20, session: str = "105", back: int = 9
) -> str:
    """A session since midnight of the 7th, as it stands; `delta` is what it sent since the line before."""
    seconds = (at(f"2026-11-{time}") - at("2026-11-07T00:00:00")) // 1_000_000
    day, clock = time.split("T")
    action = "accept" if logid == 20 else "close"
    deltas = "" if delta is None else f" sentdelta={delta} rcvddelta={delta}"
    return (
        f'date=2026-11-{day} time={clock} logid="00000000{logid}" type="traffic" subtype="forward" vd="root" tz="+0000" '
        f"srcip={POLL.src} srcport=58{session} dstip={POLL.dst} dstport=502 sessionid={session} proto=6 "
        f'action="{action}" policyid=1 duration={seconds} sentbyte={sent} rcvdbyte={sent} sentpkt=99 rcvdpkt={back}{deltas}'
    )


def among(most: int, monkeypatch: pytest.MonkeyPatch, *lines: str) -> str:
    """Lines of which each is followed by others', with only so many sessions remembered."""
    monkeypatch.setattr(fortigate, "OPEN", most)
    others = [line("10T11:00:00", 1, session=number).replace(POLL.dst, "10.3.0.12") for number in ("7", "8")]
    told = [(one, *others) for one in lines]
    return "\n".join(one for some in told for one in some) + "\n"


HOUR = [line("10T11:10:00", 100), line("10T11:20:00", 300), line("10T11:30:00", 600, logid=13)]


@pytest.mark.parametrize("most", [1, 2, 100])
def test_a_session_that_was_forgotten_counts_once_within_the_hour(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [one for one in read("fortigate", among(most, monkeypatch, *HOUR)) if one.sport == 58105]
    assert sum(one.n for one in ours) == 1
    assert sum(one.bytes_out for one in ours) == 600
    assert len(ours) == {1: 3, 2: 3, 100: 1}[most]


@pytest.mark.parametrize("most", [1, 100])
def test_a_ledger_counts_it_once(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fgt.log").write_text(among(most, monkeypatch, *HOUR), encoding="utf-8")
    logs.learn(tmp_path / "baseline", tmp_path / "fgt.log")
    with Ledger.open(tmp_path / "baseline") as ledger:
        found = [(row.day - 20_764, row.n, row.answered) for row in ledger.rows() if row.key == POLL]
        assert found == [(day, 1, 1) for day in range(4)], "from the 7th to the 10th"
        assert sum(row.bytes for row in ledger.rows() if row.key == POLL) == 2 * 600


def test_an_answer_that_came_later_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    text = among(1, monkeypatch, line("10T11:10:00", 100, back=0), line("10T11:30:00", 600, logid=13))
    ours = [one for one in read("fortigate", text) if one.sport == 58105]
    assert [(one.n, one.answered) for one in ours] == [(1, False), (1, True)]


DAYS = [line("09T23:50:00", 500, 100), line("10T00:10:00", 700, 200), line("10T00:20:00", 1000, 300, logid=13)]


def test_what_an_earlier_log_told_is_not_told_again() -> None:
    """A session that has lasted for days: a log of today knows what was told yesterday by what is new."""
    [one] = read("fortigate", "\n".join(DAYS[1:]))
    assert (one.n, one.bytes_out, one.bytes_in) == (1, 500, 500)
    assert one.first >= at("2026-11-10T00:00:00"), "not the day on which it began"
    assert one.answered is True
    [end] = read("fortigate", DAYS[-1])
    assert (end.bytes_out, end.first) == (300, at("2026-11-10T00:00:00"))


def test_the_first_line_of_a_session_tells_all_of_it() -> None:
    [one] = read("fortigate", line("10T00:20:00", 300, 300, logid=13))
    assert (one.bytes_out, one.first) == (300, at("2026-11-07T00:00:00"))
    [one] = read("fortigate", line("10T00:20:00", 300, logid=13))
    assert (one.bytes_out, one.first) == (300, at("2026-11-07T00:00:00")), "FortiOS 5 does not tell what is new"


def test_two_logs_say_what_one_would(tmp_path: Path) -> None:
    told = []
    for name, parts in (("one", [DAYS]), ("two", [DAYS[:1], DAYS[1:]])):
        for number, part in enumerate(parts):
            log = tmp_path / f"{name}.{number}.log"
            log.write_text("\n".join(part) + "\n", encoding="utf-8")
            logs.learn(tmp_path / name, log)
        with Ledger.open(tmp_path / name) as ledger:
            told.append([(row.day, row.n, row.bytes) for row in ledger.rows()])
    assert told[0] == told[1]
    assert sum(size for *_, size in told[0]) == 2 * (100 + 200 + 300)


def test_lines_that_were_lost_in_between_are_made_up_for() -> None:
    """The counts so far say more than what is new since a line that nobody has."""
    first, _, last = DAYS
    assert sum(one.bytes_out for one in read("fortigate", f"{first}\n{last}")) == 1000 - 400

"""UDP between equal ports where one end serves: NTP asks from 123 (RFC 5905, 9.1), FINS from 9600, and answers go there.

An answer has the protocol and the port of a session that the server would open. It must become none: it is turned where
evidence tells who asks, and explained by the flow that permits the question where nothing tells.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.compare import Comparison, compare
from segc.baseline.direction import Orient
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.judged import Class
from segc.baseline.observed import Grade, Observed
from segc.baseline.readiness import readiness
from segc.baseline.sources.kernel import SOURCE as KERNEL
from segc.baseline.sources.pcap import SOURCE as PCAP
from segc.baseline.store import Ledger
from segc.baseline.watch.alerts import Alerts
from segc.plan.seen import observed
from segc.plan.side import Side
from segc.settings import Gate
from tests.baseline.ingest.oracle import FIELDS, START, ledger, tabs
from tests.baseline.ingest.test_zeek_sql import in_python, in_sql
from tests.baseline.plants import TEXT, plant
from tests.baseline.sources.reading import context, library
from tests.baseline.store import logs
from tests.baseline.wire import ACK, SYN, Sent, pcap, segment

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
SERVER, UPSTREAM = "10.3.0.11", "10.40.0.9"
DAY, HOUR = 86_400, 3_600


def udp(src: str, dst: str, port: int = 123, **words: object) -> Observed:
    """An answered conversation, of which the first packet seen came from `src`."""
    one = Observed(0, 1, src, dst, 17, port, port, 1, 48, 48, 1, 1, True, Grade.FIRST)
    return one._replace(**words)  # type: ignore[arg-type]


def told(*seen: Observed, live: bool = False) -> list[tuple[str, str, Grade]]:
    orient = Orient(library(), live=live)
    found = [*(each for one in seen for each in orient.put(one)), *orient.end()]
    return [(one.src, one.dst, one.grade) for one in found]


# -- what a log tells --------------------------------------------------------------


@pytest.mark.parametrize("port", [123, 9600, 5555])
def test_one_conversation_tells_nothing(port: int) -> None:
    assert told(udp("10.0.0.1", "10.0.0.2", port)) == [("10.0.0.1", "10.0.0.2", Grade.NONE)]
    assert told(udp("10.0.0.1", "10.0.0.2", port), live=True) == [("10.0.0.1", "10.0.0.2", Grade.NONE)]


def test_who_sent_first_again_and_again_asks() -> None:
    """And what began within a question is turned: the answer came first there."""
    found = told(*[udp("10.0.0.1", "10.0.0.2")] * 9, udp("10.0.0.2", "10.0.0.1"))
    assert found == [("10.0.0.1", "10.0.0.2", Grade.FIRST)] * 10
    assert {grade for *_, grade in told(*[udp("10.0.0.1", "10.0.0.2")] * 3, *[udp("10.0.0.2", "10.0.0.1")] * 2)} == {
        Grade.NONE
    }


def test_peers_of_ntp_both_ask() -> None:
    """Its symmetric mode (RFC 5905, 3): each sends when its own poll is due."""
    there, back = udp("10.0.0.1", "10.0.0.2"), udp("10.0.0.2", "10.0.0.1")
    assert told(*[there, back] * 5) == [(one.src, one.dst, Grade.FIRST) for one in [there, back] * 5]


def test_what_only_goes_on_does_not_tell_who_asked() -> None:
    assert told(*[udp("10.0.0.1", "10.0.0.2", grade=Grade.NONE)] * 9) == [("10.0.0.1", "10.0.0.2", Grade.NONE)] * 9


def test_whom_many_ask_is_the_server() -> None:
    """NTP: one server, many clients, and of one of them the answer was seen first."""
    clients = [udp(f"10.0.1.{n}", "10.0.0.1") for n in range(4)]
    assert told(*clients, udp("10.0.0.1", "10.0.2.1"))[-1] == ("10.0.2.1", "10.0.0.1", Grade.PEERS)
    assert told(*clients[:2], udp("10.0.0.1", "10.0.2.1"))[-1] == ("10.0.0.1", "10.0.2.1", Grade.NONE)


def test_who_asks_many_is_no_server() -> None:
    """FINS: one station, many controllers, and of one of them the answer was seen first."""
    polls = [udp("10.0.0.1", f"10.0.1.{n}", 9600) for n in range(4)]
    assert told(*polls, udp("10.0.2.1", "10.0.0.1", 9600))[-1] == ("10.0.0.1", "10.0.2.1", Grade.PEERS)


def test_a_server_that_asks_another_one_still_asks() -> None:
    """A time server of level 3: many ask it, and it asks the one above."""
    clients = [udp(f"10.0.1.{n}", "10.0.0.1") for n in range(20)]
    found = told(*clients, *[udp("10.0.0.1", "10.9.0.1")] * 5)
    assert found[-5:] == [("10.0.0.1", "10.9.0.1", Grade.FIRST)] * 5
    assert {one[1] for one in found[:20]} == {"10.0.0.1"}


def test_what_is_not_answered_stays_and_tells_nothing() -> None:
    silent = udp("10.0.0.2", "10.0.0.1", pkts_in=0, answered=False)
    assert told(*[silent] * 5, udp("10.0.0.1", "10.0.0.2")) == [
        *[("10.0.0.2", "10.0.0.1", Grade.NONE)] * 5,
        ("10.0.0.1", "10.0.0.2", Grade.NONE),
    ]


# -- Zeek's conn.log ---------------------------------------------------------------


def row(ts: float, src: str, dst: str, port: int = 123, words: dict[str, str] | None = None) -> dict[str, str]:
    plain = dict.fromkeys(FIELDS, "-") | {"proto": "udp", "conn_state": "SF", "history": "Dd", "missed_bytes": "0"}
    ends = {"id.orig_h": src, "id.orig_p": str(port), "id.resp_h": dst, "id.resp_p": str(port)}
    sizes = {"orig_bytes": "48", "resp_bytes": "48", "orig_pkts": "1", "resp_pkts": "1"}
    return plain | ends | sizes | {"ts": f"{START + ts:.6f}", "uid": f"C{ts}"} | (words or {})


@pytest.mark.parametrize("seed", range(8))
def test_sql_and_python_agree(seed: int, tmp_path: Path) -> None:
    rnd = random.Random(seed)
    hosts = [f"10.1.0.{n}" for n in range(1, 13)]
    rows = []
    for _ in range(120):
        src, dst = rnd.sample(hosts[: rnd.choice((4, 12))], 2)
        if rnd.random() < 0.7:
            src, dst = max(src, dst), min(src, dst)  # so that some are asked by many
        words = {"service": "ntp"} if rnd.random() < 0.2 else {}
        words |= {"resp_pkts": "0", "conn_state": "S0"} if rnd.random() < 0.2 else {}
        words |= {"resp_pkts": "-"} if rnd.random() < 0.2 else {}
        own = {"id.orig_p": "40001"} if rnd.random() < 0.1 else {}
        rows.append(row(rnd.randrange(2 * DAY), src, dst, rnd.choice((123, 123, 9600, 30001)), words | own))
    file = tmp_path / "conn.log"
    file.write_text(tabs(rows), encoding="utf-8")
    seen = in_python(tabs(rows).encode())
    with DuckDB(memory="256MB", threads=1) as engine:
        assert in_sql(engine, file) == ledger(seen)
    assert {one.grade for one in seen} >= {Grade.NONE, Grade.FIRST, Grade.PEERS, Grade.CATALOGUE}


@pytest.mark.parametrize("many", [2, 14])
def test_an_answer_is_known_where_no_packets_are_counted(many: int, tmp_path: Path) -> None:
    """A conn.log that was cut down to fewer columns, as people do who must keep it for long."""
    rows = [row(n * DAY, SERVER, "10.30.0.10", 9600, {"orig_pkts": "-", "resp_pkts": "-"}) for n in range(many)]
    seen = in_python(tabs(rows).encode())
    assert {one.grade for one in seen} == {Grade.FIRST if many > 2 else Grade.NONE}
    file = tmp_path / "conn.log"
    file.write_text(tabs(rows), encoding="utf-8")
    with DuckDB(memory="256MB", threads=1) as engine:
        assert in_sql(engine, file) == ledger(seen)


def test_a_label_says_what_is_spoken_and_not_who_serves() -> None:
    [one] = in_python(tabs([row(0, "10.0.0.2", "10.0.0.1", words={"service": "ntp"})]).encode())
    assert one.grade is Grade.NONE
    [one] = in_python(tabs([row(0, "10.0.0.2", "10.0.0.1", words={"service": "ntp", "id.orig_p": "50000"})]).encode())
    assert one.grade is Grade.LABEL


# -- packets ------------------------------------------------------------------------


def fins(hours: int, *others: str) -> bytes:
    """A station polls controllers once a minute, both ends at 9600. The capture begins with an answer of the first one."""
    sent: list[Sent] = []
    for plc in (SERVER, *others):
        ways = [("10.30.0.10", plc), (plc, "10.30.0.10")]
        for number in range(hours * 60):
            for way in ways[::-1] if plc == SERVER and number == 0 else ways:
                at = number * 60_000_000 + len(sent) % 1000
                sent.append(Sent(at, segment(way[0], 9600, way[1], 9600, proto=17)))
    return pcap(*sorted(sent))


def conversations(capture: bytes) -> Iterator[Observed]:
    return (one for one in PCAP.read(io.BytesIO(capture), context(known=library())) if isinstance(one, Observed))


def test_a_poll_of_many_hours_has_no_more_openings_than_one() -> None:
    found = list(conversations(fins(6)))
    assert len(found) >= 6
    assert {(one.src, one.grade) for one in found} == {(SERVER, Grade.NONE)}


def test_a_poll_that_was_captured_within_an_answer_is_turned_by_the_others() -> None:
    found = list(conversations(fins(3, *(f"10.3.0.{n}" for n in range(20, 26)))))
    assert {(one.src, one.grade) for one in found} == {("10.30.0.10", Grade.PEERS)}
    assert SERVER in {one.dst for one in found}


def seldom(*first: str) -> bytes:
    """Two machines speak every two hours, both ends at 9600, and nobody else does; `first` says who begins."""
    sent: list[Sent] = []
    for number, src in enumerate(first):
        dst = SERVER if src != SERVER else "10.30.0.10"
        at = number * 2 * HOUR * 1_000_000
        sent += [
            Sent(at, segment(src, 9600, dst, 9600, proto=17)),
            Sent(at + 1000, segment(dst, 9600, src, 9600, proto=17)),
        ]
    return pcap(*sent)


def test_what_comes_after_an_hour_of_silence_is_an_opening() -> None:
    """Also where nothing else was in the capture since, which would have shown how late it is."""
    found = [(one.src, one.grade) for one in conversations(seldom(*["10.30.0.10"] * 14))]
    assert found == [("10.30.0.10", Grade.FIRST)] * 14
    turns = [SERVER, *["10.30.0.10"] * 9]
    assert [(one.src, one.grade) for one in conversations(seldom(*turns))] == [("10.30.0.10", Grade.FIRST)] * 10
    assert {one.src for one in conversations(seldom(*[SERVER, "10.30.0.10"] * 5))} == {SERVER, "10.30.0.10"}


def test_a_session_whose_opening_was_seen_is_not_begun_anew_by_silence() -> None:
    """TCP: a controller that speaks first after the night has not opened what the station opened in the evening."""
    shakes = [
        Sent(0, segment("10.30.0.10", 50_000, SERVER, 9600, flags=SYN)),
        Sent(1000, segment(SERVER, 9600, "10.30.0.10", 50_000, flags=SYN | ACK)),
        Sent(9 * HOUR * 1_000_000, segment(SERVER, 9600, "10.30.0.10", 50_000)),
    ]
    assert {(one.src, one.grade) for one in conversations(pcap(*shakes))} == {("10.30.0.10", Grade.HANDSHAKE)}


def record(day: int, src: str, dst: str, prefix: str) -> str:
    """A packet in the log of a Linux firewall."""
    return (
        f"2026-10-{5 + day:02}T10:00:00+00:00 fw kernel: [1.0] {prefix} IN=eth0 OUT=eth1 SRC={src} DST={dst} LEN=60 "
        "TOS=0x00 PREC=0x00 TTL=63 ID=1 PROTO=UDP SPT=9600 DPT=9600 LEN=40\n"
    )


@pytest.mark.parametrize(
    ("days", "prefix", "grade"),
    [
        (2, "segc:A:mes>line", Grade.HANDSHAKE),
        (14, "seen", Grade.NONE),  # whoever writes such a rule may mean the answers
    ],
)
def test_what_our_firewall_recorded_was_no_answer(days: int, prefix: str, grade: Grade) -> None:
    log = "".join(record(day, SERVER, "10.30.0.10", prefix) for day in range(days))
    found = [
        one for one in KERNEL.read(io.BytesIO(log.encode()), context(known=library())) if isinstance(one, Observed)
    ]
    assert [(one.src, one.grade) for one in found] == [(SERVER, grade)] * days


# -- against the policy --------------------------------------------------------------

WITH = TEXT.replace("service backup", "service ntp { udp 123 }\nservice fins { udp 9600 }\nservice backup").replace(
    'allow app -> plc : modbus { because "set-points" }',
    'allow app -> plc : ntp, fins { because "set-points" }',
)


def judged(folder: Path, text: str, name: str, content: bytes) -> tuple[Comparison, Ledger]:
    made, _ = api.check(plant(folder / "plant", text), AT)
    log = folder / name
    log.write_bytes(content)
    [read] = logs.learn(folder / "baseline", log, sensor="span")
    assert not [one for one in read.found if one.severity.word == "error"], read.found
    book = Ledger.open(folder / "baseline")
    return compare(made, book, AT, Gate()), book


ANSWERS = tabs([row(n * DAY, SERVER, "10.30.0.10") for n in range(2)]).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("conn.log", ANSWERS),  # two answers: nothing tells
        ("conn.log", tabs([row(n * DAY, SERVER, "10.30.0.10", words={"service": "ntp"}) for n in range(2)]).encode()),
        (
            "conn.log",
            tabs(
                [row(n, SERVER, "10.30.0.10", words={"resp_pkts": "0", "conn_state": "S0"}) for n in (0, DAY)]
            ).encode(),
        ),
        ("fins.pcap", fins(6)),
    ],
    ids=["answers", "labelled", "one side only", "within a poll"],
)
def test_an_answer_is_never_what_enforcing_would_stop(name: str, content: bytes, tmp_path: Path) -> None:
    compared, book = judged(tmp_path, WITH, name, content)
    with book:
        assert compared.unexplained() == ()
        assert compared.aside == ()
        [key] = [entry.judged for entry in (*compared.entries, *compared.attempts)]
        assert (key.verdict, key.turned, key.source, key.target) == (Class.PERMITTED, True, "mes", "line")
        assert (key.asked.src, key.asked.dst) == ("10.30.0.10", SERVER)
        [found] = readiness(compared, book, Gate(), ["recipes"])
        assert not any(reason.stops for reason in found.reasons)
        if compared.entries:  # and the declared flow was seen by it
            assert len(found.declared.seen) == 1
            assert len(found.watched) == sum(day <= AT.timestamp() // 86_400 for day in compared.days)


def test_a_poll_is_one_flow_from_client_to_server(tmp_path: Path) -> None:
    """Zeek sees each poll as a conversation; one of them began with the answer."""
    polls = [row(n * 1024, "10.30.0.10", SERVER) for n in range(1, 80)]
    compared, book = judged(tmp_path, WITH, "conn.log", tabs([row(0, SERVER, "10.30.0.10"), *polls]).encode())
    with book:
        [entry] = compared.entries
        assert (entry.seen.src, entry.seen.dst, entry.seen.n) == ("10.30.0.10", SERVER, 80)
        assert not entry.judged.turned


def test_who_asks_against_the_policy_again_and_again_is_told(tmp_path: Path) -> None:
    """The controller asks the MES for the time, and only the other way is permitted."""
    asks = tabs([row(n * 1024, SERVER, "10.30.0.10") for n in range(80)]).encode()
    compared, book = judged(tmp_path, WITH, "conn.log", asks)
    with book:
        assert [entry.judged.verdict for entry in compared.unexplained()] == [Class.REVERSE]


def test_a_client_that_calls_from_a_port_of_its_own_is_told(tmp_path: Path) -> None:
    asks = tabs([row(n * DAY, SERVER, "10.30.0.10", words={"id.orig_p": "50001"}) for n in range(2)]).encode()
    compared, book = judged(tmp_path, WITH, "conn.log", asks)
    with book:
        assert [entry.judged.verdict for entry in compared.unexplained()] == [Class.REVERSE]


@pytest.mark.parametrize(("until", "verdict"), [("2026-12-31", Class.PERMITTED), ("2026-01-31", Class.REVERSE)])
def test_an_answer_to_what_a_grant_permits(until: str, verdict: Class, tmp_path: Path) -> None:
    text = TEXT.replace("service backup", "service ntp { udp 123 }\nservice backup")
    grant = f"grant clock {{ allow mes.app -> line.plc : ntp; until {until} }}\n"
    compared, book = judged(tmp_path, text + grant, "conn.log", ANSWERS)
    with book:
        [entry] = compared.entries
        assert entry.judged.verdict is verdict
        assert entry.judged.turned is (verdict is Class.PERMITTED)


def test_a_watcher_and_a_plan_take_an_answer_for_one(tmp_path: Path) -> None:
    made = api.check(plant(tmp_path / "works", WITH), AT)[0]
    answer = udp(SERVER, "10.30.0.10", grade=Grade.NONE, first=int(AT.timestamp() * 1e6))
    assert list(Alerts(Classifier(made, AT)).put(answer)) == []
    assert len(list(Alerts(Classifier(made, AT)).put(answer._replace(grade=Grade.FIRST)))) == 1
    enforced = api.check(plant(tmp_path / "enforced", WITH.replace("mode monitor;", "mode enforce;")), AT)[0]
    sides = Side("before", made, AT), Side("after", enforced, AT)
    for content, stops in ((ANSWERS, 0), (tabs([row(n, SERVER, "10.30.0.10") for n in range(5)]).encode(), 1)):
        folder = tmp_path / str(stops)
        folder.mkdir()
        _, book = judged(folder, WITH, "conn.log", content)
        with book:
            assert len(observed(*sides, book).stopped) == stops

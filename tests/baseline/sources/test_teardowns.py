"""ASA's teardowns of UDP whose `Built` no line holds: who opened is told by evidence, and never by the order in the line."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from segc.baseline.draft.evidence import Unexplained, why_not
from segc.baseline.judged import Class, Judged
from segc.baseline.observed import Grade
from tests.baseline.sources.reading import read
from tests.baseline.store import logs

HEAD = "Nov 23 2026 15:10:00 fw : "
SERVER, CLIENT = "10.3.0.11", "10.30.0.10"
NUMBERS = count(1000)


def gone(far: tuple[str, int], near: tuple[str, int]) -> str:
    ends = f"outside:{far[0]}/{far[1]} to inside:{near[0]}/{near[1]}"
    return f"{HEAD}%ASA-6-302016: Teardown UDP connection {next(NUMBERS)} for {ends} duration 0:02:01 bytes 193"


def built(far: tuple[str, int], near: tuple[str, int]) -> str:
    """By who stands first."""
    ends = " to ".join(f"{side}:{ip}/{port} ({ip}/{port})" for side, (ip, port) in (("out", far), ("in", near)))
    return f"{HEAD}%ASA-6-302015: Built inbound UDP connection {next(NUMBERS)} for {ends}"


def told(*lines: str) -> set[tuple[str, str, int, Grade]]:
    return {(one.src, one.dst, one.dport, one.grade) for one in read("asa", "\n".join(lines))}


def both(a: tuple[str, int], b: tuple[str, int]) -> list[str]:
    return [gone(a, b), gone(b, a)]


@pytest.mark.parametrize("line", both((SERVER, 161), (CLIENT, 51_000)), ids=["server first", "client first"])
def test_a_port_of_the_catalogue_decides(line: str) -> None:
    assert told(line) == {(CLIENT, SERVER, 161, Grade.CATALOGUE)}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("serving", "ports"),
    [
        (35_062, (51_001, 51_002, 51_003, 51_004)),  # no service's
        (35_062, (2055, 514, 51_003, 51_004)),  # of clients, two call from a service's by chance
        (161, (2055, 514, 47_808, 20_000)),  # and where all ports are some service's
    ],
    ids=["none known", "clients' known", "all known"],
)
def test_a_port_that_many_meet_is_the_servers(serving: int, ports: tuple[int, ...], turned: bool) -> None:
    pairs = [((SERVER, serving), (f"10.30.0.{n}", port)) for n, port in enumerate(ports, 10)]
    found = told(*(gone(b, a) if turned else gone(a, b) for a, b in pairs))
    assert {(src, dst, port) for src, dst, port, _ in found} == {(client, SERVER, serving) for _, (client, _) in pairs}
    assert {grade for *_, grade in found} <= {Grade.PEERS, Grade.CATALOGUE}


@pytest.mark.parametrize("line", both((SERVER, 34_000), (CLIENT, 51_000)), ids=["server first", "client first"])
def test_a_port_that_was_opened_elsewhere_in_the_log_decides(line: str) -> None:
    found = told(line, built(("10.30.0.12", 50_005), (SERVER, 34_000)))
    assert (CLIENT, SERVER, 34_000, Grade.PEERS) in found


@pytest.mark.parametrize("line", both((SERVER, 123), (CLIENT, 123)), ids=["server first", "client first"])
def test_equal_ports_go_by_openings(line: str) -> None:
    assert {grade for *_, grade in told(line)} == {Grade.NONE}
    asked = [built((f"10.30.0.{n}", 50_000 + n), (SERVER, 123)) for n in range(11, 15)]
    assert (CLIENT, SERVER, 123, Grade.PEERS) in told(line, *asked)


@pytest.mark.parametrize("ports", [(34_000, 51_000), (161, 514)], ids=["neither known", "both known"])
def test_where_nothing_tells_the_grade_says_so(ports: tuple[int, int]) -> None:
    for line in both((SERVER, ports[0]), (CLIENT, ports[1])):
        assert {grade for *_, grade in told(line)} == {Grade.NONE}


def test_in_a_stream_nothing_waits() -> None:
    [known] = read("asa", gone((SERVER, 161), (CLIENT, 51_000)), live=True)
    [unknown] = read("asa", gone((SERVER, 34_000), (CLIENT, 51_000)), live=True)
    assert (known.src, known.grade, unknown.grade) == (CLIENT, Grade.CATALOGUE, Grade.NONE)


def test_an_answer_becomes_no_flow(tmp_path: Path) -> None:
    """The ledger keeps it, with its grade, and a draft says why it writes nothing."""
    log = tmp_path / "asa.log"
    log.write_text(gone((SERVER, 34_000), (CLIENT, 51_000)) + "\n", encoding="utf-8")
    logs.learn(tmp_path / "baseline", log, sensor="asa")
    [seen] = logs.keys(tmp_path / "baseline")
    assert seen.grade == Grade.NONE
    one = Unexplained(Judged(seen.key, Class.DENIED, "line", "mes"), seen)
    assert "nothing tells which end opened" in why_not(one)
    assert why_not(Unexplained(one.judged, seen._replace(grade=Grade.PEERS))) == ""

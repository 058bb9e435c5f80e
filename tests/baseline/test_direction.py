"""Who opened: judged against what the handshakes of real captures say, after these have been taken away.

"The lower port is the server" is a mutant here, and must fail.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from segc.baseline import direction
from segc.baseline.conversations import never_answers
from segc.baseline.direction import Known, Orient, flipped
from segc.baseline.observed import Grade, Observed
from segc.baseline.sources.capture import Record, records
from segc.baseline.sources.frames import payload
from segc.baseline.sources.pcap import SOURCE
from segc.model.plant import Match, Service
from segc.source import Source, Span
from tests.baseline.sources.reading import context, library
from tests.baseline.wire import SYN, Sent, pcap, segment

CAPTURES = sorted((Path(__file__).parent.parent / "data" / "pcap").glob("*/*.pcap*"))
WRONG = 0.01

End = tuple[str, int]
Truth = dict[frozenset[End], End]  # both ends of a TCP conversation, and the one that was called


def observe(capture: bytes, known: Known | None = None) -> list[Observed]:
    found = SOURCE.read(io.BytesIO(capture), context(known=library() if known is None else known))
    return [one for one in found if isinstance(one, Observed)]


def truth(seen: Iterable[Observed]) -> Truth:
    return {
        frozenset({(one.src, one.sport), (one.dst, one.dport)}): (one.dst, one.dport)
        for one in seen
        if one.proto == 6 and one.grade is Grade.HANDSHAKE
    }


def judged(seen: Iterable[Observed], known: Truth) -> Iterator[tuple[Observed, bool]]:
    """Conversations of which the truth is known, and whether they were turned the right way."""
    for one in seen:
        called = known.get(frozenset({(one.src, one.sport), (one.dst, one.dport)}))
        if called is not None and one.proto == 6:
            yield one, called == (one.dst, one.dport)


def again(kept: Iterable[Record]) -> bytes:
    """A capture of some packets of another; the time of the first is kept, which is all that matters here."""
    return pcap(*(Sent(number, frame) for number, (_, _, frame, _) in enumerate(kept)))


def is_syn(frame: bytes) -> bool:
    inner = payload(1, frame)
    if inner is None or inner[0] >> 4 != 4 or inner[9] != 6:
        return False
    return bool(inner[(inner[0] & 15) * 4 + 13] & SYN)


def without_handshakes(packets: list[Record], skip: int) -> bytes:
    """From a packet on, and no SYN at all."""
    return again(one for one in packets[skip:] if not is_syn(one[2]))


def ethernet(file: Path) -> list[Record]:
    packets = list(records(io.BytesIO(file.read_bytes()), []))
    return packets if all(link == 1 for _, link, _, _ in packets) else []


PLANT = Known(library().ports | {(6, 48010)}, library().peers)  # where the plant of one capture has its OPC UA server


def real(declared: Known) -> list[tuple[Observed, bool]]:
    """All captures, without handshakes, from the start and from four places within."""
    found: list[tuple[Observed, bool]] = []
    for file in CAPTURES:
        packets = ethernet(file)
        known = truth(observe(file.read_bytes()))
        for part in range(5):
            found += judged(observe(without_handshakes(packets, len(packets) * part // 5), declared), known)
    return found


def share(found: list[tuple[Observed, bool]]) -> float:
    return sum(not right for _, right in found) / len(found)


def test_real_captures_without_their_handshakes() -> None:
    found = real(PLANT)
    assert len(found) >= 40
    wrong = [(one.src, one.sport, one.dst, one.dport, one.grade) for one, right in found if not right]
    assert share(found) <= WRONG, wrong


def test_a_port_that_nobody_declares_is_told_as_such() -> None:
    wrong = [one for one, right in real(library()) if not right]
    assert {(one.sport, one.grade) for one in wrong} <= {(48010, Grade.FIRST)}


SERVERS = (502, 102, 44818, 20000, 4840, 2404, 9600, 34962, 18245, 5094, 789, 1911, 2222, 1502, 51000)


def plant(seed: int, packets: int = 6) -> tuple[bytes, Truth]:
    """Polls of a plant: clients with low ports too, servers with high ones, some at ports that no library knows."""
    rng = random.Random(seed)
    clients = [f"10.30.0.{n}" for n in range(10, 18)]
    servers = [(f"10.3.{n // 50}.{n % 50 + 1}", SERVERS[n % len(SERVERS)]) for n in range(150)]
    sent: list[Sent] = []
    known: Truth = {}
    time = 0
    for server, port in servers:
        for client in rng.sample(clients, rng.choice((1, 3, 4))):
            own = rng.choice((rng.randrange(1024, 1100), rng.randrange(32768, 61000), rng.randrange(1025, 65535)))
            called, caller = (server, port), (client, own)
            if frozenset({called, caller}) in known:
                continue
            known[frozenset({called, caller})] = called
            ways = [(caller, called), (called, caller)]
            begin = rng.randrange(2)  # the capture begins within the conversation, on either side
            for number in range(packets):
                (src, sport), (dst, dport) = ways[(begin + number) % 2]
                time += rng.randrange(100, 5000)
                sent.append(Sent(time, segment(src, sport, dst, dport)))
    return pcap(*sent), known


@pytest.mark.parametrize("seed", range(5))
def test_polls_of_a_plant_seen_from_the_middle(seed: int) -> None:
    capture, known = plant(seed)
    found = list(judged(observe(capture), known))
    assert len(found) == len(known) >= 300
    wrong = [(one.src, one.sport, one.dst, one.dport, one.grade) for one, right in found if not right]
    assert share(found) <= WRONG, wrong


@pytest.mark.parametrize("seed", range(5))
def test_grades_are_earned(seed: int) -> None:
    """What is graded better than by its first packet is right, but for one in a hundred."""
    capture, known = plant(seed)
    found = [(one, right) for one, right in judged(observe(capture), known) if one.grade > Grade.FIRST]
    assert share(found) <= WRONG


def lower_port(one: Observed) -> Observed:
    return flipped(one) if one.sport < one.dport else one


def as_is(one: Observed) -> Observed:
    return one


@pytest.mark.parametrize("guess", [lower_port, as_is])
def test_mutants_fail(guess: Callable[[Observed], Observed], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Orient, "put", lambda _self, one: (one if one.grade >= Grade.LABEL else guess(one),))
    capture, known = plant(0)
    assert share(list(judged(observe(capture), known))) > 5 * WRONG
    assert share(real(PLANT)) > WRONG


def one(sport: int, dport: int, proto: int = 6, **words: object) -> Observed:
    return Observed(0, 0, "10.3.0.11", "10.30.0.77", proto, sport, dport, grade=Grade.FIRST)._replace(**words)  # type: ignore[arg-type]


def turned(*seen: Observed, known: Known | None = None, live: bool = False) -> list[Observed]:
    orient = Orient(library() if known is None else known, live=live)
    return [*(told for each in seen for told in orient.put(each)), *orient.end()]


def test_the_catalogue_decides_where_it_knows_one_end() -> None:
    [found] = turned(one(44818, 1025, answered=False, pkts_out=3))
    assert (found.src, found.dport, found.grade, found.pkts_in) == ("10.30.0.77", 44818, Grade.CATALOGUE, 3)
    assert found.answered is False  # what only the other end said is no proof that it was asked


def test_a_service_of_the_plant_counts_like_the_librarys() -> None:
    known = Known(frozenset({(6, 51000)}))
    assert turned(one(51000, 40000), known=known)[0].dport == 51000
    assert turned(one(51000, 40000, proto=17), known=known)[0].dport == 40000


@pytest.mark.parametrize(("port", "other"), [(47808, 47808), (2222, 2222), (18246, 18246), (18246, 7937)])
def test_peers_have_a_flow_each_way(port: int, other: int) -> None:
    there, back = turned(one(port, other, proto=17, pkts_out=5, pkts_in=4, bytes_out=50, bytes_in=40))
    assert (there.src, there.dport, there.pkts_out, there.bytes_out) == ("10.3.0.11", other, 5, 50)
    assert (back.src, back.dport, back.pkts_out, back.bytes_out) == ("10.30.0.77", port, 4, 40)
    assert {there.grade, back.grade} == {Grade.CATALOGUE}


def test_a_peer_that_is_not_heard_has_no_flow() -> None:
    assert len(turned(one(47808, 47808, proto=17, pkts_out=5))) == 1


def udp(sport: int, dport: int, src: str = "10.0.0.1", dst: str = "10.0.0.2") -> Observed:
    """An answered conversation of which the opening was not seen."""
    return Observed(0, 1, src, dst, 17, sport, dport, 1, 48, 48, 1, 1, True, Grade.FIRST)


def told(*seen: Observed) -> list[tuple[str, int, Grade]]:
    return [(found.dst, found.dport, found.grade) for found in turned(*seen)]


@pytest.mark.parametrize("ports", [(53, 123), (47808, 55001), (2222, 7412), (2222, 18246)])
def test_what_both_ports_are_some_services_by_chance_is_told_as_such(ports: tuple[int, int]) -> None:
    assert told(udp(*ports)) == [("10.0.0.2", ports[1], Grade.FIRST)]


@pytest.mark.parametrize("ports", [(47808, 47808), (7937, 18246), (34962, 34963), (7400, 7411), (500, 4500)])
def test_ports_of_one_service_of_peers_are_peers(ports: tuple[int, int]) -> None:
    assert told(udp(*ports)) == [
        ("10.0.0.2", ports[1], Grade.CATALOGUE),
        ("10.0.0.1", ports[0], Grade.CATALOGUE),
    ]


def test_a_server_whose_own_port_calls_is_known_by_its_other_clients() -> None:
    """The first packet came from the NTP server; that others surely called it there, and nobody the other end, tells."""
    clients = [udp(40_000 + n, 123, f"10.0.1.{n}", "10.0.0.1")._replace(grade=Grade.LABEL) for n in range(4)]
    found = told(udp(123, 123, "10.0.0.1", "10.0.0.2"), *clients)
    assert found.count(("10.0.0.1", 123, Grade.PEERS)) == 1
    assert ("10.0.0.2", 123, Grade.FIRST) not in found


def test_equal_ports_of_tcp_are_no_peers() -> None:
    assert [found.grade for found in turned(one(102, 102, pkts_in=1))] == [Grade.FIRST]


def test_one_port_that_many_met_is_the_servers() -> None:
    seen = [one(50000, 40000 + n, dst=f"10.30.0.{n}") for n in range(1, 5)]
    assert {(found.dst, found.dport, found.grade) for found in turned(*seen)} == {("10.3.0.11", 50000, Grade.PEERS)}
    few = turned(*seen[:2])
    assert {(found.src, found.grade) for found in few} == {("10.3.0.11", Grade.FIRST)}


def test_one_client_that_calls_many_from_one_port_is_no_server() -> None:
    seen = [one(20001, 50000, src="10.30.0.9", dst=f"10.3.0.{n}") for n in range(1, 9)]
    assert {(found.dport, found.grade) for found in turned(*seen, known=Known())} == {(50000, Grade.FIRST)}


def test_a_port_that_was_opened_once_is_a_servers_from_then_on() -> None:
    opened = one(40000, 50000, grade=Grade.HANDSHAKE)
    _, later = turned(opened, one(50000, 40001, src="10.30.0.77", dst="10.3.0.12"), known=Known())
    assert (later.dst, later.dport, later.grade) == ("10.30.0.77", 50000, Grade.PEERS)


def test_the_order_of_a_log_does_not_matter() -> None:
    rng = random.Random(7)
    seen = [
        one(rng.choice((502, 51000, 789)), rng.randrange(1024, 1100), dst=f"10.30.0.{n % 9}", pkts_in=n % 2)
        for n in range(400)
    ]
    seen += [flipped(each) for each in seen[::3]]
    told = sorted(turned(*seen))
    for _ in range(5):
        rng.shuffle(seen)
        assert sorted(turned(*seen)) == told


def test_a_client_that_calls_many_known_services_from_one_port_is_no_server() -> None:
    known = [
        one(port, 40000, src=f"10.30.0.{n}", dst="10.3.0.11", pkts_in=1) for port in (502, 102, 44818) for n in range(8)
    ]
    *_, odd = turned(*known, one(40000, 51000, pkts_in=1))
    assert (odd.src, odd.dport, odd.grade) == ("10.3.0.11", 51000, Grade.FIRST)


def test_two_ports_that_both_met_many_tell_nothing() -> None:
    mesh = [one(50000, 40000 + n, dst=f"10.30.1.{n}") for n in range(4)]
    mesh += [one(41000 + n, 51000, src=f"10.3.1.{n}") for n in range(5)]
    *_, odd = turned(*mesh, one(50000, 51000), known=Known())
    assert (odd.src, odd.dport, odd.grade) == ("10.3.0.11", 51000, Grade.FIRST)


def test_a_group_has_opened_nothing() -> None:
    [found] = turned(one(502, 40000, proto=17, dst="239.1.2.3"))
    assert found.dst == "239.1.2.3"


def test_nothing_waits_in_a_stream_that_never_ends() -> None:
    orient = Orient(Known(), live=True)
    assert [found.grade for found in orient.put(one(50000, 40000))] == [Grade.FIRST]


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direction, "HELD", 3)
    orient = Orient(Known())
    told = [found for n in range(10) for found in orient.put(one(50000, 40000 + n))]
    assert len(told) == 8  # twice, all that waited
    assert len(list(orient.end())) == 2


def test_the_library_tells_peers_from_servers() -> None:
    known = library()
    assert {(6, 502), (6, 44818), (17, 47808), (6, 4840), (17, 9600)} <= known.ports
    assert {(17, 47808), (17, 2222), (17, 18246)} <= known.peers <= known.ports
    assert (6, 502) not in known.peers
    assert (6, 55000) not in known.ports


def test_a_range_of_either_ends_tells_no_direction_and_silence_in_it_tells_nothing() -> None:
    """A client of something else may call from a port of it by chance: to name no one is better than the wrong one."""
    plain, wide = Known.of([]), Known.of([media(("initiator", "either"))])
    assert (wide.ports, wide.peers, wide.groups) == (plain.ports, plain.peers, plain.groups)
    assert not wide.are_peers(17, 16500, 30000)
    assert [never_answers(known, 17, 20000) for known in (plain, wide)] == [False, True]
    assert not never_answers(wide, 6, 20000)
    assert not never_answers(wide, 17, 40000)
    assert not never_answers(Known.of([media()]), 17, 20000)


def media(*facts: tuple[str, str]) -> Service:
    source = Source("media.zone", "")
    return Service("media", "", (Match(17, 16384, 32767),), Span(source, 0, 0), facts=facts)

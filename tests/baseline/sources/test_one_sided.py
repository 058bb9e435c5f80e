"""What one side alone, or flags without ACK, show of an answer; and what a device stopped of a conversation that it passed."""

from __future__ import annotations

import pytest

from segc.baseline.observed import Said
from tests.baseline.sources.reading import read
from tests.baseline.wire import ACK, FIN, RST, SYN, ethernet, ip, pcap, segment, transport

A, B = "10.30.0.10", "10.3.0.11"
HEAD = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
NOON = 1_795_446_000


def cloud(*rows: tuple[bool, int, int, int, int, str, int]) -> str:
    """Records of a cloud: is it the answer, protocol, packets, bytes, seconds since noon, what was done, flags."""
    told = [f"{HEAD} tcp-flags"]
    for back, proto, packets, size, after, action, flags in rows:
        ends = f"{B} {A} 5005 50000" if back else f"{A} {B} 50000 5005"
        time = NOON + after
        told.append(f"5 1 eni-1 {ends} {proto} {packets} {size} {time} {time + 50} {action} OK {flags}")
    return "\n".join(told) + "\n"


@pytest.mark.parametrize(
    ("flags", "answered"),
    [
        ((SYN,), False),
        ((SYN, SYN, SYN), False),
        ((SYN, ACK, ACK, FIN | ACK), None),
        ((SYN, ACK), None),
        ((SYN, RST), False),
    ],
)
def test_a_tap_that_sees_one_side(flags: tuple[int, ...], answered: bool | None) -> None:
    """Whoever goes on has had an answer; nobody saw it."""
    [one] = read("pcap", pcap(*(segment(A, 50_000, B, 5005, flag) for flag in flags)))
    assert (one.src, one.answered) == (A, answered)


def test_a_tap_that_sees_the_other_side() -> None:
    [one] = read("pcap", pcap(segment(B, 5005, A, 50_000, SYN | ACK), segment(B, 5005, A, 50_000, ACK)))
    assert (one.src, one.answered) == (A, None)


def test_records_of_one_side_that_come_apart() -> None:
    head = "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt\n"
    row = "2026-11-12 12:00:0{0},2026-11-12 12:00:0{0},0,10.30.0.10,10.3.0.11,50000,5005,TCP,{1},{2},{2}00,0,0\n"
    [one] = read("nfdump", head + row.format(0, "......S.", 1) + row.format(2, "...AP..F", 50))
    assert (one.src, one.answered) == (A, None)


@pytest.mark.parametrize(
    ("packets", "flags", "answered"),
    [
        (90, SYN | RST, True),  # it has sent much, and ended with a reset
        (2, SYN | RST, False),  # a scan
        (5, SYN | RST, None),  # a short session, or a SYN that was sent again
        (9, SYN | FIN, True),
    ],
)
def test_flags_without_ack_show_no_scan(packets: int, flags: int, answered: bool | None) -> None:
    """AWS tells of an ACK in a SYN's answer only."""
    rows = ((False, 6, packets, packets * 60, 0, "ACCEPT", flags), (True, 6, 8, 800, 0, "ACCEPT", SYN | ACK))
    [one] = read("vpc", cloud(*rows))
    assert (one.src, one.answered) == (A, answered)


@pytest.mark.parametrize(("packets", "size", "answered"), [(3, 180, False), (9, 540, None), (2, 900, None)])
def test_one_side_without_ack_shows_more_than_a_syn_by_what_it_sent(
    packets: int, size: int, answered: bool | None
) -> None:
    [one] = read("vpc", cloud((False, 6, packets, size, 0, "ACCEPT", SYN)))
    assert one.answered is answered


NFDUMP = "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt\n"


def half(flags: str, packets: int, size: int, *, back: bool = False, after: int = 0) -> str:
    """A record of one way, of nfdump."""
    time = f"2026-11-12 12:00:{after:02}"
    ends = f"{B},{A},5005,50000" if back else f"{A},{B},50000,5005"
    return f"{time},{time},0,{ends},TCP,{flags},{packets},{size},0,0\n"


@pytest.mark.parametrize(
    ("rows", "answered"),
    [
        (half("......S.", 90, 90_000), None),  # an exporter that keeps the first packet's flags
        (half("......S.", 90, 4_680), None),
        (half("......S.", 3, 3_000), None),
        (half("......S.", 7, 420), False),  # a SYN that was tried again and again
        (half("......S.", 4, 240) + "".join(half("......S.", 1, 60, after=n) for n in (15, 31)), False),
        (half(".....RS.", 90, 90_000) + half("......S.", 80, 80_000, back=True), True),
        (half(".....RS.", 2, 100) + half("...A..S.", 1, 60, back=True), False),  # a scan
        (half("......S.", 90, 5_400) + half("...A.R..", 90, 3_600, back=True), False),  # refused each time
    ],
)
def test_flags_of_one_packet_of_many(rows: str, answered: bool | None) -> None:
    [one] = read("nfdump", NFDUMP + rows)
    assert (one.src, one.answered) == (A, answered)


@pytest.mark.parametrize("tags", [(), (7,)], ids=["plain", "tagged"])
def test_a_packet_that_shows_its_flags_shows_all_of_them(tags: tuple[int, ...]) -> None:
    """Who tries for ever, and from one port, has had no answer."""
    tried = ethernet(ip(A, B, 6, transport(6, 50_000, 5005, flags=SYN)), *tags)
    [one] = read("pcap", pcap(*[tried] * 90))
    assert (one.src, one.answered, one.pkts_out) == (A, False, 90)


def test_what_was_stopped_once_does_not_hide_what_passed() -> None:
    """By the same ports, in the same hour and in later ones."""
    rows = [(False, 17, 9, 900, 0, "REJECT", 0)]
    for after in (600, 1200, 4000, 8000):
        rows += [(False, 17, 9, 900, after, "ACCEPT", 0), (True, 17, 8, 800, after, "ACCEPT", 0)]
    found = [(one.said, one.answered) for one in read("vpc", cloud(*rows))]
    assert found.count((Said.STOPPED, False)) == 1
    assert set(found) == {(Said.STOPPED, False), (Said.PASSED, True)}


def test_an_answer_that_was_stopped_is_none() -> None:
    rows = ((False, 17, 9, 900, 0, "ACCEPT", 0), (True, 17, 8, 800, 0, "REJECT", 0))
    found = {(one.src, one.said): one.answered for one in read("vpc", cloud(*rows))}
    assert found == {(A, Said.PASSED): False, (B, Said.STOPPED): False}

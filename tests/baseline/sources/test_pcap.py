"""The reader of captures: containers, encapsulations, fragments, damage, hours."""

from __future__ import annotations

import struct

import pytest

from segc.baseline import conversations
from segc.baseline.observed import NO_PORT, Grade, Observed, Said, Unread
from segc.baseline.sources import pcap as reader
from tests.baseline.sources.reading import everything, key, read, unread
from tests.baseline.wire import ACK, FIN, RST, START, SYN, Sent, ethernet, ip, pcap, pcapng, segment, transport

PLC, HMI = "10.3.0.11", "10.30.0.77"
ASK = segment(HMI, 1025, PLC, 44818)
ANSWER = segment(PLC, 44818, HMI, 1025)
SESSION = [segment(HMI, 1025, PLC, 44818, SYN), segment(PLC, 44818, HMI, 1025, SYN | ACK), ASK, ANSWER]
FLOW = (HMI, PLC, 6, 44818)
HOUR = 3_600_000_000


@pytest.mark.parametrize(
    "capture",
    [
        pcap(*SESSION),
        pcap(*SESSION, order=">"),
        pcap(*SESSION, nano=True),
        pcap(*SESSION, order=">", nano=True),
        pcapng(*SESSION),
        pcapng(*SESSION, order=">"),
        pcapng(*SESSION, resolution=9),
        pcapng(*SESSION, resolution=0x80 | 10),
        pcap(*(frame[14:] for frame in SESSION), link=101),
        pcap(*(b"\2\0\0\0" + frame[14:] for frame in SESSION), link=0),
        pcap(*(b"\0" * 14 + frame[12:] for frame in SESSION), link=113),
        pcap(*(frame[12:14] + b"\0" * 18 + frame[14:] for frame in SESSION), link=276),
        pcap(*(ethernet(frame[14:], 100) for frame in SESSION)),
        pcap(*(ethernet(frame[14:], 100, 7) for frame in SESSION)),
    ],
)
def test_a_session_in_any_wrapping(capture: bytes) -> None:
    [one] = read("pcap", capture)
    assert key(one) == FLOW
    assert (one.sport, one.grade, one.answered, one.n) == (1025, Grade.HANDSHAKE, True, 1)
    assert (one.pkts_out, one.pkts_in) == (2, 2)
    assert START * 1_000_000 <= one.first <= one.last < START * 1_000_000 + 10_000


def test_simple_blocks_have_no_time() -> None:
    [one] = read("pcap", pcapng(*SESSION, simple=True))
    assert (key(one), one.first) == (FLOW, 0)


def test_hardware_addresses() -> None:
    [one] = read("pcap", pcap(*SESSION))
    assert (one.src_mac, one.dst_mac) == ("02:42:0a:1e:00:4d", "02:42:0a:1e:00:01")


def test_ipv6_behind_extension_headers() -> None:
    inner = bytes((6, 0)) + b"\0" * 6 + transport(6, 1025, 502, flags=SYN)
    [one] = read("pcap", pcap(ethernet(ip("fd00::77", "fd00::11", 0, inner))))
    assert key(one) == ("fd00::77", "fd00::11", 6, 502)


def test_the_length_on_the_wire_counts_not_what_was_captured() -> None:
    frame = segment(HMI, 1025, PLC, 502, data=b"x" * 1000)
    [one] = read("pcap", pcap(frame, snaplen=64))
    assert one.bytes_out == len(frame)


def test_packets_captured_too_short_are_told() -> None:
    [told] = unread("pcap", pcap(ASK, snaplen=36))
    assert "1 packet was captured too short" in told.why


def test_fragments_belong_to_their_first() -> None:
    data = transport(17, 1025, 161, data=b"x" * 24)
    first = ethernet(ip(HMI, PLC, 17, data[:16], fragment=0x2000))
    later = ethernet(ip(HMI, PLC, 17, data[16:], fragment=2))
    [one] = read("pcap", pcap(first, later))
    assert (key(one), one.pkts_out) == ((HMI, PLC, 17, 161), 2)
    [alone] = read("pcap", pcap(later))
    assert (alone.sport, alone.dport) == (NO_PORT, NO_PORT)


@pytest.mark.parametrize("cut", [1, 10, 30, 60])
def test_a_capture_that_ends_within_a_packet_counts_up_to_there(cut: int) -> None:
    found = everything("pcap", pcap(*SESSION, ANSWER)[:-cut])
    assert [key(one) for one in found if isinstance(one, Observed)] == [FLOW]
    assert [(one.line, "ends within a packet; 4 packets" in one.why) for one in found if isinstance(one, Unread)] == [
        (5, True)
    ]
    cut_ng = everything("pcap", pcapng(*SESSION, ANSWER)[:-cut])
    assert [key(one) for one in cut_ng if isinstance(one, Observed)] == [FLOW]
    assert any("ends within a block; 4 packets" in one.why for one in cut_ng if isinstance(one, Unread))


def test_damage_is_told_where_it_is() -> None:
    bad = pcap(*SESSION) + struct.pack("<IIII", START, 0, 0x7FFFFFFF, 60) + b"x" * 100
    [told] = unread("pcap", bad)
    assert (told.line, "damaged" in told.why) == (5, True)


def test_a_link_type_that_is_not_read() -> None:
    [told] = unread("pcap", pcap(*SESSION, link=127))
    assert told.why == "4 packets of link type 127, which is not read"


def test_frames_that_are_no_ip_tell_nothing() -> None:
    profinet = bytes(12) + b"\x88\x92" + bytes(46)
    assert not everything("pcap", pcap(profinet, bytes(12) + b"\x08\x06" + bytes(28), bytes(60)))


def said(*frames: bytes) -> tuple[str, int, bool | None, Grade]:
    [one] = read("pcap", pcap(*frames))
    return one.src, one.dport, one.answered, one.grade


def test_answers_and_attempts() -> None:
    syn, accepted = SESSION[:2]
    reset = segment(PLC, 44818, HMI, 1025, RST | ACK)
    assert said(*SESSION) == (HMI, 44818, True, Grade.HANDSHAKE)
    assert said(accepted, ASK) == (HMI, 44818, True, Grade.HANDSHAKE)
    assert said(syn, syn) == (HMI, 44818, False, Grade.HANDSHAKE)
    assert said(syn, reset) == (HMI, 44818, False, Grade.HANDSHAKE)
    assert said(syn, accepted, segment(HMI, 1025, PLC, 44818, RST)) == (HMI, 44818, False, Grade.HANDSHAKE)
    assert said(*SESSION, reset) == (HMI, 44818, True, Grade.HANDSHAKE)
    assert said(*SESSION, segment(HMI, 1025, PLC, 44818, FIN | ACK)) == (HMI, 44818, True, Grade.HANDSHAKE)
    assert said(ANSWER, ASK) == (HMI, 44818, True, Grade.CATALOGUE)
    assert said(ANSWER) == (HMI, 44818, None, Grade.CATALOGUE)


def udp(src: str, sport: int, dst: str, dport: int) -> bytes:
    return segment(src, sport, dst, dport, proto=17, data=b"x" * 20)


def test_udp_without_an_answer_is_an_attempt_but_where_nobody_answers() -> None:
    assert said(udp(HMI, 1025, PLC, 161), udp(PLC, 161, HMI, 1025)) == (HMI, 161, True, Grade.CATALOGUE)
    assert said(udp(HMI, 1025, PLC, 161)) == (HMI, 161, False, Grade.CATALOGUE)
    assert said(udp(PLC, 1025, HMI, 514)) == (PLC, 514, None, Grade.CATALOGUE)
    assert said(udp(PLC, 1025, HMI, 18246)) == (PLC, 18246, None, Grade.CATALOGUE)


def test_udp_answered_from_another_port() -> None:
    assert said(udp(HMI, 1025, PLC, 34964), udp(PLC, 50001, HMI, 1025)) == (HMI, 34964, True, Grade.CATALOGUE)


def test_somebody_who_asks_at_all_ports_is_no_server() -> None:
    frames = [udp(HMI, 40000, PLC, 50000 + n) for n in range(20)]
    assert {one.src for one in read("pcap", pcap(*frames))} == {HMI}


def ping(src: str, dst: str, kind: int, code: int = 0, rest: bytes = b"\0\1\0\1" + b"x" * 32) -> bytes:
    return ethernet(ip(src, dst, 1, bytes((kind, code, 0, 0)) + rest))


def test_pings() -> None:
    assert said(ping(HMI, PLC, 8), ping(PLC, HMI, 0)) == (HMI, 8 * 256, True, Grade.HANDSHAKE)
    assert said(ping(PLC, HMI, 0), ping(HMI, PLC, 8)) == (HMI, 8 * 256, True, Grade.HANDSHAKE)
    assert said(ping(PLC, HMI, 0)) == (HMI, 8 * 256, True, Grade.HANDSHAKE)
    assert said(ping(HMI, PLC, 8)) == (HMI, 8 * 256, False, Grade.HANDSHAKE)


def test_an_error_about_a_conversation_is_no_flow_of_its_own() -> None:
    about = b"\0\0\0\0" + ip(HMI, PLC, 17, transport(17, 1025, 161))
    assert said(udp(HMI, 1025, PLC, 161), ping(PLC, HMI, 3, 3, about)) == (HMI, 161, False, Grade.CATALOGUE)


def test_a_conversation_is_told_once_an_hour() -> None:
    every = [Sent(minute * 60_000_000, frame) for minute in range(0, 150, 10) for frame in (ASK, ANSWER)]
    found = read("pcap", pcap(Sent(0, SESSION[0]), Sent(0, SESSION[1]), *every))
    assert [(key(one), one.n, one.pkts_out, one.grade, one.answered) for one in found] == [
        (FLOW, 1, 7, Grade.HANDSHAKE, True),
        (FLOW, 1, 6, Grade.HANDSHAKE, True),
        (FLOW, 1, 3, Grade.HANDSHAKE, True),
    ]
    assert [one.first // HOUR - found[0].first // HOUR for one in found] == [0, 1, 2]


def test_a_stream_that_never_ends_tells_every_ten_seconds_and_forgets_no_opening() -> None:
    polls = [Sent(30_000_000 * n, frame) for n in range(1, 5) for frame in (ASK, ANSWER)]
    found = read("pcap", pcap(Sent(0, SESSION[0]), Sent(0, SESSION[1]), *polls), live=True)
    assert [(key(one), one.grade) for one in found] == [(FLOW, Grade.HANDSHAKE)] * 5


def test_an_answer_beyond_the_hour_is_an_answer() -> None:
    end = HOUR - 1_000_000
    found = read("pcap", pcap(Sent(end, udp(HMI, 1025, PLC, 161)), Sent(end + 2_000_000, udp(PLC, 161, HMI, 1025))))
    assert [one.answered for one in found] == [True]


def test_a_clock_that_jumps_stops_nothing() -> None:
    far = 10 * 365 * 24 * HOUR
    found = read("pcap", pcap(Sent(0, ASK), Sent(far, ASK), Sent(HOUR, ASK), Sent(2 * HOUR, ANSWER)))
    assert sum(one.pkts_out for one in found) == 3


def test_a_storm_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST", 50)
    monkeypatch.setattr(conversations, "MOST", 50)
    frames = [segment(HMI, 1024 + n, PLC, 502, SYN) for n in range(500)]
    assert len(read("pcap", pcap(*frames))) == 500


def nflog(prefix: bytes, packet: bytes) -> bytes:
    def attribute(kind: int, value: bytes) -> bytes:
        return struct.pack("<HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)

    hardware = struct.pack(">HH", 6, 0) + bytes.fromhex("02420a1e004d") + b"\0\0"
    head = b"\2\0" + struct.pack(">H", 62)
    return (
        head
        + attribute(1, b"\x08\0\2\0")
        + attribute(10, prefix + b"\0")
        + attribute(8, hardware)
        + attribute(9, packet)
    )


def test_a_group_of_nflog_carries_the_rule() -> None:
    frames = [nflog(b"segc:A:mes>filling ", segment(HMI, 1025, PLC, 44818, SYN)[14:])]
    frames.append(nflog(b"segc:B:mes>filling ", ping(HMI, PLC, 8)[14:]))
    one, two = read("pcap", pcap(*frames, link=239))
    assert (*key(one), one.said, one.tag, one.grade) == (*FLOW, Said.RECORDED, "segc:A:mes>filling", Grade.HANDSHAKE)
    assert one.src_mac == "02:42:0a:1e:00:4d"
    assert (key(two), two.said) == ((HMI, PLC, 1, 8 * 256), Said.STOPPED)

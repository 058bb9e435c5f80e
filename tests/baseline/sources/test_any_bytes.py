"""Whatever a log holds: observations and what was not read, never an exception, and only values that are true of them."""

from __future__ import annotations

import io
import re
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segc.baseline.observed import NO_PORT, Grade, Observed, Unread
from segc.baseline.sources import text
from segc.baseline.sources.protocol import HEAD, LONGEST_LINE
from segc.baseline.sources.registry import SOURCES, by_name, detect
from tests.baseline.sources import (
    test_cisco,
    test_filterlog,
    test_kernel,
    test_pcap,
    test_sessions,
    test_tables,
    test_zeek,
)
from tests.baseline.sources.reading import context
from tests.baseline.wire import SYN, ethernet, ip, pcap, pcapng, transport

FRAMES = [
    *test_pcap.SESSION,
    ethernet(ip("fd00::77", "fd00::11", 0, bytes((6, 0)) + b"\0" * 6 + transport(6, 1025, 502, flags=SYN)), 5),
    ethernet(ip("10.0.0.1", "10.0.0.2", 17, transport(17, 1, 161, data=b"x" * 24), fragment=0x2000)),
    test_pcap.ping("10.0.0.1", "10.0.0.2", 3, 3, b"\0\0\0\0" + ip("10.0.0.2", "10.0.0.1", 17, transport(17, 1, 161))),
]
LOGS: list[tuple[str, bytes]] = [
    ("kernel", test_kernel.SYN.encode()),
    ("ulogd-json", test_kernel.JSON.encode()),
    ("filterlog", (test_filterlog.PF + test_filterlog.V4 + "\n" + test_filterlog.OPN + test_filterlog.V6).encode()),
    ("filterlog", test_filterlog.v4("1,icmp", "datalength=64,unreach,3,,,").encode()),
    ("asa", (test_cisco.hits(1, "first hit") + "\n" + test_cisco.hits(21, "300-second interval")).encode()),
    (
        "asa",
        (
            test_cisco.HEAD
            + test_cisco.BUILT.format("inbound")
            + "\n"
            + test_cisco.HEAD
            + test_cisco.GONE.format("1 x")
        ).encode(),
    ),
    (
        "ios-acl",
        (
            test_cisco.IOS + "%SEC-6-IPACCESSLOGDP: list 112 permitted icmp 10.0.0.1 -> 10.0.0.2 (8/0), 2 packets"
        ).encode(),
    ),
    ("fortigate", test_sessions.FORTI.encode()),
    ("pan", test_sessions.PAN.format("end", "ssl", "allow").encode()),
    ("zeek", test_zeek.tsv({}).encode()),
    ("zeek", test_zeek.as_json().encode()),
    ("nfdump", (test_tables.OLD + test_tables.old("10.0.2.20", 1025, "10.0.3.30", 502)).encode()),
    ("vpc", test_tables.VPC.encode()),
    ("pcap", pcap(*FRAMES)),
    ("pcap", pcapng(*FRAMES)),
    ("pcap", pcap(test_pcap.nflog(b"segc:A:x ", FRAMES[0][14:]), link=239)),
    ("pcap", pcap(*(b"\0" * 14 + frame[12:] for frame in FRAMES), link=113)),
]
MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}|")


def sound(one: Observed | Unread) -> None:
    if isinstance(one, Unread):
        assert one.why
        assert len(one.text) <= text.SHOWN
        return
    assert 0 <= one.proto <= 255
    assert str(ip_address(one.src)) == one.src
    assert str(ip_address(one.dst)) == one.dst
    assert NO_PORT <= one.sport <= 65535
    assert NO_PORT <= one.dport <= 65535
    assert 0 <= one.first <= one.last < text.LATEST
    assert one.n >= 1
    assert min(one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in) >= 0
    assert max(one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in) < 1 << 63
    assert MAC.fullmatch(one.src_mac)
    assert MAC.fullmatch(one.dst_mac)
    assert isinstance(one.grade, Grade)


def all_of(name: str, raw: bytes, *, live: bool = False) -> list[Observed | Unread]:
    source = by_name(name)
    assert source is not None
    found = list(source.read(io.BytesIO(raw), context(live=live)))
    for one in found:
        sound(one)
    return found


@pytest.mark.parametrize(("name", "log"), LOGS)
def test_the_logs_that_are_spoiled_below_are_good(name: str, log: bytes) -> None:
    found = all_of(name, log)
    assert found
    assert not [one for one in found if isinstance(one, Unread)]
    assert detect(log) is by_name(name)


WORDS = [
    b"\0",
    b"\xff\xff\xff\xff",
    b"99999999999999999999",
    b"-1",
    b"\xd9\xa3",
    b",",
    b'"',
    b"\t",
    b"=",
    b" ",
    b"1.2.3",
]
WORDS += [b"::", b"\n", b"\r", b"\xc2\xb2", b"0x1F", b"1e9", b"nan"]
EDIT = st.tuples(st.integers(0, 1 << 16), st.integers(0, 12), st.one_of(st.binary(max_size=8), st.sampled_from(WORDS)))
EDITS = st.lists(EDIT, min_size=1, max_size=6)


def spoiled(log: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, new in edits:
        at = place % (len(log) + 1)
        log = log[:at] + new + log[at + length :]
    return log


@pytest.mark.parametrize(("name", "log"), LOGS)
@given(edits=EDITS, live=st.booleans())
@settings(max_examples=150, deadline=None)
def test_spoiled_logs(name: str, log: bytes, edits: list[tuple[int, int, bytes]], live: bool) -> None:
    all_of(name, spoiled(log, edits), live=live)


@given(raw=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_at_all(raw: bytes) -> None:
    detect(raw)
    for source in SOURCES:
        all_of(source.name, raw)


@pytest.mark.parametrize(("name", "log"), LOGS)
def test_every_cut(name: str, log: bytes) -> None:
    for end in range(0, len(log), 7):
        all_of(name, log[:end])


@pytest.mark.parametrize("name", [source.name for source in SOURCES if source.name != "pcap"])
def test_a_line_of_megabytes_is_one_that_is_told(name: str) -> None:
    good = dict(LOGS[::-1]).get(name, b"")
    long = good + b"\n" + b"x" * (3 * LONGEST_LINE) + b"\n" + good.rpartition(b"\n")[2]
    found = [one for one in all_of(name, long) if isinstance(one, Unread)]
    assert "a line of more than 16384 bytes" in {one.why for one in found}
    assert max(one.line for one in found) <= good.count(b"\n") + 3


@pytest.mark.parametrize("name", [source.name for source in SOURCES if source.name != "pcap"])
def test_lines_made_to_be_slow_are_not(name: str) -> None:
    """With a pattern that tries too much, each of these would take minutes."""
    good = [log.rpartition(b"\n")[2] for own, log in LOGS if own == name]
    size = LONGEST_LINE - 100
    nasty = [
        b"IN=a OUT=b ",
        b"IN=",
        b"SRC=1 DST=2 ",
        b"x",
        b"x=",
        b'="',
        b'a="b ',
        b"%ASA-6-106100: ",
        b"%a-",
        b"{",
        b"[",
        b" list a ",
        b"1/",
    ]
    nasty += [
        b"filterlog 1 a [",
        b",",
        b'"',
        b"type=traffic srcip=",
        b"Nov 23 ",
        b"1.",
        b"dropped='",
        b"a ",
        b"PROTO=TCP ",
    ]
    for word in nasty:
        for each in (b"", *good):
            for log in (
                each[: len(each) // 3] + word * (size // len(word)),
                each[:-20] + word * ((size - len(each)) // len(word)),
            ):
                detect(log * 3)
                all_of(name, log[: LONGEST_LINE - 1])


def test_other_encodings_are_read_where_they_do_not_matter() -> None:
    latin = test_kernel.SYN.replace("fw kernel", "f\xfc kernel").encode("latin-1")
    assert all_of("kernel", latin) == all_of("kernel", test_kernel.SYN.encode())
    wide = test_kernel.SYN.encode("utf-16")
    assert all(isinstance(one, Unread) for one in all_of("kernel", wide))
    assert detect(wide) is None


def test_times_that_cannot_be_are_told() -> None:
    for log in (
        test_sessions.FORTI.replace("duration=116", "duration=9999999999"),
        test_sessions.FORTI.replace("2026-", "2226-"),
    ):
        [told] = all_of("fortigate", log.encode())
        assert isinstance(told, Unread)
        assert "before 1970 or after 2200" in told.why


def test_what_is_no_log_is_nobodys() -> None:
    for raw in (b"", b"hello\n", b"%PDF-1.7\n", Path(__file__).read_bytes()[:10], b"\x1f\x8b\x08"):
        assert detect(raw[:HEAD]) is None


def test_sources_have_names_of_their_own() -> None:
    names = [source.name for source in SOURCES]
    assert len(set(names)) == len(names)
    assert all(by_name(source.name) is source and source.title for source in SOURCES)
    assert by_name("nothing") is None

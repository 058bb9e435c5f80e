"""Captures in which IP stands behind tags, labels and headers of other layers: read, or counted as what cannot be read."""

from __future__ import annotations

import pytest

from segc.baseline.observed import Observed
from tests.baseline.sources.reading import everything, key, read, unread
from tests.baseline.wire import ACK, MACS, SYN, ethernet, pcap, segment

PLC, HMI = "10.3.0.11", "10.30.0.77"
SESSION = [
    segment(HMI, 1025, PLC, 44818, SYN),
    segment(PLC, 44818, HMI, 1025, SYN | ACK),
    segment(HMI, 1025, PLC, 44818),
]
V6 = segment("fd00::77", 1025, "fd00::11", 44818, SYN)
FLOW = (HMI, PLC, 6, 44818)


def wrapped(frame: bytes, wrap: str, *, typed: bool = True) -> bytes:
    """A frame whose IP stands behind `wrap`, in hexadecimal digits, and its own type if that follows."""
    return MACS + bytes.fromhex(wrap) + (frame[12:] if typed else frame[14:])


TYPED = {
    "HSR": "892f 0042 0001",
    "VLAN and HSR": "8100 0007 892f 1042 0001",
    "CMD": "8909 01 01 0001 0010",
    "CMD with two options": "8909 01 02 0001 0010 0001 0011 0000 0000",
    "VN-Tag": "8926 8001 0002",
    "E-TAG": "893f 0000 0001 0000",
    "I-TAG": "88e7 00 000123 020000000001 020000000002",
    "MACsec, plain": "88e5 00 00 00000001",
    "MACsec, plain, with its channel": "88e5 20 00 00000001 0200000000010001",
    "old VLAN": "9300 0007",
    "SNAP": "0060 aaaa03 000000",
    "VLANs upon VLANs": "8100 0001" * 6,
}
BARE = {
    "PPPoE": "8864 1100 0001 002a 0021",
    "PPPoE, one byte": "8864 1100 0001 0029 21",
    "MPLS": "8847 00010140",
    "MPLS labels": "8847 00010040 00020140",
    "MPLS to many": "8848 00010140",
}


@pytest.mark.parametrize("wrap", TYPED.values(), ids=TYPED)
def test_what_is_wrapped_is_read(wrap: str) -> None:
    [one] = read("pcap", pcap(*(wrapped(frame, wrap) for frame in SESSION)))
    assert (key(one), one.sport, one.answered) == (FLOW, 1025, True)
    [six] = read("pcap", pcap(wrapped(V6, wrap)))
    assert key(six) == ("fd00::77", "fd00::11", 6, 44818)


@pytest.mark.parametrize("wrap", BARE.values(), ids=BARE)
def test_so_is_what_has_no_type_of_ethernet(wrap: str) -> None:
    [one] = read("pcap", pcap(*(wrapped(frame, wrap, typed=False) for frame in SESSION)))
    assert (key(one), one.sport, one.answered) == (FLOW, 1025, True)


def test_ipv6_in_pppoe() -> None:
    [one] = read("pcap", pcap(wrapped(V6, "8864 1100 0001 002a 0057", typed=False)))
    assert key(one) == ("fd00::77", "fd00::11", 6, 44818)


def test_a_trailer_of_prp_is_no_part_of_the_packet() -> None:
    [one] = read("pcap", pcap(*(frame + bytes.fromhex("0001 a042 88fb") for frame in SESSION)))
    assert (key(one), one.answered) == (FLOW, True)


SEALED = {
    "MACsec": "88e5 2c 00 00000001 0200000000010001 deadbeef",
    "MACsec, changed": "88e5 04 00 00000001 deadbeef",
    "PPPoE, compressed": "8864 1100 0001 002a 00fd 0011",
    "MPLS with Ethernet in it": "8847 00010140 00000000 020000000001",
    "TRILL": "22f3 0000 0001 0002",
    "FabricPath": "8903 0001 0002",
    "NSH": "894f 0000 0000",
    "CMD without a length": "8909 0100 0001",
    "IP of no version": "0800 00",
    "very many VLANs": "8100 0001" * 20,
}


@pytest.mark.parametrize("wrap", SEALED.values(), ids=SEALED)
def test_what_may_carry_ip_and_cannot_be_read_is_counted(wrap: str) -> None:
    found = everything("pcap", pcap(*SESSION, *(wrapped(SESSION[0], wrap) for _ in range(3))))
    assert [key(one) for one in found if isinstance(one, Observed)] == [FLOW]
    [bad] = [one for one in found if not isinstance(one, Observed)]
    assert (bad.n, bad.aside, bad.cut) == (3, False, False)


@pytest.mark.parametrize(
    ("wrap", "typed"), [*((wrap, True) for wrap in TYPED.values()), *((wrap, False) for wrap in BARE.values())]
)
def test_what_is_cut_within_its_wraps_is_counted(wrap: str, *, typed: bool) -> None:
    size = 12 + len(bytes.fromhex(wrap))
    for length in (size - 1, size, size + 1):
        [bad] = unread("pcap", pcap(wrapped(SESSION[0], wrap, typed=typed)[:length]))
        assert (bad.n, bad.aside) == (1, False)


@pytest.mark.parametrize(
    "kind",
    [
        "8892 8000",
        "88b8 0001",
        "0806 0001",
        "88cc 0207",
        "88fb 0001",
        "888e 0200",
        "8863 1109",
        "0026 424203",
        "892f 0042 0001 88fb",
    ],
)
def test_what_carries_no_ip_is_passed_over(kind: str) -> None:
    assert unread("pcap", pcap(MACS + bytes.fromhex(kind) + bytes(40))) == []
    assert unread("pcap", pcap(MACS + bytes.fromhex("8864 1100 0001 0010 c021") + bytes(40))) == []


def test_tags_of_vlans_need_no_more_than_before() -> None:
    [one] = read("pcap", pcap(*(ethernet(frame[14:], 100, 7) for frame in SESSION)))
    assert key(one) == FLOW

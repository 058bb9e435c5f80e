"""filterlog of pfSense and OPNsense. Shapes: Netgate "Raw Filter Log Format", OPNsense filterlog/files/description.txt."""

from __future__ import annotations

import pytest

from segc.baseline.observed import NO_PORT, Grade, Said
from tests.baseline.sources.reading import at, key, read, unread

PF = "Nov 23 15:03:55 fw filterlog[12345]: "
OPN = '<134>1 2026-11-23T15:03:55+00:00 fw.lan filterlog 63278 - [meta sequenceId="7"] '
V4 = "4,,,1000000103,igb0,match,block,in,4,0x0,,64,12345,0,DF,6,tcp,60,192.168.1.88,10.0.0.1,54321,80,0,S,12345678,,1024,,"
V6 = "7,,,02f4bab031b57d1e,igb0,match,pass,in,6,0x00,0x00000,64,tcp,6,40,fd00::88,fd00::1,54321,443,0,S,1234,,1024,,"


def v4(proto: str, rest: str, offset: str = "0") -> str:
    return (
        f"{PF}4,,,1000000103,igb0,match,pass,in,4,0x0,,64,12345,{offset},none,{proto},84,192.168.1.88,10.0.0.1,{rest}"
    )


@pytest.mark.parametrize("head", [PF, OPN, "<134>Nov 23 15:03:55 filterlog: "])
def test_both_families_whose_protocols_stand_swapped(head: str) -> None:
    four, six = read("filterlog", f"{head}{V4}\n{head}{V6}\n")
    assert key(four) == ("192.168.1.88", "10.0.0.1", 6, 80)
    assert (four.said, four.tag, four.answered, four.grade) == (Said.STOPPED, "1000000103", False, Grade.HANDSHAKE)
    assert key(six) == ("fd00::88", "fd00::1", 6, 443)
    assert (six.said, six.tag, six.first) == (Said.PASSED, "02f4bab031b57d1e", at("2026-11-23T15:03:55"))


def test_udp() -> None:
    [one] = read("filterlog", v4("17,udp", "40000,161,56"))
    assert (*key(one), one.grade) == ("192.168.1.88", "10.0.0.1", 17, 161, Grade.CATALOGUE)


@pytest.mark.parametrize(
    ("rest", "dport"),
    [
        ("request,28305,164", 8 * 256),  # pfSense
        ("datalength=64,echoreq,0,28305,164,", 8 * 256),  # OPNsense
        ("datalength=64,unreach,3,,,", 3 * 256 + 3),
        ("datalength=64,unreach,port-unr,,,", 3 * 256),
        ("datalength=64", NO_PORT),  # OPNsense before it told
        ("unknown(77),1", NO_PORT),
    ],
)
def test_icmp_in_each_ones_words(rest: str, dport: int) -> None:
    [one] = read("filterlog", v4("1,icmp", rest))
    assert one.dport == dport


def test_fragments_and_protocols_without_ports() -> None:
    assert read("filterlog", v4("17,udp", "", offset="1480"))[0].dport == NO_PORT
    assert read("filterlog", v4("2,igmp", "datalength=8"))[0].proto == 2


def test_what_is_cut_off_is_told() -> None:
    found = unread("filterlog", f"{PF}{V4}\n{PF}{V4[:60]}\n{PF}short\n{PF}{V4.replace(',4,0x0', ',5,0x0')}\n")
    assert [one.line for one in found] == [2, 3, 4]

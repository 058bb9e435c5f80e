"""Connection events of Cisco FTD. Shapes: Cisco, "Security Event Syslog Messages"; keys as devices of 6.x and 7.x write them."""

from __future__ import annotations

import pytest

from segc.baseline.observed import NO_PORT, Grade, Said
from tests.baseline.sources.reading import at, key, read, unread

HEAD = "2026-11-23T15:10:00Z ftd1 : %FTD-1-"
WHO = "EventPriority: Low, DeviceUUID: e8566508-eaa9-11e5-860f-de3e305d8269, InstanceID: 3, "
ENDS = "SrcIP: 10.30.0.11, DstIP: 10.3.1.12, SrcPort: 50000, DstPort: 102, Protocol: tcp, IngressInterface: outside, "
RULE = "ACPolicy: p, AccessControlRuleName: r, Prefilter Policy: d, Client: x, "


def event(
    number: int = 430003, *, action: str = "Allow", ends: str = ENDS, sent: int = 9, back: int = 8, more: str = ""
) -> str:
    first = f"{WHO}FirstPacketSecond: 2026-11-23T15:09:30Z, ConnectionID: 7, AccessControlRuleAction: {action}, "
    length = "ConnectionDuration: 20, " if number == 430003 else ""
    counts = f"InitiatorPackets: {sent}, ResponderPackets: {back}, InitiatorBytes: 900, ResponderBytes: 800, "
    return f"{HEAD}{number}: {first}{ends}{RULE}{more}{length}{counts}NAPPolicy: Balanced Security and Connectivity"


def test_an_end_tells_a_connection() -> None:
    [one] = read("asa", event())
    assert (*key(one), one.sport) == ("10.30.0.11", "10.3.1.12", 6, 102, 50000)
    assert (one.first, one.last) == (at("2026-11-23T15:09:30"), at("2026-11-23T15:09:50"))
    assert (one.pkts_out, one.pkts_in, one.bytes_out, one.bytes_in) == (9, 8, 900, 800)
    assert (one.answered, one.grade, one.said) == (True, Grade.HANDSHAKE, Said.PASSED)


def test_early_releases_tell_neither_number_nor_first_packet() -> None:
    text = f"{HEAD}430003: AccessControlRuleAction: Trust, {ENDS}{RULE}ConnectionDuration: 20, InitiatorPackets: 9"
    [one] = read("asa", f"{text.replace('430003', '430002')}\n{text}")
    assert (one.first, one.last) == (at("2026-11-23T15:09:40"), at("2026-11-23T15:10:00"))
    assert (key(one), one.answered) == (("10.30.0.11", "10.3.1.12", 6, 102), None)


def test_begin_and_end_are_one_connection_and_a_begin_alone_is_one() -> None:
    [one] = read("asa", f"{event(430002, sent=1, back=0)}\n{event()}")
    assert (one.answered, one.pkts_out) == (True, 9)
    [one] = read("asa", event(430002, sent=1, back=0))
    assert (one.answered, one.said) == (None, Said.PASSED)
    again = event(430002, ends=ENDS.replace("50000", "50001"))
    assert [one.sport for one in read("asa", f"{event(430002)}\n{again}\n{event()}")] == [50000, 50001, 50000]


def test_a_stream_tells_it_at_its_begin() -> None:
    assert len(read("asa", f"{event(430002)}\n{event()}", live=True)) == 1
    assert len(read("asa", event(), live=True)) == 1


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("Allow", Said.PASSED),
        ("Trust", Said.PASSED),
        ("Fastpath", Said.PASSED),
        ("Block", Said.STOPPED),
        ("Block with reset", Said.STOPPED),
        ("Interactive Block", Said.STOPPED),
        ("Default Action", Said.NOTHING),  # which that is, it does not say
        ("Blocked?", Said.NOTHING),
    ],
)
def test_what_was_done(action: str, said: Said) -> None:
    [one] = read("asa", event(430002, action=action, sent=1, back=0))
    assert (one.said, one.answered) == (said, False if said is Said.STOPPED else None)


def test_what_was_stopped_after_it_had_begun_did_pass() -> None:
    [one] = read("asa", f"{event(430002)}\n{event(action='Block with reset')}")
    assert (one.said, one.answered) == (Said.PASSED, None)


@pytest.mark.parametrize("action", ["Block", "Block with reset", "Interactive Block"])
@pytest.mark.parametrize(
    ("proto", "sent", "back", "said", "answered"),
    [
        ("tcp", 2000, 2000, Said.PASSED, None),
        ("tcp", 2, 1, Said.PASSED, None),
        ("tcp", 1, 1, Said.STOPPED, False),  # the device itself resets it
        ("tcp", 3, 0, Said.STOPPED, False),
        ("udp", 1, 1, Said.PASSED, None),
        ("udp", 9, 0, Said.STOPPED, False),
    ],
)
def test_an_end_alone_tells_that_it_was_stopped_late(
    action: str, proto: str, sent: int, back: int, said: Said, answered: bool | None
) -> None:
    [one] = read("asa", event(action=action, ends=ENDS.replace("tcp", proto), sent=sent, back=back))
    assert (one.said, one.answered) == (said, answered)


@pytest.mark.parametrize(
    ("action", "sent", "back", "answered"),
    [
        ("Allow", 9, 8, True),
        ("Allow", 3, 0, False),
        ("Allow", 1, 1, False),  # refused
        ("Allow", 0, 0, None),
        ("Trust", 1, 1, None),
        ("Trust", 3, 0, None),
        ("Trust", 3, 3, True),
    ],
)
def test_answers(action: str, sent: int, back: int, answered: bool | None) -> None:
    assert read("asa", event(action=action, sent=sent, back=back))[0].answered is answered


def test_nobody_answers_syslog_and_answers_of_udp_are_turned() -> None:
    syslog = ENDS.replace("tcp", "udp").replace("102", "514")
    assert read("asa", event(ends=syslog, back=0))[0].answered is None
    snmp = ENDS.replace("tcp", "udp").replace("50000", "161").replace("102", "45000")
    [one] = read("asa", event(ends=snmp))
    assert key(one) == ("10.3.1.12", "10.30.0.11", 17, 161)


@pytest.mark.parametrize(
    ("src", "dst", "kind", "expected"),
    [
        ("10.0.0.1", "10.0.0.2", "ICMPType: Echo Request, ICMPCode: No Code, ", (1, 8 * 256)),
        ("10.0.0.1", "10.0.0.2", "ICMPType: 3, ICMPCode: 1, ", (1, 3 * 256 + 1)),
        ("fd00::1", "fd00::2", "ICMPType: Echo Request, ICMPCode: No Code, ", (58, 128 * 256)),
    ],
)
def test_icmp(src: str, dst: str, kind: str, expected: tuple[int, int]) -> None:
    [one] = read("asa", event(ends=f"SrcIP: {src}, DstIP: {dst}, {kind}Protocol: icmp, "))
    assert (one.proto, one.dport, one.sport) == (*expected, NO_PORT)


def test_a_protocol_without_ports() -> None:
    [one] = read("asa", event(ends="SrcIP: 10.0.0.1, DstIP: 10.0.0.2, Protocol: gre, "))
    assert (one.proto, one.dport) == (47, NO_PORT)


@pytest.mark.parametrize(
    "text",
    [
        event(more="UserAgent: x, DstPort: 502, "),  # who sends it may write what he likes
        event(more="UserAgent: x, InitiatorPackets: 1, "),
        event(ends=ENDS.replace("SrcIP: 10.30.0.11, ", "")),
        event(ends=ENDS.replace("DstPort: 102, ", "")),
        event(ends="SrcIP: 10.0.0.1, DstIP: 10.0.0.2, ICMPType: Odd Type, Protocol: icmp, "),
        event().replace("430003", "430001"),
        event().replace("430003", "430005"),
    ],
)
def test_what_is_not_understood_counts(text: str) -> None:
    [one] = unread("asa", text)
    assert not one.aside


def test_a_device_that_only_inspects() -> None:
    assert key(read("asa", event().replace("%FTD", "%NGIPS"))[0]) == ("10.30.0.11", "10.3.1.12", 6, 102)

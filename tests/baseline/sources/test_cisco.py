"""Cisco ASA and IOS. Shapes: Cisco's system log messages, and lines as devices wrote them."""

from __future__ import annotations

import pytest

from segc.baseline.observed import NO_PORT, Grade, Said
from tests.baseline.sources.reading import at, everything, key, read, unread

HEAD = "Nov 23 2026 15:10:00 fw : "


def hits(n: int, when: str, *, done: str = "permitted", clock: str = "15:10:00") -> str:
    return (
        f"Nov 23 2026 {clock} fw : %ASA-6-106100: access-list outside_in {done} tcp outside/10.0.0.1(12345) -> "
        f"inside/192.168.1.1(1357) hit-cnt {n} {when} [0x2c1c6a65, 0x0]"
    )


def test_hits_are_added_and_the_first_not_twice() -> None:
    log = "\n".join(
        [
            hits(1, "first hit"),
            hits(21, "300-second interval", clock="15:15:00"),
            hits(5, "300-second interval", clock="15:20:00"),
        ]
    )
    found = read("asa", log)
    assert [(one.n, one.pkts_out, one.pkts_in) for one in found] == [(1, 0, 0), (20, 0, 0), (5, 0, 0)]  # no packets
    assert {key(one) for one in found} == {("10.0.0.1", "192.168.1.1", 6, 1357)}
    assert (found[1].first, found[1].last) == (at("2026-11-23T15:10:00"), at("2026-11-23T15:15:00"))
    assert {one.said for one in found} == {Said.PASSED}


def test_an_interval_with_the_first_hit_only_adds_nothing() -> None:
    assert len(read("asa", hits(1, "first hit") + "\n" + hits(1, "300-second interval"))) == 1


def test_old_releases_bracket_the_interval() -> None:
    [one] = read("asa", hits(3, "(300-second interval)", done="denied"))
    assert (one.n, one.said, one.tag, one.answered) == (3, Said.STOPPED, "outside_in", False)


@pytest.mark.parametrize(("ports", "dport"), [(("8", "0"), 8 * 256), (("0", "8"), 8 * 256), (("3", "1"), 3 * 256 + 1)])
def test_icmp_hits(ports: tuple[str, str], dport: int) -> None:
    text = hits(1, "first hit").replace(" tcp ", " icmp ").replace("12345", ports[0]).replace("1357", ports[1])
    assert read("asa", text)[0].dport == dport


BUILT = (
    "%ASA-6-302013: Built {} TCP connection 77 for outside:8.8.8.8/443 (8.8.8.8/443) "
    "to inside:10.20.0.100/43965 (1.2.3.4/43965)"
)
GONE = "%ASA-6-302014: Teardown TCP connection 77 for outside:8.8.8.8/443 to inside:10.20.0.100/43965 duration 0:01:56 bytes {}"


@pytest.mark.parametrize(("way", "opener", "port"), [("outbound", "10.20.0.100", 443), ("inbound", "8.8.8.8", 43965)])
def test_built_outbound_was_opened_by_who_stands_second(way: str, opener: str, port: int) -> None:
    [one] = read("asa", f"{HEAD}{BUILT.format(way)}\nNov 23 2026 15:11:56 fw : {GONE.format('15234 TCP FINs')}")
    assert (one.src, one.dport, one.grade) == (opener, port, Grade.HANDSHAKE)
    assert (one.n, one.bytes_out, one.answered) == (1, 15234, True)
    assert (one.first, one.last) == (at("2026-11-23T15:10:00"), at("2026-11-23T15:11:56"))


def test_a_session_that_is_still_open_is_told_at_the_end() -> None:
    [one] = read("asa", HEAD + BUILT.format("outbound"))
    assert (one.src, one.answered) == ("10.20.0.100", None)


def test_a_teardown_alone_goes_by_the_library() -> None:
    [one] = read("asa", HEAD + GONE.format("15234 TCP FINs"))
    assert (one.src, one.dport, one.grade) == ("10.20.0.100", 443, Grade.CATALOGUE)
    assert one.first == at("2026-11-23T15:08:04")


def gone_udp(number: int, near: str, far: str, size: int = 193) -> str:
    return f"{HEAD}%ASA-6-302016: Teardown UDP connection {number} for outside:{near} to inside:{far} duration 0:02:01 bytes {size}"


def keys(*lines: str) -> set[tuple[str, str, int, Grade]]:
    return {(one.src, one.dst, one.dport, one.grade) for one in read("asa", "\n".join(lines))}


def test_a_teardown_of_udp_alone_is_judged_by_the_far_ports_that_each_end_met() -> None:
    """`outside` stands first, whoever opened: what an inside client asked outside is no session from there."""
    server = "198.51.100.9"
    asked = [gone_udp(n, f"{server}/5555", f"10.20.0.{n % 5 + 1}/{40000 + 7 * n}") for n in range(8)]
    assert keys(*asked) == {(f"10.20.0.{n}", server, 5555, Grade.PEERS) for n in range(1, 6)}
    assert keys(*asked[:2]) == {(server, f"10.20.0.{n + 1}", 40000 + 7 * n, Grade.NONE) for n in range(2)}


def test_a_teardown_of_udp_alone_goes_by_what_was_surely_opened() -> None:
    built = (
        "%ASA-6-302015: Built outbound UDP connection 5 for outside:198.51.100.9/5555 (198.51.100.9/5555) "
        "to inside:10.20.0.7/40000 (10.20.0.7/40000)"
    )
    found = keys(gone_udp(4, "198.51.100.9/5555", "10.20.0.1/40007"), HEAD + built)
    assert found == {
        ("10.20.0.7", "198.51.100.9", 5555, Grade.HANDSHAKE),
        ("10.20.0.1", "198.51.100.9", 5555, Grade.PEERS),
    }


@pytest.mark.parametrize("ports", [range(900, 1100), range(50000, 50200)])
@pytest.mark.parametrize("hosts", [1, 20])
def test_who_tries_many_ports_from_one_of_his_own_is_no_server(ports: range, hosts: int) -> None:
    tried = [gone_udp(port, "198.51.100.9/61000", f"10.20.0.{n}/{port}") for port in ports for n in range(hosts)]
    found = keys(*tried)
    assert {grade for *_, port, grade in found if port != 61000} <= {Grade.NONE, Grade.CATALOGUE}
    assert not [one for one in found if one[2] == 61000]


def test_a_teardown_of_udp_alone_between_peers_tells_no_direction() -> None:
    for port in (47808, 123):
        assert keys(gone_udp(1, f"198.51.100.9/{port}", f"10.20.0.1/{port}")) == {
            ("198.51.100.9", "10.20.0.1", port, Grade.NONE)
        }


def test_a_session_that_never_came_up_is_an_attempt() -> None:
    [one] = read("asa", f"{HEAD}{BUILT.format('inbound')}\n{HEAD}{GONE.format('0 SYN Timeout')}")
    assert one.answered is False


def test_udp_and_users_in_brackets() -> None:
    client, end = "172.16.100.73/1025", "duration 0:00:00 bytes 193"
    built = f"%ASA-6-302015: Built inbound UDP connection 5 for lan:{client} ({client}) to inside:10.30.0.7/53 (10.30.0.7/53) (joe)"
    gone = f"%ASA-6-302016: Teardown UDP connection 5 for lan:{client}(LOCAL\\joe) to inside:10.30.0.7/53 {end}"
    [one] = read("asa", f"{HEAD}{built}\n{HEAD}{gone}")
    assert (*key(one), one.bytes_out) == ("172.16.100.73", "10.30.0.7", 17, 53, 193)


@pytest.mark.parametrize("built", [True, False])
def test_the_sum_of_both_ways_shows_an_answer_of_tcp_only(built: bool) -> None:
    """Whoever asks by UDP sends bytes; by TCP nothing is sent before the other end has agreed."""
    ends = "lan:172.16.100.73/1025{} to inside:10.30.0.7/{}{}"
    for word, number, port, answered in (("UDP", 302015, 53, None), ("TCP", 302013, 443, True)):
        opened = f"{HEAD}%ASA-6-{number}: Built inbound {word} connection 5 for " + ends.format(
            " (172.16.100.73/1025)", port, f" (10.30.0.7/{port})"
        )
        for size in (193, 0):
            told = f"Teardown {word} connection 5 for {ends.format('', port, '')} duration 0:00:01 bytes {size}"
            gone = f"{HEAD}%ASA-6-{number + 1}: {told}"
            [one] = read("asa", f"{opened}\n{gone}" if built else gone)
            assert (one.dport, one.bytes_out) == (port, size)
            assert one.answered is (answered if size else None)


def test_pings() -> None:
    text = "%ASA-6-302020: Built outbound ICMP connection for faddr 8.8.8.8/0 gaddr 1.2.3.4/1 laddr 10.20.0.100/1 type 8 code 0"
    [one] = read("asa", f"{HEAD}{text}\n")
    assert key(one) == ("10.20.0.100", "8.8.8.8", 1, 8 * 256)


def test_a_ping_of_unknown_type_is_not_read() -> None:
    text = "%ASA-6-302020: Built inbound ICMP connection for faddr 10.30.0.11/1 gaddr 10.3.1.12/0 laddr 10.3.1.12/0"
    [one] = unread("asa", f"{HEAD}{text}")
    assert not one.aside


def test_denials() -> None:
    by = 'by access-group "outside_in" [0x2c1c6a65, 0x0]'
    tcp = f"%ASA-4-106023: Deny tcp src outside:192.0.2.1/1234 dst inside:10.0.1.50/4321 {by}"
    icmp = f"%ASA-4-106023: Deny icmp src outside:10.1.0.162 dst inside:10.20.50.110 (type 3, code 1) {by}"
    gre = f"%ASA-4-106023: Deny protocol 47 src outside:10.1.0.162 dst inside:10.20.50.110 {by}"
    found = read("asa", "\n".join(HEAD + text for text in (tcp, icmp, gre)))
    assert {key(one)[2:] for one in found} == {(6, 4321), (1, 3 * 256 + 1), (47, NO_PORT)}
    assert {(one.said, one.answered, one.tag) for one in found} == {(Said.STOPPED, False, "outside_in")}


def test_other_messages_are_told() -> None:
    [one] = unread("asa", f"{HEAD}%ASA-5-111008: User 'x' executed 'show run'\n{hits(1, 'first hit')}")
    assert (one.line, one.why) == (1, "message 111008 tells no flow")


IOS = "Nov 23 12:58:40 158.38.0.51 316371: Nov 23 12:58:39.873 MET: "


@pytest.mark.parametrize(
    ("text", "expected", "n", "said"),
    [
        (
            "%SEC-6-IPACCESSLOGP: list LOGT denied tcp 10.0.13.3(19314) -> 10.0.12.2(22), 1 packet",
            ("10.0.13.3", "10.0.12.2", 6, 22),
            1,
            Said.STOPPED,
        ),
        (
            "%SEC-6-IPACCESSLOGP: list ACL permitted udp 150.1.13.4(44475) (Serial1/0.123 ) -> 13.13.12.2(161), 7 packets",
            ("150.1.13.4", "13.13.12.2", 17, 161),
            7,
            Said.PASSED,
        ),
        (
            "%SEC-6-IPACCESSLOGDP: list 112 permitted icmp 158.38.60.10 -> 158.38.12.5 (8/0), 1104 packets",
            ("158.38.60.10", "158.38.12.5", 1, 2048),
            1104,
            Said.PASSED,
        ),
        (
            "%SEC-6-IPACCESSLOGNP: list EDGE-IN denied 50 192.0.2.9 -> 192.0.2.10, 3 packets",
            ("192.0.2.9", "192.0.2.10", 50, NO_PORT),
            3,
            Said.STOPPED,
        ),
        (
            "%SEC-6-IPACCESSLOGRP: list 101 denied igmp 198.51.100.1 -> 224.168.168.168, 1 packet",
            ("198.51.100.1", "224.168.168.168", 2, NO_PORT),
            1,
            Said.STOPPED,
        ),
        (
            "%IPV6_ACL-6-ACCESSLOGP: list PLANT/20 denied tcp 2001:DB8::1(1030) -> 2001:DB8::2(23), 1 packet",
            ("2001:db8::1", "2001:db8::2", 6, 23),
            1,
            Said.STOPPED,
        ),
        (
            "%SEC-6-IPACCESSLOGP: list 101 permitted tcp 10.0.13.3(0) -> 10.0.12.2(0), 2 packets",
            ("10.0.13.3", "10.0.12.2", 6, NO_PORT),
            2,
            Said.PASSED,
        ),
    ],
)
def test_access_lists_of_ios(text: str, expected: tuple[str, str, int, int], n: int, said: Said) -> None:
    [one] = read("ios-acl", IOS + text)
    assert (key(one), one.n, one.pkts_out, one.said) == (expected, 1, n, said)
    assert one.first == at("2026-11-23T12:58:40")


def test_the_answers_that_a_list_logs_are_turned_round() -> None:
    [one] = read(
        "ios-acl", f"{IOS}%SEC-6-IPACCESSLOGP: list X permitted tcp 10.0.12.2(502) -> 10.0.13.3(19314), 1 packet"
    )
    assert (*key(one), one.grade) == ("10.0.13.3", "10.0.12.2", 6, 502, Grade.CATALOGUE)


def test_lines_that_ios_left_out_make_the_log_lossy() -> None:
    hit = f"{IOS}%SEC-6-IPACCESSLOGP: list LOGT denied tcp 10.0.13.3(19314) -> 10.0.12.2(22), 1 packet\n"
    lost, before, after = everything(
        "ios-acl", f"{hit}{IOS}%SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 18 packets\n{hit}"
    )
    assert getattr(lost, "line", 0) == 2
    assert [getattr(one, "lossy", False) for one in (before, after)] == [True, True]


def test_standard_lists_tell_no_flow() -> None:
    text = f"{IOS}%SEC-6-IPACCESSLOGS: list 1 permitted 10.0.0.1, 1 packet\n"
    text += f"{IOS}%SEC-6-IPACCESSLOGNP: list 1 permitted 0 10.0.0.1 -> 0.0.0.0, 1 packet"
    assert [one.why for one in unread("ios-acl", text)] == [
        "a standard list tells no target",
        "a standard list tells no protocol",
    ]

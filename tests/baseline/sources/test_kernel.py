"""Records of Linux firewalls: kernel LOG, ulogd's text and JSON, and their traps. Those in tests/data/logs were really written."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.observed import NO_PORT, Grade, Said
from tests.baseline.sources.reading import at, everything, key, read, unread

SYN = (
    "Nov 23 15:03:55 fw kernel: [ 812.345678] segc:A:mes>filling IN=eth0 OUT=eth1 "
    "MAC=02:42:0a:1e:00:01:02:42:0a:1e:00:4d:08:00 SRC=10.30.0.77 DST=10.3.0.11 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 "
    "DF PROTO=TCP SPT=52235 DPT=502 WINDOW=64240 RES=0x00 SYN URGP=0 "
)
REST = "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 "


def line(
    prefix: str = "", middle: str = REST, end: str = "PROTO=TCP SPT=502 DPT=40000 WINDOW=1 RES=0x00 ACK URGP=0 "
) -> str:
    return f"Nov 23 15:03:55 fw kernel: {prefix}IN=eth0 OUT=eth1 SRC=10.3.0.11 DST=10.30.0.77 {middle}{end}"


def test_a_record_tells_all_that_it_has() -> None:
    [one] = read("kernel", SYN)
    assert key(one) == ("10.30.0.77", "10.3.0.11", 6, 502)
    assert one.first == one.last == at("2026-11-23T15:03:55")
    assert (one.sport, one.n, one.bytes_out, one.pkts_out) == (52235, 1, 60, 1)
    assert (one.said, one.tag) == (Said.RECORDED, "segc:A:mes>filling")
    assert (one.src_mac, one.dst_mac) == ("02:42:0a:1e:00:4d", "02:42:0a:1e:00:01")
    assert (one.grade, one.answered, one.lossy) == (Grade.HANDSHAKE, None, False)


@pytest.mark.parametrize(
    ("prefix", "said", "tag"),
    [
        ("segc:A:mes>filling ", Said.RECORDED, "segc:A:mes>filling"),
        ("segc:a:mes>filling ", Said.RECORDED, "segc:a:mes>filling"),
        ("segc:B:*>* ", Said.STOPPED, "segc:B:*>*"),
        ("segc:b:mes>? ", Said.STOPPED, "segc:b:mes>?"),
        ("segc:L:recipes.vocxpprk ", Said.PASSED, "segc:L:recipes.vocxpprk"),
        ("[UFW BLOCK] ", Said.STOPPED, ""),
        ("[UFW ALLOW] ", Said.PASSED, ""),
        ("[UFW AUDIT] ", Said.NOTHING, ""),
        ("[ 812.345678] [UFW AUDIT] ", Said.NOTHING, ""),
        ("[ 812.345678] [UFW BLOCK] ", Said.STOPPED, ""),
        ("[81234.345678]block ", Said.STOPPED, ""),
        ("segc:A:mes>fil[1.2] ling ", Said.RECORDED, "segc:A:mes>filling"),  # spoiled: what stands so is taken out
        ("filter_FWD_work_REJECT: ", Said.STOPPED, ""),
        ("FINAL_REJECT: ", Said.STOPPED, ""),
        ("[UFW LIMIT BLOCK] ", Said.STOPPED, ""),
        ("Shorewall:net2fw:DROP:", Said.STOPPED, ""),
        ("REJECT wan in: ", Said.STOPPED, ""),
        ("IPTables-Dropped: ", Said.STOPPED, ""),
        ("DROP: ", Said.STOPPED, ""),
        ("would-drop: ", Said.NOTHING, ""),
        ("FWD-DROP-CANDIDATE ", Said.NOTHING, ""),
        ("not [UFW BLOCK] ", Said.NOTHING, ""),
        ("FWD-ACCEPT ", Said.PASSED, ""),
        ("backdrop ", Said.NOTHING, ""),
        ("accept or drop ", Said.NOTHING, ""),
        ("", Said.NOTHING, ""),
    ],
)
def test_a_prefix_says_what_was_done(prefix: str, said: Said, tag: str) -> None:
    [one] = read("kernel", line(prefix))
    assert (one.said, one.tag) == (said, tag)
    assert one.answered is (False if said is Said.STOPPED else None)


def test_a_host_called_drop_drops_nothing() -> None:
    [one] = read("kernel", SYN.replace("fw kernel: [ 812.345678] segc:A:mes>filling ", "drop kernel: "))
    assert one.said is Said.NOTHING


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Nov 23 15:03:55 block-a-relay Nov 23 15:03:55 fw1 kernel: FWLOG ", Said.NOTHING),
        ("Nov 23 15:03:55 block-a-fw firewall: FWLOG ", Said.NOTHING),
        ("Nov 23 15:03:55 drop firewall: ", Said.NOTHING),
        ("Nov 23 15:03:55 drop ", Said.NOTHING),
        ("<4>1 2026-11-23T15:03:55Z drop kernel - - - FWLOG ", Said.NOTHING),
        ("Nov 23 15:03:55 block-a-relay Nov 23 15:03:55 fw1 kernel: [UFW BLOCK] ", Said.STOPPED),
        ("<4>1 2026-11-23T15:03:55Z fw kernel - - - [ 812.345678] [UFW BLOCK] ", Said.STOPPED),
        ('<4>1 2026-11-23T15:03:55Z fw kernel 1 x [a@1 b="c"] DROP ', Said.STOPPED),
        ("Nov 23 15:03:55 fw ulogd[77]: DROP ", Said.STOPPED),
        ("Nov 23 15:03:55 allow kernel: segc:B:*>* ", Said.STOPPED),
    ],
)
def test_no_name_of_a_host_says_what_was_done(head: str, said: Said) -> None:
    [one] = read("kernel", head + SYN[SYN.index("IN=eth0") :])
    assert one.said is said


def test_an_answer_in_the_log_is_turned_round() -> None:
    [one] = read("kernel", line(end="PROTO=TCP SPT=44100 DPT=1025 WINDOW=1 RES=0x00 ACK SYN URGP=0 "))
    assert key(one) == ("10.30.0.77", "10.3.0.11", 6, 44100)
    assert (one.grade, one.answered, one.pkts_in, one.pkts_out) == (Grade.HANDSHAKE, True, 1, 0)


def test_the_middle_of_a_session_goes_by_the_library() -> None:
    [one] = read("kernel", line())
    assert key(one) == ("10.30.0.77", "10.3.0.11", 6, 502)
    assert one.grade is Grade.CATALOGUE


def test_without_any_evidence_the_first_packet_counts_and_the_grade_says_so() -> None:
    [one] = read("kernel", line(end="PROTO=TCP SPT=40001 DPT=40000 WINDOW=1 RES=0x00 ACK URGP=0 "))
    assert (one.src, one.grade) == ("10.3.0.11", Grade.FIRST)


@pytest.mark.parametrize(
    ("end", "proto", "dport"),
    [
        ("PROTO=UDP SPT=1 DPT=161 LEN=8 ", 17, 161),
        ("PROTO=47 ", 47, NO_PORT),
        ("PROTO=132 ", 132, NO_PORT),
        ("PROTO=SCTP SPT=1 DPT=2905 ", 132, 2905),
        ("PROTO=ICMP TYPE=8 CODE=0 ID=1 SEQ=1 ", 1, 8 * 256),
        ("PROTO=ICMP TYPE=3 CODE=1 [SRC=10.30.0.77 DST=10.3.0.11 LEN=60 PROTO=TCP SPT=1 DPT=502 ] ", 1, 3 * 256 + 1),
        ("PROTO=ESP SPI=0x12 ", 50, NO_PORT),
    ],
)
def test_protocols(end: str, proto: int, dport: int) -> None:
    [one] = read("kernel", line(end=end))
    assert key(one) == ("10.3.0.11", "10.30.0.77", proto, dport)


def test_a_ping_answered_is_the_pingers() -> None:
    [one] = read("kernel", line(end="PROTO=ICMP TYPE=0 CODE=0 ID=1 SEQ=1 "))
    assert key(one) == ("10.30.0.77", "10.3.0.11", 1, 8 * 256)
    assert one.answered is True


def test_a_later_fragment_has_no_ports() -> None:
    [one] = read("kernel", line(middle=REST + "FRAG:185 ", end="PROTO=UDP "))
    assert (one.sport, one.dport) == (NO_PORT, NO_PORT)


def test_ipv6_is_one_address_however_it_is_written() -> None:
    long = line().replace("10.3.0.11", "fd00:0003:0000:0000:0000:0000:0000:0011").replace("10.30.0.77", "fd00:3::77")
    [one] = read("kernel", long)
    assert (one.src, one.dst) == ("fd00:3::77", "fd00:3::11")


def test_bridged_records() -> None:
    [one] = read("kernel", SYN.replace("IN=eth0 OUT=eth1 ", "IN=br0 OUT=br0 PHYSIN=a PHYSOUT=b "))
    assert one.src_mac == "02:42:0a:1e:00:4d"


def test_ulogd_text() -> None:
    text = (
        "Nov 23 15:03:55 fw segc:A:mes>filling  IN=eth0 OUT=eth1 MAC=02:42:0a:1e:00:01:02:42:0a:1e:00:4d:08:00 "
        "SRC=10.30.0.77 DST=10.3.0.11 LEN=60 TOS=00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=52235 DPT=502 SEQ=1 ACK=0 "
        "WINDOW=64240 SYN URGP=0 MARK=0"
    )
    assert read("kernel", text) == read("kernel", SYN)


def test_lines_of_others_are_shown_and_not_guessed() -> None:
    found = unread("kernel", SYN + "\nNov 23 15:03:56 fw sshd[1]: Accepted\n" + SYN[:150] + "\n\n")
    assert [(one.line, one.why) for one in found] == [(2, "no record of this kind"), (3, "the record is cut off")]


def test_a_log_that_swallowed_lines_is_lossy_before_and_after() -> None:
    told = "Nov 23 15:03:56 fw kernel: net_ratelimit: 12 callbacks suppressed"
    found = everything("kernel", f"{SYN}\n{told}\n{SYN}")
    assert [getattr(one, "lossy", None) for one in found] == [None, True, True]
    assert not read("kernel", SYN)[0].lossy
    assert read("kernel", SYN, lossy=True)[0].lossy


JSON = (
    '{"timestamp": "2026-11-23T16:03:55.947620+0100", "dvc": "Netfilter", "raw.pktlen": 60, "raw.pktcount": 1, '
    '"oob.prefix": "segc:A:mes>filling ", "oob.time.sec": 1795446235, "oob.time.usec": 947620, "oob.mark": 0, '
    '"oob.hook": 2, "oob.family": 2, "oob.protocol": 2048, "ip.protocol": 6, "tcp.syn": 1, "tcp.ack": 0, '
    '"oob.in": "eth0", "oob.out": "eth1", "src_ip": "10.30.0.77", "dest_ip": "10.3.0.11", "src_port": 52235, '
    '"dest_port": 502, "mac.saddr.str": "02:42:0a:1e:00:4d", "mac.daddr.str": "02:42:0a:1e:00:01"}'
)


def test_ulogd_json_says_the_same() -> None:
    [one] = read("ulogd-json", JSON)
    [other] = read("kernel", SYN)
    assert one._replace(first=other.first, last=other.last) == other
    assert one.first == at("2026-11-23T15:03:55.947620")


def test_ulogd_json_without_a_stamp_counts_seconds() -> None:
    [one] = read("ulogd-json", JSON.replace('"timestamp": "2026-11-23T16:03:55.947620+0100", ', ""))
    assert one.first == 1795446235_947620


def test_ulogd_json_of_icmp() -> None:
    text = JSON.replace('"ip.protocol": 6', '"ip.protocol": 1, "icmp.type": 8, "icmp.code": 0')
    [one] = read("ulogd-json", text)
    assert (one.sport, one.dport) == (NO_PORT, 8 * 256)


def test_conntrack_is_told_once_at_its_end() -> None:
    flow = (
        '{"timestamp": "2026-11-23T15:03:55", "src_ip": "10.30.0.77", "dest_ip": "10.3.0.11", '
        '"orig.ip.protocol": 6, "orig.l4.sport": 52235, "orig.l4.dport": 502, "orig.raw.pktlen": 600, '
        '"orig.raw.pktcount": 10, "reply.raw.pktlen": 900, "reply.raw.pktcount": 9, "ct.event": EVENT, '
        '"flow.start.sec": 1795446000, "flow.start.usec": 0, "flow.end.sec": 1795446235, "flow.end.usec": 1}'
    )
    [one] = read("ulogd-json", "\n".join(flow.replace("EVENT", str(event)) for event in (1, 2, 4)))
    assert (one.first, one.last) == (1795446000_000000, 1795446235_000001)
    assert (one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in, one.answered) == (600, 900, 10, 9, True)


LOGS = Path(__file__).parent.parent.parent / "data" / "logs"
LAB = {
    ("10.30.0.77", "10.3.0.11", 6, 502): True,
    ("10.30.0.77", "10.3.0.11", 17, 161): False,
    ("fd00:3::77", "fd00:3::11", 17, 47808): None,  # either end may begin, so none need answer
    ("fd00:3::77", "fd00:3::11", 6, 102): False,  # refused
    ("10.30.0.77", "10.3.0.11", 1, 8 * 256): True,
    ("10.30.0.77", "10.3.0.11", 47, NO_PORT): False,
}


@pytest.mark.parametrize(
    ("name", "file", "said"),
    [
        ("kernel", "ulogd-text.log", Said.RECORDED),
        ("ulogd-json", "ulogd-packets.json", Said.RECORDED),
        ("pcap", "nflog.pcap", Said.STOPPED),  # recorded by a rule of its own, with another prefix
        ("ulogd-json", "ulogd-conntrack.json", Said.NOTHING),
    ],
)
def test_six_flows_as_a_kernel_ulogd_and_tcpdump_wrote_them(name: str, file: str, said: Said) -> None:
    found = read(name, (LOGS / file).read_bytes(), until=at("2026-11-27"))
    assert sorted(map(key, found)) == sorted(LAB)
    assert {one.said for one in found} == {said}
    assert {one.first // 3_600_000_000 for one in found} == {at("2026-11-26T16:00") // 3_600_000_000}
    if said is Said.NOTHING:
        assert {key(one): one.answered for one in found} == LAB

"""nfdump's CSV in the columns of its versions, VPC flow logs, and tables whose columns are named by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.observed import NO_PORT, Grade, Said, Unread
from tests.baseline.sources.reading import at, everything, key, read, unread

OLD = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out\n"
NEW = "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n"
FAST = "cnt,af,firstSeen,lastSeen,proto,srcAddr,srcPort,dstAddr,dstPort,srcAS,dstAS,input,output,flags,srcTos,packets,bytes\n"


def old(
    src: str,
    sport: int | str,
    dst: str,
    dport: int | str,
    *,
    proto: str = "TCP",
    flags: str = "...AP.SF",
    at: str = "15:00:00",
    sent: str = "10,1200,0,0",
) -> str:
    return f"2026-11-23 {at},2026-11-23 {at},5.0,{src},{dst},{sport},{dport},{proto},{flags},0,0,{sent},1,2\n"


def test_the_two_halves_of_a_conversation_are_one() -> None:
    log = OLD + old("10.0.2.20", 1025, "10.0.3.30", 44818) + old("10.0.3.30", 44818, "10.0.2.20", 1025)
    [one] = read("nfdump", log)
    assert (*key(one), one.sport) == ("10.0.2.20", "10.0.3.30", 6, 44818, 1025)
    assert (one.n, one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in, one.answered) == (
        1,
        1200,
        1200,
        10,
        10,
        True,
    )


def test_the_half_of_the_server_may_come_first() -> None:
    log = OLD + old("10.0.3.30", 44818, "10.0.2.20", 1025) + old("10.0.2.20", 1025, "10.0.3.30", 44818)
    [one] = read("nfdump", log)
    assert (*key(one), one.grade) == ("10.0.2.20", "10.0.3.30", 6, 44818, Grade.CATALOGUE)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (OLD, old("10.0.2.20", 1025, "10.0.3.30", 502)),
        (NEW, "2026-11-23 15:00:00.000,5.000,TCP,10.0.2.20,1025,10.0.3.30,502,10,1200,1\n"),
        (
            FAST,
            "1,2,2026-11-23 15:00:00,2026-11-23 15:00:05,6,10.0.2.20,1025,10.0.3.30,502,0,0,1,2,...AP.SF,0,10,1200\n",
        ),
        ("sa,da,pr,dp,sp,ts\n", "10.0.2.20,10.0.3.30,TCP,502,1025,2026-11-23 15:00:00\n"),
    ],
)
def test_columns_go_by_their_names(head: str, row: str) -> None:
    [one] = read("nfdump", head + row)
    assert (*key(one), one.sport, one.first) == ("10.0.2.20", "10.0.3.30", 6, 502, 1025, at("2026-11-23T15:00:00"))


def test_the_summary_is_no_record() -> None:
    log = OLD + old("10.0.2.20", 1025, "10.0.3.30", 502) + "Summary\nflows,bytes,packets\n1,1200,10\n"
    assert len(read("nfdump", log)) == 1


def test_a_syn_that_nothing_followed_is_an_attempt() -> None:
    [one] = read("nfdump", OLD + old("10.0.3.30", 502, "10.0.2.20", 1025, flags="......S.", sent="3,180,0,0"))
    assert (one.src, one.grade, one.answered) == ("10.0.3.30", Grade.HANDSHAKE, False)


def test_icmp_in_place_of_ports() -> None:
    [one, two] = read(
        "nfdump",
        OLD + old("10.0.2.20", 0, "10.0.3.30", "3.1", proto="ICMP") + old("10.0.2.20", 0, "10.0.3.31", 2048, proto="1"),
    )
    assert (one.dport, one.sport, two.dport) == (3 * 256 + 1, NO_PORT, 2048)


def test_what_was_sampled_is_lossy() -> None:
    assert read("nfdump", OLD + old("10.0.2.20", 1025, "10.0.3.30", 502), lossy=True)[0].lossy


def test_bad_rows_are_told() -> None:
    log = OLD + old("10.0.2.20", 1025, "10.0.3.30", 502) + "2026-11-23 15:00\n" + old("10.0.2.300", 1, "10.0.3.30", 502)
    assert [one.line for one in unread("nfdump", log)] == [3, 4]


DATA = Path(__file__).parent.parent.parent / "data"


@pytest.mark.parametrize("capture", ["enip/enip_cip_example.pcap", "dnp3/dnp3_example.pcap"])
def test_what_nfdump_makes_of_a_capture_is_what_the_capture_tells(capture: str) -> None:
    """Bytes differ by the Ethernet header; nfdump's flags of whole flows show fewer openings."""
    file = DATA / "pcap" / capture
    flows = read("nfdump", (DATA / "logs" / f"{file.stem}.nfdump-1.7.1.csv").read_bytes())
    packets = read("pcap", file.read_bytes())
    assert len(flows) >= 5
    assert sorted(key(one) for one in flows) == sorted(key(one) for one in packets)
    assert sum(one.pkts_out for one in flows) == sum(one.pkts_out for one in packets)
    assert {one.answered for one in flows} == {one.answered for one in packets}


VPC = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    "2 123456789010 eni-1 10.0.2.20 10.0.3.30 20641 4840 6 20 4249 1795446000 1795446060 ACCEPT OK\n"
    "2 123456789010 eni-1 10.0.3.30 10.0.2.20 4840 20641 6 20 4000 1795446000 1795446060 ACCEPT OK\n"
    "2 123456789010 eni-1 10.0.2.20 10.0.3.31 20641 3389 6 20 4249 1795446000 1795446060 REJECT OK\n"
)


def test_a_cloud() -> None:
    one, two = read("vpc", VPC + "2 1 eni-1 - - - - - - - 1795446000 1795446060 - NODATA\n")
    assert (*key(one), one.said, one.bytes_out, one.bytes_in) == (
        "10.0.2.20",
        "10.0.3.30",
        6,
        4840,
        Said.PASSED,
        4249,
        4000,
    )
    assert (two.dport, two.said, two.answered) == (3389, Said.STOPPED, False)


def test_a_cloud_that_skipped_records_is_lossy() -> None:
    found = everything("vpc", VPC + "2 1 eni-1 - - - - - - - 1795446000 1795446060 - SKIPDATA\n")
    assert [one.line for one in found if isinstance(one, Unread)] == [5]
    assert all(one.lossy for one in found if not isinstance(one, Unread))


COLUMNS = {
    "src": "Quelle",
    "dst": "Ziel",
    "proto": "Protokoll",
    "sport": "QPort",
    "dport": "ZPort",
    "start": "Zeit",
    "action": "Was",
}


def test_columns_named_by_hand() -> None:
    log = 'Zeit;Quelle;QPort;Ziel;ZPort;Protokoll;Was\n"2026-11-23 15:00:00";10.0.2.20;1025;10.0.3.30;502;tcp;"drop"\n'
    [one] = read("table", "\ufeff" + log, columns=COLUMNS)
    assert (*key(one), one.said) == ("10.0.2.20", "10.0.3.30", 6, 502, Said.STOPPED)


def test_columns_that_are_not_there_are_told_and_nothing_is_guessed() -> None:
    found = everything("table", "Zeit;Quelle;Ziel\nx;10.0.2.20;10.0.3.30\n", columns=COLUMNS)
    assert [type(one) for one in found] == [Unread, Unread]
    assert "no column for proto" in getattr(found[0], "why", "")


def test_a_table_with_the_targets_ports_only() -> None:
    log = "Zeit,Quelle,Ziel,Protokoll,ZPort\n1795446000,10.0.2.20,10.0.3.30,6,502\n1795446000,10.0.2.20,10.0.3.30,6,51000\n"
    one, two = read("table", log, columns=COLUMNS)
    assert (*key(one), one.sport, one.grade) == ("10.0.2.20", "10.0.3.30", 6, 502, NO_PORT, Grade.CATALOGUE)
    assert (two.dport, two.grade) == (51000, Grade.FIRST)


def test_a_table_without_ports_says_so() -> None:
    log = "Zeit,Quelle,Ziel,Protokoll\n1795446000,10.0.2.20,10.0.3.30,6\n"
    told, one = everything("table", log, columns=COLUMNS)
    assert "no columns of ports" in getattr(told, "why", "")
    assert getattr(one, "dport", None) == NO_PORT


SUMMARY = "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n3,1500,15,1,1,100\n"
LATER = old("10.0.2.21", 1026, "10.0.3.31", 102)


@pytest.mark.parametrize("between", [SUMMARY, SUMMARY + "\n", "Summary\n", ""])
def test_logs_that_were_joined_begin_again(between: str) -> None:
    found = read("nfdump", OLD + old("10.0.2.20", 1025, "10.0.3.30", 502) + between + OLD + LATER + SUMMARY)
    assert [key(one) for one in found] == [("10.0.2.20", "10.0.3.30", 6, 502), ("10.0.2.21", "10.0.3.31", 6, 102)]


def test_a_table_of_other_columns_begins_too() -> None:
    other = NEW + "2026-11-23 15:00:00.000,5.000,TCP,10.0.2.21,1026,10.0.3.31,102,10,1200,1\n"
    found = read("nfdump", OLD + old("10.0.2.20", 1025, "10.0.3.30", 502) + other)
    assert [key(one)[:2] for one in found] == [("10.0.2.20", "10.0.3.30"), ("10.0.2.21", "10.0.3.31")]


@pytest.mark.parametrize("behind", [LATER, SUMMARY, "nothing,known\n", "1,2\n", "flows,bytes\n"])
def test_what_stands_behind_a_summary_is_not_left_out(behind: str) -> None:
    found = everything("nfdump", OLD + old("10.0.2.20", 1025, "10.0.3.30", 502) + SUMMARY + behind)
    bad = [one for one in found if isinstance(one, Unread)]
    assert len(bad) == behind.count("\n")
    assert not any(one.aside for one in bad)


def test_one_table_without_ports_of_several_is_told() -> None:
    bare = "ts,te,sa,da,pr\n2026-11-23 15:00:00,2026-11-23 15:00:00,10.0.2.21,10.0.3.31,TCP\n"
    assert unread("nfdump", OLD + old("10.0.2.20", 1025, "10.0.3.30", 502) + bare + OLD + LATER)


def fragments(src: str, dst: str, when: str = "15:00:00") -> str:
    return old(src, 0, dst, 0, proto="UDP", flags="........", at=when)


VIDEO = old("10.0.2.20", 1025, "10.0.3.30", 5004, proto="UDP", flags="........")


@pytest.mark.parametrize(
    "rows",
    [
        VIDEO + fragments("10.0.2.20", "10.0.3.30"),
        fragments("10.0.2.20", "10.0.3.30") + VIDEO,
        old("10.0.2.20", 1025, "10.0.3.30", 5004, proto="UDP", flags="........", at="15:59:58")
        + fragments("10.0.2.20", "10.0.3.30", "16:00:01"),
    ],
    ids=["behind", "before", "in the next hour"],
)
def test_fragments_are_part_of_the_conversation_beside_them(rows: str) -> None:
    found = read("nfdump", OLD + rows)
    assert {key(one) for one in found} == {("10.0.2.20", "10.0.3.30", 17, 5004)}
    assert sum(one.pkts_out for one in found) == 20


@pytest.mark.parametrize(
    ("src", "dst"), [("10.0.2.20", "10.0.3.31"), ("10.0.3.30", "10.0.2.20")], ids=["another", "not sent by it"]
)
def test_other_fragments_tell_no_ports(src: str, dst: str) -> None:
    found = read("nfdump", OLD + VIDEO + fragments(src, dst))
    assert {(*key(one), one.sport) for one in found} == {
        ("10.0.2.20", "10.0.3.30", 17, 5004, 1025),
        (src, dst, 17, NO_PORT, NO_PORT),
    }


@pytest.mark.parametrize(
    "row",
    [
        fragments("10.0.2.20", "10.0.3.30", "15:20:00"),
        old("10.0.2.20", 0, "10.0.3.30", 0, proto="UDP", flags="........", at="14:50:00"),
        fragments("10.0.2.20", "10.0.3.30", "16:00:01"),
    ],
    ids=["later", "earlier", "in the next hour"],
)
@pytest.mark.parametrize("first", [False, True])
def test_what_comes_at_another_time_is_no_fragment(row: str, first: bool) -> None:
    found = read("nfdump", OLD + (row + VIDEO if first else VIDEO + row))
    assert sorted((one.dport, one.pkts_out) for one in found) == [(NO_PORT, 10), (5004, 10)]


def test_a_short_conversation_does_not_hide_a_long_one() -> None:
    """Fragments beside the long one, which began before the short one."""
    long = VIDEO.replace("15:00:00,2026-11-23 15:00:00", "15:00:00,2026-11-23 15:40:00")
    short = old("10.0.2.20", 1026, "10.0.3.30", 5005, proto="UDP", flags="........", at="15:10:00")
    found = read("nfdump", OLD + short + long + fragments("10.0.2.20", "10.0.3.30", "15:30:00"))
    assert sorted((one.dport, one.pkts_out) for one in found) == [(5004, 20), (5005, 10)]


def test_what_has_flags_of_tcp_is_no_later_fragment() -> None:
    whole = old("10.0.2.20", 1025, "10.0.3.30", 502)
    found = read("nfdump", OLD + whole + old("10.0.2.20", 0, "10.0.3.30", 0))
    assert {one.dport for one in found} == {502, NO_PORT}
    [one] = read("nfdump", OLD + whole + old("10.0.2.20", 0, "10.0.3.30", 0, flags="........"))
    assert (one.dport, one.pkts_out) == (502, 20)


def test_what_has_no_ports_both_ways_is_one_conversation() -> None:
    found = read("nfdump", OLD + old("10.0.2.20", 0, "10.0.3.30", 0, proto="UDP", flags="........", sent="9,900,8,800"))
    assert [(one.src, one.dport, one.pkts_out, one.pkts_in) for one in found] == [("10.0.2.20", NO_PORT, 9, 8)]


@pytest.mark.parametrize("back", ["0,0", "8,800"])
def test_fragments_of_hours_on_end(back: str) -> None:
    """Records come as flows end: a fragment's may follow what is of the next hour."""
    times = [f"{hour}:{minute:02}:00" for hour in (15, 16, 17) for minute in range(0, 60, 5)]
    video = [VIDEO.replace("15:00:00", time).replace("10,1200,0,0", f"10,1200,{back}") for time in times]
    late = [fragments("10.0.2.20", "10.0.3.30", time) for time in times]
    found = read(
        "nfdump", OLD + video[0] + "".join(a + b for a, b in zip(video[1:], late[:-1], strict=True)) + late[-1]
    )
    assert {one.dport for one in found} == {5004}
    assert sum(one.pkts_out for one in found) == 20 * len(times)


def test_fragments_whose_conversation_is_told_in_the_next_hour() -> None:
    long = VIDEO.replace("15:00:00,2026-11-23 15:00:00", "15:59:55,2026-11-23 16:00:10")
    other = old("10.0.2.21", 1025, "10.0.3.30", 502, at="16:00:02")
    found = read("nfdump", OLD + fragments("10.0.2.20", "10.0.3.30", "15:59:58") + other + long)
    assert {(one.dport, one.pkts_out) for one in found} == {(502, 10), (5004, 20)}


def test_fragments_of_a_flow_log() -> None:
    head = "version srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
    row = "2 10.0.2.20 10.0.3.30 0 0 17 20 4249 1795446000 1795446060 {} OK\n"
    [one] = read("vpc", head + row.format("ACCEPT"))
    assert (one.sport, one.dport) == (NO_PORT, NO_PORT)
    video = row.replace(" 0 0 ", " 1025 5004 ").format("ACCEPT")
    found = read("vpc", head + video + row.format("REJECT"))  # what was stopped is not what passed
    assert {(one.dport, one.said) for one in found} == {(5004, Said.PASSED), (NO_PORT, Said.STOPPED)}

"""FortiGate and PAN-OS. Lines: Fortinet "Sample logs by log type"; Palo Alto's "Traffic Log Fields" and published samples."""

from __future__ import annotations

import pytest

from segc.baseline.observed import NO_PORT, Grade, Said
from segc.baseline.sources import fortigate, pairs
from tests.baseline.sources.reading import at, key, read, unread

FORTI = (
    'date=2026-11-10 time=11:37:47 logid="0000000013" type="traffic" subtype="forward" level="notice" vd="vdom1" '
    'eventtime=1794307067369913239 srcip=10.1.100.11 srcport=58012 srcintf="port12" dstip=10.3.0.11 dstport=80 '
    'poluuid="ccb269e0-5735-51e9-a218-a397dd08b7eb" sessionid=105048 proto=6 action="close" policyid=1 '
    'policytype="policy" service="HTTP" trandisp="snat" transip=172.16.200.2 transport=58012 '
    'appcat="Web Client, \\"old\\" =" duration=116 sentbyte=1188 rcvdbyte=1224 sentpkt=17 rcvdpkt=16 '
    'srcmac="00:0c:29:aa:bb:cc"'
)


def test_a_session_of_fortigate() -> None:
    [one] = read("fortigate", "<189>" + FORTI)
    assert key(one) == ("10.1.100.11", "10.3.0.11", 6, 80)
    assert (one.first, one.last) == (at("2026-11-10T11:35:51"), at("2026-11-10T11:37:47"))
    assert (one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in) == (1188, 1224, 17, 16)
    assert (one.answered, one.grade, one.said, one.tag, one.label) == (True, Grade.HANDSHAKE, Said.PASSED, "1", "http")
    assert one.src_mac == "00:0c:29:aa:bb:cc"


def test_neither_order_nor_quotes_matter() -> None:
    words = FORTI.replace('appcat="Web Client, \\"old\\" =" ', "").split(" ")
    turned = " ".join(reversed(words)).replace('"', "")
    assert read("fortigate", turned) == read("fortigate", FORTI)


@pytest.mark.parametrize(
    "head", ["", "<189>", "Nov 10 11:37:50 fw ", "<189>Nov 10 11:37:50 fw ", "<189>logver=700 odd "]
)
@pytest.mark.parametrize(
    "odd", ['msg="a srcip=9.9.9.9 b"', 'msg="x"', "msg=", 'msg=""', 'msg="a\\"b srcip=9.9.9.9"', "msg=a=b", "  "]
)
def test_the_quick_way_reads_what_the_careful_one_does(head: str, odd: str) -> None:
    plain = FORTI.replace('appcat="Web Client, \\"old\\" =" ', "")
    text = f"{head}{plain} {odd}"
    careful = {key: quoted or value for key, quoted, value in pairs.PAIR.findall(text)}
    assert pairs.pairs(text) == careful
    layouts = pairs.Layouts(careful)
    assert [layouts.read(one) for one in (text, text, f"{head}{plain}", text)] == [
        careful,
        careful,
        pairs.pairs(f"{head}{plain}"),
        careful,
    ]
    assert read("fortigate", text) == read("fortigate", FORTI)


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ("a=1 b=2", "x b=1 a=3 b=4"),
        ("a=1 b=2", "a=1 b=2 c=3"),
        ("a=1 b=2", "a=1 b=2=3"),
        ("a=1 b=2", 'a="1 b=2" b=3'),
        ("a=1 b=2", 'a=1" b=2'),
        ("a=1 b=2", "a= b=2"),
        ("a=1 b=2", "xa=1 b=2"),
        ("a=1 b=2", "x=y a=1 b=2"),
        ("a=1 b=2", "<1>a=1 b=2"),
        ("a=1 b=2", "x<1>y>a=1 b=2"),
        ('a="1" b=2', 'a="1 \\" b=3" b=2'),
        ('a="1" b=2', 'a="x b=9" b=2'),
        ('a="1" b=2', 'a="x\tb=9" b=2'),
        ('a="1" b=2', 'a="" b=2'),
        ('a="1 2" b=2', 'a="3  4" b=\u0663'),
        ("a=1 b=2 a=3", "a=4 b=5 a=6"),
    ],
)
def test_a_known_layout_is_read_as_any_line(known: str, line: str) -> None:
    layouts = pairs.Layouts(("a", "b"))
    layouts.read(known)
    found, wanted = layouts.read(line), pairs.pairs(line)
    assert {key: found.get(key) for key in "ab"} == {key: wanted.get(key) for key in "ab"}


def test_a_log_has_no_more_layouts_than_can_be_looked_through() -> None:
    layouts = pairs.Layouts(("a",))
    for number in range(3 * pairs.LAYOUTS):
        assert layouts.read(f"a={number} b{number}=1")["a"] == str(number)
    assert len(layouts._known) == pairs.LAYOUTS


@pytest.mark.parametrize("tz", ['tz="+0200"', "tz=+0200"])
def test_the_zone_in_a_line_is_its_own(tz: str) -> None:
    [one] = read("fortigate", f"{FORTI} {tz}")
    assert one.last == at("2026-11-10T09:37:47")


@pytest.mark.parametrize("stamp", ["1794307067369913239", "1794307067", "1794307067369"])
def test_eventtime_in_seconds_and_in_parts_of_them(stamp: str) -> None:
    text = FORTI.replace("date=2026-11-10 time=11:37:47 ", "").replace("1794307067369913239", stamp)
    [one] = read("fortigate", text)
    assert one.last // 1_000_000 == 1794307067


def forti(time: str, action: str, sent: int) -> str:
    text = (
        FORTI.replace("11:37:47", time)
        .replace('action="close"', f'action="{action}"')
        .replace("duration=116", "duration=60")
    )
    return text.replace("sentbyte=1188", f"sentbyte={sent}")


def test_interim_records_of_one_session_are_one_conversation_an_hour() -> None:
    log = [forti("11:10:00", "accept", 100), forti("11:12:00", "accept", 300), forti("11:14:00", "accept", 500)]
    [one] = read("fortigate", "\n".join(log))
    assert (one.n, one.bytes_out, one.last) == (1, 500, at("2026-11-10T11:14:00"))
    log += [forti("12:10:00", "accept", 900), forti("12:20:00", "close", 1000)]
    one, two = read("fortigate", "\n".join(log))
    assert (one.bytes_out, two.bytes_out, two.n) == (500, 500, 1)
    assert two.first >= at("2026-11-10T12:00:00")


def test_a_session_that_was_forgotten_is_not_told_again_from_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fortigate, "OPEN", 1)
    log = [forti("11:10:00", "accept", 100), forti("12:10:00", "accept", 900)]
    log += [log[-1].replace("sessionid=105048", "sessionid=7")]
    log += [forti("12:20:00", "close", 1000).replace("duration=60", "duration=4260")]
    *_, one, _ = read("fortigate", "\n".join(log))
    assert (one.last, one.first) == (at("2026-11-10T12:20:00"), at("2026-11-10T12:00:00"))


def evicting(monkeypatch: pytest.MonkeyPatch, most: int, *sessions: str) -> list[int]:
    """What a session sent, as it is told where `most` are remembered and others come between its lines."""
    monkeypatch.setattr(fortigate, "OPEN", most)
    log = []
    for time, action, sent in (("11:10:00", "accept", 100), ("11:20:00", "accept", 300), ("12:10:00", "close", 1000)):
        log.append(forti(time, action, sent))
        log += [forti(time, "accept", 7).replace("sessionid=105048", f"sessionid={other}") for other in sessions]
    told = read("fortigate", "\n".join(log).replace("rcvdpkt=16", "rcvdpkt=0"))
    return [one.bytes_out for one in told if one.bytes_out not in (0, 7)]


def test_the_bytes_of_a_session_that_was_forgotten_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert evicting(monkeypatch, 1, "7") == [100, 200, 700]
    assert sum(evicting(monkeypatch, 2, "7", "8")) == 1000
    assert sum(evicting(monkeypatch, 100, "7", "8")) == 1000


def test_of_those_that_were_told_the_oldest_is_forgotten_and_not_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fortigate, "OPEN", 2)
    monkeypatch.setattr(fortigate, "TOLD", 2)
    log = [forti("11:10:00", "accept", 10 * n).replace("sessionid=105048", f"sessionid={n}") for n in range(1, 6)]
    log.append(forti("11:20:00", "close", 70).replace("sessionid=105048", "sessionid=3"))  # the last that was evicted
    sent = [one.bytes_out for one in read("fortigate", "\n".join(log))]
    assert sorted(sent) == [10, 20, 30, 40, 40, 50]


def test_in_a_stream_that_never_ends_a_session_is_told_at_once() -> None:
    log = "\n".join([forti("11:10:00", "accept", 100), forti("11:12:00", "close", 300)])
    assert [one.last for one in read("fortigate", log, live=True)] == [at("2026-11-10T11:10:00")]


def test_what_fortigate_stopped_or_nobody_answered() -> None:
    [denied] = read("fortigate", FORTI.replace('"close"', '"deny"'))
    assert (denied.said, denied.answered) == (Said.STOPPED, False)
    [failed] = read("fortigate", FORTI.replace('"close"', '"ip-conn"'))
    assert (failed.said, failed.answered) == (Said.PASSED, False)


def test_nobody_answers_syslog() -> None:
    syslog = FORTI.replace("proto=6", "proto=17").replace("rcvdpkt=16", "rcvdpkt=0")
    assert read("fortigate", syslog.replace("dstport=80", "dstport=514"))[0].answered is None
    assert read("fortigate", syslog.replace("dstport=80", "dstport=161"))[0].answered is False
    pan = PAN.format("end", "syslog", "allow").replace(",tcp,", ",udp,").replace(",12,10,", ",12,0,")
    assert read("pan", pan.replace(",4840,", ",514,"))[0].answered is None
    assert read("pan", pan.replace(",4840,", ",161,"))[0].answered is False


def test_icmp_of_fortigate() -> None:
    ping = FORTI.replace("proto=6", "proto=1")
    assert read("fortigate", ping.replace('"HTTP"', '"PING"'))[0].dport == 8 * 256
    assert read("fortigate", ping.replace('"HTTP"', '"icmp/3/1"'))[0].dport == 3 * 256 + 1
    assert read("fortigate", ping)[0].dport == NO_PORT


def test_lines_of_fortigate_that_are_no_traffic() -> None:
    event = FORTI.replace('type="traffic"', 'type="event"')
    cut = FORTI[: FORTI.index("dstip")]
    assert [one.line for one in unread("fortigate", f"{FORTI}\n{event}\n{cut}")] == [2, 3]


PAN = (
    "Nov  4 18:54:26 panmgt01p 1,2026/11/04 18:54:26,012501002341,TRAFFIC,{},2561,2026/11/04 18:54:24,10.130.146.205,"
    '10.3.0.11,0.0.0.0,0.0.0.0,"HMI, line 3",student\\x,,{},vsys1,trust,untrust,ethernet1/23,ethernet1/24,'
    '"LOG ""FP"", all",2026/11/04 18:54:24,72568134,1,49583,4840,0,0,0x40441a,tcp,{},7312,2228,5084,22,'
    "2026/11/04 18:53:52,16,any,,7253419119627122716,0x8000000000000000,10.0.0.0-10.255.255.255,Japan,,12,10,aged-out"
)


def test_a_session_of_pan_os_with_commas_in_quotes() -> None:
    [one] = read("pan", PAN.format("end", "opc-ua", "allow"))
    assert key(one) == ("10.130.146.205", "10.3.0.11", 6, 4840)
    assert (one.first, one.last) == (at("2026-11-04T18:53:52"), at("2026-11-04T18:54:08"))
    assert (one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in) == (2228, 5084, 12, 10)
    assert (one.tag, one.label, one.said, one.answered) == ("HMI, line 3", "opc-ua", Said.PASSED, True)


def test_a_session_that_is_told_twice_counts_once() -> None:
    log = "\n".join(PAN.format(kind, "ssl", "allow") for kind in ("start", "end"))
    assert read("pan", log) == read("pan", PAN.format("end", "ssl", "allow"))
    assert len(read("pan", log + "\n" + log)) == 2
    assert len(read("pan", log, live=True)) == 1


def test_a_session_without_an_end_is_open() -> None:
    [one] = read("pan", PAN.format("start", "ssl", "allow"))
    assert (one.src, one.dport, one.answered, one.n) == ("10.130.146.205", 4840, None, 1)


@pytest.mark.parametrize("kind", ["drop", "deny"])
def test_what_pan_os_stopped(kind: str) -> None:
    [one] = read("pan", PAN.format(kind, "not-applicable", "deny"))
    assert (one.said, one.answered, one.label) == (Said.STOPPED, False, "")


def test_other_logs_of_pan_os_are_told() -> None:
    log = [
        PAN.format("end", "ssl", "allow"),
        PAN.format("odd", "ssl", "allow"),
        "x 1,2026/11/04 18:54:26,0,THREAT,url,",
        "",
    ]
    assert [one.line for one in unread("pan", "\n".join([*log, log[0][:150]]))] == [2, 3, 5]

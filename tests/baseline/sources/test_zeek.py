"""Zeek's conn.log, TSV and JSON. Shape: Zeek documentation, base/protocols/conn."""

from __future__ import annotations

import json

import pytest

from segc.baseline.observed import NO_PORT, Grade
from tests.baseline.sources.reading import everything, key, read, unread

FIELDS = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration", "orig_bytes"]
FIELDS += ["resp_bytes", "conn_state", "missed_bytes", "history", "orig_pkts", "resp_pkts"]
ROW = {
    "ts": "1795446235.123456", "uid": "CHhAvVGS1DHFjwGM9", "id.orig_h": "10.30.0.77", "id.orig_p": "52235",
    "id.resp_h": "10.3.0.11", "id.resp_p": "502", "proto": "tcp", "service": "modbus", "duration": "1.500000",
    "orig_bytes": "12", "resp_bytes": "34", "conn_state": "SF", "missed_bytes": "0", "history": "ShADadFf",
    "orig_pkts": "5", "resp_pkts": "4",
}  # fmt: skip


def tsv(*rows: dict[str, str], fields: list[str] = FIELDS) -> str:
    head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn"]
    head += ["#open\t2026-11-23-00-00-00", "#fields\t" + "\t".join(fields), "#types\t" + "\t".join("x" for _ in fields)]
    return "\n".join([*head, *("\t".join((ROW | row)[name] for name in fields) for row in rows), "#close\t2026-11-24"])


def as_json(**changes: object) -> str:
    numbers = {
        "ts",
        "id.orig_p",
        "id.resp_p",
        "duration",
        "orig_bytes",
        "resp_bytes",
        "missed_bytes",
        "orig_pkts",
        "resp_pkts",
    }
    row = {name: json.loads(value) if name in numbers else value for name, value in ROW.items()} | changes
    return json.dumps({name: value for name, value in row.items() if value is not None})


@pytest.mark.parametrize("log", [tsv({}), tsv({}, fields=FIELDS[::-1]), as_json()])
def test_a_conversation(log: str) -> None:
    [one] = read("zeek", log)
    assert (*key(one), one.sport) == ("10.30.0.77", "10.3.0.11", 6, 502, 52235)
    assert (one.first, one.last) == (1795446235_123456, 1795446236_623456)
    assert (one.bytes_out, one.bytes_in, one.pkts_out, one.pkts_in) == (12, 34, 5, 4)
    assert (one.answered, one.grade, one.label, one.lossy) == (True, Grade.HANDSHAKE, "modbus", False)


@pytest.mark.parametrize(
    ("state", "answered"),
    [
        ("SF", True),
        ("S1", True),
        ("RSTO", True),
        ("S0", False),
        ("REJ", False),
        ("RSTOS0", False),
        ("SH", False),
        ("OTH", None),
    ],
)
def test_states(state: str, answered: bool | None) -> None:
    history = "S" if answered is False else "ShADadFf"
    [one] = read("zeek", tsv({"conn_state": state, "history": history}))
    assert one.answered is answered
    [one] = read("zeek", as_json(conn_state=state, history=history))
    assert one.answered is answered


def test_grades() -> None:
    assert read("zeek", tsv({"history": "Dd"}))[0].grade is Grade.LABEL
    assert read("zeek", tsv({"history": "^hADad"}))[0].grade is Grade.LABEL
    assert read("zeek", tsv({"history": "Dd", "service": "-"}))[0].grade is Grade.CATALOGUE
    assert read("zeek", tsv({"history": "Dd", "service": "-", "id.resp_p": "50000"}))[0].grade is Grade.FIRST


def test_what_is_unset_or_empty_is_nothing() -> None:
    [one] = read("zeek", tsv({"service": "(empty)", "duration": "-", "orig_bytes": "-", "history": "-"}))
    assert (one.label, one.last, one.bytes_out) == ("", one.first, 0)
    [one] = read("zeek", as_json(service=None, duration=None, orig_bytes=None))
    assert (one.label, one.last, one.bytes_out) == ("", one.first, 0)


def test_icmps_type_and_code_stand_in_the_ports() -> None:
    [one] = read("zeek", tsv({"proto": "icmp", "id.orig_p": "8", "id.resp_p": "0", "service": "-"}))
    assert (one.proto, one.sport, one.dport) == (1, NO_PORT, 8 * 256)


@pytest.mark.parametrize(
    ("src", "dst", "more", "proto"),
    [
        ("fd00:30::10", "fd00:3::11", {}, 58),
        ("fd00:30::10", "fd00:3::11", {"ip_proto": "58"}, 58),
        ("fd00:30::10", "fd00:3::11", {"ip_proto": "1"}, 1),
        ("10.30.0.77", "10.3.0.11", {}, 1),
        ("::ffff:10.30.0.77", "10.3.0.11", {}, 1),
    ],
)
def test_icmp_is_that_of_the_addresses_family(src: str, dst: str, more: dict[str, str], proto: int) -> None:
    row = {"id.orig_h": src, "id.orig_p": "128", "id.resp_h": dst, "id.resp_p": "129", "proto": "icmp", **more}
    numbers = {name: int(value) for name, value in row.items() if value.isdigit()}
    for log in (tsv(row, fields=[*FIELDS, *more]), as_json(**row | numbers)):
        [one] = read("zeek", log)
        assert (one.proto, one.dport, one.sport) == (proto, 128 * 256 + 129, NO_PORT)


def test_missed_bytes_make_a_record_lossy() -> None:
    assert read("zeek", tsv({"missed_bytes": "17"}))[0].lossy


def test_nobody_answers_syslog() -> None:
    assert read("zeek", tsv({"proto": "udp", "id.resp_p": "514", "conn_state": "S0"}))[0].answered is None
    assert read("zeek", tsv({"proto": "udp", "id.resp_p": "161", "conn_state": "S0"}))[0].answered is False


def test_bad_lines() -> None:
    good = tsv({}).split("\n")
    bad = [good[-2] + "\tx", good[-2].replace("502", "70502"), good[-2].replace("10.3.0.11", "10.3.0"), good[-2][:30]]
    assert [one.line for one in unread("zeek", "\n".join([*good, *bad]))] == [len(good) + i for i in (1, 2, 3, 4)]
    assert [one.line for one in unread("zeek", as_json() + '\n{"ts": 1}\n{\n[' + "[" * 100_000)] == [2, 3, 4]


@pytest.mark.parametrize(
    ("history", "answered"),
    [
        *(("S", False), ("SR", False), ("SF", False), ("SA", None), ("SAD", None), ("SADF", None)),
        *(("Sr", False), ("Sd", None), ("SdR", None), ("SfR", None)),
    ],
)
@pytest.mark.parametrize("state", ["S0", "SH", "RSTOS0"])
def test_what_goes_on_was_answered_though_the_sensor_did_not_see_it(
    state: str, history: str, answered: bool | None
) -> None:
    """Asymmetric ways, or a mirror port of one direction."""
    [one] = read("zeek", tsv({"proto": "tcp", "conn_state": state, "history": history}))
    assert one.answered is answered


@pytest.mark.parametrize(
    ("history", "answered"),
    [("ShR", False), ("^hR", False), ("ShrR", False), ("ShAR", True), ("ShDadR", True), ("Shr", True)]
    + [(history, True) for history in ("ShdR", "ShdtR", "ShfR", "ShdfR", "^hdR", "ShdrR")],
)
def test_what_is_reset_as_soon_as_it_is_accepted_is_an_attempt(history: str, answered: bool) -> None:
    """A half-open scan; `connect` acknowledges before it resets. As a capture of the same packets says.

    Where the server sent data or closed, the client had acknowledged, and the sensor missed that.
    """
    [one] = read("zeek", tsv({"proto": "tcp", "conn_state": "RSTR" if "r" in history else "RSTO", "history": history}))
    assert one.answered is answered


def test_a_reset_of_another_protocol_is_no_scan() -> None:
    assert read("zeek", tsv({"proto": "udp", "conn_state": "RSTO", "history": "ShR"}))[0].answered is True


def test_a_column_named_twice_is_not_read() -> None:
    """Which of the two counts is not known."""
    told = tsv({}).replace("\tresp_pkts", "\tOrig_pkts")
    assert len(everything("zeek", told)) == len(unread("zeek", told)) == 2, "the header, and the row behind it"

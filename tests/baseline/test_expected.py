"""`[[expected-deny]]`: what names nothing is a finding with its place, and what explains nothing is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc import api
from segc.baseline.compare import Comparison, compare
from segc.baseline.ledger import Key
from segc.baseline.store import Ledger
from segc.baseline.words import service
from segc.checks.expected import canonical
from segc.diagnostics import Diagnostic
from segc.report.baseline import aside
from tests.baseline.made import Line, learn
from tests.baseline.plants import TEXT, plant

AT = datetime(2026, 10, 30, 9, tzinfo=UTC)
MODBUS = Line("10.30.0.10", "10.3.0.11", 502, range(14))
STRANGER = Line("10.30.0.77", "10.3.0.11", 502, (3, 4, 5))
SCANNED = [Line("10.30.0.66", f"10.3.0.{n}", 502, (3,), state="S0") for n in range(100, 140)]


def entry(source: str = "mes", target: str = "line", spoken: str = "tcp 502") -> str:
    lines = "\n".join(f'{key} = "{text}"' for key, text in (("from", source), ("to", target), ("service", spoken)))
    return f'[[expected-deny]]\n{lines}\nuntil = 2027-01-01\nbecause = "old"\n'


def found(folder: Path, *entries: str, text: str = TEXT) -> list[Diagnostic]:
    plant(folder / "works", text)
    (folder / "works" / "segc.toml").write_text("".join(entries), encoding="utf-8")
    return [one for one in api.check(folder / "works", AT)[1] if one.name == "bad-setting"]


NAMED = [
    entry(),
    entry("line.plc", "mes.app", "any"),
    entry("plc", "10.30.0.0/24", "udp 0"),
    entry("10.3.0.2-10.3.0.9", "fd00::1", "icmp echo-request"),
    entry("172.20.0.1", "office", "proto 47"),
    entry("mes", "line", "tcp (port unknown)"),
]


def test_what_names_something_is_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, *NAMED) == []


@pytest.mark.parametrize(
    ("wrong", "line", "meant"),
    [
        (entry("mess"), 8, "mes"),
        (entry("mes", "line.plz"), 9, "line.plc"),
        (entry("10.30.0.5/24"), 8, "10.30.0.0/24"),
        (entry("10.30.0.9-10.30.0.2"), 8, "10.30.0.2-10.30.0.9"),
        (entry("nowhere-at-all"), 8, None),
        (entry("any"), 8, None),
        (entry("both"), 8, None),
        (entry(spoken="modbus"), 10, "tcp 502"),
        (entry(spoken="502/tcp"), 10, "tcp 502"),
        (entry(spoken="TCP 502"), 10, "tcp 502"),
        (entry(spoken="icmp 8"), 10, "icmp echo-request"),
        (entry(spoken="tcp 70000"), 10, None),
        (entry(spoken="proto 6"), 10, None),
        (entry(spoken="smb"), 10, None),
    ],
)
def test_what_names_nothing_has_its_place_and_a_way_out(
    tmp_path: Path, wrong: str, line: int, meant: str | None
) -> None:
    """The second of two entries: its own lines are told, and not the first one's."""
    text = TEXT.replace("firewall fw", "group both { member line.plc, line.hmi }\nfirewall fw")
    [one] = found(tmp_path, entry(), wrong, text=text)
    assert one.primary is not None
    assert (one.primary.span.source.path.rpartition("/")[2], one.primary.span.line) == ("segc.toml", line)
    assert one.help
    assert [fix.edits[0].text for fix in one.fixes] == ([f'"{meant}"'] if meant else [])
    assert not any(fix.safe for fix in one.fixes)


def test_a_name_that_two_assets_have(tmp_path: Path) -> None:
    text = TEXT.replace("asset ews 10", "asset hmi 10")
    [one] = found(tmp_path, entry("hmi"), text=text)
    assert "line.hmi" in one.help
    assert "mes.hmi" in one.help


# `line` is a zone, and a server of the MES.
NAMESAKE = TEXT.replace("  asset ews 10", "  asset line 10.30.0.60 { kind server }\n  asset ews 10")
ITS = [Line("10.3.0.11", "10.40.0.9", 445, (3, 4)), Line("10.30.0.60", "10.40.0.9", 445, (3, 4))]


@pytest.mark.parametrize("key", ["from", "to"])
def test_a_name_that_a_zone_and_an_asset_have(key: str, tmp_path: Path) -> None:
    said = entry("line", "office") if key == "from" else entry("office", "line")
    [one] = found(tmp_path, said, text=NAMESAKE)
    assert one.primary is not None
    assert one.primary.span.line == (2 if key == "from" else 3)
    assert "mes.line" in one.help
    assert "10.3.0.0/24" in one.help
    assert not one.fixes, "nobody knows which of the two is meant"


@pytest.mark.parametrize(
    ("said", "sources"), [("mes.line", {"10.30.0.60"}), ("10.3.0.0/24", {"10.3.0.11"}), ("line", set())]
)
def test_each_of_two_namesakes_can_be_written_and_the_name_alone_excuses_neither(
    said: str, sources: set[str], tmp_path: Path
) -> None:
    assert bool(found(tmp_path, entry(said, "office", "tcp 445"), text=NAMESAKE)) is (not sources)
    read = api.check(tmp_path / "works", AT)[0]
    learn(tmp_path / "baseline", [MODBUS, *ITS])
    with Ledger.open(tmp_path / "baseline") as ledger:
        told = compare(read, ledger, AT, api.settings(read, AT).gate)
    assert {one.seen.src for one in told.given_up()} == sources


def test_a_bare_name_of_two_assets_excuses_neither(tmp_path: Path) -> None:
    text = TEXT.replace("asset ews 10", "asset hmi 10")
    found(tmp_path, entry("hmi", "office", "tcp 445"), text=text)
    read = api.check(tmp_path / "works", AT)[0]
    learn(tmp_path / "baseline", [Line("10.3.0.21", "10.40.0.9", 445, (3, 4))])
    with Ledger.open(tmp_path / "baseline") as ledger:
        assert not compare(read, ledger, AT, api.settings(read, AT).gate).given_up()


def test_an_entry_without_anything_has_its_own_line(tmp_path: Path) -> None:
    [one] = found(tmp_path, entry(), "[[expected-deny]]\n")
    assert one.primary is not None
    assert one.primary.span.line == 7


@given(st.integers(0, 255), st.integers(-1, 65535))
def test_a_service_as_keys_are_told_is_taken_as_it_is(proto: int, port: int) -> None:
    told = service(Key("10.0.0.1", "10.0.0.2", proto, port))
    assert canonical(told) == told


# -- what it explains ------------------------------------------------------------


def compared(folder: Path, lines: list[Line], *entries: str) -> Comparison:
    plant(folder / "works")
    (folder / "works" / "segc.toml").write_text("".join(entries), encoding="utf-8")
    learn(folder / "baseline", lines)
    read = api.check(folder / "works", AT)[0]
    with Ledger.open(folder / "baseline") as ledger:
        return compare(read, ledger, AT, api.settings(read, AT).gate)


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        (entry("10.30.0.77"), 1),
        (entry("10.30.0.70-10.30.0.80", "line", "any"), 1),
        (entry("10.30.0.66"), 40),  # of a scan: no evidence for a flow, and the entry keeps `segc watch` silent
        (entry("10.30.0.78"), 0),
        (entry("app"), 0),  # permitted: there is nothing to excuse
        (entry(spoken="tcp 503"), 0),
    ],
)
def test_how_much_an_entry_explains(tmp_path: Path, said: str, keys: int) -> None:
    told = compared(tmp_path, [MODBUS, STRANGER, *SCANNED], said)
    [one] = aside.expected(told, 30)
    assert one["keys"] == keys
    assert one["idle_since"] == (None if keys else "2026-10-05")
    assert one["place"] == "segc.toml:1"
    assert len(list(aside.idle([one]))) == (not keys)


def test_an_entry_that_explained_something_long_ago_is_idle_since_then(tmp_path: Path) -> None:
    told = compared(tmp_path, [Line("10.30.0.10", "10.3.0.11", 502, range(60)), STRANGER], entry("10.30.0.77"))
    assert [one["idle_since"] for one in aside.expected(told, 30)] == ["2026-10-10"]
    assert [one["idle_since"] for one in aside.expected(told, 90)] == [None]


def test_nothing_is_idle_where_nothing_was_watched(tmp_path: Path) -> None:
    assert [one["idle_since"] for one in aside.expected(compared(tmp_path, [], entry()), 30)] == [None]


# -- what was set aside ------------------------------------------------------------


def test_what_was_set_aside_is_told_by_kind_and_by_whom(tmp_path: Path) -> None:
    attempt = Line("10.30.0.10", "10.3.0.21", 502, (3,), state="S0")
    group = Line("10.3.0.11", "239.1.1.1", 5000, (3, 4), proto="udp")
    answered = Line("10.30.0.66", "10.3.0.11", 502, (3,))
    told = aside.set_aside(compared(tmp_path, [MODBUS, *SCANNED, answered, attempt, group]))
    shape = {
        kind: (one["keys"], one["would_stop"], [(each["asset"] or each["address"]) for each in one["talkers"]])
        for kind, one in told.items()
    }
    assert shape == {
        "never-answered": (1, 0, ["mes.app"]),
        "scan": (41, 1, ["10.30.0.66"]),
        "multicast": (1, 0, ["line.plc"]),
    }
    assert told["multicast"]["sessions"] == 2


def test_who_has_many_addresses_is_named_once() -> None:
    talkers: list[aside.TalkerEntry] = [
        {"address": address, "asset": asset, "keys": 1, "sessions": 1}
        for address, asset in [
            ("10.3.0.1", "mes.clients"),
            ("10.9.9.9", None),
            ("10.3.0.2", "mes.clients"),
            ("10.3.0.9", "mes.app"),
        ]
    ]
    told: aside.AsideEntry = {"keys": 4, "sessions": 4, "would_stop": 0, "talkers": talkers}
    assert aside.by_whom(told) == "by mes.clients (2 addresses), 10.9.9.9, mes.app"
    assert aside.by_whom(told, whole=True) == "by mes.clients (10.3.0.1, 10.3.0.2), 10.9.9.9, mes.app (10.3.0.9)"


@pytest.mark.parametrize(
    ("lines", "whole"),
    [([], False), ([MODBUS], True), ([MODBUS, *SCANNED], False), (SCANNED, False)],
    ids=["nothing", "all", "some", "only-scans"],
)
def test_everything_is_explained_only_where_nothing_was_set_aside(
    tmp_path: Path, lines: list[Line], *, whole: bool
) -> None:
    told = compared(tmp_path, lines)
    said = aside.verdict(len(told.entries), aside.set_aside(told))
    assert ("everything that was seen is explained" in said) is whole
    assert ("10.30.0.66" in said) is (len(lines) > 1)
    assert ("40" in said) is (len(lines) > 1)

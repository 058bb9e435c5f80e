"""What grants permitted that are over: nobody must explain it, and enforcing stops it all the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.baseline.readiness import State
from segc.report.baseline import comparison
from segc.report.baseline.status import conduit_entry, lines
from tests.baseline.made import Line
from tests.baseline.plants import TEXT
from tests.baseline.test_readiness import AT, BACKUP, MODBUS, judged, reasons

VISIT = Line("10.30.0.50", "10.3.0.21", 502, (3, 4, 13))
OVER = "until 2026-10-20"
OPEN = "until 2026-12-31"


def grant(name: str, *facts: str, flow: str = "ews -> hmi : modbus") -> str:
    body = "".join(f"{fact}; " for fact in facts)
    return f'grant {name} {{ owner production; allow {flow} {{ because "x" }}; {body}approved-by lead }}\n'


def told(folder: Path, text: str, *more: Line) -> dict[str, tuple[int, str]]:
    """By grant, how many keys and when the last one came."""
    compared, found = judged(folder, [MODBUS, BACKUP, *more], text=TEXT + text)
    assert found["recipes"].state is State.READY, reasons(found["recipes"])
    assert not compared.unexplained()
    assert not found["copies"].lapsed, "other zones"
    entry = conduit_entry(compared, found["recipes"])
    shown = "\n".join(lines(entry, whole=True))
    assert all(f"grant `{one['grant']}` permitted" in shown for one in entry["lapsed"])
    assert ("would stop" in shown) is bool(entry["lapsed"])
    document = comparison.document(compared, AT, 30)
    assert document.get("lapsed", []) == entry["lapsed"]
    assert ("would stop" in comparison.render(document)) is bool(entry["lapsed"])
    return {one["grant"]: (one["keys"], one["last"]) for one in entry["lapsed"]}


LAST = "2026-10-18T10:00:02Z"


@pytest.mark.parametrize(
    ("grants", "lapsed"),
    [
        (grant("visit", OVER), {"visit": (1, LAST)}),
        (grant("visit", OPEN), {}),
        (grant("visit", OVER) + grant("again", OPEN), {}),  # renewed
        (grant("visit", OVER) + grant("again", "from 2026-11-09", OPEN), {}),  # and will be open again
        (grant("visit", "until 2026-10-19") + grant("again", OVER), {"again": (1, LAST)}),  # and that one is over, too
        (grant("visit", OVER) + grant("other", OPEN, flow="ews -> plc : modbus"), {"visit": (1, LAST)}),
        (
            grant("visit", OVER, "window 12:00-13:00") + grant("nights", OPEN, "window 18:00-06:00"),
            {"visit": (1, LAST)},
        ),
        (grant("visit", OVER) + grant("noons", OPEN, "window 12:00-13:00"), {}),
    ],
)
def test_what_a_grant_permitted_that_is_over_is_told_and_holds_nothing(
    grants: str, lapsed: dict[str, tuple[int, str]], tmp_path: Path
) -> None:
    """It came at noon, in Vienna."""
    assert told(tmp_path, grants, VISIT) == lapsed


def test_what_a_flow_permits_too_goes_on(tmp_path: Path) -> None:
    assert told(tmp_path, grant("visit", OVER, flow="app -> plc : modbus")) == {}


def test_keys_are_counted_by_grant(tmp_path: Path) -> None:
    both = grant("visit", OVER, flow="ews -> line : modbus") + grant("app", OVER, flow="app -> hmi : modbus")
    seen = [VISIT, VISIT._replace(dst="10.3.0.11", days=(5,)), VISIT._replace(src="10.30.0.10", days=(1, 2))]
    assert told(tmp_path, both, *seen) == {"visit": (2, LAST), "app": (1, "2026-10-07T10:00:04Z")}


@pytest.mark.parametrize(("days", "lapsed"), [((3, 4), True), ((3,), False)])
def test_what_nobody_answers_and_keeps_coming_is_missed_too(
    days: tuple[int, ...], lapsed: bool, tmp_path: Path
) -> None:
    text = "service beat { udp 9001 }\n" + grant("visit", OVER, flow="ews -> hmi : beat")
    beats = Line("10.30.0.50", "10.3.0.21", 9001, days, proto="udp", state="S0")
    assert list(told(tmp_path, text, beats)) == ["visit"] * lapsed


def test_a_grant_is_over_at_the_moment_that_is_asked_for(tmp_path: Path) -> None:
    text = TEXT + grant("visit", "until 2026-10-18")
    at = datetime(2026, 10, 18, 21, 59, tzinfo=UTC)
    _, found = judged(tmp_path, [MODBUS, BACKUP, VISIT], text=text, at=at)
    assert not found["recipes"].lapsed
    (tmp_path / "later").mkdir()
    _, found = judged(tmp_path / "later", [MODBUS, BACKUP, VISIT], text=text, at=at.replace(hour=22, minute=0))
    assert [one.keys for one in found["recipes"].lapsed] == [1], "midnight in Vienna"

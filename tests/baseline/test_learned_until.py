"""Days that flows were drafted from say nothing for the conduits of their zones: that would be evidence counted twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.baseline.readiness import State
from tests.baseline.made import Line
from tests.baseline.plants import TEXT
from tests.baseline.test_readiness import BACKUP, MODBUS, STRANGER, judged, reasons

LATER = datetime(2026, 11, 3, 12, tzinfo=UTC)  # behind four weeks of days


def learned(day: str) -> str:
    """The plant, with the flow of `recipes` drafted from logs up to a day."""
    return TEXT.replace('because "set-points"', f'because "set-points"; learned-until {day}')


@pytest.mark.parametrize(
    ("last", "state", "days"),
    [
        (14, State.INSUFFICIENT, 0),  # judged by what it was made of
        (27, State.INSUFFICIENT, 13),
        (28, State.READY, 14),
    ],
)
def test_the_days_from_which_a_flow_was_made_do_not_speak_for_it(
    last: int, state: State, days: int, tmp_path: Path
) -> None:
    lines = [MODBUS._replace(days=range(last)), BACKUP._replace(days=range(last))]
    _, found = judged(tmp_path, lines, text=learned("2026-10-18"), at=LATER)  # the 14th day
    assert (found["recipes"].state, found["recipes"].days) == (state, days), reasons(found["recipes"])
    assert found["recipes"].incidence.keys == (1 if days else 0)
    assert found["copies"].state is State.READY, "nobody drafted that one"
    if state is State.INSUFFICIENT:
        assert "after 2026-10-18, the last day that flows between its zones were learned from" in reasons(
            found["recipes"]
        )


EWS = Line("10.30.0.50", "10.3.0.11", 502, (3, 4))
GRANT = """
grant repair {{
  allow mes.ews -> line.plc : modbus {{ because "draft: seen, reason not known"; learned-until {learned} }}
  until {until}
}}
"""


@pytest.mark.parametrize(
    ("learned", "until", "state", "days"),
    [
        ("2026-10-18", "2026-11-17", State.INSUFFICIENT, 0),  # all days that were watched are those of the draft
        ("2026-10-10", "2026-11-17", State.INSUFFICIENT, 8),
        ("2026-10-04", "2026-11-17", State.READY, 14),  # drafted from earlier logs
        ("2026-10-18", "2026-10-20", State.INSUFFICIENT, 0),  # over: what came in its time it explains all the same
    ],
)
def test_the_days_from_which_a_grant_was_made_do_not_speak_for_the_conduit_beside_it(
    learned: str, until: str, state: State, days: int, tmp_path: Path
) -> None:
    _, found = judged(tmp_path, [MODBUS, BACKUP, EWS], text=TEXT + GRANT.format(learned=learned, until=until))
    assert (found["recipes"].state, found["recipes"].days) == (state, days), reasons(found["recipes"])
    assert found["copies"].state is State.READY, "other zones"
    assert "ews" not in reasons(found["recipes"]), "nobody waits for a grant to be used again"


REPAIRS = """
conduit repairs {ends} {{
  allow {flow} : modbus {{ because "draft: seen, reason not known"; learned-until 2026-10-10 }}
}}
"""


@pytest.mark.parametrize(
    ("ends", "flow", "lines", "days"),
    [
        ("mes -> line", "mes.ews -> line.plc", [EWS], 8),
        ("line <-> mes", "mes.ews -> line.plc", [EWS], 8),
        ("line <-> mes", "line.plc -> mes.ews", [], 14),  # its flow opens the other direction only
    ],
)
def test_the_days_from_which_another_conduit_of_its_zones_was_made_do_not_speak_for_it(
    ends: str, flow: str, lines: list[Line], days: int, tmp_path: Path
) -> None:
    """It explains what would have been stopped. A draft in a conduit of its own is evidence that is counted twice, too."""
    _, found = judged(tmp_path, [MODBUS, BACKUP, *lines], text=TEXT + REPAIRS.format(ends=ends, flow=flow))
    assert found["recipes"].days == days
    assert found["recipes"].state is (State.READY if days == 14 else State.INSUFFICIENT), reasons(found["recipes"])
    assert found["recipes"].incidence.keys == 1, "what the draft explains came in its days"
    assert not found["recipes"].declared.learned, "it does not wait for what is not its own"
    assert found["copies"].state is State.READY, "other zones"


def test_a_drafted_flow_must_be_seen_again(tmp_path: Path) -> None:
    ews = 'allow ews -> plc : modbus { because "repair"; learned-until 2026-10-18 }'
    text = TEXT.replace("  allow app -> plc", f"  {ews}\n  allow app -> plc")
    lines = [MODBUS._replace(days=range(28)), BACKUP, Line("10.30.0.50", "10.3.0.11", 502, (3,))]
    _, found = judged(tmp_path, lines, text=text, at=LATER)
    assert found["recipes"].state is State.NOT_READY
    assert "not seen again since it was learned: `ews -> plc : modbus`" in reasons(found["recipes"])
    assert [flow.text for flow in found["recipes"].declared.seen] == ["app -> plc : modbus"]


def test_what_would_be_stopped_counts_on_whatever_day(tmp_path: Path) -> None:
    """The stranger came while the flow was learned, and never since: somebody has to say what it was."""
    _, found = judged(tmp_path, [MODBUS._replace(days=range(28)), BACKUP, STRANGER], text=learned("2026-10-18"))
    assert found["recipes"].state is State.NOT_READY
    assert "would stop 1 key that was seen (3 sessions)" in reasons(found["recipes"])

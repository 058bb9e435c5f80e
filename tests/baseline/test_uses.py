"""When a grant was last used: only while it was open, and by nothing that a standing flow permits."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from segc import api
from segc.baseline.store import Ledger
from segc.baseline.uses import last_uses
from tests.baseline.made import Line, learn
from tests.baseline.plants import TEXT, plant

AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
GRANTS = """
grant help { vendor "V"; allow mes.ews -> line.plc : modbus; from 2026-10-06; until 2026-10-08; approved-by lead }
grant same { vendor "V"; allow mes.app -> line.plc : modbus; from 2026-10-01; until 2026-10-31; approved-by lead }
grant more { vendor "V"; allow mes.ews -> line.hmi : modbus; from 2026-10-01; until 2026-10-31; approved-by lead }
"""
EWS = Line("10.30.0.50", "10.3.0.11", 502, range(14))  # 5 to 18 October, at 10:00 UTC
APP = Line("10.30.0.10", "10.3.0.11", 502, range(14))
LOOKS = [Line("10.30.0.50", f"10.3.0.{100 + n}", 502, range(14), state="S0") for n in range(40)]
TRIED = Line("10.30.0.50", "10.3.0.21", 502, range(14), state="S0")


def test_the_last_hour_in_which_it_was_open(tmp_path: Path) -> None:
    made, found = api.check(plant(tmp_path / "plant", TEXT + GRANTS), AT)
    assert not [one for one in found if one.severity.word == "error"], found
    with Ledger.open(learn(tmp_path / "baseline", [EWS, APP, TRIED])) as ledger:
        assert last_uses(made, ledger, AT) == {"help": datetime(2026, 10, 8, 10, tzinfo=UTC)}


def test_what_a_scanner_was_answered_at_uses_its_grant(tmp_path: Path) -> None:
    """A vendor's tool that looks for machines first is used all the same: nobody should take its grant away."""
    made, _ = api.check(plant(tmp_path / "plant", TEXT + GRANTS), AT)
    with Ledger.open(learn(tmp_path / "baseline", [EWS, *LOOKS])) as ledger:
        assert not ledger.keys()
        assert last_uses(made, ledger, AT) == {"help": datetime(2026, 10, 8, 10, tzinfo=UTC)}

"""Stamps without a year in `segc watch`: by the clock, for as long as it runs; or by the log, if a moment was said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.baseline.sources.protocol import Context
from segc.baseline.sources.stamps import Clock
from segc.cli import watch
from segc.cli.group import SETTINGS
from tests.baseline.sources.reading import at
from tests.baseline.test_draft import PLANT

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def context(folder: Path, *arguments: str) -> Context:
    (folder / "plant.zone").write_text(PLANT, encoding="utf-8")
    plant, _ = api.check(str(folder), NOW)
    with watch.command.make_context(
        "watch", ["fw.log", *arguments], None, help_option_names=SETTINGS["help_option_names"]
    ):
        return watch._context(plant, "", "UTC", NOW)


def test_years_later_the_clock_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    moment = at("2026-11-23T10:00:00")
    monkeypatch.setattr(watch, "clock", lambda: moment)
    found = context(tmp_path)
    clock = Clock(found)
    assert clock.envelope("Nov 23 10:00:00 fw x")[0] == at("2026-11-23T10:00:00")
    moment = at("2029-07-01T10:00:00")
    assert clock.envelope("Jul  1 10:00:00 fw x")[0] == at("2029-07-01T10:00:00")


@pytest.mark.parametrize("said", ["--at", "SOURCE_DATE_EPOCH"])
def test_a_moment_that_was_said_is_the_logs(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if said != "--at":
        monkeypatch.setenv(said, str(int(NOW.timestamp())))
    clock = Clock(context(tmp_path, *(("--at", "2026-11-23") if said == "--at" else ())))
    for day in ("2026-11-23", "2027-03-10", "2027-06-20", "2027-11-23"):
        stamp = f"{datetime.fromisoformat(day):%b %d} 10:00:00"
        assert clock.envelope(f"{stamp} fw x")[0] == at(f"{day}T10:00:00")

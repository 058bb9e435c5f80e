"""Days of the ledger on the plant's calendar. A day of UTC counts as the local day in which its noon lies."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.model.clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from zoneinfo import ZoneInfo

    from segc.model.plant import Plant

SATURDAY = 5


@lru_cache(maxsize=4096)
def _date(zone: ZoneInfo, day: int) -> date:
    return datetime.fromtimestamp(day * 86_400 + 43_200, UTC).astimezone(zone).date()


def weekdays_and_weekends(plant: Plant, days: Iterable[int]) -> tuple[int, int]:
    """How many of the days are working days, and how many lie on a weekend."""
    zone = zone_of(plant)
    on = [_date(zone, day).weekday() >= SATURDAY for day in days]
    return len(on) - sum(on), sum(on)

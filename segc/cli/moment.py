"""`--at`: the moment that a policy is judged for."""

from __future__ import annotations

import os
from datetime import UTC, datetime

EXAMPLES = "2027-01-31 or 2027-01-31T06:00+01:00"
# Grants and suppressions look days back and ahead, in any time zone; further out a calendar has no use.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)


def moment(text: str | None) -> datetime:
    """A moment in UTC: what the user wrote, else SOURCE_DATE_EPOCH, else the clock. Raises ValueError."""
    if text is not None:
        return _written(text)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return _epoch(epoch) if epoch else datetime.now(UTC).replace(microsecond=0)


def _written(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--at `{text}` is no date and no time; write it as {EXAMPLES}") from None
    return _within(f"--at `{text}`", parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))


def _epoch(text: str) -> datetime:
    name = f"SOURCE_DATE_EPOCH=`{text}`"
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"{name} in the environment is no number of seconds since 1970")
    seconds = int(text) if len(text) < 20 else 10**20
    return _within(name, datetime.fromtimestamp(seconds, UTC) if seconds < LAST.timestamp() else LAST)


def _within(name: str, when: datetime) -> datetime:
    if not FIRST <= when < LAST:
        raise ValueError(f"{name} lies outside the years {FIRST.year} to {LAST.year - 1}")
    return when.astimezone(UTC)

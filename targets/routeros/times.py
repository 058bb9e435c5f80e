"""Hours of the week as `time=` has them: `time=6h-9h59m59s,sat`.

It knows no dates: which hours hold, the next build says. The second at an end is written as included; were it not, a
window would shut a second early, and never later.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from segc.rules.ir import Rule
    from segc.rules.timetable import Hours
    from segc.targets.job import Job

# In the order of an export; 0 is Monday.
DAYS = {6: "sun", 0: "mon", 1: "tue", 2: "wed", 3: "thu", 4: "fri", 5: "sat"}


class End(NamedTuple):
    """When what a file says of a grant stops to be right, as the router's clock shows it."""

    grant: str
    date: str
    time: str


def times(job: Job, rule: Rule | None) -> list[dict[str, str]]:
    """The property of each rule that it takes; one without it for always, none for never."""
    week = job.weekly(rule) if rule is not None else None
    return [{}] if week is None or week.hours is None else [{"time": _text(one)} for one in week.hours]


def ends(job: Job) -> list[End]:
    """Of each grant that opens something, for the guide: who builds late must not find its hours open for ever.

    What the clock shows twice comes an hour early: shut for an hour is better than open for one.
    """
    if job.clock is None:
        return []
    found: dict[str, int] = {}
    for rule in (rule for pair in job.rules.pairs for rule in pair.rules):
        week = job.weekly(rule)
        if week is not None and week.hours != () and week.until is not None:
            found[rule.within] = min(week.until, found.get(rule.within, week.until))
    shown = {name: datetime.fromtimestamp(end, ZoneInfo(job.clock)) for name, end in found.items()}
    return [End(name, f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}") for name, moment in sorted(shown.items())]


def _text(hours: Hours) -> str:
    days = ",".join(name for day, name in DAYS.items() if day in hours.days)
    last = hours.end - 1
    return f"{_clock(hours.start)}-{last // 60}h{last % 60}m59s,{days}"


def _clock(minutes: int) -> str:
    """As an export shows it: without what is nothing."""
    found = "".join(f"{count}{unit}" for count, unit in ((minutes // 60, "h"), (minutes % 60, "m")) if count)
    return found or "0s"

"""Schedules for grants: single spans between two dates, by the time that the firewall's clock shows.

Weeks of PAN-OS know no dates, so each time at which a window is open is a span of its own. The minute at the end is
written as the last one that is included: were it not, a window would shut a minute early.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from segc.rules.words import Words

from .names import ODD, marked

if TYPE_CHECKING:
    from segc.rules.ir import Rule
    from segc.targets.job import Job

    from .config import Config

LONGEST = 31
EVER = datetime(2000, 1, 1)  # noqa: DTZ001 - what a clock shows has no time zone
MINUTE = timedelta(minutes=1)


def schedule(job: Job, config: Config, rule: Rule | None) -> str | None:
    """The name of a rule's schedule, which is added; None for a rule that always holds, empty where it never does."""
    spans = job.dates(rule) if rule is not None else None
    if rule is None or spans is None:
        return None
    members = [f"{_moment(first or EVER)}-{_moment(last - MINUTE)}" for first, last in spans]
    if not members:
        return ""
    name = marked(Words(LONGEST, ODD)(rule.within), " ".join(members), LONGEST)
    return config.add("schedule", name, {"schedule-type": {"non-recurring": members}})


def _moment(shown: datetime) -> str:
    return f"{shown.year}/{shown.month:02}/{shown.day:02}@{shown.hour:02}:{shown.minute:02}"

"""Moments as words of nft's `meta time`, on a box whose clock shows local time.

nft takes a date and an hour for UTC, asks how far the box's time zone is from UTC *then*, and takes that off
(parse_iso_date in its src/meta.c): near a night in which clocks are moved, the word for a moment is not what the clock
shows. It is reckoned here, and moments that no word means are refused. Hours of the day and days of the week are not
used: their distance from UTC is that of the moment at which the rules are loaded, and days are the kernel's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from segc.rules.ir import Rule
    from segc.targets.job import Job

HOUR = 3600


class Span(NamedTuple):
    """From `first` (None: since ever) until just before `end`, in nft's words."""

    first: datetime | None
    end: datetime


def spans(job: Job, rule: Rule | None, early: int = 0) -> tuple[Span, ...] | None:
    """When a rule holds; None for one that always does, or where rules tell no time. What is over is left out.

    What has begun has no first moment, so that a file does not change from day to day. Ends are named `early` seconds
    before they come, for boxes whose last moment still belongs to the rule.
    """
    zone = job.target.zone(job.clock)
    if rule is None or rule.when is None or zone is None:
        return None
    now, horizon = int(job.at.timestamp()), job.target.horizon(job.clock, job.at)
    found = []
    for one in rule.when:
        if one.end > now and (one.start or 0) < horizon:
            begins = one.start if one.start is not None and one.start > now else None
            first = _word(job, rule, begins, zone) if begins is not None else None
            found.append(Span(first, _end(job, rule, one.end - early, horizon, zone)))
    return tuple(found)


def _end(job: Job, rule: Rule, end: int, horizon: int, zone: ZoneInfo) -> datetime:
    """The end, or one behind the horizon that has a word: what is beyond it is made by the next build."""
    if end <= horizon:
        return _word(job, rule, end, zone)
    return word(horizon, zone) or _word(job, rule, min(end, horizon + HOUR), zone)


def _word(job: Job, rule: Rule, moment: int, zone: ZoneInfo) -> datetime:
    found = word(moment, zone)
    if found is None:
        shown = datetime.fromtimestamp(moment, zone)
        what = f"has no word for {shown:%Y-%m-%d %H:%M}, shortly before clocks are moved"
        raise job.unsupported(rule.span, what, "let the window end or begin at another hour, or say no `clock`")
    return found


def word(moment: int, zone: ZoneInfo) -> datetime | None:
    """The date and hour that nft takes for a moment; None where there is none."""
    about = datetime.fromtimestamp(moment, UTC)
    for near in (about, about - timedelta(days=1), about + timedelta(days=1)):
        taken = about + (near.astimezone(zone).utcoffset() or timedelta())
        if taken - (taken.astimezone(zone).utcoffset() or timedelta()) == about:
            return taken.replace(tzinfo=None)
    return None

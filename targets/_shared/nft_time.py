"""Moments as words of nft's `meta time`, on a box whose clock shows local time.

nft takes a date and an hour for UTC, asks how far the box's time zone is from UTC *then*, and takes that off
(parse_iso_date in its src/meta.c): near a night in which clocks are moved, the word for a moment is not what the clock
shows. It is reckoned here; where no word means a moment, new builds keep the windows. Hours of the day and days of the
week are not used: their distance from UTC is that of the moment at which the rules are loaded, and days are the
kernel's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from segc.model.clock import Interval
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
    ends = _ends(rule.when, job.at, job.target.horizon(job.clock, job.at), zone, early)
    words = [(first, word(first, zone) if first is not None else None, word(end, zone)) for first, end in ends]
    found = tuple(Span(begin, end) for first, begin, end in words if end and (begin or first is None))
    if len(found) < len(words):
        raise job.unsupported(rule.span, unsaid(rule.when, zone, job.at, job.target.horizon(job.clock, job.at), early))
    return found


def unsaid(when: Iterable[Interval], zone: ZoneInfo, at: datetime, horizon: int, early: int = 0) -> str:
    """For which moment there is no word; empty where there is one for each."""
    moments = [moment for ends in _ends(when, at, horizon, zone, early) for moment in ends if moment is not None]
    lost = next((moment for moment in moments if word(moment, zone) is None), None)
    if lost is None:
        return ""
    return f"has no word for {datetime.fromtimestamp(lost, zone):%Y-%m-%d %H:%M}, shortly before clocks are moved"


def _ends(
    when: Iterable[Interval], at: datetime, horizon: int, zone: ZoneInfo, early: int
) -> Iterator[tuple[int | None, int]]:
    """First and last moments, the latter at the horizon or soon behind it: what is beyond is made by the next build."""
    now = int(at.timestamp())
    for one in when:
        if one.end > now and (one.start or 0) < horizon:
            end = one.end - early
            if end > horizon:
                end = horizon if word(horizon, zone) else min(end, horizon + HOUR)
            yield (one.start if one.start is not None and one.start > now else None), end


def word(moment: int, zone: ZoneInfo) -> datetime | None:
    """The date and hour that nft takes for a moment; None where there is none."""
    about = datetime.fromtimestamp(moment, UTC)
    for near in (about, about - timedelta(days=1), about + timedelta(days=1)):
        taken = about + (near.astimezone(zone).utcoffset() or timedelta())
        if taken - (taken.astimezone(zone).utcoffset() or timedelta()) == about:
            return taken.replace(tzinfo=None)
    return None

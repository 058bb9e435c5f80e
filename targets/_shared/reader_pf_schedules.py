"""The section `schedules`, alike on pfSense and OPNsense: filter_get_time_based_rule_status in filter.inc.

A schedule is on while one of its ranges is: months, days, days of the week and hours must all hold, and what a range
does not say always does. Months and days are two lists; where it matters which day stands beside which month, nothing is
known of the schedule, since the web interface writes pairs and the filter takes every day of every month. There is no
year. The box looks every quarter of an hour: of other times it is not known until when it holds to them. Hours are what
PHP's strtotime makes of them: shown twice, the first of the two; skipped, an hour later.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from segc.packets.fields import LAST_SECOND, TIME, normal
from segc.packets.machine import In, Refused, Unknown

if TYPE_CHECKING:
    from segc.packets.clock import Shown
    from segc.packets.fields import Spans
    from segc.packets.machine import Match

    from .reader_xml import Node

FIRST, BEHIND = date(2025, 1, 1), date(2051, 1, 1)  # listed between these; taken for always on afterwards
QUARTER = 15
HOURS = re.compile(r"([0-9]{1,2}):([0-9]{1,2})-([0-9]{1,2}):([0-9]{1,2})")
IN_SCHEDULE = ("name", "descr", "timerange", "schedlabel")
IN_RANGE = ("month", "day", "position", "hour", "rangedescr")


class Schedules:
    """Schedules by name, and what is known of the box's clock."""

    def __init__(self, section: Node | None, clock: Shown) -> None:
        self._known = section is not None
        self._nodes: dict[str, Node] = {}
        for node in section.children if section is not None else ():
            if node.tag != "schedule":
                raise Refused(f"<{node.tag}> is no schedule", node.line, text=node.tag)
            self._nodes.setdefault(node.value("name"), node)  # the first one of a name counts
        self._clock = clock

    def __call__(self, name: str) -> Match | None:
        """When a rule with this schedule is there; None for always, as with a schedule that does not exist."""
        if self._known and name not in self._nodes:
            return None
        unknown = Unknown(f"<sched>{name}</sched>")
        if not self._known:
            return unknown
        if self._clock.zone is None:
            return Unknown(f"<sched>{name}</sched>: {self._clock.why}")
        found = self._spans(self._nodes[name], ZoneInfo(self._clock.zone))
        return unknown if found is None else In(TIME, found)

    def _spans(self, node: Node, zone: ZoneInfo) -> Spans | None:
        _only(node, IN_SCHEDULE)
        found: list[tuple[int, int]] = []
        for one in node.all("timerange"):
            _only(one, IN_RANGE)
            hours = _hours(one.value("hour"), one.line)
            days = _days(one)
            if hours is None or days is None:
                return None
            found += _on(days, _numbers(one, "position", 7), hours, zone)
        found.append((int(datetime.combine(BEHIND, time(), UTC).timestamp()), LAST_SECOND))
        return normal(found)


def _only(node: Node, words: tuple[str, ...]) -> None:
    strange = next((child for child in node.children if child.tag not in words), None)
    if strange is not None:
        raise Refused(f"<{strange.tag}> is nothing that a schedule has", strange.line, text=strange.tag)


def _numbers(node: Node, tag: str, most: int) -> list[int]:
    """A list of numbers; all of them where it is not there."""
    text = node.value(tag)
    found = [int(one) if one.isascii() and one.isdecimal() else 0 for one in text.split(",")] if text else []
    if any(not 0 < one <= most for one in found):
        raise Refused(f"`{text}` is no <{tag}> of a schedule", node.line, text=text)
    return found or list(range(1, most + 1))


def _days(node: Node) -> set[tuple[int, int]] | None:
    """Months with days; None where it matters which stands beside which."""
    months, days = _numbers(node, "month", 12), _numbers(node, "day", 31)
    paired = node.value("month") and node.value("day") and min(len(set(months)), len(set(days))) > 1
    return None if paired else set(product(months, days))


def _hours(text: str, line: int) -> tuple[int, int] | None:
    """Minutes of a day; None where the box may look too late."""
    if not text:
        return 0, 1440
    found = HOURS.fullmatch(text)
    hour, minute, last_hour, last_minute = map(int, found.groups()) if found else (99,) * 4
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    if max(minute, last_minute) > 59 or max(start, end) > 1440:
        raise Refused(f"`{text}` are no hours of a schedule", line, text=text)
    return None if start % QUARTER or end % QUARTER else (start, end)


def _on(
    days: set[tuple[int, int]], weekdays: list[int], hours: tuple[int, int], zone: ZoneInfo
) -> list[tuple[int, int]]:
    found = []
    for day, monthly, weekly in _calendar():
        if weekly in weekdays and monthly in days:
            start, end = (_moment(day, minutes, zone) for minutes in hours)
            if start < end:
                found.append((start, end - 1))
    return found


@cache
def _calendar() -> tuple[tuple[date, tuple[int, int], int], ...]:
    """All days, each with its month and day, and its day of the week."""
    every = (FIRST + timedelta(days=number) for number in range((BEHIND - FIRST).days))
    return tuple((day, (day.month, day.day), day.isoweekday()) for day in every)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> int:
    shown = datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), zone)
    return int(shown.timestamp())

"""`schedulers`: when each is on, by the local time that the box's clock shows.

A scheduler has dates between which it is on, and hours of days that count within them ("active within a time slot as
specified by the weekday schedule", Junos; a date range and time ranges within it, Junos Space). What is said of a day
takes the place of what is said of all. The second, or minute, at an end is taken as included. What is documented nowhere
is not guessed: several slots of one kind, hours over midnight, dates over New Year without a year, or without a partner.
Nor is anything known where the policy does not say which time the clock shows, or the configuration says another one.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from segc.packets.calendar import DAY, seconds, spans
from segc.packets.clock import Shown, shown
from segc.packets.fields import normal
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from segc.packets.fields import Spans

    from .reader_config import Statement, Words

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAILY = "daily"
WHOLE = (0, DAY - 1)
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?$")
DATE = re.compile(r"(?:([0-9]{4})-)?([0-9]{1,2}-[0-9]{1,2})\.([0-9]{2})[.:]([0-9]{2})$")
EVERY = range(1970, 2200)  # "the current year and all subsequent years", whichever the current one is
Parts = tuple[str, str, str, str]  # the year or nothing, month and day, hours, minutes
UNSAID = "UTC"  # what a box shows that was told no time zone


class Schedulers:
    """All schedulers of a configuration. `zone` is what the policy says of the clock."""

    def __init__(self, zone: str | None, *, running: bool = False) -> None:
        self._policy, self._running = zone, running
        self.said = ""
        self._dates: dict[str, list[tuple[str, str]]] = {}
        self._days: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def statement(self, one: Statement, words: Words) -> None:
        """What stands behind `schedulers`."""
        match words:
            case ("scheduler", name, "description", *_) | ("scheduler", name):
                self._days.setdefault(name, {})
            case ("scheduler", name, ("start-date" | "stop-date"), _, *_):
                self._dates.setdefault(name, []).extend(_pairs(words[2:], one.line))
            case ("scheduler", name, day, "all-day" | "exclude" as what):
                self._day(name, day, one.line).append((what, ""))
            case ("scheduler", name, day, ("start-time" | "stop-time"), _, *_):
                self._day(name, day, one.line).extend(_pairs(words[3:], one.line))
            case _:
                raise Refused("is nothing of a scheduler's that this reader knows", one.line)

    def shown(self, *, whole: bool) -> Shown:
        """What is known of the box's clock. A whole configuration that says no time zone shows UTC."""
        return shown(self._policy, self.said or (UNSAID if whole else ""), running=self._running)

    def spans(self, name: str, line: int, *, whole: bool) -> Spans | None:
        """When a scheduler is on, in seconds of UTC; None where that is not known."""
        dates, days = self._dates.get(name), self._days.get(name)
        if dates is None and days is None:
            raise Refused(f"no scheduler is called `{name}`", line)
        zone = self.shown(whole=whole).zone
        if zone is None or not (dates or days):
            return None
        slots, week = _dates(dates or [], line), _week(days or {}, line)
        if not slots or week is None:
            return None
        return normal([span for ends in slots for span in spans(zone, *ends, week or None)])

    def _day(self, name: str, day: str, line: int) -> list[tuple[str, str]]:
        if day not in (DAILY, *DAYS):
            raise Refused(f"`{day}` is no day of a scheduler", line)
        return self._days.setdefault(name, {}).setdefault(day, [])


def _pairs(words: Words, line: int) -> list[tuple[str, str]]:
    """Keys and values, on one line or on several."""
    if len(words) % 2:
        raise Refused(f"`{words[-1]}` has no value", line)
    return list(zip(words[::2], words[1::2], strict=True))


def _dates(said: list[tuple[str, str]], line: int) -> list[tuple[int | None, int | None]]:
    """The first and the last second of each slot of dates: of one, or of one a year. Empty where that is not known."""
    if not said:
        return [(None, None)]
    found = dict(said)
    if len(said) != 2 or set(found) != {"start-date", "stop-date"}:
        return []
    first, last = (_parts(found[key], line) for key in ("start-date", "stop-date"))
    year = first[0] or last[0]
    if year:
        return [_ends((first[0] or year, *first[1:]), (last[0] or year, *last[1:]), line)]
    if first > last:
        return []
    return [_ends((one, *first[1:]), (one, *last[1:]), line) for one in map(str, EVERY)]


def _ends(first: Parts, last: Parts, line: int) -> tuple[int, int]:
    start, stop = _moment(first, line), _moment(last, line)
    if stop < start:
        raise Refused(f"the slot from {'-'.join(first[:2])} ends before it begins", line)
    return start, stop + 59


def _week(days: dict[str, list[tuple[str, str]]], line: int) -> Spans | None:
    """The seconds of a week; empty where nothing is said of days."""
    if not days:
        return ()
    found: list[tuple[int, int]] = []
    for number, day in enumerate(DAYS):
        said = days.get(day, days.get(DAILY, [("exclude", "")]))
        slot = WHOLE if said == [("all-day", "")] else _slot(said, line)
        if said == [("exclude", "")]:
            continue
        if slot is None:
            return None
        found.append((number * DAY + slot[0], number * DAY + slot[1]))
    return tuple(found) or None


def _slot(said: list[tuple[str, str]], line: int) -> tuple[int, int] | None:
    """The first and the last second of a day's one slot."""
    found = dict(said)
    if len(said) != 2 or set(found) != {"start-time", "stop-time"}:
        return None
    start, _ = _clock(found["start-time"], line)
    _, last = _clock(found["stop-time"], line)
    return (start, last) if start < last else None


def _clock(text: str, line: int) -> tuple[int, int]:
    """The first and the last second that a time of day means: a minute, where it has no seconds."""
    match = CLOCK.match(text)
    if match is None:
        raise Refused(f"`{text}` is no time of day", line)
    first = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return first, first + (0 if match[3] else 59)


def _parts(text: str, line: int) -> Parts:
    found = DATE.match(text)
    if found is None:
        raise Refused(f"`{text}` is no date", line)
    month, day = found[2].split("-")
    return found[1] or "", f"{month:0>2}-{day:0>2}", found[3], found[4]


def _moment(parts: Parts, line: int) -> int:
    year, day, hours, minutes = parts
    try:
        return seconds(datetime.strptime(f"{year}-{day}.{hours}.{minutes}", "%Y-%m-%d.%H.%M"))  # noqa: DTZ007 - a clock's
    except ValueError:
        raise Refused(f"`{'-'.join(parts)}` is no date", line) from None

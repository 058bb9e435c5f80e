"""`time-range`: when it is on, by the local time that the device's clock shows.

One `absolute` line and any number of `periodic` ones, which count between its two ends only; the minute at an end is
included. What is documented nowhere is not guessed: a range that does not exist or says nothing, several `absolute`
lines, hours that run over midnight on several days, and 24:00. Nor is anything known where the policy does not say
which time the clock shows, or the configuration says another one.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from segc.packets.calendar import DAY, known, seconds, spans
from segc.packets.fields import normal
from segc.packets.machine import Refused

from .reader_clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.packets.fields import Spans

Slot = tuple[int | None, int | None]  # the first and the last second of an absolute span
MINUTE = 60
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETS = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7)}
MOMENT = r"([0-9]{1,2}:[0-9]{2}) ([0-9]{1,2}) ([A-Za-z]+) ([0-9]{4})"
ABSOLUTE = re.compile(rf"absolute(?: start {MOMENT})?(?: end {MOMENT})?$")
PERIODIC = re.compile(r"periodic ([A-Za-z ]+?) ([0-9]{1,2}:[0-9]{2}) to (?:([A-Za-z]+) )?([0-9]{1,2}:[0-9]{2})$")


class TimeRanges:
    """All ranges of a configuration. `zone` is what the policy says of the clock.

    Vendors whose ranges are of this shape derive theirs from it: the class's attributes and methods are where they
    differ.
    """

    absolute: ClassVar[re.Pattern[str]] = ABSOLUTE
    periodic: ClassVar[re.Pattern[str]] = PERIODIC
    clocked: ClassVar[type[Clock]] = Clock
    last = MINUTE - 1  # how many seconds behind an end are included

    def __init__(self, zone: str | None = None, *, running: bool = False) -> None:
        self.clock = self.clocked(running=running)
        self.zone = zone if zone is not None and known(zone) else None
        self._bodies: dict[str, list[tuple[str, int]]] = {}
        self._known: dict[str, Spans | None] = {}

    def add(self, name: str, body: Iterable[tuple[str, int]]) -> None:
        """Take a range's lines; what is said of one name twice is added up."""
        self._bodies.setdefault(name, []).extend(body)

    def doubt(self, name: str) -> str:
        """In words, what is not known of a range of which no times are known, and what the clock has to do with it."""
        if self.zone is None:
            return f"time-range {name}: the policy does not say which time the clock shows"
        if self.clock.shows(self.zone):
            return f"time-range {name}"
        said = ", ".join(f"`{text}` in line {line}" for text, line in self.clock.lines) or "no `clock timezone`"
        return f"time-range {name}, {said}: the policy says that the clock shows {self.zone}"

    def spans(self, name: str) -> Spans | None:
        """When a range is on, in seconds of UTC; None where that is not known. All of its lines must have been taken."""
        if name not in self._known:
            self._known[name] = self._spans(name)
        return self._known[name]

    def _spans(self, name: str) -> Spans | None:
        if self.zone is None or not self._bodies.get(name) or not self.clock.shows(self.zone):
            return None
        ends: list[Slot] = []
        week: list[tuple[int, int]] = []
        for text, line in self._bodies[name]:
            absolute, periodic = self.absolute.match(text), self.periodic.match(text)
            if absolute:
                ends.append(self._ends(absolute, line))
            elif periodic:
                hours = self._hours(periodic, line)
                if hours is None:
                    return None
                week += hours
            elif not self.idle(text):
                raise Refused(f"`{text}` is no line of a time range", line, text=text)
        slots = self.slots(ends) if ends or week else []
        if not slots:
            return None
        return normal([span for slot in slots for span in spans(self.zone, *slot, tuple(week) or None)])

    def slots(self, ends: list[Slot]) -> list[Slot]:
        """The absolute spans, in any of which a range is on; none where that is not known."""
        return (ends or [(None, None)]) if len(ends) < 2 else []

    def idle(self, text: str) -> bool:
        """Is it a line of a range that says nothing of times?"""
        del text
        return False

    def _ends(self, found: re.Match[str], line: int) -> Slot:
        first = _moment(found.groups()[:4], line) if found[1] else None
        return first, _moment(found.groups()[4:], line) + self.last if found[5] else None

    def _hours(self, found: re.Match[str], line: int) -> list[tuple[int, int]] | None:
        """The seconds of a week."""
        words = found[1].lower().split()
        named = [day for word in words for day in SETS.get(word, ()) or [_day(word, line)]]
        start = _clock(found[2], line)
        end = _clock(found[4], line) + self.last
        if found[3] is None:
            return [(day * DAY + start, day * DAY + end) for day in named] if start < end else None
        if len(named) != 1:
            return None
        first, last = named[0] * DAY + start, _day(found[3].lower(), line) * DAY + end
        return [(first, last if last >= first else last + 7 * DAY)]


def _moment(parts: tuple[str, ...], line: int) -> int:
    clock, day, month, year = parts
    shown_at = _clock(clock, line)
    if month.lower()[:3] not in MONTHS:
        raise Refused(f"`{month}` is no month", line)
    try:
        shown = datetime(int(year), MONTHS.index(month.lower()[:3]) + 1, int(day))  # noqa: DTZ001 - no time zone
    except ValueError:
        raise Refused(f"`{day} {month} {year}` is no date", line) from None
    return seconds(shown) + shown_at


def _clock(text: str, line: int) -> int:
    hours, minutes, *second = map(int, text.split(":"))
    if hours > 23 or minutes > 59 or any(one > 59 for one in second):
        raise Refused(f"`{text}` is no time of day that this reader knows", line)
    return hours * 3600 + minutes * 60 + sum(second)


def _day(word: str, line: int) -> int:
    if word not in DAYS:
        raise Refused(f"`{word}` is no day of the week", line)
    return DAYS.index(word)

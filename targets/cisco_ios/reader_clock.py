"""`clock timezone` and `clock summer-time`: does the device's clock show the time that the policy says?

It is held against the moments of the next years at which clocks of the policy's time zone are moved. A whole
configuration without a time zone shows UTC. A part of one would not say it: where that was taken from a device, nothing
is known; rules that segc renders are taken at the policy's word.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from segc.packets.calendar import DAY, Offset, offsets
from segc.packets.machine import Refused

YEARS = range(2025, 2036)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONE = re.compile(r"clock timezone (\S+) (-?[0-9]{1,2})(?: ([0-9]{1,2}))?$")
WEEK = r"([0-9]|first|last) ([A-Za-z]+) ([A-Za-z]+) ([0-9]{1,2}):([0-9]{2})"
SUMMER = re.compile(rf"clock summer-time (\S+) recurring(?: {WEEK} {WEEK}(?: ([0-9]{{1,4}}))?)?$")
# Of the United States, where nothing else is said (Basic System Management Command Reference, `clock summer-time`).
AMERICAN = ("2", "sun", "mar", "2", "0", "1", "sun", "nov", "2", "0", None)


class Clock:
    """What a configuration says of its clock."""

    def __init__(self, *, running: bool = False) -> None:
        self.running = running  # was it taken from a device?
        self.whole = False  # is it a whole configuration, which would say it?
        self.lines: list[tuple[str, int]] = []  # commands that begin with `clock`
        self._standard: int | None = None
        self._summer: tuple[str | None, ...] | None = None
        self._odd = False

    def take(self, text: str, line: int) -> None:
        """A command. One that says of summer time what this reader does not know is odd."""
        zone, summer = ZONE.match(text), SUMMER.match(self.worded(text))
        if not text.startswith(("clock timezone", "clock summer-time")):
            return
        self.lines.append((text, line))
        if zone:
            minutes = int(zone[2]) * 60
            self._standard = (minutes + int(zone[3] or 0) * (-1 if minutes < 0 else 1)) * 60
        elif summer:
            self._summer = summer.groups()[1:] if summer[2] else AMERICAN
        else:
            self._odd = True

    def worded(self, text: str) -> str:
        """A command in the words of IOS."""
        return text

    def shows(self, zone: str) -> bool:
        """Does the clock show the local time of this zone, as far as the configuration says?"""
        if not self.lines and not self.whole:
            return not self.running
        if self._odd:
            return False
        standard = self._standard or 0
        ours = [(one.start, one.seconds) for one in _within(offsets(zone))]
        moved = sorted(move for year in YEARS for move in self._moves(year, standard))
        first = _midnight(date(YEARS[0], 1, 1))
        expected = [(at, shown) for at, shown in ours if at >= first]
        at_first = next(shown for at, shown in reversed(ours) if at < first)
        return expected == moved and at_first == (
            moved[1][1] if moved else standard
        )  # before the first, as behind the second

    def _moves(self, year: int, standard: int) -> list[tuple[int, int]]:
        """The moments of a year at which it is moved, each with what it shows afterwards."""
        if self._summer is None:
            return []
        *start, a, b = self._summer[:5]
        *end, c, d = self._summer[5:10]
        shift = int(self._summer[10] or 60) * 60
        begins = _shown(year, tuple(map(str, start)), int(a or 0), int(b or 0)) - standard
        ends = _shown(year, tuple(map(str, end)), int(c or 0), int(d or 0)) - standard - shift
        return [(begins, standard + shift), (ends, standard)]


def _midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY


def _within(every: tuple[Offset, ...]) -> list[Offset]:
    return [one for one in every if one.start < _midnight(date(YEARS[-1] + 1, 1, 1))]


def _shown(year: int, when: tuple[str, ...], hour: int, minute: int) -> int:
    """What the clock shows at the moment of a rule such as `last Sun Oct 3:00`."""
    week, day, month = (word.lower()[:3] if not word.isdecimal() else word for word in when)
    if day not in DAYS or month not in MONTHS or hour > 23 or minute > 59:
        raise Refused(f"`{' '.join(when)}` is no day of summer time")
    number = MONTHS.index(month) + 1
    first = date(year, number, 1)
    found = first + timedelta(days=(DAYS.index(day) - first.weekday()) % 7)
    if week == "las":
        while (found + timedelta(days=7)).month == number:
            found += timedelta(days=7)
    else:
        found += timedelta(days=7 * ((1 if week == "fir" else int(week)) - 1))
    return _midnight(found) + hour * 3600 + minute * 60

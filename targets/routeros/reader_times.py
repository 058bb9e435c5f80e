"""`time=8h-17h,mon,tue`: when it matches, by the local time that the router's clock shows.

From a time of day to another, the second at the end included, on some days of the week ("Common Firewall Matchers and
Actions", `time`). Which time the matcher goes by is not documented: it is taken for that of `/system clock`. Nothing is
known where the policy does not say which one that is, or the export says another; nor of hours over midnight.

A router without `time-zone-name` shows UTC, by default ("Clock": `manual`, 00:00) - unless it found out by itself where
it is, as it does by default (`time-zone-autodetect`). Whether an export shows what it found is not documented.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.calendar import DAY, spans
from segc.packets.clock import Shown, shown
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from segc.packets.fields import Spans

    from .reader_lines import Command

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"d": DAY, "h": 3600, "m": 60, "s": 1}
_LENGTH = re.compile(r"(?:[0-9]{1,5}[dhms])+$")
_PART = re.compile(r"([0-9]+)([dhms])")
_SHOWN = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})$")


class Clock:
    """What a policy and an export say of the router's clock."""

    def __init__(self, zone: str | None, *, running: bool = False) -> None:
        self._policy = zone
        self._running = running
        self._values: dict[str, str] = {}
        self._moved = False  # is something said of the clock that is set by hand?

    def take(self, command: Command) -> None:
        """A command of `/system clock`, or below."""
        self._values |= command.values if command.menu == "/system clock" else {}
        self._moved |= command.menu != "/system clock" and bool(command.values or command.words)

    @property
    def shown(self) -> Shown:
        """What is known of it, once all commands have been taken."""
        said = self._values.get("time-zone-name", "")
        by_hand = said == "manual" or (not said and self._values.get("time-zone-autodetect") == "no")
        if by_hand and self._moved:
            return shown(self._policy, "the time zone of `/system clock manual`", running=self._running)
        return shown(self._policy, "UTC" if by_hand else said, running=self._running)

    def spans(self, text: str) -> Spans | None:
        """When a value of `time` holds, in seconds of UTC; None where that is not known."""
        hours, *days = text.split(",")
        start, dash, end = hours.partition("-")
        first, last = _length(start), _length(end)
        if not dash or set(days) - set(DAYS):
            raise Refused(f"`time={text}` is no time that this reader knows")
        zone = self.shown.zone
        if zone is None or first > last:
            return None
        named = sorted(map(DAYS.index, set(days))) if days else range(len(DAYS))
        week = tuple((day * DAY + first, day * DAY + min(last, DAY - 1)) for day in named)
        return spans(zone, None, None, week)


def _length(text: str) -> int:
    """Seconds since midnight: `8h`, `23h59m59s`, `1d`, or `08:00:00`."""
    shown = _SHOWN.match(text)
    if shown:
        return sum(int(part) * unit for part, unit in zip(shown.groups(), (3600, 60, 1), strict=True))
    if not _LENGTH.match(text):
        raise Refused(f"`{text}` is no time of day")
    found = sum(int(count) * UNITS[unit] for count, unit in _PART.findall(text))
    if found > DAY:
        raise Refused(f"`{text}` is no time of day")
    return found

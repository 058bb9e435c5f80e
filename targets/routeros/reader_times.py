"""`time=8h-17h,mon,tue`: when it matches, by the local time that the router's clock shows.

From a time of day to another, the second at the end included, on some days of the week ("Common Firewall Matchers and
Actions", `time`). Which time the matcher goes by is not documented: it is taken for that of `/system clock`. Nothing is
known where the policy does not say which one that is, or the export says another; nor of hours over midnight.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.calendar import DAY, known, offsets, spans
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from segc.packets.fields import Spans

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = {"d": DAY, "h": 3600, "m": 60, "s": 1}
_LENGTH = re.compile(r"(?:[0-9]{1,5}[dhms])+$")
_PART = re.compile(r"([0-9]+)([dhms])")
_SHOWN = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})$")


class Clock:
    """What a policy and an export say of the router's clock."""

    def __init__(self, zone: str | None) -> None:
        self.zone = zone if zone is not None and known(zone) else None
        self.said: str | None = None

    def spans(self, text: str) -> Spans | None:
        """When a value of `time` holds, in seconds of UTC; None where that is not known."""
        hours, *days = text.split(",")
        start, dash, end = hours.partition("-")
        first, last = _length(start), _length(end)
        if not dash or set(days) - set(DAYS):
            raise Refused(f"`time={text}` is no time that this reader knows")
        if self.zone is None or first > last:
            return None
        if self.said is not None and not (known(self.said) and offsets(self.said) == offsets(self.zone)):
            return None
        named = sorted(map(DAYS.index, set(days))) if days else range(len(DAYS))
        week = tuple((day * DAY + first, day * DAY + min(last, DAY - 1)) for day in named)
        return spans(self.zone, None, None, week)


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

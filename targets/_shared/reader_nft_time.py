"""`meta time`: what nft makes of a date and an hour (parse_iso_date in src/meta.c of nftables).

It takes them for UTC, asks for the distance of the box's time zone at that moment of UTC, and takes it off. Tried out
with nft 1.0.6: in Vienna, 01:30 of the night in which summer time ends becomes 00:30 UTC, where clocks show 02:30.
"""

from __future__ import annotations

import re
from datetime import datetime

from segc.packets.calendar import offsets, seconds
from segc.packets.fields import LAST_SECOND
from segc.packets.machine import Refused

DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
HOUR = re.compile(r"([0-2][0-9]):([0-5][0-9])(?::([0-5][0-9]))?")


def moment(zone: str, day: str, hour: str, line: int) -> int:
    """In seconds since 1970."""
    date, time = DATE.fullmatch(day), HOUR.fullmatch(hour)
    if date is None or time is None:
        raise Refused(f"`{day} {hour}` is no date and hour", line, text=day)
    try:
        shown = datetime(*map(int, date.groups()), *(int(one or 0) for one in time.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise Refused(f"`{day} {hour}` is no date and hour", line, text=day) from None
    taken = seconds(shown)
    return taken - next(one.seconds for one in offsets(zone) if one.start <= taken <= min(one.end, LAST_SECOND))

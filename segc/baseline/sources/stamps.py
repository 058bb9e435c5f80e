"""Times and syslog envelopes: RFC 3164, RFC 5424, and what devices make of them.

RFC 3164 stamps have neither year nor zone; Cisco adds a year, a fraction, a `*` for a clock that was never set, or a
counter in front (Cisco IOS `service timestamps`, `service sequence-numbers`; ASA `logging timestamp`). An hour that a
zone has twice a year is read as the first of the two, unless the stamp names which.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.zones import ABBREVIATIONS, named, offset

if TYPE_CHECKING:
    from segc.baseline.sources.protocol import Context

__all__ = ("DAY", "MICRO", "MONTHS", "Clock", "NotRead", "epoch", "micros")
MICRO = 1_000_000
DAY = 86_400 * MICRO
AHEAD = 30 * DAY  # a device's clock may be ahead of ours by so much while its log is followed
HALF = 183 * DAY  # of two stamps that follow each other, the later one is not taken to be further away
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_CACHE = 4096  # hours, or stamps, that a log may jump between before they are worked out anew

_BSD = re.compile(
    r"(?:<\d{1,3}>)?\s*(?:\d+:\s)?(?:[\w.:-]+:?\s+(?:\d+:\s)?)??[*.]?"
    r"((Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,2}(\d{1,2})\s(?:(\d{4})\s)?(\d\d)):(\d\d):(\d\d)"
    r"(?:\s(\d{4})\b)?(?:(?:\.\d{1,9})?\s(" + "|".join(ABBREVIATIONS) + r")(?=: ?%))?"
)
_ISO = re.compile(
    r"(?:<\d{1,3}>(?:1\s)?)?\"?((\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d)):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"\s?(Z|UTC|[+-]\d\d(?::?\d\d)?(?!\d))?"
)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of a moment with a zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Clock:
    """Reads the stamps of one log. An hour is worked out once: logs have many lines an hour."""

    def __init__(self, context: Context) -> None:
        self.zone = context.zone
        self.until, self.now, self.live = context.until, context.now, context.live
        self._last, self._time, self._end = "\n", 0, 0
        self._second, self._zone, self._whole = "\n", "", 0
        self._hours: dict[tuple[str, str], int] = {}
        self._times: dict[str, int] = {}

    def envelope(self, line: str) -> tuple[int, int]:
        """When a syslog line was written, and where in it the rest begins."""
        if line.startswith(self._last):  # a busy log has many lines a second
            return self._time, self._end
        if line.startswith(self._second) and (time := self._same_second(line)) is not None:
            return time, len(self._second) + 5 + len(self._zone)
        found = _BSD.match(line)
        if found is not None:
            year, zone = found[4] or found[8] or "", found[9] or ""
            hour = self._hours.get((found[1], year + zone))
            if hour is None or (self.live and not year and not hour <= self._latest() < hour + 365 * DAY):
                hour = self._bsd(found, year, zone)
            self._time, self._end = hour + _within(found[6], found[7]), found.end()
            self._last = line[: self._end + 1]
            return self._time, self._end
        found = _ISO.match(line)
        if found is None:
            raise NotRead("no time at its beginning")
        return self._iso(found), found.end()

    def iso(self, text: str) -> int:
        """`2026-11-23T15:03:55.123456+01:00` and its kin (blank or `T`, `-` or `/`); the log's zone if it has none."""
        line = text + "|"
        if line.startswith(self._second) and (time := self._same_second(line)) is not None:
            return time
        time = self._times.get(text)  # devices that count seconds write each one many times
        if time is not None:
            return time
        found = _ISO.match(line)
        if found is None:
            raise NotRead(f"`{text[:40]}` is no time")
        if len(self._times) >= _CACHE:
            self._times.clear()
        time = self._times[text] = self._iso(found)
        return time

    def _iso(self, found: re.Match[str]) -> int:
        zone = found[9] or ""
        hour = self._hours.get((found[1], zone))
        if hour is None:
            moment = self._moment(int(found[2]), int(found[3]), int(found[4]), found[5])
            hour = self._keep(found[1], zone, _micros(moment.replace(tzinfo=offset(zone)) if zone else moment))
        fraction = int(found[8][:6].ljust(6, "0")) if found[8] else 0
        second = hour + _within(found[6], found[7])
        self._remember(found, second)
        return second + fraction

    def _remember(self, found: re.Match[str], second: int) -> None:
        """A stamp that can be read at once where only its six digits of a second change.

        What follows a zone that might be part of a host's name, and stands first, could be a second stamp, which counts.
        """
        line, zone, at = found.string, found[9] or "", found.start(1)
        plain = zone[:1] == "+" or (zone[:1] in ("-", "Z") and line[max(0, at - 1) : at] == " ")
        if plain and len(zone) in (1, 5, 6) and found[8]:
            self._second, self._zone, self._whole = line[: found.start(8)], line[found.end(8) : found.end() + 1], second

    def _same_second(self, line: str) -> int | None:
        at = len(self._second)
        digits = line[at : at + 6]
        return self._whole + int(digits) if line.startswith(self._zone, at + 6) and digits.isdecimal() else None

    def _bsd(self, found: re.Match[str], year: str, zone: str) -> int:
        month, day = MONTHS[found[2]], int(found[3])
        if year:
            return self._keep(found[1], year + zone, _named(self._moment(int(year), month, day, found[5]), zone))
        until = self._latest()
        if not until:
            raise NotRead("its time has no year, and nothing tells which it was")
        latest = (_EPOCH + timedelta(microseconds=until)).year + 1
        for candidate in (latest, latest - 1, latest - 2):
            try:
                moment = self._moment(candidate, month, day, found[5])
            except NotRead:
                raise
            except ValueError:  # 29 February
                continue
            if _micros(moment) <= until:
                return self._keep(found[1], zone, _named(moment, zone))
        raise NotRead(f"`{found[1]}` was in none of the last years")

    def _latest(self) -> int:
        """No stamp without a year is later. It moves with the clock, or else with a live log itself; 0: not known.

        The nearest year to the stamp before, not the next one: a device whose clock was reset, or a relay that sends what
        it had kept, would carry all later lines a year on, each time.
        """
        if self.now is not None:
            return self.now() + AHEAD
        if self.live:
            return (before := self._time or self.until) and before + HALF
        return self.until and self.until + DAY  # a clock may be ahead, and a zone's day begins before UTC's

    def _moment(self, year: int, month: int, day: int, hour: str) -> datetime:
        if int(hour) > 23:
            raise NotRead(f"`{hour}` is no hour of a day")
        return datetime(year, month, day, int(hour), tzinfo=self.zone)

    def _keep(self, hour: str, zone: str, value: int) -> int:
        if len(self._hours) >= _CACHE:
            self._hours.clear()
        self._hours[hour, zone] = value
        return value


def _micros(moment: datetime) -> int:
    try:
        return micros(moment)
    except OverflowError as error:
        raise NotRead(f"the year {moment.year} is no time of a log") from error


def _named(moment: datetime, zone: str) -> int:
    """The moment if the stamp says that it is of this zone; empty: of the log's, as it is."""
    return _micros(moment.replace(tzinfo=named(zone, moment)) if zone else moment)


def _within(minute: str, second: str) -> int:
    """How far into its hour a time is. A leap second is the sixtieth."""
    if minute > "59" or second > "60":
        raise NotRead(f"`{minute}:{second}` is no time within an hour")
    return (int(minute) * 60 + int(second)) * MICRO


def epoch(text: str) -> int:
    """Seconds since 1970, with or without a fraction, as microseconds; without the rounding of floats."""
    whole, _, fraction = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 11 and (not fraction or fraction.isdigit())):
        raise NotRead(f"`{text[:40]}` is no time in seconds")
    return int(whole) * MICRO + int(fraction[:6].ljust(6, "0") if fraction else 0)

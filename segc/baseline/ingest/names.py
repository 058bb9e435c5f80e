"""A log's name, and what of it passes: dates, times and numbers of a rotation, which logs of one place differ in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from segc.baseline.manifest import Source

DAY = 86_400
# A log is named for its first day or for the one of its rotation, which may be a month later.
_BEFORE, _AFTER = 2 * DAY, 32 * DAY
_IP4 = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?!\d)"
_EXTENSION = r"\.(?:log|json|txt|csv|pcap|pcapng|cap)"
# From left to right, and of each place the first that fits: no hour is part of an address that follows a date.
_TOKENS = re.compile(
    rf"""
    (?P<clock>(?<![\d:])[0-2]\d:[0-5]\d(?::[0-5]\d)?(?:-[0-2]\d:[0-5]\d(?::[0-5]\d)?)?(?![\d:]))
    | (?P<address>(?<!\d)(?<!\d\.){_IP4})
    | (?P<ring>(?<=_)\d{{5}}_(?=(?:19|20)\d{{12}}(?!\d)))
    | (?P<date>(?<!\d)(?P<year>(?:19|20)\d\d)(?P<joint>[-_./]?)(?P<month>\d\d)(?P=joint)(?P<day>\d\d)
        (?:(?![-_.]?{_IP4})[-_.T]?(?P<hour>[0-2]\d)(?P<minute>[-_.:]?[0-5]\d(?:[-_.:]?[0-5]\d)?)?)?(?!\d)
        (?P<aws>Z(?:_[0-9a-f]{{8}}(?![0-9a-z]))?)?)
    | (?P<short>(?<!\d)\d\d-[01]\d-[0-3]\d_[0-2]\d\.[0-5]\d\.[0-5]\d(?!\d))
    | (?P<epoch>(?<!\w)1\d{{9}}(?:\d{{3}})?(?!\w))
    | (?P<folder>(?<![\w-])current(?![\w-]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDS = re.compile(rf"(?:{_EXTENSION}(?:\.?\d{{1,5}})?)?(?:\.(?:gz|zst|bz2|xz))?$", re.IGNORECASE)
_HOURS = re.compile(r"(?<=[^._-])\.[0-2]\d-[0-2]\d$")
_MONTHS = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(tember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
_DAYS = "(mon|tues|wednes|thurs|fri|satur|sun)day"
# What a rotation counts with, or somebody's names for parts: as likely of two places, so that times must tell.
_PERHAPS = re.compile(
    r"\.\d{1,5}$|^\d+$|(?<!\d)(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])(?!\d)|"
    rf"(?<![^\W_])({_MONTHS}|{_DAYS}|(week|day|part)[-_]?\d{{1,5}})(?![^\W_])",
    re.IGNORECASE,
)
_JOINTS = "._-:"


class Name(NamedTuple):
    """The parts of a path that stay, and in `perhaps` what may be a rotation's or else tells two places apart."""

    stays: tuple[str, ...]
    perhaps: tuple[str, ...]


def named(source: Source) -> Name:
    """What a log's name says of its place."""
    perhaps: list[str] = []
    by_day = False

    def token(found: re.Match[str]) -> str:
        nonlocal by_day
        if found["address"]:
            return found[0].replace(".", ":")  # so that no part of it is a number of a rotation
        by_day = by_day or bool(found["date"] or found["folder"])
        perhaps.extend(_unsure(found, source))
        return ""

    parts = _TOKENS.sub(token, source.name).split("/")
    stays = [_stays(part, perhaps, by_day=by_day) for part in parts]
    return Name(tuple(part for part in stays if part), tuple(perhaps))


def _stays(part: str, perhaps: list[str], *, by_day: bool) -> str:
    """A folder or file without what passes. In a folder of a day, the hours of Zeek's own log are sure (`conn.00-01.log`)."""
    for _ in range(2):  # of `conn.log-20261126.gz`, `.gz` stands behind the date, and `.log` before it
        part = _ENDS.sub("", part.strip(_JOINTS)).strip(_JOINTS)
    for shape, sure in ((_HOURS, by_day and part.startswith("conn.")), (_PERHAPS, False)):
        perhaps += [] if sure else [found[0] for found in shape.finditer(part)]
        part = shape.sub("", part).strip(_JOINTS)
    return part


def _unsure(found: re.Match[str], source: Source) -> tuple[str, ...]:
    """What of a date or time may be another number: it lies years apart from the log, as a device's may; or it is two digits
    behind a date, which may be an hour or a device.
    """
    try:
        at = _moment(found)
    except ValueError:
        return (found[0],)
    if at is not None and not _is_near(at, source):
        return (found[0],)
    return (found["hour"],) if found["hour"] and not (found["minute"] or found["aws"]) else ()


def _moment(found: re.Match[str]) -> int | None:
    """Seconds since 1970; None where it is no date. ValueError where no day is that."""
    if found["epoch"]:
        return int(found[0][:10])
    return _seconds(date(*(int(found[word]) for word in ("year", "month", "day")))) if found["date"] else None


def _is_near(at: int, source: Source) -> bool:
    first, last = times(source)
    return first - _BEFORE <= at <= last + _AFTER


def times(source: Source) -> tuple[int, int]:
    """When its first and its last record were, in seconds since 1970: where that is not kept, by its days."""
    if source.first is not None and source.last is not None:
        return source.first // 1_000_000, source.last // 1_000_000
    days = sorted(map(date.fromisoformat, source.days))
    return _seconds(days[0]), _seconds(days[-1]) + DAY


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())

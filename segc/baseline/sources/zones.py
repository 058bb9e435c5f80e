"""Zones as stamps name them: offsets, and the abbreviations that Cisco writes behind a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from segc.baseline.sources.notread import NotRead

# What Cisco writes behind a time if told to (`show-timezone`; ASA by itself). Others would not be told from a host's name.
UNIVERSAL = ("UTC", "GMT", "Z")
ABBREVIATIONS = (
    *UNIVERSAL, "CET", "CEST", "MEZ", "MESZ", "EET", "EEST", "WET", "WEST", "BST", "IST", "MSK", "TRT", "EST", "EDT", "CST",
    "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST", "BRT", "ART", "SAST", "GST", "SGT", "HKT", "JST", "KST",
    "AWST", "ACST", "ACDT", "AEST", "AEDT", "NZST", "NZDT",
)  # fmt: skip
# What people call them, where the tz database has another word, or none but the offset.
_OTHERWISE = {"MEZ": "CET", "MESZ": "CEST", "TRT": "+03", "BRT": "-03", "ART": "-03", "GST": "+04", "SGT": "+08"}


def offset(text: str) -> timezone:
    """`Z`, `UTC`, `+01`, `+0100`, `+01:00`. ValueError where it is none."""
    if text in ("Z", "UTC"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if minutes > 59:
        raise NotRead(f"`{text}` is no offset from UTC")
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if text[0] == "-" else away)


def named(name: str, moment: datetime) -> tzinfo:
    """What `name` is at a moment of the log's zone: UTC, or the offset that the zone itself calls so in that year.

    A clock that is never set for summer says CET in July, and means it. Raises NotRead where the zone has no such name.
    """
    if name in UNIVERSAL:
        return UTC
    if str(moment.tzinfo) in ("UTC", "Etc/UTC"):
        raise NotRead(f"its time is in `{name}`, which may be several zones: name one, as --zone Europe/Berlin")
    own = _OTHERWISE.get(name, name)
    for each in (moment, moment.replace(fold=1)):
        if each.tzname() in (name, own):
            return timezone(each.utcoffset() or timedelta())
    known = _names(moment.tzinfo, moment.year)
    found = known.get(name) or known.get(own, frozenset())
    if len(found) != 1:
        what = "may be several times" if found else "is no time"
        raise NotRead(f"its time is in `{name}`, which {what} of {moment.tzinfo} in {moment.year}")
    return timezone(next(iter(found)))


@lru_cache(maxsize=64)
def _names(zone: tzinfo | None, year: int) -> dict[str, frozenset[timedelta]]:
    """What a zone is called in a year, and how far it is from UTC then. No such time is shorter than a day."""
    found: dict[str, frozenset[timedelta]] = {}
    for day in range(367):
        local = datetime(year, 1, 1, 12, tzinfo=zone) + timedelta(days=day - 1)
        name, away = local.tzname(), local.utcoffset()
        if name is not None and away is not None:
            found[name] = found.get(name, frozenset()) | {away}
    return found

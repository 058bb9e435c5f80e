"""Schedules, and dates on which policies expire: when each is on, by the local time that the box's clock shows.

The end is the first moment that is not meant: a recurring schedule of the same start and end runs for 24 hours (CLI
reference of 6.0, `firewall schedule recurring`). Nothing is known where the policy does not say which time the clock
shows, or the configuration says another one.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from segc.packets.calendar import DAY, WEEK, seconds, spans
from segc.packets.fields import TIME, normal
from segc.packets.machine import In, Refused, Unknown

if TYPE_CHECKING:
    from segc.packets.clock import Shown
    from segc.packets.fields import Spans
    from segc.packets.machine import Match

    from .reader_tree import Node

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RECURRING, ONETIME, GROUP = (f"firewall schedule {kind}" for kind in ("recurring", "onetime", "group"))
HOUR = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])$")
EPOCH = re.compile(r"[0-9]{1,10}$")


class Schedules:
    """The schedules of one VDOM, and what is known of the clock."""

    def __init__(self, vdom: Node, clock: Shown) -> None:
        self.recurring, self.onetime = vdom.section(RECURRING).entries, vdom.section(ONETIME).entries
        self.groups = vdom.section(GROUP).entries
        self.zone, self.why = clock

    def named(self, name: str, line: int) -> list[Match]:
        """When a policy with this schedule holds. `always` is there since the box was made."""
        if name == "always" and name not in self.recurring:
            return []
        members = self.groups[name].many("member") if name in self.groups else (name,)
        found = [self._one(member, line) for member in members]
        if not found or None in found:
            return [Unknown(f"schedule {name}")]
        times = normal([span for one in found if one is not None for span in one])
        return [] if times == spans("UTC", None, None) else [In(TIME, times)]

    def expiry(self, node: Node) -> list[Match]:
        """Until when a policy holds."""
        if not node.on("policy-expiry"):
            return []
        text = " ".join(node.settings.get("policy-expiry-date", ()))
        utc = node.one("policy-expiry-date-utc", "")
        end = _date(text, "%Y-%m-%d %H:%M:%S", node.at("policy-expiry-date")) if text else None
        if end is None or self.zone is None:
            return [Unknown(f"policy-expiry-date {text or utc}")]
        times = spans(self.zone, None, end - 1)
        return [In(TIME, times)] if _agrees(utc, times[-1][1] + 1) else [Unknown(f"policy-expiry-date-utc {utc}")]

    def _one(self, name: str, line: int) -> Spans | None:
        if name in self.groups:
            raise Refused(f"`{name}` is a group in another", line)
        if name in self.recurring:
            return self._week(self.recurring[name])
        return self._once(self.onetime[name]) if name in self.onetime else None

    def _week(self, node: Node) -> Spans | None:
        """A week's hours; those that end no later than they begin do so on the next day."""
        start, end = (_hour(node.one(key, "00:00"), node.at(key)) for key in ("start", "end"))
        days = [_day(word, node.at("day")) for word in node.many("day") if word != "none"]
        if start == end and len(set(days)) == len(DAYS):
            return spans("UTC", None, None)
        if self.zone is None:
            return None
        length = (end - start) % DAY or DAY
        week = [(day * DAY + start, day * DAY + start + length - 1) for day in days]
        return spans(self.zone, None, None, _wrapped(week)) if week else ()

    def _once(self, node: Node) -> Spans | None:
        ends = [" ".join(node.settings.get(key, ())) for key in ("start", "end")]
        if self.zone is None or not all(ends):
            return None
        first, last = (
            _date(text, "%H:%M %Y/%m/%d", node.at(key)) for text, key in zip(ends, ("start", "end"), strict=True)
        )
        if last <= first:
            raise Refused("ends before it begins", node.at("end"))
        found = spans(self.zone, first, last - 1)
        if not found:
            return found
        both = _agrees(node.one("start-utc", ""), found[0][0]) and _agrees(node.one("end-utc", ""), found[-1][1] + 1)
        return found if both else None


def _wrapped(week: list[tuple[int, int]]) -> Spans:
    """Hours over Sunday's end go on from Monday."""
    cut = [(a, min(b, WEEK - 1)) for a, b in week] + [(0, b - WEEK) for _, b in week if b >= WEEK]
    return normal(cut)


def _agrees(text: str, moment: int) -> bool:
    """Newer releases write the same moment again, in seconds since 1970."""
    return not text or (EPOCH.match(text) is not None and int(text) == moment)


def _hour(text: str, line: int) -> int:
    found = HOUR.match(text)
    if found is None:
        raise Refused(f"`{text}` is no time of day", line)
    return int(found[1]) * 3600 + int(found[2]) * 60


def _day(word: str, line: int) -> int:
    if word not in DAYS:
        raise Refused(f"`{word}` is no day of the week", line)
    return DAYS.index(word)


def _date(text: str, form: str, line: int) -> int:
    try:
        return seconds(datetime.strptime(text, form))  # noqa: DTZ007 - what a clock shows
    except ValueError:
        raise Refused(f"`{text}` is no date", line, text=text) from None

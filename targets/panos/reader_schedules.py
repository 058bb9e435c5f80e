"""Schedules that hold between two dates, by the time that the firewall's clock shows. Weekly and daily ones have no end,
and are left undecided, as all are where nobody says which time that is.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from segc.packets.calendar import seconds, spans
from segc.packets.clock import shown
from segc.packets.fields import TIME, normal
from segc.packets.machine import In, Refused, Unknown

from .reader_tree import Node

if TYPE_CHECKING:
    from segc.packets.machine import Match

MINUTE = 60
SPAN = re.compile(r"([0-9/]{10})@([0-9:]{5})-([0-9/]{10})@([0-9:]{5})$")


class Schedules:
    """All schedules of a configuration; `zone` is what the policy says of the clock."""

    def __init__(self, root: Node, zone: str | None, *, running: bool = False) -> None:
        self.entries = root.entries("schedule")
        self.clock = shown(zone, root.at("deviceconfig", "system").leaf("timezone") or "", running=running)

    def __call__(self, name: str) -> Match:
        """When a rule with this schedule holds. One that is not there may be shared by several systems."""
        kinds = self.entries.get(name, Node()).at("schedule-type")
        members = kinds.at("non-recurring").values
        if not members or not kinds.at("recurring").empty:
            return Unknown(f"schedule {name}")
        if self.clock.zone is None:
            return Unknown(f"schedule {name}: {self.clock.why}")
        found = [span for value in members for span in spans(self.clock.zone, *_ends(value.text, value.line))]
        return In(TIME, normal(found))


def _ends(text: str, line: int) -> tuple[int, int]:
    found = SPAN.match(text)
    if found is None:
        raise Refused(f"`{text}` is no span between two dates", line, text=text)
    first, last = (_moment(" ".join(part), line) for part in (found.groups()[:2], found.groups()[2:]))
    if last < first:
        raise Refused(f"`{text}` ends before it begins", line, text=text)
    return first, last + MINUTE - 1


def _moment(text: str, line: int) -> int:
    try:
        return seconds(datetime.strptime(text, "%Y/%m/%d %H:%M"))  # noqa: DTZ007 - what a clock shows
    except ValueError:
        raise Refused(f"`{text}` is no date", line, text=text) from None

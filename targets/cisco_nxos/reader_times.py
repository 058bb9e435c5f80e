"""`time-range` of NX-OS, by the local time that the device's clock shows: what is different from IOS.

Times of day may have seconds, lines have numbers, and there may be several `absolute` ones: a range is on within any of
these and, where there are `periodic` ones, within any of those as well (Nexus 9000 Series NX-OS Security Configuration
Guide 9.x, "Time Ranges"). The second at an end is taken as included.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from ..cisco_ios.reader_clock import Clock
from ..cisco_ios.reader_times import TimeRanges

if TYPE_CHECKING:
    from ..cisco_ios.reader_times import Slot

TIME = r"([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)"
MOMENT = rf"{TIME} ([0-9]{{1,2}}) ([A-Za-z]+) ([0-9]{{4}})"
NUMBER = r"(?:[0-9]+ )?"
SUMMER = re.compile(r"(clock summer-time \S+) ([1-5] .*)")


class NxosClock(Clock):
    """`clock summer-time CEST 5 Sunday March 02:00 5 Sunday October 03:00 60`: always recurring, the fifth week is the last."""

    def worded(self, text: str) -> str:
        """The command as IOS would have it."""
        found = SUMMER.match(text)
        if found is None:
            return text
        return f"{found[1]} recurring " + re.sub(r"\b5(?= [A-Za-z])", "last", found[2])


class NxosTimes(TimeRanges):
    """All ranges of a configuration."""

    absolute: ClassVar = re.compile(rf"{NUMBER}absolute(?: start {MOMENT})?(?: end {MOMENT})?$")
    periodic: ClassVar = re.compile(rf"{NUMBER}periodic ([A-Za-z ]+?) {TIME} to (?:([A-Za-z]+) )?{TIME}$")
    clocked: ClassVar = NxosClock
    last = 0

    def slots(self, ends: list[Slot]) -> list[Slot]:
        """Any of several spans will do."""
        return ends or [(None, None)]

    def idle(self, text: str) -> bool:
        """A remark."""
        return re.match(rf"{NUMBER}remark ", text) is not None

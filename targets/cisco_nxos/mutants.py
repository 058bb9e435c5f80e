"""What to change in a line, to see whether the proof notices: much as in a list of IOS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..cisco_ios.mutants import CHANGES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHANGES", "TIMES"]

# Each of these changes when a grant is open, in a line of its time range or of an entry that names one.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("Saturday 6:00:00 to", "Saturday 5:00:00 to"),
    "shuts an hour later": lambda line: line.replace(" to 9:59:59", " to 10:59:59"),
    "shuts a second later": lambda line: line.replace(" to 9:59:59", " to 10:00:00"),
    "on another day": lambda line: line.replace("periodic Saturday 6:00", "periodic Sunday 6:00"),
    "on a day more": lambda line: line.replace("periodic weekdays 22:00", "periodic daily 22:00"),
    "never ends": lambda line: re.sub(r"^( +absolute.*?) end .*", r"\1 start 00:00:00 01 January 2026", line),
    "ends a year later": lambda line: line.replace("December 2026", "December 2027"),
    "starts later": lambda line: line.replace("absolute end", "absolute start 00:00:00 20 December 2026 end"),
    "at any time": lambda line: re.sub(r"(\beq 102\b.*) time-range segc-\S+$", r"\1", line),
    "on all day": lambda line: "" if line.startswith("  periodic Saturday") else line,
}

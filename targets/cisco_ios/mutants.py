"""What to change in a line of an access list, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

END = r"(?:host \S+|[\da-f:.]+/\d+|\d[\d.]+ \d[\d.]+)"
PORT = r"(?: (?:eq \d+|range \d+ \d+))?"

# Each of these changes when a grant is open, in a line of its time range or of an entry that names one.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("Saturday 6:00 to", "Saturday 5:00 to"),
    "shuts an hour later": lambda line: line.replace(" to 9:59", " to 10:59"),
    "shuts a minute later": lambda line: line.replace(" to 9:59", " to 10:00"),
    "on another day": lambda line: line.replace("periodic Saturday 6:00", "periodic Sunday 6:00"),
    "on a day more": lambda line: line.replace("periodic weekdays 22:00", "periodic daily 22:00"),
    "never ends": lambda line: re.sub(r"^( absolute.*?) end .*", r"\1 start 00:00 01 January 2026", line),
    "ends a year later": lambda line: line.replace("December 2026", "December 2027"),
    "starts later": lambda line: line.replace("absolute end", "absolute start 00:00 20 December 2026 end"),
    "at any time": lambda line: re.sub(r"(\beq 102\b.*|_s7_.*) time-range segc-\S+$", r"\1", line),
    "on all day": lambda line: "" if line.startswith(" periodic Saturday") else line,
}

CHANGES: dict[str, Callable[[str], str]] = {
    "entry permits": lambda line: re.sub(r"^(\s+)deny ", r"\1permit ", line),
    "entry denies": lambda line: re.sub(r"^(\s+)permit ", r"\1deny ", line),
    "entry logs": lambda line: re.sub(r"^(\s+(?:permit|deny) .*[^g])$", r"\1 log", line),
    "answers may open": lambda line: line.replace(" established", ""),
    "entry of any source": lambda line: re.sub(rf"^(\s+(?:permit|deny) \S+) {END}(?= )", r"\1 any", line),
    "entry of any target": lambda line: re.sub(
        rf"^(\s+(?:permit|deny) \S+ (?:any|{END}){PORT}) {END}", r"\1 any", line
    ),
    "entry of any protocol": lambda line: re.sub(r"^(\s+(?:permit|deny)) (?:icmp|\d+) ", r"\1 ip ", line),
    "entry without ports": lambda line: re.sub(r"^(\s+(?:permit|deny) .*?) (?:eq \d+|range \d+ \d+)", r"\1", line),
    "list bound out": lambda line: re.sub(r"^(\s+ip(?:v6)? (?:access-group|traffic-filter) \S+) in$", r"\1 out", line),
    "list unbound": lambda line: re.sub(r"^(\s+)(ip(?:v6)? (?:access-group|traffic-filter) )", r"\1no \2", line),
}

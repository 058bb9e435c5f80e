"""What to change in a line of Junos, one statement a line, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Each of these changes when a grant is open, in a line of a scheduler or of a policy that names one.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("start-time 06:00", "start-time 05:00"),
    "shuts an hour later": lambda line: line.replace("stop-time 09:59", "stop-time 10:59"),
    "shuts a minute later": lambda line: line.replace("stop-time 09:59:59", "stop-time 10:00:59"),
    "on another day": lambda line: line.replace(" daily start-time 00", " sunday start-time 00"),
    "as on other days": lambda line: "" if " saturday start-time 06" in line else line,
    "on a day more": lambda line: "" if " exclude" in line else line,
    "on a day less": lambda line: line.replace(" saturday start-time 06:00:00 stop-time 09:59:59", " saturday exclude"),
    "all day": lambda line: re.sub(r" start-time \S+ stop-time \S+", " all-day", line),
    "ends a year later": lambda line: re.sub(r"stop-date 202(6|7)", "stop-date 2028", line),
    "ends a day later": lambda line: line.replace("stop-date 2027-01-31", "stop-date 2027-02-01"),
    "comes each year": lambda line: re.sub(r"(start|stop)-date \d{4}-", r"\1-date ", line),
    "starts later": lambda line: line.replace("start-date 2010-01-01", "start-date 2026-12-20"),
    "at any time": lambda line: "" if " scheduler-name " in line else line,
}
CHANGES: dict[str, Callable[[str], str]] = {
    "permit for deny": lambda line: re.sub(r"\bthen (deny|reject)$", "then permit", line),
    "deny for permit": lambda line: re.sub(r"\bthen permit$", "then deny", line),
    "any for a name": lambda line: re.sub(r"(\bmatch (source|destination)-address) (?!any$)\S+$", r"\1 any", line),
    "any application": lambda line: re.sub(r"(\bmatch application) (?!any$)\S+$", r"\1 any", line),
    "any zone": lambda line: re.sub(r"(\bmatch from-zone) \S+$", r"\1 any", line),
    "record lost": lambda line: re.sub(r"\bthen log session-\w+$", "then count", line),
    "default turned": lambda line: re.sub(
        r"\b(deny|permit)-all$", lambda m: "permit-all" if m[1] == "deny" else "deny-all", line
    ),
}

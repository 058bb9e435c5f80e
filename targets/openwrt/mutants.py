"""What to change in a line of OpenWrt, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Each of these changes when a grant is open, in a line of a rule of its flows.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("start_date '2026-12-05T06:", "start_date '2026-12-05T05:"),
    "opens a day earlier": lambda line: line.replace("start_date '2026-12-05T", "start_date '2026-12-04T"),
    "shuts an hour later": lambda line: line.replace(
        "stop_date '2026-12-05T09:59:59'", "stop_date '2026-12-05T10:59:59'"
    ),
    "shuts a second later": lambda line: line.replace(
        "stop_date '2026-12-05T09:59:59'", "stop_date '2026-12-05T10:00:00'"
    ),
    "shuts at midnight": lambda line: line.replace("stop_date '2026-12-05T09:59:59'", "stop_date '2026-12-06'"),
    "ends a year later": lambda line: line.replace("stop_date '2027-01-31T", "stop_date '2028-01-31T"),
    "never ends": lambda line: "" if "stop_date '2027-01-31T" in line else line,
    "one time forgotten": lambda line: line.replace("stop_date '2026-12-05T", "stop_date '2026-12-01T"),
    "a window dropped": lambda line: line.replace("option start_date '2026-12-05T06:00:00'", "option enabled '0'"),
}
CHANGES: dict[str, Callable[[str], str]] = {
    "sides swapped": lambda line: re.sub(
        r"\b(src|dest)(?=_(ip|port) )", lambda m: "dest" if m[1] == "src" else "src", line
    ),
    "proto changed": lambda line: line.replace("proto 'tcp'", "proto 'tcpudp'"),
    "family widened": lambda line: re.sub(r"family 'ipv[46]'", "family 'any'", line),
    "device changed": lambda line: line.replace("device 'eth0'", "device 'eth9'"),
    "target counted only": lambda line: re.sub(r"\toption target '\w+'", "\toption enabled '0'", line),
    "logged by name": lambda line: re.sub(r"option log '.*'", "option log '1'", line),
}

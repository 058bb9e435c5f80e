"""What to change in a `set` command of PAN-OS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Each of these changes when a grant is open, in the line of its schedule or of a rule that names one.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: re.sub(r"@06:00-", "@05:00-", line, count=1),
    "shuts an hour later": lambda line: re.sub(r"@09:59", "@10:59", line, count=1),
    "shuts a minute later": lambda line: re.sub(r"@09:59", "@10:00", line, count=1),
    "on another day": lambda line: line.replace("2026/12/19@06:00-2026/12/19", "2026/12/20@06:00-2026/12/20"),
    "a year later": lambda line: re.sub(r"2026/12/31", "2027/12/31", line),
    "never ends": lambda line: line.replace("2027/01/31@23:59", "2099/01/31@23:59"),
    "at any time": lambda line: re.sub(r" schedule (open|weekly)_\S+$", " disabled no", line),
    "one time forgotten": lambda line: re.sub(r"non-recurring \[ \S+ ", "non-recurring [ ", line),
}
CHANGES: dict[str, Callable[[str], str]] = {
    "action turned": lambda line: re.sub(
        r"(?<= action )(allow|deny)", lambda m: "deny" if m[1] == "allow" else "allow", line
    ),
    "log-end turned": lambda line: re.sub(r"(?<= log-end )(yes|no)", lambda m: "no" if m[1] == "yes" else "yes", line),
    "log-end left out": lambda line: re.sub(r" log-start \S+ log-end \S+", "", line),
    "rule disabled": lambda line: re.sub(r"(?<= action )(allow|deny)", r"\1 disabled yes", line),
    "from any zone": lambda line: re.sub(r" from .* to any", " from any to any", line),
    "to one zone": lambda line: re.sub(r" from (\S+) to any", r" from any to \1", line),
    "source and destination swapped": lambda line: re.sub(
        r" source (\[.*?\]|\S+) destination (\[.*?\]|\S+)", r" source \2 destination \1", line
    ),
    "source any": lambda line: re.sub(r" source (\[.*?\]|\S+)", " source any", line),
    "source negated": lambda line: re.sub(r" source (\[.*?\]|\S+)", r" negate-source yes source \1", line),
    "destination any": lambda line: re.sub(r" destination (\[.*?\]|\S+)", " destination any", line),
    "destination negated": lambda line: re.sub(
        r" destination (\[.*?\]|\S+)", r" negate-destination yes destination \1", line
    ),
    "service any": lambda line: re.sub(r" service .*", " service any", line),
    "application any": lambda line: re.sub(r" application (\[.*?\]|\S+) service", " application any service", line),
    "application by its ports": lambda line: re.sub(r" service .*", " service application-default", line),
    "first member forgotten": lambda line: re.sub(r"\[ \S+ ", "[ ", line, count=1),
    "service of another protocol": lambda line: re.sub(r" protocol tcp port", " protocol udp port", line),
    "rule of another name": lambda line: re.sub(r"(?<=security rules )(\S+)", r"\1-x", line),
    "zone of another interface": lambda line: re.sub(r"(?<= layer3 )\S+", "eth9", line),
}

"""What to change in a `set` command of PAN-OS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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

"""What to change in a line of RouterOS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Each of these changes when a grant is open, in the line of a rule that has a time.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("time=6h-", "time=5h-"),
    "shuts an hour later": lambda line: line.replace("-9h59m59s", "-10h59m59s"),
    "shuts a second later": lambda line: line.replace("-9h59m59s", "-10h"),
    "on another day": lambda line: line.replace("-9h59m59s,sat", "-9h59m59s,sun"),
    "on a day more": lambda line: line.replace("time=22h-23h59m59s,", "time=22h-23h59m59s,sun,"),
    "on each day": lambda line: re.sub(r"(time=22h-23h59m59s),\S+", r"\1", line),
    "until midnight only": lambda line: "" if "time=0s-" in line else line,
    "turned round": lambda line: line.replace(" time=", " time=!"),
    "at any time": lambda line: re.sub(r" time=\S+", "", line),
}
CHANGES: dict[str, Callable[[str], str]] = {
    "lists swapped": lambda line: re.sub(
        r"\b(src|dst)(?=-address-list=)", lambda m: "dst" if m[1] == "src" else "src", line
    ),
    "list turned round": lambda line: re.sub(r"(?<=-address-list=)(?=\w)", "!", line, count=1),
    "list mistyped": lambda line: re.sub(r"(?<=list=segc-)\w", "_", line, count=1),
    "side forgotten": lambda line: re.sub(r" (src|dst)-address-list=\S+", "", line, count=1),
    "ports forgotten": lambda line: re.sub(r" dst-port=\S+", "", line),
    "record lost": lambda line: line.replace(" log=yes", ""),
    "in-interface forgotten": lambda line: re.sub(r" in-interface=\S+", "", line),
    "in-interface changed": lambda line: line.replace("in-interface=eth0", "in-interface=eth9"),
    "states widened": lambda line: line.replace("connection-state=established", "connection-state=established,new"),
    "switched off": lambda line: f"{line} disabled=yes" if line.startswith("add ") else line,
    "counted only": lambda line: re.sub(r"action=(accept|drop|jump)", "action=passthrough", line),
}

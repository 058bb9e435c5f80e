"""What to change in a line of RouterOS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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

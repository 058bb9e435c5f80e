"""What to change in a line of OpenWrt, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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

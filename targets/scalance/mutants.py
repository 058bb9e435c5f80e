"""What to change in a line of a SCALANCE's rules and services, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES: dict[str, Callable[[str], str]] = {
    "acc for drop": lambda line: line.replace(" action drop ", " action acc "),
    "drop for acc": lambda line: line.replace(" action acc ", " action drop "),
    "ends of a rule swapped": lambda line: re.sub(r"srcip (\S+) dstip (\S+)", r"srcip \2 dstip \1", line),
    "every srcip": lambda line: re.sub(r"srcip \S+", "srcip 0.0.0.0/0", line),
    "every dstip": lambda line: re.sub(r"dstip \S+", "dstip 0.0.0.0/0", line),
    "service all": lambda line: re.sub(r" service \S+", " service all", line),
    "service mistyped": lambda line: re.sub(r" service (?!all)(\S+)", r" service \1x", line),
    "level no": lambda line: re.sub(r" log (info|war|cri) ", " log no ", line),
    "level where none was": lambda line: line.replace(" log no ", " log cri "),
    "comment of another rule": lambda line: re.sub(r" comment (\S+)$", r" comment \1x", line),
    "from and to swapped": lambda line: re.sub(r"from (vlan \d+) to (vlan \d+)", r"from \2 to \1", line),
    "to the device itself": lambda line: re.sub(r"to vlan \d+", "to Device", line),
    "service of udp": lambda line: re.sub(r"^(ip,\S+),tcp,", r"\1,udp,", line),
    "service of any port": lambda line: re.sub(r"^(ip,.*),[^,]+$", r"\1,*", line),
    "predefined rule enabled": lambda line: re.sub(r"^(prerule .*)disabled$", r"\1enabled", line),
}

"""What to change in a line of a HiSecOS packet filter, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES: dict[str, Callable[[str], str]] = {
    "rule made silent": lambda line: line.replace(" log yes trap ", " log no trap "),
    "rule made loud": lambda line: line.replace(" log no trap ", " log yes trap "),
    "addresses swapped": lambda line: re.sub(r"\bsrc-ip (\S+) dest-ip (\S+)", r"src-ip \2 dest-ip \1", line),
    "address negated": lambda line: re.sub(r"\b(src|dest)-ip (?=\d)", r"\1-ip !", line, count=1),
    "any address": lambda line: re.sub(r"\b(src|dest)-ip \d\S+", r"\1-ip any", line, count=1),
    "any proto": lambda line: re.sub(r" proto \w+ (.*) dest-port \S+", r" proto any \1 dest-port any", line),
    "any dest-port": lambda line: re.sub(r" dest-port \S+", " dest-port any", line),
    "any params": lambda line: re.sub(r" params \S+", " params none", line),
    "assigned elsewhere": lambda line: line.replace("addif eth0 ", "addif eth9 "),
    "assigned the other way": lambda line: re.sub(r"(addif \S+) ingress", r"\1 egress", line),
    "assigned far behind": lambda line: re.sub(r"(addif .*) (\d+)$", r"\1 6\2", line),
    "default policy turned": lambda line: line.replace("defaultpolicy accept", "defaultpolicy drop"),
}

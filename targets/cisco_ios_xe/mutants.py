"""What to change in a line of an access list, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..cisco_ios.mutants import TIMES  # noqa: F401 - of the same lines

if TYPE_CHECKING:
    from collections.abc import Callable

END = r"(?:host \S+|[\da-f:.]+/\d+|\d[\d.]+ \d[\d.]+)"
PORT = r"(?: (?:eq \d+|range \d+ \d+))?"

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

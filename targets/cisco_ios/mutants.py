"""What to change in an access list, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

END = r"(any|host \S+|[\d.]+ [\d.]+|[\da-f:]+/\d+)"

CHANGES: dict[str, Callable[[str], str]] = {
    "permit for deny": lambda line: line.replace(" deny ", " permit "),
    "deny for permit": lambda line: line.replace(" permit ", " deny "),
    "log lost": lambda line: line.removesuffix(" log"),
    "log where none was": lambda line: f"{line} log" if re.match(r" (permit|deny) .*(?<! log)$", line) else line,
    "established lost": lambda line: line.replace(" established", ""),
    "established asked": lambda line: re.sub(r"^( permit tcp .* eq \d+)$", r"\1 established", line),
    "any source": lambda line: re.sub(rf"^( (?:permit|deny) \S+) {END}", r"\1 any", line),
    "any target": lambda line: re.sub(
        rf"^( (?:permit|deny) \S+ {END}(?: eq \d+| range \d+ \d+)?) {END}", r"\1 any", line
    ),
    "ends swapped": lambda line: re.sub(rf"^( (?:permit|deny) \S+) {END} {END}", r"\1 \3 \2", line),
    "wildcard widened": lambda line: line.replace(" 0.0.0.255", " 0.0.1.255"),
    "port forgotten": lambda line: re.sub(r" (eq \d+|range \d+ \d+)", "", line),
    "another protocol": lambda line: re.sub(r"(permit|deny) (tcp|udp|icmp|\d+) ", r"\1 ip ", line),
    "not bound": lambda line: re.sub(r"^ (ip access-group|ipv6 traffic-filter) .*", " no shutdown", line),
    "bound the other way": lambda line: re.sub(r"^( (?:ip access-group|ipv6 traffic-filter) .*) in$", r"\1 out", line),
}

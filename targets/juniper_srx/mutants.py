"""What to change in a line of Junos, one statement a line, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES: dict[str, Callable[[str], str]] = {
    "permit for deny": lambda line: re.sub(r"\bthen (deny|reject)$", "then permit", line),
    "deny for permit": lambda line: re.sub(r"\bthen permit$", "then deny", line),
    "any for a name": lambda line: re.sub(r"(\bmatch (source|destination)-address) (?!any$)\S+$", r"\1 any", line),
    "any application": lambda line: re.sub(r"(\bmatch application) (?!any$)\S+$", r"\1 any", line),
    "any zone": lambda line: re.sub(r"(\bmatch from-zone) \S+$", r"\1 any", line),
    "record lost": lambda line: re.sub(r"\bthen log session-\w+$", "then count", line),
    "default turned": lambda line: re.sub(
        r"\b(deny|permit)-all$", lambda m: "permit-all" if m[1] == "deny" else "deny-all", line
    ),
}

"""What to change in a line of an access list, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..cisco_ios.mutants import TIMES  # noqa: F401 - of the same lines

if TYPE_CHECKING:
    from collections.abc import Callable

OPERAND = r"((?:object(?:-group)? )?\S+)"
ACE = re.compile(rf"^(access-list \S+ extended (?:permit|deny) (?:object(?:-group)? )?\S+) {OPERAND} {OPERAND}")
CHANGES: dict[str, Callable[[str], str]] = {
    "permit for deny": lambda line: line.replace(" extended deny ", " extended permit "),
    "deny for permit": lambda line: line.replace(" extended permit ", " extended deny "),
    "log lost": lambda line: re.sub(r" log( \w+)?$", "", line),
    "log disabled": lambda line: re.sub(r" log( \w+)?$", " log disable", line),
    "log of another level": lambda line: re.sub(r" log \w+$", " log", line),
    "log where none was": lambda line: re.sub(r"^(access-list .* extended .*[^s])$", r"\1 log", line),
    "line inactive": lambda line: re.sub(r"^(access-list .* extended .*)$", r"\1 inactive", line),
    "sides swapped": lambda line: ACE.sub(r"\1 \3 \2", line),
    "any source": lambda line: ACE.sub(r"\1 any \3", line),
    "any target": lambda line: ACE.sub(r"\1 \2 any", line),
    "all services": lambda line: re.sub(r"(extended \w+) object(-group)? \S+", r"\1 ip", line),
    "mask widened": lambda line: line.replace("255.255.255.0", "255.255.254.0"),
    "service of another protocol": lambda line: re.sub(r"(?<=service-object )tcp|(?<=service )tcp", "udp", line),
    "object of another name": lambda line: re.sub(r"\bobject(-group)? (\S+)(?= )", r"object\1 \2x", line, count=1),
    "bound to another interface": lambda line: re.sub(r"(?<= interface )eth0\b", "eth9", line),
    "bound the other way": lambda line: re.sub(r"^(access-group \S+) in ", r"\1 out ", line),
    "control plane forgotten": lambda line: line.removesuffix(" control-plane"),
    "list of another name": lambda line: re.sub(r"(?<=^access-list )(\S+)-in\b", r"\1-on", line),
}

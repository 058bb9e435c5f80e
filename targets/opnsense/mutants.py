"""What to change in a line of OPNsense's config.xml, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _plus_one(found: re.Match[str]) -> str:
    return str(int(found[1]) + 1)


CHANGES: dict[str, Callable[[str], str]] = {
    "pass for block, by action": lambda line: line.replace("<action>block<", "<action>pass<"),
    "block for pass, by action": lambda line: line.replace("<action>pass<", "<action>block<"),
    "off for on": lambda line: re.sub(r"(<(?:enabled|quick|log)>)1(?=<)", r"\g<1>0", line),
    "on for off": lambda line: line.replace("<log>0<", "<log>1<"),
    "sequence moved": lambda line: re.sub(r"(?<=<sequence>)(\d+)", lambda m: str(int(m[1]) + 11), line),
    "end forgotten": lambda line: re.sub(r"(?<=_net>)\w+(?=<)", "any", line),
    "end mistyped": lambda line: re.sub(r"(?<=_net>segc_)\w", "_", line),
    "ports + 1": lambda line: re.sub(r"(?<=_port>)(\d+)", _plus_one, line, count=1),
    "protocol changed, in capitals": lambda line: line.replace("<protocol>TCP<", "<protocol>UDP<"),
    "UUID changed": lambda line: re.sub(r'(?<=<rule uuid=")\w', lambda m: "0" if m[0] != "0" else "1", line),
}

"""What to change in a line of FortiOS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _other_family(found: re.Match[str]) -> str:
    """`srcaddr6` for `srcaddr`, and the other way round."""
    return found[1] if found[2] else f"{found[1]}6"


CHANGES: dict[str, Callable[[str], str]] = {
    "set action turned": lambda line: re.sub(
        r"(?<=set action )(accept|deny)", lambda m: "deny" if m[1] == "accept" else "accept", line
    ),
    "set logtraffic turned": lambda line: re.sub(
        r"(?<=set logtraffic )(all|disable)", lambda m: "all" if m[1] == "disable" else "disable", line
    ),
    "set srcaddr for dstaddr": lambda line: re.sub(
        r"(?<=set )(src|dst)(?=addr)", lambda m: "dst" if m[1] == "src" else "src", line
    ),
    "set of the other family": lambda line: re.sub(r"(?<=set )((?:src|dst)addr)(6?)(?= )", _other_family, line),
    "set every address": lambda line: re.sub(r"(?<=set )((?:src|dst)addr6?) .*", r'\1 "all"', line),
    "set every service": lambda line: re.sub(r"(?<=set )service .*", 'service "ALL"', line),
    "set every interface": lambda line: re.sub(r"(?<=set )srcintf .*", 'srcintf "any"', line),
    "set another interface": lambda line: re.sub(r"(?<=set )(srcintf|intf) .*", r'\1 "eth9"', line),
    "set another protocol": lambda line: re.sub(
        r"(?<=set )(tcp|udp)(?=-portrange)", lambda m: "tcp" if m[1] == "udp" else "udp", line
    ),
    "edit another number": lambda line: re.sub(r"(?<=edit )\d{10}$", lambda m: str(int(m[0]) + 1), line),
    "set of the next object": lambda line: re.sub(r"(?<=edit )(\".*)\"$", r'\1-x"', line),
}

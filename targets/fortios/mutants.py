"""What to change in a line of FortiOS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _other_family(found: re.Match[str]) -> str:
    """`srcaddr6` for `srcaddr`, and the other way round."""
    return found[1] if found[2] else f"{found[1]}6"


# Each of these changes when a grant is open, in a line of a schedule or of a policy that names one.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("set start 06:00", "set start 05:00"),
    "shuts an hour later": lambda line: line.replace("set end 10:00", "set end 11:00"),
    "shuts a minute later": lambda line: line.replace("set end 10:00", "set end 10:01"),
    "on another day": lambda line: re.sub(r"set day saturday$", "set day sunday", line),
    "on a day more": lambda line: re.sub(r"set day monday tuesday .*", r"\g<0> sunday", line),
    "on no day": lambda line: "" if "set day " in line else line,
    "expires a year later": lambda line: re.sub(r'(?<=expiry-date ")2027', "2028", line),
    "expires an hour later": lambda line: re.sub(r'(?<=expiry-date ")(.*) 00:', r"\1 01:", line),
    "never expires": lambda line: line.replace("set policy-expiry enable", "set policy-expiry disable"),
    "at any time": lambda line: re.sub(r'set schedule "(?!always).*', 'set schedule "always"', line),
    "one time forgotten": lambda line: re.sub(r'set member "\S+ ', "set member ", line),
}
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

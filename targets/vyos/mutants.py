"""What to change in a line of VyOS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Each of these changes when a grant is open, in a line of a rule that jumps to its flows.
TIMES: dict[str, Callable[[str], str]] = {
    "opens an hour earlier": lambda line: line.replace("starttime '06:00:00'", "starttime '05:00:00'"),
    "shuts an hour later": lambda line: line.replace("stoptime '10:00:00'", "stoptime '11:00:00'"),
    "shuts a second later": lambda line: line.replace("stoptime '10:00:00'", "stoptime '10:00:01'"),
    "opens a day earlier": lambda line: line.replace("startdate '2026-12-05'", "startdate '2026-12-04'"),
    "shuts a day later": lambda line: line.replace("stopdate '2026-12-05'", "stopdate '2026-12-06'"),
    "ends a year later": lambda line: line.replace("stopdate '2027-02-01'", "stopdate '2028-02-01'"),
    "never ends": lambda line: line.replace("stopdate '2027-02-01'", "stopdate '2099-02-01'"),
    "one time forgotten": lambda line: re.sub(r" time startdate '2026-12-05'$", " disable", line),
    "at midnight, without its hour": lambda line: "" if re.search(r"starttime '06:00:00'$", line) else line,
    "into no rule set of a grant": lambda line: re.sub(r"(jump-target '[^.']+)\.weekly'", r"\1.open.recorded'", line),
}
CHANGES: dict[str, Callable[[str], str]] = {
    "groups swapped": lambda line: re.sub(
        r"\b(source|destination)(?= group)", lambda m: "destination" if m[1] == "source" else "source", line
    ),
    "group turned round": lambda line: re.sub(r"(?<=-group ')(?=segc)", "!", line),
    "group of another kind": lambda line: re.sub(r"\b(address|network)-group", "port-group", line, count=1),
    "inbound-interface changed": lambda line: line.replace("interface name 'eth0'", "interface name 'eth9'"),
    "state changed": lambda line: re.sub(r"state '(established|related)'", "state 'new'", line),
    "other protocol": lambda line: line.replace("protocol 'tcp'", "protocol 'tcp_udp'"),
    "family changed": lambda line: line.replace("set firewall ipv4 name", "set firewall ipv6 name"),
    "rule switched off": lambda line: re.sub(r" action '(accept|drop|jump)'$", " disable", line),
}

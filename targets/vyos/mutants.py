"""What to change in a line of VyOS, to see whether the proof notices: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

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

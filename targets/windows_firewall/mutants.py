"""What to change in a line of a script of Windows' firewall: for the tests of all targets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES: dict[str, Callable[[str], str]] = {
    "Block for Allow": lambda line: line.replace("-Action Allow", "-Action Block"),
    "Outbound for Inbound": lambda line: line.replace("-Direction Inbound", "-Direction Outbound"),
    "rule off": lambda line: line.replace("-Enabled True", "-Enabled False"),
    "UDP for TCP": lambda line: line.replace("-Protocol TCP", "-Protocol UDP"),
    "any protocol": lambda line: re.sub(r"-Protocol (TCP|UDP) .*Port \S+", "-Protocol Any", line),
    "far port for near port": lambda line: line.replace("-LocalPort", "-RemotePort"),
    "ports forgotten": lambda line: re.sub(r" -(Local|Remote)Port \S+", "", line),
    "types forgotten": lambda line: re.sub(r" -IcmpType \S+", "", line),
    "from anywhere": lambda line: re.sub(r"-RemoteAddress (\$\w+|\(.*?\)|@\(.*?\))", "-RemoteAddress Any", line),
    "to any address": lambda line: re.sub(r"-LocalAddress \$\w+", "-LocalAddress Any", line),
    "ends swapped": lambda line: re.sub(
        r"-RemoteAddress (\$\w+) -LocalAddress (\$\w+)", r"-RemoteAddress \2 -LocalAddress \1", line
    ),
    "open by default": lambda line: line.replace("boundAction Block", "boundAction Allow", 1),
    "closed by default": lambda line: line.replace("boundAction Allow", "boundAction Block", 1),
    "silent": lambda line: line.replace("-LogBlocked True", "-LogBlocked False"),
    "loud": lambda line: line.replace("-LogAllowed False", "-LogAllowed True"),
    "less loud": lambda line: line.replace("-LogAllowed True", "-LogAllowed False"),
    "local rules": lambda line: line.replace("-AllowLocalFirewallRules False", "-AllowLocalFirewallRules True"),
    "first address forgotten": lambda line: re.sub(r"@\('[^']*', ", "@(", line),
}

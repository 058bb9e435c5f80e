"""What the tests change in a line of Calico's resources: actions, sides, selectors, families, what applies where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

OTHER_SIDE = {"source": "destination", "destination": "source"}
OTHER_PROTOCOL = {"TCP": "UDP", "UDP": "TCP", "ICMP": "ICMPv6", "ICMPv6": "ICMP"}

CHANGES: dict[str, Callable[[str], str]] = {
    "Allow for Deny": lambda line: line.replace('"Deny"', '"Allow"'),
    "Deny for Allow": lambda line: line.replace('{"action": "Allow"', '{"action": "Deny"'),
    "Allow for Log": lambda line: line.replace('"Log"', '"Allow"'),
    "Log for a decision": lambda line: re.sub(r'"action": "(Allow|Deny)"', '"action": "Log"', line),
    "Pass for a decision": lambda line: re.sub(r'"action": "(Allow|Deny)"', '"action": "Pass"', line),
    "sides swapped": lambda line: re.sub(r'"(source|destination)"', lambda m: f'"{OTHER_SIDE[m[1]]}"', line),
    "side forgotten": lambda line: re.sub(r', "(source|destination)": \{[^{}]*(\{[^}]*\})?[^{}]*\}', "", line, count=1),
    "selector of nobody": lambda line: re.sub(r"(?<=segc-set == ')\w", "_", line, count=1),
    "selector turned round": lambda line: line.replace("segc-set == ", "segc-set != ").replace(" in {", " not in {"),
    "selector of everybody": lambda line: re.sub(r'"segc-set [^"]*"', '"all()"', line, count=1),
    "label mistyped": lambda line: re.sub(r'(?<="segc-set": ")\w', "_", line),
    "pods let in": lambda line: line.replace(', "namespaceSelector": "global()"', "", 1),
    "ports forgotten": lambda line: re.sub(r', "ports": \[[^]]*\]', "", line),
    "protocol changed": lambda line: re.sub(r'"(TCP|UDP|ICMP|ICMPv6)"', lambda m: f'"{OTHER_PROTOCOL[m[1]]}"', line),
    "protocol forgotten": lambda line: re.sub(r'"protocol": [^,}]*, ', "", line),
    "family changed": lambda line: re.sub(r'(?<="ipVersion": )[46]', lambda m: str(10 - int(m[0])), line),
    "family forgotten": lambda line: re.sub(r'"ipVersion": [46], ', "", line),
    "type forgotten": lambda line: re.sub(r'"icmp": \{[^}]*\}, ', "", line),
    "interface forgotten": lambda line: re.sub(r" && segc-interface in \{[^}]*\}", "", line),
    "interface changed": lambda line: re.sub(r"\beth0\b", "eth9", line),
    "forwarded or not": lambda line: re.sub(
        r'(?<="applyOnForward": )(true|false)', lambda m: "true" if m[1] == "false" else "false", line
    ),
    "direction turned": lambda line: line.replace('["Ingress"]', '["Egress"]'),
    "tier of another name": lambda line: line.replace('"tier": "segc"', '"tier": "default"'),
    "end of the tier turned": lambda line: line.replace('"defaultAction": "Deny"', '"defaultAction": "Pass"'),
    "first of all": lambda line: re.sub(r'(?<="order": )\d{3,}', "1", line),
    "record of another name": lambda line: re.sub(r'(?<="name": "segc\.)(rest|astray|other)', r"x\1", line),
    "prefix forgotten": lambda line: line.replace('"logPrefix": "%n"', '"logPrefix": "calico"'),
    "invalid dropped": lambda line: line.replace(
        '"disableConntrackInvalidCheck": true', '"disableConntrackInvalidCheck": false'
    ),
    "field mistyped": lambda line: re.sub(r'"(selector|nets|ports|protocol)"', r'"\1s"', line, count=1),
    "only a preview": lambda line: line.replace('"GlobalNetworkPolicy"', '"StagedGlobalNetworkPolicy"'),
}

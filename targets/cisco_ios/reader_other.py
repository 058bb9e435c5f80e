"""Commands of a configuration that have nothing to do with which packets pass.

Whatever is not here is not understood, and said to be. Zone-based firewalls,
`ip inspect`, NAT, VLAN maps, policy routing and unicast RPF change what passes
and are missing on purpose.
"""

from __future__ import annotations

import re

HEADS = (
    "Building configuration", "Current configuration", "Last configuration", "NVRAM config", "aaa", "alias", "archive",
    "boot", "boot-end-marker", "boot-start-marker", "call-home", "cdp", "clock", "controller", "cpu-threshold",
    "diagnostic", "dot1x", "enable", "end", "environment", "errdisable", "exception", "exit", "file", "fqdn",
    "hostname", "hw-module", "ip arp inspection", "ip audit", "ip bgp-community", "ip cef", "ip classless",
    "ip default-gateway", "ip device tracking", "ip dhcp", "ip domain", "ip domain-lookup", "ip domain-name",
    "ip finger", "ip flow-export", "ip forward-protocol", "ip ftp", "ip http", "ip host", "ip igmp", "ip multicast",
    "ip multicast-routing", "ip name-server", "ip pim", "ip prefix-list", "ip radius", "ip rcmd", "ip route",
    "ip routing", "ip scp", "ip sla", "ip source-route", "ip ssh", "ip subnet-zero", "ip tacacs", "ip tcp synwait-time",
    "ip tcp path-mtu-discovery", "ip tcp window-size",
    "ip telnet", "ip tftp", "ip vrf", "ip access-list standard", "ip access-list log-update", "ip access-list logging",
    "ipv6 cef", "ipv6 dhcp", "ipv6 host", "ipv6 multicast-routing", "ipv6 nd", "ipv6 prefix-list", "ipv6 route",
    "ipv6 router", "ipv6 unicast-routing", "key", "kron", "license", "line", "lldp", "logging", "login", "mac",
    "macro", "memory", "memory-size", "mls qos", "monitor", "multilink", "netconf", "network-clock", "ntp",
    "parser", "password", "platform", "port-channel", "power", "privilege", "process", "profinet", "ptp", "radius",
    "radius-server", "redundancy", "restconf", "rmon", "router", "scada-gw", "scheduler", "sdm", "security passwords",
    "service", "snmp", "snmp-server", "spanning-tree", "stack-mac", "stack-power", "standby", "switch",
    "system mtu", "tacacs", "tacacs-server", "telemetry", "tftp-server", "time-range", "track", "transceiver",
    "udld", "username", "version", "vlan internal", "vrf definition", "vtp",
)  # fmt: skip
_ANY = re.compile("|".join(rf"{re.escape(head)}(?![\w#>])" for head in HEADS))
STANDARD = re.compile(r"access-list (\d\d|1[3-9]\d\d) ")  # for routes, lines and SNMP
VLAN = re.compile(r"vlan [\d,-]+$")


def understood(head: str) -> bool:
    """Is it a command that changes nothing of what passes? What undoes such a one changes nothing either."""
    if head.startswith("no "):
        return head not in ("no ip routing", "no ipv6 unicast-routing") and understood(head[3:])
    return bool(_ANY.match(head) or STANDARD.match(head) or VLAN.match(head))

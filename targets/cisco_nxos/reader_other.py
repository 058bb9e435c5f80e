"""Commands of a configuration of Cisco NX-OS that have nothing to do with which packets pass.

Whatever is not here is not understood, and said to be. VLAN access maps, port lists, policy routing, NAT
and unicast RPF change what passes and are missing on purpose.
"""

from __future__ import annotations

import re

HEADS = (
    "aaa", "banner", "boot", "callhome", "cdp", "cfs", "class-map type control-plane", "class-map type network-qos",
    "class-map type qos", "class-map type queuing", "cli alias", "clock", "control-plane", "copp copy",
    "copp profile", "dot1x", "end", "errdisable", "evpn", "exit", "fabric forwarding", "fex", "flow exporter",
    "flow monitor", "flow record", "hardware access-list tcam region", "hardware profile", "hostname", "ip arp",
    "ip as-path access-list", "ip community-list", "ip dhcp", "ip dns", "ip domain-list", "ip domain-lookup",
    "ip domain-name", "ip extcommunity-list", "ip ftp", "ip host", "ip igmp", "ip load-sharing", "ip name-server",
    "ip pim", "ip prefix-list", "ip radius", "ip route", "ip sla", "ip ssh", "ip tacacs", "ip tcp", "ip telnet",
    "ipv6 dhcp", "ipv6 host", "ipv6 nd", "ipv6 prefix-list", "ipv6 route", "key", "lacp", "license", "line", "lldp",
    "logging", "mac address-table", "monitor session", "no cdp", "no feature", "no ip domain-lookup",
    "no ip source-route", "no lldp", "no logging", "no password", "no snmp-server", "no system", "ntp", "nxapi",
    "password", "policy-map type control-plane", "policy-map type network-qos", "policy-map type qos",
    "policy-map type queuing", "port-channel load-balance", "power", "priority-flow-control", "ptp", "radius-server",
    "rmon", "role", "route-map", "router", "scheduler", "security passwords", "service", "sflow", "slot",
    "snmp-server", "spanning-tree", "ssh", "switchname", "system default", "system jumbomtu", "system qos",
    "system vlan", "tacacs-server", "telemetry", "telnet", "track", "udld", "username", "userpassphrase", "vdc",
    "version", "vlan configuration", "vlan dot1q", "vpc domain", "vrf context", "vtp", "xml", "feature bash-shell",
    "feature bfd", "feature bgp", "feature dhcp", "feature eigrp", "feature fabric forwarding", "feature fex",
    "feature hsrp", "feature interface-vlan", "feature isis", "feature lacp", "feature ldap", "feature lldp",
    "feature msdp", "feature netconf", "feature netflow", "feature ngoam", "feature nv overlay", "feature nxapi",
    "feature ospf", "feature ospfv3", "feature pim", "feature pim6", "feature port-security", "feature privilege",
    "feature ptp", "feature rip", "feature scheduler", "feature scp-server", "feature sflow", "feature sftp-server",
    "feature sla", "feature ssh", "feature tacacs+", "feature telemetry", "feature telnet", "feature udld",
    "feature vn-segment-vlan-based", "feature vpc", "feature vrrp", "feature vrrpv3", "feature vtp",
)  # fmt: skip
IN_INTERFACE = (
    "autostate", "bandwidth", "beacon", "bfd", "carrier-delay", "cdp", "channel-group", "delay", "description",
    "duplex", "encapsulation dot1q", "fabric forwarding", "flowcontrol", "hsrp", "ip address", "ip arp", "ip dhcp",
    "ip eigrp", "ip flow", "ip igmp", "ip ospf", "ip pim", "ip port-unreachable", "ip proxy-arp", "ip redirects",
    "ip router", "ip unreachables", "ipv6 address", "ipv6 dhcp", "ipv6 link-local", "ipv6 mld", "ipv6 nd",
    "ipv6 ospfv3", "ipv6 pim", "ipv6 redirects", "ipv6 router", "isis", "lacp", "link debounce", "lldp",
    "load-interval", "logging event", "mac-address", "management", "mdix", "medium", "mtu", "negotiate", "ospfv3",
    "priority-flow-control", "ptp", "service-policy type qos", "service-policy type queuing", "shutdown", "snmp trap",
    "spanning-tree", "speed", "speed-group", "storm-control", "switchport", "udld", "vpc", "vrf member", "vrrp",
    "vrrpv3", "vtp",
)  # fmt: skip
_ANY = re.compile("|".join(rf"{re.escape(head)}(?![\w-])" for head in HEADS))
ON_INTERFACE = re.compile("|".join(rf"(no )?{re.escape(words)}(?![\w-])" for words in IN_INTERFACE))
VLAN = re.compile(r"vlan [\d,-]+$")


def understood(head: str) -> bool:
    """Is it a command that changes nothing of what passes?"""
    return bool(_ANY.match(head) or VLAN.match(head))

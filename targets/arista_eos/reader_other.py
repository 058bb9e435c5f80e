"""Commands of a configuration of Arista EOS that have nothing to do with which packets pass.

Whatever is not here is not understood, and said to be. Traffic policies, policy routing, NAT, the
control plane's own list and lists of layer 2 change what passes and are missing on purpose.
"""

from __future__ import annotations

import re

HEADS = (
    "aaa", "agent", "alias", "arp", "banner", "boot", "class-map type control-plane", "class-map type qos", "clock",
    "daemon", "dhcp relay", "dhcp server", "dns domain", "dot1x", "enable", "end", "environment", "errdisable",
    "event-handler", "event-monitor", "exit", "hardware counter", "hostname", "ip access-list standard", "ip as-path",
    "ip community-list", "ip dhcp", "ip domain lookup", "ip domain-list", "ip domain-name", "ip extcommunity-list",
    "ip ftp", "ip host", "ip http", "ip icmp", "ip igmp", "ip load-sharing", "ip name-server", "ip prefix-list",
    "ip radius", "ip route", "ip routing", "ip ssh", "ip tacacs", "ip telnet", "ip tftp",
    "ip virtual-router mac-address", "ipv6 access-list standard", "ipv6 host", "ipv6 nd", "ipv6 prefix-list",
    "ipv6 route", "ipv6 unicast-routing", "key", "lacp", "link tracking", "lldp", "load-interval", "logging",
    "mac address-table", "management", "maximum-paths", "mlag", "monitor loop-protection", "monitor session",
    "no aaa root", "no enable", "no ip icmp", "no ip routing", "no logging", "no service interface", "no snmp-server",
    "no spanning-tree", "no username", "ntp", "patch panel", "peer-filter", "platform sfe", "policy-map type qos",
    "policy-map type quality-of-service", "port-channel load-balance", "prompt", "ptp", "qos", "queue-monitor",
    "radius-server", "redundancy", "route-map", "router", "schedule", "service configuration", "service interface",
    "service routing", "service unsupported-transceiver", "sflow", "snmp-server", "spanning-tree", "switch",
    "system l1", "tacacs-server", "terminal", "track", "transceiver", "username", "virtual-cable", "vlan", "vmtracer",
    "vrf definition", "vrf instance",
)  # fmt: skip
IN_INTERFACE = (
    "arp", "autostate", "bandwidth", "bfd", "channel-group", "description", "dhcp relay", "encapsulation dot1q",
    "error-correction", "flowcontrol", "ip address", "ip attached-host", "ip dhcp", "ip helper-address", "ip icmp",
    "ip igmp", "ip local-proxy-arp", "ip mtu", "ip ospf", "ip proxy-arp", "ip rip", "ip virtual-router address",
    "ipv6 address", "ipv6 dhcp", "ipv6 enable", "ipv6 nd", "ipv6 ospf", "ipv6 virtual-router address", "isis",
    "l2 mtu", "lacp", "link-debounce", "lldp", "load-interval", "logging event", "mac-address", "mlag", "mtu",
    "multicast ipv4", "ntp serve", "pim ipv4", "ptp", "qos", "service-policy type qos", "sflow", "shutdown",
    "snmp trap", "spanning-tree", "speed", "storm-control", "switchport", "transceiver", "vrf", "vrrp",
)  # fmt: skip
_ANY = re.compile("|".join(rf"{re.escape(head)}(?![\w-])" for head in HEADS))
ON_INTERFACE = re.compile("|".join(rf"(no )?{re.escape(words)}(?![\w-])" for words in IN_INTERFACE))


def understood(head: str) -> bool:
    """Is it a command that changes nothing of what passes?"""
    return bool(_ANY.match(head))

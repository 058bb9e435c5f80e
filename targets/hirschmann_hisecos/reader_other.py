"""Commands of a running configuration that have nothing to do with what the packet filter lets pass, by their words."""

from __future__ import annotations

# What passes is also decided by these, which this reader cannot read: they must never be among the words below.
FILTERS = ("acl", "access-list", "nat", "dos", "ipsec", "flm", "dpi", "mac")
FIRST = (
    "enable", "configure", "exit", "end", "system", "sntp", "ntp", "clock", "timezone", "snmp", "users", "user", "radius",
    "ldap", "logging", "syslog", "show", "cli", "http", "https", "ssh", "telnet", "spanning-tree", "lldp", "vlan",
    "banner", "pre-login-banner", "signal-contact", "device-status", "security-status", "security-level", "selftest",
    "temperature", "cable-test", "port-security", "rmon", "dns", "hidiscovery", "boot", "config", "save", "script",
    "passwords", "track", "email", "gmrp",
)  # fmt: skip
# `ip`, `network` and `interface` are followed by what may be related: only these continuations are not.
SECOND = {
    "ip": ("routing", "route", "vrrp", "arp", "address", "mtu", "proxy-arp", "ospf", "default-route", "ping"),
    "network": ("protocol", "parms", "hidiscovery", "ipv6", "javascriptmode"),
}
ON_INTERFACE = (
    "name",
    "no",
    "power",
    "speed",
    "duplex",
    "mdi",
    "cable-crossing",
    "auto-negotiate",
    "ip",
    "vlan",
    "lldp",
)


def unrelated(words: list[str], inside: str) -> tuple[bool, str]:
    """Is a command known to be unrelated? And the interface of which the commands that follow speak, if any."""
    if words[0] == "interface":
        return len(words) == 2, words[-1]
    if words[0] in ("exit", "end"):
        return True, ""
    if words[0] == "no" and len(words) > 1:
        return unrelated(words[1:], inside)[0], inside
    if any(word in FILTERS for word in words[:3]):
        return False, inside
    if words[0] in SECOND:
        return len(words) > 1 and words[1] in SECOND[words[0]], inside
    return words[0] in FIRST or (bool(inside) and words[0] in ON_INTERFACE), inside

"""Paths of a configuration that filter nothing, by their first words; any other is not understood."""

from __future__ import annotations

HARMLESS = (
    "container", "high-availability", "interfaces", "load-balancing", "nat", "nat64", "nat66", "pki",
    "policy access-list", "policy access-list6", "policy as-path-list", "policy community-list",
    "policy extcommunity-list", "policy large-community-list", "policy local-route", "policy local-route6",
    "policy prefix-list", "policy prefix-list6", "policy route-map", "protocols", "qos", "service", "traffic-policy",
    "vpn", "vrf", "zone-policy",
    "system acceleration", "system config-management", "system console", "system conntrack expect-table-size",
    "system conntrack hash-size", "system conntrack log", "system conntrack modules", "system conntrack table-size",
    "system conntrack tcp", "system conntrack timeout", "system domain-name", "system domain-search",
    "system flow-accounting", "system frr", "system host-name", "system ip", "system ipv6", "system lcd",
    "system login", "system logs", "system name-server", "system ntp", "system option", "system proxy",
    "system static-host-mapping", "system sflow", "system syslog", "system task-scheduler",
    "system time-zone", "system update-check", "system watchdog",
    "firewall flowtable", "firewall group",
    "firewall global-options broadcast-ping",
    "firewall global-options directed-broadcast", "firewall global-options ip-src-route",
    "firewall global-options ipv6-receive-redirects", "firewall global-options ipv6-src-route",
    "firewall global-options log-martians", "firewall global-options receive-redirects",
    "firewall global-options resolver-cache", "firewall global-options resolver-interval",
    "firewall global-options send-redirects", "firewall global-options syn-cookies",
    "firewall global-options timeout", "firewall global-options twa-hazards-protection",
)  # fmt: skip
# Read, or said by the reader where it does not know a word.
READ = (
    "firewall global-options state-policy established", "firewall global-options state-policy invalid",
    "firewall global-options state-policy related",
    *(f"firewall {family} {chain}" for family in ("ipv4", "ipv6") for chain in (
        "forward filter", "input filter", "output filter", "output raw", "prerouting raw", "name")),
)  # fmt: skip
# Settings under which packets pass as rules say.
SAFE = (
    "firewall global-options all-ping enable",  # `disable`: no ping to the box itself is answered, whoever may ask
    "firewall global-options source-validation disable",
    "firewall global-options ipv6-source-validation disable",
)
# Below what is harmless, and not so: a zone policy of before 1.4, and forwarding switched off.
STOPPING = ("zone-policy", "system ip disable-forwarding", "system ipv6 disable-forwarding", "system ipv6 disable")


def understood(words: tuple[str, ...]) -> bool:
    """Is this path read, or does it change nothing about what passes?"""
    text = " ".join(words)
    if words[:1] == ("interfaces",) and {"source-validation", "disable-forwarding", "firewall"} & set(words):
        return False
    if any(text == stopping or text.startswith(stopping + " ") for stopping in STOPPING):
        return False
    return text in SAFE or any(text == one or text.startswith(one + " ") for one in (*HARMLESS, *READ))

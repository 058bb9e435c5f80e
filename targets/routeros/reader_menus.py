"""Menus of an export that filter nothing, and settings that would: which are harmless, and which are not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .reader_lines import Command

# What stands below these has nothing to do with what passes between networks, or does not change what rules see.
HARMLESS = (
    "/app", "/caps-man", "/certificate", "/console", "/container", "/disk", "/dude", "/file", "/interface 6to4",
    "/interface bonding", "/interface bridge", "/interface dot1x", "/interface eoip", "/interface eoipv6",
    "/interface ethernet", "/interface gre", "/interface gre6", "/interface ipip", "/interface ipipv6",
    "/interface l2tp-client", "/interface l2tp-server", "/interface list", "/interface lte", "/interface macsec",
    "/interface macvlan", "/interface mesh", "/interface ovpn-client", "/interface ovpn-server", "/interface ppp-client",
    "/interface pppoe-client", "/interface pppoe-server", "/interface pptp-client", "/interface pptp-server",
    "/interface sstp-client", "/interface sstp-server", "/interface veth", "/interface vlan", "/interface vpls",
    "/interface vrrp", "/interface vxlan", "/interface wifi", "/interface wifiwave2", "/interface wireguard",
    "/interface wireless", "/iot", "/ip address", "/ip arp", "/ip cloud", "/ip dhcp-client", "/ip dhcp-relay",
    "/ip dhcp-server", "/ip dns", "/ip firewall layer7-protocol", "/ip firewall service-port", "/ip ipsec",
    "/ip kid-control", "/ip media", "/ip nat-pmp", "/ip neighbor", "/ip pool", "/ip proxy", "/ip route",
    "/ip service", "/ip smb", "/ip socks", "/ip ssh", "/ip tftp", "/ip traffic-flow", "/ip upnp", "/ip vrf",
    "/ipv6 address", "/ipv6 dhcp-client", "/ipv6 dhcp-relay", "/ipv6 dhcp-server", "/ipv6 nd", "/ipv6 neighbor",
    "/ipv6 pool", "/ipv6 route", "/lora", "/mpls", "/port", "/ppp", "/queue", "/radius", "/routing", "/snmp",
    "/special-login", "/system", "/task", "/tool", "/tr069-client", "/user", "/user-manager", "/zerotier",
)  # fmt: skip
# Menus below harmless ones that are not.
FILTERING = ("/interface bridge filter", "/interface bridge nat", "/interface ethernet switch rule", "/interface list")
# Values of settings under which packets pass as rules say.
SETTINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "/ip firewall connection tracking": {"enabled": ("yes", "auto")},
    "/ip settings": {"rp-filter": ("no",), "ip-forward": ("yes",)},
    "/ipv6 settings": {"disable-ipv6": ("no",), "forward": ("yes",)},
}


def harmless(command: Command) -> bool:
    """Is this a command that changes nothing about what passes?"""
    if command.menu in SETTINGS:
        watched = SETTINGS[command.menu]
        return command.verb in ("", "set") and all(
            command.values[name] in values for name, values in watched.items() if name in command.values
        )
    apart = command.menu != "/interface list" and _below(command.menu, FILTERING)
    known = command.verb in ("", "add", "set", "remove", "move", "enable", "disable")
    return known and not apart and (command.menu == "/interface" or _below(command.menu, HARMLESS))


def _below(menu: str, those: tuple[str, ...]) -> bool:
    return any(menu == one or menu.startswith(one + " ") for one in those)

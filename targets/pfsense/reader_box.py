"""What the rest of config.xml says of the box: its interfaces, IPv6, the anti-lockout rule.

Where only the sections aliases and filter are at hand, the box is as APPLY.md asks for: all interfaces that rules name
exist, IPv6 is on, no anti-lockout rule, no blocking of private or bogon networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .._shared.reader_pf_box import Box, children, interface, lock_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._shared.reader_xml import Node

WORDS = (
    "version lastchange theme sysctl system interfaces staticroutes dhcpd dhcpdv6 dhcpbackend kea pptpd snmpd diag bridge "
    "syslog nat filter shaper dnshaper ipsec aliases proxyarp cron wol rrd load_balancer widgets openvpn dnsmasq unbound "
    "dhcrelay dhcrelay6 ca cert crl ppps pppoes gateways revision l2tp installedpackages ntpd bridges vlans qinqs gifs "
    "gres laggs wireless captiveportal voucher schedules ezshaper hasync virtualip sshdata dyndnses ifgroups notifications "
    "ftpproxy igmpproxy dnsupdates vouchers hostname upnp switches rddns ovpnserver wizardtemp apikeys"
)
SECTIONS = frozenset(WORDS.split())


def box(root: Node) -> Box:
    """Read it from a whole configuration."""
    for node in root.children:
        if node.tag not in SECTIONS:
            raise Refused(f"<{node.tag}> is no section that this reader knows", node.line, text=node.tag)
    system = root.one("system")
    found = Box({})
    found.interfaces = {node.tag: interface(node, root) for node in children(root, "interfaces") if node.has("enable")}
    found.groups = frozenset(group.value("ifname") for group in children(root, "ifgroups"))
    if system is not None:
        found.ipv6 = system.has("ipv6allow")
        found.lock_out_ports = lock_out(system)
        found.outlive = system.has("schedule_states")
    known = found.interfaces or {}
    found.lock_out_at = "lan" if "lan" in known else next(iter(known), "") if len(known) == 1 else ""
    found.unknown = list(_beside(root, system))
    return found


def _beside(root: Node, system: Node | None) -> Iterator[tuple[str, int]]:
    """Sections that make rules, or change addresses before rules are asked."""
    if system is not None and system.has("disablefilter"):
        raise Refused("the packet filter is switched off: <disablefilter>", system.line, text="<disablefilter>")
    for tag, why in (("hasync", "CARP and its rules"), ("virtualip", "virtual addresses, and CARP's rules")):
        node = root.one(tag)
        if node is not None and node.children:
            yield why, node.line
    for tag, why in (
        ("captiveportal", "rules of captive portals"),
        ("ipsec", "rules of VPNs"),
        ("openvpn", "rules of VPNs"),
    ):
        node = root.one(tag)
        if node is not None and node.children:
            yield why, node.line
    for node in children(root, "nat"):
        if node.tag in ("rule", "onetoone", "npt", "advancedoutbound") and not node.has("disabled"):
            yield f"NAT: <{node.tag}> {node.value('descr')}".rstrip(), node.line
    for node in children(root, "installedpackages"):
        if node.tag.startswith(("miniupnpd", "snort", "suricata", "pfblockerng", "tailscale", "wireguard")):
            yield f"rules of the package {node.tag}", node.line

"""What the rest of config.xml says of the box. Without it, the box is as APPLY.md asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .._shared.reader_pf_box import PRIVATE4, SHARED4, Box, children, interface, lock_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._shared.reader_xml import Node

WORDS = (
    "version theme sysctl trigger_initial_wizard system interfaces dhcpd dhcpdv6 dhcp6c snmpd syslog nat filter rrd ntpd "
    "widgets revision OPNsense staticroutes bridges gifs gres laggs vlans virtualip openvpn ipsec ifgroups hasync cert ca "
    "crl ppps wireless dhcrelay dhcrelay6 dnsmasq unbound load_balancer wol cron aliases schedules gateways ipsec lastchange "
    "installedpackages notifications shaper pppoes captiveportal proxyarp diag mtx created updated dnsallowoverride igmpproxy "
    "monit hostwatch pischem rfc2136 dyndnses voucher l2tp pptp opendns qinqs"
)
SECTIONS = frozenset(WORDS.split())
GROUPS = "group"


def box(root: Node) -> Box:
    """Read it from a configuration; the models alone say nothing of the box."""
    for node in root.children:
        if node.tag not in SECTIONS:
            raise Refused(f"<{node.tag}> is no section that this reader knows", node.line, text=node.tag)
    if not root.has("interfaces") and not root.has("system"):
        return Box(apipa=False)
    system = root.one("system")
    found = Box({}, apipa=False, lock_out_to_self=True)
    nodes = [node for node in children(root, "interfaces") if node.value("enable") not in ("", "0")]
    found.groups = frozenset(node.tag for node in nodes if node.value("type") == GROUPS)
    known = {node.tag: interface(node, root) for node in nodes if node.tag not in (*found.groups, "lo0")}
    for one in known.values():
        one.private4 = tuple(sorted((*PRIVATE4, *SHARED4)))
    found.interfaces = known
    if system is not None:
        found.ipv6 = system.has("ipv6allow")
        found.lock_out_ports = lock_out(system)
        found.lock_out_at = next((name for name in ("lan", "opt1") if name in known), "")
        if not found.lock_out_at and list(known) == ["wan"]:
            found.lock_out_at = "wan"
    found.unknown = list(_beside(root, system))
    return found


def _beside(root: Node, system: Node | None) -> Iterator[tuple[str, int]]:
    """Sections that make rules, or change addresses before rules are asked."""
    if system is not None and system.value("disablefilter") not in ("", "0"):
        raise Refused("the packet filter is switched off: <disablefilter>", system.line, text="<disablefilter>")
    for node in children(root, "filter"):
        if node.tag == "rule" and node.value("disabled") in ("", "0"):
            yield f"a rule of the old page: {node.value('descr')}".rstrip(": "), node.line
        elif node.tag == "bypassstaticroutes":
            yield "rules for statically routed networks", node.line
    for node in children(root, "nat"):
        if node.tag in ("rule", "onetoone", "npt", "advancedoutbound") and node.value("disabled") in ("", "0"):
            yield f"NAT: <{node.tag}> {node.value('descr')}".rstrip(), node.line
    for tag in ("virtualip", "hasync"):
        if any(child.children for child in children(root, tag)):
            yield "virtual addresses, and CARP's rules", root.line
    models = root.one("OPNsense")
    if system is None or system.value("disablevpnrules") in ("", "0"):
        for holder, tag in ((root.one("ipsec"), "phase1"), (models.one("Swanctl") if models else None, "Connection")):
            yield from (("rules of VPNs", node.line) for node in _below(holder, tag))
    for tag, why in (("captiveportal", "rules of captive portals"), ("IDS", "packets that an IPS may drop")):
        other = models.one(tag) if models is not None else None
        if other is not None and other.children:
            yield why, other.line
    firewall = models.one("Firewall") if models is not None else None
    beside = firewall.one("Filter") if firewall is not None else None
    for tag in ("snatrules", "npt", "onetoone"):
        for node in children(beside, tag) if beside is not None else ():
            yield f"NAT: <{tag}>", node.line


def _below(node: Node | None, tag: str) -> Iterator[Node]:
    """Elements of a name, however deep, that are not switched off."""
    for child in node.children if node is not None else ():
        if child.tag == tag and child.value("enabled") != "0" and not child.has("disabled"):
            yield child
        else:
            yield from _below(child, tag)

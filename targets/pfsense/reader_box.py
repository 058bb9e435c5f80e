"""What the rest of config.xml says of the box: its interfaces, IPv6, the anti-lockout rule.

Where only the sections aliases and filter are at hand, the box is as APPLY.md asks for: all interfaces that rules name
exist, IPv6 is on, no anti-lockout rule, no blocking of private or bogon networks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from . import reader_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader_xml import Node

WORDS = (
    "version lastchange theme sysctl system interfaces staticroutes dhcpd dhcpdv6 dhcpbackend kea pptpd snmpd diag bridge "
    "syslog nat filter shaper dnshaper ipsec aliases proxyarp cron wol rrd load_balancer widgets openvpn dnsmasq unbound "
    "dhcrelay dhcrelay6 ca cert crl ppps pppoes gateways revision l2tp installedpackages ntpd bridges vlans qinqs gifs "
    "gres laggs wireless captiveportal voucher schedules ezshaper hasync virtualip sshdata dyndnses ifgroups notifications "
    "ftpproxy igmpproxy dnsupdates vouchers hostname upnp switches rddns ovpnserver wizardtemp apikeys"
)
SECTIONS = frozenset(WORDS.split())


@dataclass(slots=True)
class Interface:
    """An interface that is enabled: its own addresses by family, and what pfSense adds to its rules."""

    addresses: dict[int, int] = field(default_factory=dict)
    networks: dict[int, tuple[int, int]] = field(default_factory=dict)
    private: bool = False
    bogons: bool = False
    client: bool = False
    client6: bool = False
    server: bool = False


@dataclass(slots=True)
class Box:
    """`interfaces` is None where nothing is known of them: then every name is one."""

    interfaces: dict[str, Interface] | None = None
    groups: frozenset[str] = frozenset()
    ipv6: bool = True
    lock_out_ports: tuple[int, ...] = ()
    unknown: list[tuple[str, int]] = field(default_factory=list)

    def exists(self, name: str) -> bool:
        """Does pfSense make rules for an interface of this name?"""
        return self.interfaces is None or name in self.interfaces


def box(root: Node) -> Box:
    """Read it from a whole configuration."""
    for node in root.children:
        if node.tag not in SECTIONS:
            raise Refused(f"<{node.tag}> is no section that this reader knows", node.line, text=node.tag)
    system = root.one("system")
    found = Box({})
    found.interfaces = {
        node.tag: _interface(node, root) for node in _children(root, "interfaces") if node.has("enable")
    }
    found.groups = frozenset(group.value("ifname") for group in _children(root, "ifgroups"))
    if system is not None:
        found.ipv6 = system.has("ipv6allow")
        found.lock_out_ports = _lock_out(system)
    found.unknown = list(_beside(root, system))
    return found


def _interface(node: Node, root: Node) -> Interface:
    found = Interface(private=node.has("blockpriv"), bogons=node.has("blockbogons"))
    for address, length in (("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")):
        own = reader_values.network(node.value(address))
        whole = reader_values.network(f"{node.value(address)}/{node.value(length)}")
        if own is not None and whole is not None:
            found.addresses[own[0]] = own[1]
            found.networks[own[0]] = whole[1:]
    found.client = node.value("ipaddr") == "dhcp"
    found.client6 = node.value("ipaddrv6") in ("dhcp6", "slaac")
    server = root.one("dhcpd")
    mine = server.one(node.tag) if server is not None else None
    found.server = mine is not None and mine.has("enable")
    return found


def _lock_out(system: Node) -> tuple[int, ...]:
    """The ports of the anti-lockout rule; none where it is switched off."""
    gui = system.one("webgui")
    if gui is None or gui.has("noantilockout"):
        return ()
    secure = gui.value("protocol") == "https"
    ports = [int(gui.value("port") or (443 if secure else 80))]
    ports += [80] if secure and not gui.has("disablehttpredirect") else []
    ssh = system.one("ssh")
    if system.has("enablesshd") or (ssh is not None and ssh.has("enable")):
        ports.append(int((ssh.value("port") if ssh is not None else "") or 22))
    return tuple(sorted(set(ports)))


def _beside(root: Node, system: Node | None) -> Iterator[tuple[str, int]]:
    """Sections that make rules, or change addresses before rules are asked."""
    if system is not None and system.has("disablefilter"):
        raise Refused("the packet filter is switched off: <disablefilter>", system.line, text="<disablefilter>")
    for tag, why in (("hasync", "CARP and its rules"), ("virtualip", "virtual addresses, and CARP's rules")):
        node = root.one(tag)
        if node is not None and node.children:
            yield why, node.line
    for node in _children(root, "nat"):
        if node.tag in ("rule", "onetoone", "npt", "advancedoutbound") and not node.has("disabled"):
            yield f"NAT: <{node.tag}> {node.value('descr')}".rstrip(), node.line
    for node in _children(root, "installedpackages"):
        if node.tag in ("miniupnpd", "snortglobal", "suricata", "pfblockerng"):
            yield f"rules of the package {node.tag}", node.line


def _children(root: Node, tag: str) -> list[Node]:
    node = root.one(tag)
    return node.children if node is not None else []

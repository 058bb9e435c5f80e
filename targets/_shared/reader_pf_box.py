"""What config.xml says of the box itself, alike on pfSense and OPNsense: its interfaces, and the anti-lockout rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from . import reader_pf

if TYPE_CHECKING:
    from segc.packets.fields import Spans

    from .reader_xml import Node

# What `Block private networks` blocks; OPNsense has the shared addresses of RFC 6598 in its list as well.
PRIVATE4: Spans = (
    (0x0A000000, 0x0AFFFFFF),
    (0x7F000000, 0x7FFFFFFF),
    (0xAC100000, 0xAC1FFFFF),
    (0xC0A80000, 0xC0A8FFFF),
)
SHARED4: Spans = ((0x64400000, 0x647FFFFF),)


@dataclass(slots=True)
class Interface:
    """An interface that is enabled: its own addresses by family, and what the box adds to its rules."""

    addresses: dict[int, int] = field(default_factory=dict)
    networks: dict[int, tuple[int, int]] = field(default_factory=dict)
    private: bool = False
    private4: Spans = PRIVATE4
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
    apipa: bool = True  # are addresses of RFC 3927 blocked?
    lock_out_ports: tuple[int, ...] = ()
    lock_out_at: str = ""
    lock_out_to_self: bool = False
    outlive: bool = False  # do sessions outlive the schedule that let them in?
    unknown: list[tuple[str, int]] = field(default_factory=list)

    def exists(self, name: str) -> bool:
        """Does the box make rules for an interface of this name?"""
        return self.interfaces is None or name in self.interfaces


def interface(node: Node, root: Node) -> Interface:
    """One interface, with its static addresses."""
    found = Interface(private=_on(node, "blockpriv"), bogons=_on(node, "blockbogons"))
    for address, length in (("ipaddr", "subnet"), ("ipaddrv6", "subnetv6")):
        own = reader_pf.network(node.value(address))
        whole = reader_pf.network(f"{node.value(address)}/{node.value(length)}")
        if own is not None and whole is not None:
            found.addresses[own[0]] = own[1]
            found.networks[own[0]] = whole[1:]
    found.client = node.value("ipaddr") == "dhcp"
    found.client6 = node.value("ipaddrv6") in ("dhcp6", "slaac")
    server = root.one("dhcpd")
    mine = server.one(node.tag) if server is not None else None
    found.server = mine is not None and mine.has("enable")
    return found


def lock_out(system: Node) -> tuple[int, ...]:
    """The ports of the anti-lockout rule; none where it is switched off."""
    gui = system.one("webgui")
    if gui is None or gui.has("noantilockout"):
        return ()
    secure = gui.value("protocol") == "https"
    ports = [_port(gui, 443 if secure else 80)]
    ports += [80] if secure and not gui.has("disablehttpredirect") else []
    ssh = system.one("ssh")
    if system.has("enablesshd") or (ssh is not None and (ssh.has("enable") or ssh.has("enabled"))):
        ports.append(_port(ssh, 22))
    return tuple(sorted(set(ports)))


def children(root: Node, tag: str) -> list[Node]:
    """The elements of a section; none where there is no such section."""
    node = root.one(tag)
    return node.children if node is not None else []


def _on(node: Node, tag: str) -> bool:
    return node.has(tag) and node.value(tag) != "0"


def _port(node: Node | None, default: int) -> int:
    text = node.value("port") if node is not None else ""
    found = reader_pf.port(text, node.line) if node is not None and text else (default, default)
    if found is None or found[0] != found[1]:
        raise Refused(f"`{text}` is no port", node.line if node is not None else 0, text=text)
    return found[0]

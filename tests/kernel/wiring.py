"""The firewall's namespace and the one around it that holds the far ends of its cables.

The far ends have a namespace of their own: in the firewall's, its own stack would receive what it had just
sent, and rules with wildcards would match interfaces that no firewall has.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tests.kernel.netlink import LostError, enlarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CLONE_NEWNET = 0x40000000
_ALL_FRAMES = 0x0003
_BARRIER = 0x88B5  # an EtherType for local experiments, which no stack answers
_SOL_PACKET, _IGNORE_OUTGOING = 263, 23
_SO_MEMINFO, _DROPS = 55, 8
_TIMEOUT = 90.0  # seconds; a machine with other work may stand still for many of them
_libc = ctypes.CDLL(None, use_errno=True)

# Neither family may send a frame on its own, filter by source, or ration its errors.
_FIREWALL_SETTINGS = {
    "ipv4/ip_forward": 1,
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
    "ipv4/conf/all/send_redirects": 0,
    "ipv4/conf/default/send_redirects": 0,
    "ipv4/icmp_ratelimit": 0,
    "ipv4/icmp_ratemask": 0,
    "ipv6/conf/all/forwarding": 1,
    "ipv6/conf/default/accept_ra": 0,
    "ipv6/conf/default/accept_dad": 0,
    "ipv6/conf/default/dad_transmits": 0,
    "ipv6/conf/default/router_solicitations": 0,
    "ipv6/conf/default/addr_gen_mode": 1,
    "ipv6/conf/default/disable_ipv6": 0,
    "ipv6/icmp/ratelimit": 0,
}
_OUTSIDE_SETTINGS = {"ipv6/conf/all/disable_ipv6": 1, "ipv6/conf/default/disable_ipv6": 1}


@dataclass(frozen=True, slots=True)
class Port:
    """One firewall interface: its MAC address and a socket on the far end of its cable."""

    name: str
    mac: bytes
    socket: socket.socket


def settle(settings: Mapping[str, int]) -> None:
    """Write kernel settings, named below /proc/sys/net. OSError when one is refused."""
    for name, value in settings.items():
        Path("/proc/sys/net", name).write_text(str(value), "ascii")


def ip(lines: Sequence[str], *options: str) -> None:
    """Run lines of `ip -batch`. RuntimeError with its message when one fails."""
    command = ["ip", *options, "-batch", "-"]
    done = subprocess.run(command, input="\n".join(lines), text=True, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(options)}: {done.stderr.strip()} in {list(lines)}")


def enter(namespace: int) -> None:
    """Move this thread into a network namespace, given as an open file descriptor."""
    if _libc.setns(namespace, _CLONE_NEWNET):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Wiring:
    """The cables, and the settings and addresses of a firewall at their near ends."""

    def __init__(
        self, interfaces: Sequence[str], addresses: Mapping[str, Sequence[str]], routes: Mapping[str, str]
    ) -> None:
        self._inside = os.open("/proc/self/ns/net", os.O_RDONLY)
        settle(_FIREWALL_SETTINGS)
        self._outside = self._lay(interfaces)
        ip([f"link set dev {name} arp off up" for name in ("lo", *interfaces)])
        self._address(addresses, routes)
        self._names = list(interfaces)
        self._counters = [_counters()]
        with self.outside():
            self.ports = {name: _port(number, name) for number, name in enumerate(interfaces)}
            self.barrier = Barrier()
            self._counters.append(_counters())

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Run the body in the namespace of the far ends."""
        enter(self._outside)
        try:
            yield
        finally:
            enter(self._inside)

    def move(self, name: str, pid: int) -> None:
        """Give the far end of an interface's cable to the namespace of another process, as its `eth0`."""
        self.ports.pop(name).socket.close()
        with self.outside():
            ip([f"link set dev o{self._names.index(name)} netns {pid} name eth0"])

    def dropped(self) -> int:
        """Frames that did not get onto a cable, or off it, since the start."""
        watched = {*self.ports, *(f"o{self._names.index(name)}" for name in self.ports)}
        unsent = sum(_unsent(counters, watched) for counters in self._counters)
        return unsent + sum(drops(port.socket) for port in self.ports.values())

    def _lay(self, interfaces: Sequence[str]) -> int:
        """Make the outside namespace and the cables to it. Returns the namespace's file descriptor."""
        with subprocess.Popen(
            ["unshare", "-n", "sh", "-c", "echo; exec cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            assert holder.stdin is not None
            assert holder.stdout is not None
            holder.stdout.readline()
            outside = os.open(f"/proc/{holder.pid}/ns/net", os.O_RDONLY)
            enter(outside)
            settle(_OUTSIDE_SETTINGS)
            enter(self._inside)
            for number, name in enumerate(interfaces):
                near, far = (
                    f"name {name} address {mac(number).hex(':')}",
                    f"name o{number} netns {holder.pid}",
                )
                ip([f"link add {near} type veth peer {far}"])
            holder.stdin.close()
        return outside

    def _address(self, addresses: Mapping[str, Sequence[str]], routes: Mapping[str, str]) -> None:
        for version in "4", "6":
            family = ":" if version == "6" else "."
            nodad = " nodad" if version == "6" else ""
            lines = [
                f"address add {address} dev {name}{nodad}"
                for name, given in addresses.items()
                for address in given
                if family in address
            ]
            lines += [f"route replace {to} dev {name}" for to, name in routes.items() if family in to]
            ip(lines, f"-{version}")


class Barrier:
    """A cable of its own, on which a frame returns when everything that was sent before it has arrived.

    Frames on any cable wait in one queue per processor, first in first out. So one trip lets pass all that
    was queued before it, and a second one all that the first lot put into the queue. No rule sees the frames.
    """

    _TRIPS = 3

    def __init__(self) -> None:
        ip(["link add name bar0 type veth peer name bar1", "link set dev bar0 up", "link set dev bar1 up"])
        self._near = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._near.bind(("bar0", 0))
        self._far = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self._far.bind(("bar1", _BARRIER))
        self._far.settimeout(_TIMEOUT)
        self._count = 0

    def wait(self) -> None:
        """Return when all earlier frames have been dealt with. LostError when the barrier itself is lost."""
        for _ in range(self._TRIPS):
            self._count += 1
            sent = struct.pack("!6s6sHQ", b"\xff" * 6, b"\x02" + b"\0" * 5, _BARRIER, self._count)
            self._near.send(sent)
            try:
                while self._far.recv(64)[: len(sent)] != sent:
                    pass
            except TimeoutError as error:
                raise LostError(f"a barrier frame did not return within {_TIMEOUT} s") from error


def mac(number: int) -> bytes:
    """The MAC address of the firewall's interface of that number."""
    return bytes.fromhex("0253474300") + bytes([number])


def drops(sock: socket.socket) -> int:
    """Packets that this socket had no room for since it was opened."""
    memory = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 36)
    return int(struct.unpack_from("=9I", memory)[_DROPS])


def _counters() -> TextIO:
    """The counters of this namespace's interfaces, to be read as often as needed, also from outside of it."""
    return Path("/proc/self/net/dev").open(encoding="ascii")


def _unsent(counters: TextIO, names: set[str]) -> int:
    """Frames that these interfaces could not send."""
    counters.seek(0)
    # Eight columns are about receiving; the fourth of those about sending counts drops.
    rows = [line.rpartition(":") for line in counters]
    return sum(int(row.split()[11]) for name, _, row in rows if name.strip() in names)


def _port(number: int, name: str) -> Port:
    ip([f"link set dev o{number} up"])
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
    enlarge(sock)
    sock.bind((f"o{number}", _ALL_FRAMES))
    sock.setblocking(False)
    return Port(name, mac(number), sock)

"""The two netfilter services that the harness talks to: packet logging (NFLOG) and connection tracking."""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NFLOG_GROUP = 62
"""The NFLOG group that rendered rules log to."""

_NETLINK_NETFILTER = 12
_REQUEST_ACK = 5
_ERROR = 2
_CT_DELETE = 0x0102
_LOG_PACKET, _LOG_CONFIG = 0x0400, 0x0401
_ATTR_COMMAND, _ATTR_MODE, _ATTR_BUFFER, _ATTR_THRESHOLD = 1, 2, 3, 5
_ATTR_PAYLOAD, _ATTR_PREFIX = 9, 10
_BIND = 1
_COPY_PACKET = 2
_COPIED = 128  # bytes of each packet: headers and marker
_RCVBUFFORCE = getattr(socket, "SO_RCVBUFFORCE", 33)


class LostError(RuntimeError):
    """The kernel dropped something that the harness should have seen, so that no verdict can be trusted."""


def enlarge(sock: socket.socket, size: int = 16 << 20) -> None:
    """Give a socket a receive buffer of `size` bytes, or what this user is allowed."""
    try:
        sock.setsockopt(socket.SOL_SOCKET, _RCVBUFFORCE, size)
    except PermissionError:  # in a user namespace the system's maximum holds
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)


def _attribute(kind: int, value: bytes) -> bytes:
    padding = b"\0" * (-len(value) % 4)
    return struct.pack("=HH", 4 + len(value), kind) + value + padding


def _open() -> socket.socket:
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER)
    sock.bind((0, 0))
    enlarge(sock)
    return sock


def _call(sock: socket.socket, kind: int, family: int, resource: int, *attributes: bytes) -> None:
    """One request, and its acknowledgement. OSError when the kernel refuses."""
    body = struct.pack("!BBH", family, 0, resource) + b"".join(attributes)
    sock.send(struct.pack("=IHHII", 16 + len(body), kind, _REQUEST_ACK, 0, 0) + body)
    while True:
        reply = sock.recv(65536)
        if struct.unpack_from("=H", reply, 4)[0] == _ERROR:
            break
    code = -struct.unpack_from("=i", reply, 16)[0]
    if code:
        raise OSError(code, os.strerror(code))


class Conntrack:
    """This namespace's connection tracking table."""

    def __init__(self) -> None:
        self._sock = _open()

    def flush(self) -> None:
        """Forget every session, of both families."""
        _call(self._sock, _CT_DELETE, socket.AF_UNSPEC, 0)


class Nflog:
    """What the rules log to NFLOG_GROUP. OSError when somebody else listens to it in this namespace."""

    def __init__(self) -> None:
        self._sock = _open()
        for attribute in (
            _attribute(_ATTR_COMMAND, bytes([_BIND])),
            _attribute(_ATTR_MODE, struct.pack("!IBB", _COPIED, _COPY_PACKET, 0)),
            # Each record is sent at once, in a buffer no larger than needed: large ones fill the socket.
            _attribute(_ATTR_THRESHOLD, struct.pack("!I", 1)),
            _attribute(_ATTR_BUFFER, struct.pack("!I", 512)),
        ):
            _call(self._sock, _LOG_CONFIG, socket.AF_UNSPEC, NFLOG_GROUP, attribute)
        self._sock.setblocking(False)

    def records(self) -> Iterator[tuple[str, bytes]]:
        """Prefix and packet of every record that waits, in order. LostError when the kernel dropped one."""
        for frame in self.frames():
            found = dict(_attributes(frame[4:]))
            prefix = found.get(_ATTR_PREFIX, b"").rstrip(b"\0").decode(errors="replace")
            yield prefix.rstrip(), found.get(_ATTR_PAYLOAD, b"")

    def frames(self) -> Iterator[bytes]:
        """The same records, each as the kernel wrote it: a frame of link type 239 (NFLOG) in a capture."""
        while True:
            try:
                data = self._sock.recv(65536)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    raise LostError("NFLOG records were lost: the netlink buffer was full") from error
                raise
            yield from _records(data)


def _records(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + 16 <= len(data):
        length, kind = struct.unpack_from("=IH", data, at)
        if kind == _LOG_PACKET:
            yield data[at + 16 : at + length]
        at += (length + 3) & ~3


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3FFF, data[at + 4 : at + length]
        at += max(4, (length + 3) & ~3)

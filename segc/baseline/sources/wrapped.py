"""What an Ethernet frame may wrap IP in.

Tags: IEEE 802.1Q, 802.1ad, 802.1ah (I-TAG, with the customer's addresses), 802.1BR (E-TAG), Cisco's VN-Tag and CMD (its
length counts eights of bytes, from the version to the type that follows). IEC 62439-3: HSR's tag; PRP's trailer stands
behind IP, whose own length leaves it out. IEEE 802.1AE: MACsec that does not encrypt. RFC 2516: PPPoE. RFC 3032 and 4928:
MPLS, in which the first four bits of what is no IP are 0 or 1. RFC 1042: SNAP.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

IPV4, IPV6 = b"\x08\x00", b"\x86\xdd"
_SNAP = b"\xaa\xaa\x03\0\0\0"
DEEPEST = 16  # wraps, each in another
_PPP = {b"\x00\x21": IPV4, b"\x00\x57": IPV6}
_CONTROL = 0x40  # from here on PPP's protocols are those that set up, and carry no packet
_SEALED = {
    b"\x22\xf3": "of TRILL", b"\x89\x03": "of FabricPath", b"\x89\x4f": "with a service header (NSH)",
    b"\x65\x58": "of bridged Ethernet", b"\x88\x0b": "of PPP", b"\x87\x6b": "with compressed headers",
}  # fmt: skip

Inner = tuple[bytes | None, int]  # the type of what follows, None for what is no IP, and where it begins


class Cut(ValueError):
    """A frame that ends before it is told what it is: a small snaplen, or damage."""


class Sealed(ValueError):
    """A frame that may carry IP and cannot be read; the text says what it is."""


def unwrapped(frame: bytes, at: int, begins: int) -> bytes | None:
    """The IP packet of a frame whose type stands at a place, and which begins at another; None where it is none."""
    kind = frame[at : at + 2]
    for _ in range(DEEPEST):
        if kind in (IPV4, IPV6):
            return frame[begins:]
        unwrap = _WRAPS.get(kind)
        if unwrap is None:
            if kind in _SEALED:
                raise Sealed(_SEALED[kind])
            if len(kind) < 2:
                raise Cut
            if kind > b"\x05\xdc":
                return None
            unwrap = _snap  # it is a length
        inner, begins = unwrap(frame, begins)
        if inner is None:
            return None
        kind = inner
    raise Sealed(f"in more than {DEEPEST} wraps")


def _tag(size: int) -> Callable[[bytes, int], Inner]:
    """A tag of a fixed size, whose last two bytes are the type of what follows."""

    def inner(frame: bytes, at: int) -> Inner:
        return frame[at + size - 2 : at + size], at + size

    return inner


def _snap(frame: bytes, at: int) -> Inner:
    head = frame[at : at + 6]
    if head != _SNAP[: len(head)]:
        return None, at
    return frame[at + 6 : at + 8], at + 8


def _metadata(frame: bytes, at: int) -> Inner:
    if len(frame) < at + 2:
        raise Cut
    size = frame[at + 1] * 8
    if not size:
        raise Sealed("with Cisco's metadata of no length")
    return frame[at + size - 2 : at + size], at + size


def _macsec(frame: bytes, at: int) -> Inner:
    if len(frame) < at + 6:
        raise Cut
    if frame[at] & 0x0C:  # encrypted, or changed
        raise Sealed("encrypted by MACsec")
    size = 14 if frame[at] & 0x20 else 6  # with the channel's name, or without
    return frame[at + size : at + size + 2], at + size + 2


def _pppoe(frame: bytes, at: int) -> Inner:
    word = frame[at + 6 : at + 8]
    if len(word) < 2:
        raise Cut
    if word[0] & 1:  # a protocol of one byte, whose first is left out
        return _ppp(b"\0" + word[:1]), at + 7
    return _ppp(word), at + 8


def _ppp(word: bytes) -> bytes | None:
    if word not in _PPP and word[0] < _CONTROL:
        raise Sealed(f"of PPP's protocol 0x{word.hex()}")
    return _PPP.get(word)


def _mpls(frame: bytes, at: int) -> Inner:
    while len(frame) > at + 4:
        at += 4
        if frame[at - 2] & 1:  # the last label
            version = frame[at] >> 4
            if version not in (4, 6):
                raise Sealed("of MPLS that begin as no IP does")
            return IPV4 if version == 4 else IPV6, at
    raise Cut


_VLAN = _tag(4)
_WRAPS: dict[bytes, Callable[[bytes, int], Inner]] = {
    b"\x81\x00": _VLAN, b"\x88\xa8": _VLAN, b"\x91\x00": _VLAN, b"\x92\x00": _VLAN, b"\x93\x00": _VLAN,
    b"\x89\x2f": _tag(6), b"\x89\x26": _tag(6), b"\x89\x3f": _tag(8), b"\x88\xe7": _tag(18), b"\x89\x09": _metadata,
    b"\x88\xe5": _macsec, b"\x88\x64": _pppoe, b"\x88\x47": _mpls, b"\x88\x48": _mpls,
}  # fmt: skip

"""The words of an entry: addresses with wildcards, ports and ICMP types by their names."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Network
from typing import TYPE_CHECKING

from segc.packets.fields import ADDRESS_BITS, TCP
from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.fields import Spans

    from .reader_groups import Groups

# Cisco IOS Security Command Reference, "permit (IP)": the names that are printed for numbers.
TCP_PORTS = {
    "bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "discard": 9, "domain": 53, "echo": 7, "exec": 512,
    "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "hostname": 101, "ident": 113, "irc": 194, "klogin": 543,
    "kshell": 544, "login": 513, "lpd": 515, "msrpc": 135, "nntp": 119, "onep-plain": 15001, "onep-tls": 15002,
    "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "smtp": 25, "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517,
    "telnet": 23, "time": 37, "uucp": 540, "whois": 43, "www": 80,
}  # fmt: skip
UDP_PORTS = {
    "biff": 512, "bootpc": 68, "bootps": 67, "discard": 9, "dnsix": 195, "domain": 53, "echo": 7, "isakmp": 500,
    "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139,
    "non500-isakmp": 4500, "ntp": 123, "pim-auto-rp": 496, "rip": 520, "ripv6": 521, "snmp": 161, "snmptrap": 162,
    "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517, "tftp": 69, "time": 37, "who": 513, "xdmcp": 177,
}  # fmt: skip
ICMP_NAMES: dict[int, dict[str, tuple[int, int | None]]] = {
    4: {
        "echo-reply": (0, None), "unreachable": (3, None), "net-unreachable": (3, 0), "host-unreachable": (3, 1),
        "protocol-unreachable": (3, 2), "port-unreachable": (3, 3), "packet-too-big": (3, 4),
        "administratively-prohibited": (3, 13), "source-quench": (4, None), "redirect": (5, None), "echo": (8, None),
        "router-advertisement": (9, None), "router-solicitation": (10, None), "time-exceeded": (11, None),
        "ttl-exceeded": (11, 0), "reassembly-timeout": (11, 1), "parameter-problem": (12, None),
        "timestamp-request": (13, None), "timestamp-reply": (14, None), "information-request": (15, None),
        "information-reply": (16, None), "mask-request": (17, None), "mask-reply": (18, None),
        "traceroute": (30, None),
    },
    6: {
        "destination-unreachable": (1, None), "unreachable": (1, None), "packet-too-big": (2, None),
        "time-exceeded": (3, None), "parameter-problem": (4, None), "echo-request": (128, None),
        "echo-reply": (129, None), "mld-query": (130, None), "mld-report": (131, None), "mld-reduction": (132, None),
        "mldv2": (143, None), "router-solicitation": (133, None), "router-advertisement": (134, None),
        "nd-ns": (135, None), "nd-na": (136, None), "redirect": (137, None),
    },
}  # fmt: skip


class Words:
    """The words of one entry, taken from the left."""

    def __init__(self, words: list[str], line: int, file: str) -> None:
        self.all = words
        self.at = 0
        self.line = line
        self.file = file

    def peek(self) -> str:
        """The next word; nothing at the end."""
        return self.all[self.at] if self.at < len(self.all) else ""

    def take(self) -> str:
        """The next word. Raises `Refused` at the end: half an entry means nothing."""
        word = self.peek()
        if not word:
            raise self.refused("the entry ends too early")
        self.at += 1
        return word

    def refused(self, why: str) -> Refused:
        """The error for this entry."""
        return Refused(why, self.line, self.file, " ".join(self.all))


class Ends:
    """Takes a source or a target: any, host A, A WILDCARD, PREFIX, object-group G."""

    def __init__(self, family: int, groups: Groups, words: Words) -> None:
        self.family = family
        self.groups = groups
        self.words = words

    def take(self) -> Spans:
        """The addresses as ranges."""
        word = self.words.take()
        if word == "any":
            return ((0, (1 << ADDRESS_BITS[self.family]) - 1),)
        if word == "object-group":
            return self.groups.addresses(self.words.take(), self.words)
        if self.family == 6:
            return (self._six(self.words.take() + "/128" if word == "host" else word),)
        if word == "host":
            one = four(self.words.take(), self.words)
            return ((one, one),)
        return wildcard(four(word, self.words), four(self.words.take(), self.words), self.words)

    def _six(self, text: str) -> tuple[int, int]:
        try:
            net = IPv6Network(text, strict=False)
        except ValueError:
            raise self.words.refused(f"`{text}` is no prefix") from None
        return int(net.network_address), int(net.broadcast_address)


def four(text: str, words: Words) -> int:
    """An IPv4 address as a number."""
    try:
        return int(IPv4Address(text))
    except AddressValueError:
        raise words.refused(f"`{text}` is no address") from None


MOST = 12  # bits of a wildcard that are not at the end: 4096 ranges


def wildcard(address: int, mask: int, words: Words) -> Spans:
    """Addresses that agree where the wildcard has zeros; it need not be a run of ones at the end."""
    tail = (~mask & (mask + 1)).bit_length() - 1
    size = 1 << tail
    scattered = [bit for bit in range(tail, 32) if mask >> bit & 1]
    if len(scattered) > MOST:
        raise words.refused("a wildcard with too many holes")
    starts = [address & ~mask]
    for bit in scattered:
        starts += [start | 1 << bit for start in starts]
    return tuple((start, start + size - 1) for start in sorted(starts))


def port(word: str, proto: int, words: Words) -> int:
    """A port by its number or name."""
    names = TCP_PORTS if proto == TCP else UDP_PORTS
    if word in names:
        return names[word]
    if word.isdigit() and int(word) < 1 << 16:
        return int(word)
    raise words.refused(f"`{word}` is no port")


def icmp_type(word: str, names: Mapping[str, tuple[int, int | None]], words: Words) -> Spans | None:
    """A type, and a code where one stands behind it; None for a word that is none."""
    if word in names:
        kind, code = names[word]
    elif word.isdigit() and int(word) < 256:
        kind, code = int(word), None
        if words.peek().isdigit():
            code = int(words.take())
    else:
        return None
    return ((kind * 256, kind * 256 + 255),) if code is None else ((kind * 256 + code, kind * 256 + code),)

"""Object groups: `object-group network G` and `object-group service G` (IOS 12.4(20)T, IOS-XE)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import ICMP, TCP, UDP, normal
from segc.packets.machine import Refused

from .reader_words import ICMP_NAMES, Words, four, icmp_type, port

if TYPE_CHECKING:
    from segc.packets.fields import Spans

Service = tuple[int | None, "Spans | None", "Spans | None"]
PROTOCOLS = {"ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "igmp": 2, "ipinip": 4, "nos": 94, "ospf": 89, "pim": 103}


class Groups:
    """All groups of a configuration; one that is not there, or empty, is refused where it is used."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._bodies: dict[str, tuple[str, list[tuple[str, int]]]] = {}

    def add(self, head: str, line: int, body: list[tuple[str, int]]) -> None:
        """Take a group's text; it is read when something names it."""
        words = head.split()
        if len(words) != 3 or words[1] not in ("network", "service"):
            raise Refused("a kind of object group that is not known", line, self.file, head)
        kind, known = self._bodies.get(words[2], (words[1], []))
        self._bodies[words[2]] = kind, [*known, *body]

    def _body(self, name: str, kind: str, words: Words) -> list[Words]:
        found = self._bodies.get(name)
        if found is None or found[0] != kind:
            raise words.refused(f"there is no object group `{name}` of kind {kind}")
        body = [Words(text.split(), line, self.file) for text, line in found[1]]
        body = [one for one in body if one.peek() != "description"]
        if not body:
            raise words.refused(f"object group `{name}` is empty")
        return body

    def addresses(self, name: str, words: Words, depth: int = 0) -> Spans:
        """The addresses of a network group."""
        if depth > 8:
            raise words.refused(f"object group `{name}` contains itself")
        spans: list[tuple[int, int]] = []
        for one in self._body(name, "network", words):
            word = one.take()
            if word == "group-object":
                spans += self.addresses(one.take(), words, depth + 1)
            elif word == "any":
                spans.append((0, (1 << 32) - 1))
            elif word == "host":
                low = four(one.take(), one)
                spans.append((low, low))
            elif word == "range":
                spans.append((four(one.take(), one), four(one.take(), one)))
            else:
                spans.append(_net(word, one))
        return normal(spans)

    def services(self, name: str, words: Words, depth: int = 0) -> list[Service]:
        """The services of a service group."""
        if depth > 8:
            raise words.refused(f"object group `{name}` contains itself")
        found: list[Service] = []
        for one in self._body(name, "service", words):
            if one.peek() == "group-object":
                one.take()
                found += self.services(one.take(), words, depth + 1)
            else:
                found += _service(one)
        return found


def _net(word: str, words: Words) -> tuple[int, int]:
    """`10.0.0.0 255.255.0.0` or `10.0.0.0 /16`: a mask, not a wildcard."""
    text = words.take()
    if text.startswith("/") and text[1:].isdigit() and int(text[1:]) <= 32:
        mask = (1 << 32) - (1 << (32 - int(text[1:])))
    else:
        mask = four(text, words)
    size = (1 << 32) - mask
    if size & (size - 1):
        raise words.refused(f"`{text}` is no mask")
    low = four(word, words) & mask
    return low, low + size - 1


def _service(words: Words) -> list[Service]:
    """`tcp [source eq P] [eq P | range A B]`, `tcp-udp eq P`, `icmp [TYPE]`, a protocol."""
    word = words.take()
    if word in ("tcp", "udp", "tcp-udp"):
        before = _ports(words) if words.peek() == "source" and words.take() else None
        after = _ports(words) if words.peek() else None
        _end(words)
        return [(proto, before, after) for proto in {"tcp": (TCP,), "udp": (UDP,)}.get(word, (TCP, UDP))]
    if word == "icmp":
        kinds = icmp_type(words.take(), ICMP_NAMES[4], words) if words.peek() else None
        _end(words)
        return [(ICMP, None, kinds)]
    _end(words)
    if word == "ip":
        return [(None, None, None)]
    if word in PROTOCOLS or (word.isdigit() and 0 < int(word) < 256):
        return [(PROTOCOLS.get(word) or int(word), None, None)]
    raise words.refused(f"`{word}` is no protocol")


def _ports(words: Words) -> Spans:
    word = words.take()
    if word in ("eq", "lt", "gt", "range"):
        first = port(words.take(), TCP, words)
        if word == "range":
            return ((first, port(words.take(), TCP, words)),)
        return {"eq": ((first, first),), "lt": ((0, first - 1),), "gt": ((first + 1, 65535),)}[word]
    first = port(word, TCP, words)
    return ((first, first),)


def _end(words: Words) -> None:
    if words.peek():
        raise words.refused(f"`{words.peek()}` is not known here")

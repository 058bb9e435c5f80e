"""What a script of `conntrack -D` ends: read back from its text, with nothing of the code that writes it."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import TYPE_CHECKING

from segc.targets.ended import Named, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58, "sctp": 132}
LOOP = re.compile(r"for (\w+) in \$\(seq (\d+) (\d+)\); do ")
OPTIONS = {"-f", "-p", "-s", "-d", "--sport", "--dport"}


def named(text: str) -> Iterator[Named]:
    """The sessions that each line ends, by the packet that opened them. Raises `Unclear` for any other line."""
    for line in text.splitlines():
        if line and not line.startswith("#") and line != "exit 0":
            yield _line(line)


def _line(line: str) -> Named:
    spans = {f"${name}": (int(low), int(high)) for name, low, high in LOOP.findall(line)}
    words = LOOP.sub("", line).removesuffix("; done" * len(spans)).split()
    options = dict(zip(words[2::2], words[3::2], strict=False))
    if (
        words[:2] != ["conntrack", "-D"]
        or len(words) % 2
        or set(options) - OPTIONS
        or len(options) * 2 + 2 != len(words)
    ):
        raise Unclear(line)
    try:
        source, target = ip_network(options["-s"]), ip_network(options["-d"])
        proto = PROTOCOLS.get(options["-p"]) or int(options["-p"])
        ports = [_ports(options.get(option), spans) for option in ("--sport", "--dport")]
    except (KeyError, ValueError):
        raise Unclear(line) from None
    return Named.of(source, target, proto, *ports)


def _ports(word: str | None, spans: dict[str, tuple[int, int]]) -> tuple[int, int]:
    if word is None:
        return 0, 65535
    return spans.get(word) or (int(word), int(word))

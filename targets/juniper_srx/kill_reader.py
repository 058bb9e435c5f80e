"""What `clear security flow session` ends: read back from its text, with nothing of the code that writes it."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from segc.response.named import Named, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = "clear security flow session "
WORDS = {"source-prefix", "destination-prefix", "protocol", "destination-port"}
PROTOCOLS = {"tcp": 6, "udp": 17}


def named(text: str) -> Iterator[Named]:
    """The sessions that each command ends, by the packet that opened them. Raises `Unclear` for what is none."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield _line(line)


def _line(line: str) -> Named:
    words = line.removeprefix(COMMAND).split()
    told = dict(zip(words[::2], words[1::2], strict=False))
    if not line.startswith(COMMAND) or len(told) * 2 != len(words) or set(told) - WORDS:
        raise Unclear(line)
    try:
        ends = ip_network(told["source-prefix"]), ip_network(told["destination-prefix"])
        proto = PROTOCOLS.get(told["protocol"]) or int(told["protocol"])
        port = int(told["destination-port"]) if "destination-port" in told else None
    except (KeyError, ValueError):
        raise Unclear(line) from None
    return Named.of(*ends, proto, (0, 65535), (0, 65535) if port is None else (port, port))

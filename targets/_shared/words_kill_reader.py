"""What commands end that name sessions by pairs of words: read back, with nothing of the code that writes them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from segc.targets.ended import Named, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PORT = "destination-port"


def named(text: str, command: str, ends: tuple[str, str], protocols: Mapping[str, int]) -> Iterator[Named]:
    """The sessions that each line ends, by the packet that opened them. Raises `Unclear` for a line that is no `command`.

    `ends` are the words before source and target, `protocols` those that have names here.
    """
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield _line(line, command, ends, protocols)


def _line(line: str, command: str, ends: tuple[str, str], protocols: Mapping[str, int]) -> Named:
    words = line.removeprefix(command).split()
    told = dict(zip(words[::2], words[1::2], strict=False))
    if not line.startswith(command) or len(told) * 2 != len(words) or set(told) - {*ends, "protocol", PORT}:
        raise Unclear(line)
    try:
        source, target = (ip_network(told[end]) for end in ends)
        proto = protocols.get(told["protocol"]) or int(told["protocol"])
        port = int(told[PORT]) if PORT in told else None
    except (KeyError, ValueError):
        raise Unclear(line) from None
    return Named.of(source, target, proto, (0, 65535), (0, 65535) if port is None else (port, port))

"""Later fragments in tables of flows: their ports are written as 0, since no header of theirs has any.

Their datagram's first fragment has them and is a record of its own. So what comes beside a conversation of the same two ends,
by the same protocol, tells nothing new; what comes alone is of an unknown port.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.conversations import SENT
from segc.baseline.observed import NO_PORT

if TYPE_CHECKING:
    from segc.baseline.conversations import Talk

Side = tuple[str, str, int, int, int, bool]  # source, target, protocol, ports; was it stopped?


def fragment(src: str, dst: str, proto: int, stopped: bool) -> Side:  # noqa: FBT001 - a part of the key
    """The key of what has no ports."""
    return src, dst, proto, NO_PORT, NO_PORT, stopped


def join(there: dict[Side, Talk], loose: set[Side]) -> None:
    """Count fragments (of the keys `loose`) with the conversations that they are part of."""
    found = {key: there[key] for key in loose if key in there} if loose else {}
    loose.clear()
    if not found:
        return
    whole: dict[tuple[str, str, int], list[tuple[Talk, int]]] = {}
    for (src, dst, proto, sport, dport, _), talk in there.items():
        if (sport, dport) != (NO_PORT, NO_PORT):
            for side, ends in enumerate(((src, dst, proto), (dst, src, proto))):
                if (talk.flags1 if side else talk.flags0) & SENT:
                    whole.setdefault(ends, []).append((talk, side))
    for (src, dst, proto, *_), part in found.items():
        _add(part, 0, whole.get((src, dst, proto), ()))
        _add(part, 1, whole.get((dst, src, proto), ()))


def _add(part: Talk, sender: int, whole: list[tuple[Talk, int]] | tuple[()]) -> None:
    """Give what one end sent to the first conversation with which the device did the same."""
    packets, size = (part.pkts1, part.bytes1) if sender else (part.pkts0, part.bytes0)
    for talk, side in whole if packets else ():
        if talk.said is part.said:
            talk.add(side, part.first, part.last, packets, size, 0)
            if sender:
                part.pkts1 = part.bytes1 = 0
            else:
                part.pkts0 = part.bytes0 = 0
            return

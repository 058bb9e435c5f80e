"""Later fragments in tables of flows: their ports are written as 0, since no header of theirs has any.

Their datagram's first fragment has them and is a record of its own. So what comes beside a conversation of the same two ends,
by the same protocol and at the same time, tells nothing new; what comes alone is of an unknown port. Not all that has no ports
is a fragment: exporters without ports write 0, too.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.conversations import SENT
from segc.baseline.observed import NO_PORT, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.conversations import Talk, Talks

Side = tuple[str, str, int, int, int, bool]  # source, target, protocol, ports; was it stopped?
PATIENCE = 900_000_000  # microseconds: exporters and clouds tell a long flow in pieces of up to ten minutes
HELD = 100_000  # fragments that wait for their conversation
SLACK = 5_000_000  # microseconds between a datagram's fragments, as caches of flows tell their times


class Fragment(NamedTuple):
    """What one end sent without ports and without TCP's flags, as packets that have no header of TCP or UDP."""

    src: str
    dst: str
    proto: int
    first: int
    last: int
    packets: int
    size: int
    said: Said

    @property
    def ends(self) -> tuple[str, str, int]:
        """Who sent it to whom, and by what."""
        return self.src, self.dst, self.proto


def portless(src: str, dst: str, proto: int, stopped: bool) -> tuple[Side, Side]:  # noqa: FBT001 - a part of the key
    """The key of what has no ports, and that of its answers."""
    return (src, dst, proto, NO_PORT, NO_PORT, stopped), (dst, src, proto, NO_PORT, NO_PORT, stopped)


def join(talks: Talks[Side], loose: list[Fragment], until: int | None = None) -> None:
    """Count fragments with the conversations that they are part of; others are conversations by an unknown port.

    Of what ended after `until` the conversation may be told later: it stays in `loose` until it has one.
    """
    parts, loose[:] = list(loose), []
    whole = _whole(talks, {part.ends for part in parts}) if parts else {}
    for part in parts:
        found = _beside(part, whole.get((*part.ends, part.said), ()))
        if found is None and until is not None and part.last > until:
            loose.append(part)
            continue
        talk, side = found or talks.find(*portless(*part.ends, part.said is Said.STOPPED), part.first)
        talk.add(side, part.first, part.last, part.packets, part.size, 0)
        talk.said = part.said


class _Whole(NamedTuple):
    """A conversation with ports, and on which side the sender is: of those that begin up to `first`, one that ends last."""

    first: int
    last: int
    talk: Talk
    side: int


def _whole(
    talks: Talks[Side], wanted: set[tuple[str, str, int]]
) -> dict[tuple[str, str, int, Said], tuple[_Whole, ...]]:
    """By who sent something to whom and by what, and by what the device did; as they begin."""
    whole: dict[tuple[str, str, int, Said], list[_Whole]] = {}
    for (src, dst, proto, sport, dport, _), talk in talks.there.items():
        if (sport, dport) != (NO_PORT, NO_PORT):
            for side, ends in enumerate(((src, dst, proto), (dst, src, proto))):
                if ends in wanted and (talk.flags1 if side else talk.flags0) & SENT:
                    # Of what was told for an hour before, it is not known any more when it began.
                    first = talk.first - (PATIENCE if talk.told else SLACK)
                    whole.setdefault((*ends, talk.said), []).append(_Whole(first, talk.last + SLACK, talk, side))
    return {ends: tuple(accumulate(sorted(found, key=_begin), _later)) for ends, found in whole.items()}


def _begin(one: _Whole) -> int:
    return one.first


def _later(longest: _Whole, one: _Whole) -> _Whole:
    return one if one.last > longest.last else longest._replace(first=one.first)


def _beside(part: Fragment, whole: Sequence[_Whole]) -> tuple[Talk, int] | None:
    """The conversation that was there at the same time, if there was one."""
    begun = bisect_right(whole, part.last, key=_begin)
    if not begun or whole[begun - 1].last < part.first:
        return None
    return whole[begun - 1].talk, whole[begun - 1].side

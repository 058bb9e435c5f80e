"""How much of a log was not read, beside how much was: the gate asks for the share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.store import day_text
from segc.baseline.words import PCAP

if TYPE_CHECKING:
    from segc.baseline.ingest.relay import Relayed
    from segc.baseline.ingest.tally import Tallied

SPREAD = "nfdump-json"  # a record of it goes over many lines


class Left(NamedTuple):
    """`unread` lines (of a capture, packets) that may tell of traffic, `untimed` records of impossible times, and so many
    `records` that were read, in the same unit. `lossy`, `lost`, `cut` and `ours` as in the manifest.
    """

    unread: int = 0
    untimed: int = 0
    records: int = 0
    lossy: bool = False
    lost: tuple[str, ...] = ()
    cut: int | None = None
    ours: int = 0


def left_of(relayed: Relayed, tallied: Tallied, form: str, lines: int, untimed: int) -> Left:
    """Of a log that Python read. Several lines may be one conversation, so its lines are counted, without all others'.

    What another source would know are records as well, which nobody read.
    """
    unread = relayed.unread - relayed.aside + relayed.known + tallied.unplaced
    if form == PCAP:
        records = relayed.packets
    elif form == SPREAD:
        records = tallied.n
    else:
        records = lines - relayed.foreign - relayed.unread - untimed
    return Left(unread, untimed, max(0, records), ours=relayed.ours)


def with_loss(left: Left, relayed: Relayed, tallied: Tallied, days: range) -> Left:
    """The same, with the days on which the log says that records are missing, of those that can be.

    Where it does not say when, its own records tell; if it has none, it may be about any day.
    """
    lost = sorted(day for day in relayed.gaps if day in days)
    return left._replace(lost=tuple(map(day_text, lost)), lossy=not tallied.n and len(lost) < len(relayed.gaps))

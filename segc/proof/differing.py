"""How policy and file differ about a packet, and the packet that is shown for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.packets.decide import ACCEPT, GO, WHATEVER
from segc.packets.machine import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.packets.decide import Outcome, Slice
    from segc.packets.fields import Packet
    from segc.proof.expected import Expected

# What a difference means for the plant: it stands still, it is open, or its records are wrong.
INTERRUPTION, LEAK, RECORD = "interruption", "leak", "record"
How = tuple[str, str]  # a kind of difference that is sure, and the gravest one that is possible; "" for none


@dataclass(frozen=True, slots=True)
class Difference:
    """A packet of which the policy says one thing and the file another.

    It is certain, or it holds if what the reader does not know is as `assumed`. `asked` is all that is unknown and that
    this packet's fate hangs on; where none of it is assumed, it does not hold.
    """

    packet: Packet
    of: Slice
    hooks: tuple[str, ...]
    expected: Expected
    outcome: Outcome
    kind: str
    certain: bool = True
    assumed: tuple[tuple[str, bool], ...] = ()
    asked: tuple[str, ...] = ()


def differ(expected: Expected, outcome: Outcome, *, records: bool = True) -> How:
    """How an outcome differs from what is due: surely, and at most, where the file may do anything from there on."""
    due = expected.kind == ACCEPT
    against = INTERRUPTION if due else LEAK
    if outcome.kind == WHATEVER:
        return RECORD if records and _astray(expected, outcome.logs) else "", against
    if due != (outcome.kind in (ACCEPT, GO)):
        return against, against
    if not records:
        return "", ""
    if _astray(expected, outcome.logs) or (expected.logs and not outcome.logs):
        return RECORD, RECORD
    return "", RECORD if UNTOLD in outcome.logs else ""


def _astray(expected: Expected, logs: Sequence[str]) -> bool:
    """A record too many, or one that names something else: no later one puts that right."""
    if not expected.logs:
        return bool(logs)
    return len(logs) > 1 or any(log not in expected.logs and log != UNTOLD for log in logs)

"""Every counterexample is run through the file line by line before it is shown, by code that knows no packet sets."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from segc.packets.decide import ACCEPT, GO, Outcome
from segc.packets.trace import Trace, trace
from segc.proof.differing import RECORD, differ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.packets.machine import Machine
    from segc.proof.differing import Difference

MOST = 64  # ways in which the unknown may be, that a certain difference is tried in


class BrokenProof(Exception):
    """Two parts of segc that were written apart disagree about a packet: no answer may be given."""


def replayed(machine: Machine, one: Difference, assumed: Mapping[str, bool] | None = None) -> Trace:
    """What the file does with the packet, line by line, if the unknown is as assumed."""
    holds = dict(one.assumed) if assumed is None else assumed
    return trace(
        machine,
        one.packet,
        one.hooks,
        remembered=one.of.remembered,
        unknown=lambda text: holds.get(text, False),
    )


def tried_out(machine: Machine, one: Difference, *, records: bool = True) -> None:
    """Raises `BrokenProof` unless the file does that, and where the difference is certain, differs in any case."""
    run = replayed(machine, one)
    if _kind(run.kind) != _kind(one.outcome.kind) or tuple(sorted(run.logs)) != one.outcome.logs:
        raise BrokenProof(f"{one.packet}: diagrams say {one.outcome}, line by line it is {run.kind} {run.logs}")
    if not one.certain:
        return
    for assumed in _ways(one):
        run = replayed(machine, one, assumed)
        sure, _ = differ(one.expected, Outcome(_kind(run.kind), tuple(sorted(run.logs))), records=records)
        if not sure or (one.kind not in (sure, RECORD)):
            raise BrokenProof(f"{one.packet}: the difference is not certain: {run.kind} {run.logs} if {assumed}")


def _ways(one: Difference) -> Iterator[dict[str, bool]]:
    """Ways in which what the packet's fate hangs on may be: all of them, if they are few."""
    for chosen in islice(product((False, True), repeat=len(one.asked)), MOST):
        yield dict(zip(one.asked, chosen, strict=True))


def _kind(kind: str) -> str:
    """What has not been decided passes, as the hooks let it."""
    return ACCEPT if kind == GO else kind

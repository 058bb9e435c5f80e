"""What came of one assertion in one state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import Label

if TYPE_CHECKING:
    from segc.graph.search import Hop


class Outcome(NamedTuple):
    """Whether it holds, in words with the figure, and what shows that it does not: a chain of lines, a packet."""

    holds: bool
    says: str
    trace: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()


def trace(chain: tuple[Hop, ...], why: dict[tuple[str, str], str] | None = None) -> tuple[Label, ...]:
    """A chain of sessions as the lines that open it, one a hop."""
    labels = []
    for hop in chain:
        words = f"{hop.source.path} -> {hop.target.path}"
        if hop.way is not None:
            labels.append(Label(hop.way.flow.span, f"{words}: this flow"))
        elif hop.by == "zone":
            labels.append(Label(hop.target.zone.span, f"{words}: both are in this zone"))
        else:
            pair = hop.source.zone.name, hop.target.zone.name
            labels.append(Label(hop.target.zone.span, f"{words}: {(why or {}).get(pair, 'nothing stops it today')}"))
    return tuple(labels)

"""The rules of a machine's own firewall: what it may get, then what it may send (docs/adr/0015).

    inbound     from its own zone; each pair's flows, then the pair's rest; from anybody else
    outbound    to its own zone; each pair's flows, then the pair's rest; to other zones; to anybody else

Each line but the flows speaks of the other end only: what arrives at the machine is for the machine, whatever address
it was sent to (a group, the broadcast address). No line takes anything from one before it but flows, so the order does
not matter to firewalls that have none: allowed is what any permitting line allows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.model.addresses import EVERYTHING, Addresses, join, minus
from segc.model.plant import ENFORCE
from segc.rules.table import INSIDE, OTHER, PAIR, End, Ends, Line, Table, decided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.rules.ids import Ids
    from segc.rules.ir import Pair, RuleSet


class HostTable(Table):
    """The lines of one machine's firewall, by direction. Of each direction the last one is for anybody else."""

    def __init__(self, rules: RuleSet, ids: Ids) -> None:
        super().__init__(rules, ids)
        host = rules.firewall.host
        if host is None:
            raise ValueError(f"{rules.firewall.name} stands on no machine")
        self.zone = host.zone
        side = rules.side(self.zone)
        own = side.own if side is not None else Addresses((), ())
        self._mine = Ends((End(self.zone, own),), own)

    def inbound(self) -> list[Line]:
        """What may open a session with the machine; sources are the other end."""
        pairs = [pair for pair in self.rules.pairs if pair.target == self.zone]
        lines = [Line(f"{self.zone}.in", INSIDE, True, f"from inside {self.zone}", source=self._mine)]
        known = [self._mine.addresses]
        for pair in pairs:
            side = self.rules.side(pair.source)
            if side is not None:
                here = Ends((End(pair.source, side.own),), side.own)
                lines += self._listed(pair, here, inbound=True)
                known.append(side.own)
        mine = next(other for other in self.rules.others if other.zone == self.zone)
        last = decided(mine.mode, mine.id, OTHER, f"anything else -> {self.zone}")
        return _speaking([*lines, replace(last, source=_else(known))])

    def outbound(self) -> list[Line]:
        """What the machine may open a session with; targets are the other end."""
        pairs = [pair for pair in self.rules.pairs if pair.source == self.zone]
        lines = [Line(f"{self.zone}.out", INSIDE, True, f"to inside {self.zone}", target=self._mine)]
        known = [self._mine.addresses]
        for pair in pairs:
            there = self.towards(pair)
            lines += self._listed(pair, there, inbound=False)
            known.append(there.addresses)
        seen = {self.zone, *(pair.target for pair in pairs)}
        for other in self.rules.others:
            if other.zone not in seen:
                ends = Ends((End(other.zone or "", other.own),), other.own)
                text = f"{self.zone} -> {other.zone}, which no conduit joins"
                lines.append(replace(decided(other.mode, other.id, OTHER, text), target=ends))
                known.append(other.own)
        last = decided(self.rules.rest.mode, self.rules.rest.id, OTHER, f"{self.zone} -> anything else")
        return _speaking([*lines, replace(last, target=_else(known))])

    @property
    def records(self) -> bool:
        """Does anything that passes owe a record: in monitor, or by a flow that says so?"""
        modes = {pair.mode for pair in self.rules.pairs} | {other.mode for other in self.rules.others}
        flows = any(rule.log and rule.when != () for pair in self.rules.pairs for rule in pair.rules)
        return flows or modes | {self.rules.rest.mode} != {ENFORCE}

    def _lines(self) -> Iterator[Line]:
        """No packet passes through a machine."""
        yield from ()

    def _listed(self, pair: Pair, ends: Ends, *, inbound: bool) -> Iterator[Line]:
        """A pair's flows, and its rest, which speaks of the other end only."""
        for line in self._pair(pair, ends):
            if line.kind != PAIR:
                yield line
            else:
                yield replace(line, source=ends if inbound else None, target=None if inbound else ends)


def _else(known: Iterable[Addresses]) -> Ends:
    left = minus(EVERYTHING, join(known))
    return Ends((End("anybody else", left),), left)


def _speaking(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.speaks(4) or line.speaks(6)]

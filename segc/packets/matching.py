"""The matches of a rule as what a diagram can use: classes of single fields, and Boolean diagrams of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, SOURCE, SPORT, TARGET
from segc.packets.machine import Among, Family, In, Interface, Remembered, State, Unknown, original_text
from segc.packets.ranks import Ranks, joined, meet, outside
from segc.packets.unions import among

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from segc.packets.decide import Slice
    from segc.packets.diagram import Diagrams
    from segc.packets.machine import Match

SWAPPED = {SOURCE: TARGET, TARGET: SOURCE, DPORT: SPORT, SPORT: DPORT}
TRACKED = ("new", "established")  # states in which conntrack's original tuple is known
ORIGINAL = In(SOURCE, (), original=True)


class Matching:
    """Turns matches into classes and diagrams; what it has made it keeps."""

    def __init__(self, diagrams: Diagrams) -> None:
        self.diagrams = diagrams
        self._made: dict[tuple[Match, Slice], int] = {}
        self._ranked: dict[int, tuple[In, Ranks]] = {}  # by identity: readers give the same match to many rules

    def parted(self, matches: Iterable[Match], of: Slice) -> tuple[dict[int, Ranks], int]:
        """Where all matches hold that the slice leaves open: classes by field, and a Boolean diagram of what is more."""
        ranks: dict[int, Ranks] = {}
        more = self.diagrams.yes
        for match in matches:
            if constant(match):
                continue
            one = self._ranks(match, of)
            if one is None:
                more = self.diagrams.both(self._node(match, of), more)
            else:
                field, spans = one
                ranks[field] = meet(ranks[field], spans) if field in ranks else spans
        return ranks, more

    def _ranks(self, match: Match, of: Slice) -> tuple[int, Ranks] | None:
        """A match of one field as its classes; None for those that are more than that."""
        space = self.diagrams.space
        if isinstance(match, In):
            if not match.original:
                return match.field, self._plain(match)
            if of.state not in TRACKED:
                return None
            field = SWAPPED.get(match.field, match.field) if of.reply else match.field
            ranks = space.ranks(field, match.spans)
        elif isinstance(match, Interface):
            field, ranks = match.field, space.interface_ranks(match.field, match.names)
        else:
            return None
        return field, self._normal(field, ranks, negate=match.negate)

    def _plain(self, match: In) -> Ranks:
        known = self._ranked.get(id(match))
        if known is None:
            ranks = self.diagrams.space.ranks(match.field, match.spans)
            known = self._ranked[id(match)] = match, self._normal(match.field, ranks, negate=match.negate)
        return known[1]

    def _normal(self, field: int, ranks: Ranks, *, negate: bool) -> Ranks:
        if negate:
            return outside(ranks, len(self.diagrams.space.starts[field]) - 1)
        return joined(ranks) if len(ranks) > 1 else ranks

    def _node(self, match: Match, of: Slice) -> int:
        """Any other match, as a Boolean diagram."""
        key = (match, of)
        found = self._made.get(key)
        if found is None:
            diagrams = self.diagrams
            if isinstance(match, Unknown):
                found = diagrams.unknown(match.text)
            elif isinstance(match, Among):
                found = among(diagrams, match.fields, match.entries)
            else:  # an original tuple where conntrack's own view is not known
                found = diagrams.unknown(original_text(match))
            if not isinstance(match, In) and getattr(match, "negate", False):
                found = diagrams.negated(found)
            self._made[key] = found
        return found


def constant(match: Match) -> bool:
    """Does a slice decide it?"""
    return isinstance(match, (State, Family, Remembered))


def depends(match: Match) -> bool:
    """Does it mean something else in other slices?"""
    return constant(match) or (isinstance(match, In) and match.original)


def atom(match: Match) -> Match:
    """What stands for a match that depends on the slice: one for all original tuples, of which there may be thousands."""
    return ORIGINAL if isinstance(match, In) else match


def context(match: Match, of: Slice) -> Hashable:
    """What a slice says of a match that depends on it; for original tuples, in which direction they are read."""
    return (of.reply, of.state in TRACKED) if isinstance(match, In) else holds(match, of)


def holds(match: Match, of: Slice) -> bool:
    """Does a match hold that the slice decides?"""
    match match:
        case State(states, negate):
            return (of.state in states) != negate
        case Family(family):
            return family == of.family
        case Remembered(_, negate):
            return of.remembered != negate
        case _:
            raise AssertionError(match)

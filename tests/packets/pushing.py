"""Machines on boxes: what has not been decided yet is pushed through the chains, rule by rule.

Each piece in the end says what becomes of its packets, under which prefixes
they have been recorded, and which rule decided. Nothing is shared with `decide`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import DPORT, SOURCE, SPORT, TARGET, normal, without
from segc.packets.machine import (
    Accept,
    Among,
    Continue,
    Drop,
    Family,
    Goto,
    In,
    Interface,
    Jump,
    Log,
    Refused,
    Remembered,
    Return,
    State,
    Switch,
    Unknown,
    original_text,
)
from tests.packets.boxes import Axes, Box, Budget, meet, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.packets.decide import Slice
    from segc.packets.fields import Spans
    from segc.packets.machine import Action, Base, Machine, Match, Rule

SWAP = {SOURCE: TARGET, TARGET: SOURCE, DPORT: SPORT, SPORT: DPORT}
YES = ((1, 1),)  # where something unknown holds


class Piece(NamedTuple):
    """A box of packets that have one fate, and all records of them, sorted.

    `rule` let them pass or stopped them; None where a policy did.
    """

    box: Box
    kind: str = "accept"
    logs: tuple[str, ...] = ()
    rule: Rule | None = None


class Fate(NamedTuple):
    """What a rule has made of pieces: decided, on to the next rule, or back to the caller of its chain."""

    decided: list[Piece]
    on: list[Piece]
    back: list[Piece]


def decide_by_boxes(
    machine: Machine, hooks: Iterable[str], of: Slice, budget: Budget, axes: Axes | None = None
) -> list[Piece]:
    """What the base chains of hooks make of all packets of a slice, as disjoint pieces."""
    pusher = _Pusher(machine, of, budget, axes or Axes(of.family, machine))
    order = {name: at for at, name in enumerate(hooks)}
    bases = [b for b in reversed(machine.bases) if b.hook in order and of.family in b.families]
    stopped: list[Piece] = []
    passed = [Piece(pusher.everything)]
    for base in sorted(bases, key=lambda b: (order[b.hook], b.priority)):
        ended = pusher.base(base, passed)
        passed = [piece for piece in ended if piece.kind == "accept"]
        stopped += [piece for piece in ended if piece.kind != "accept"]
    return stopped + passed


def differing(ours: Sequence[Piece], theirs: Sequence[Piece], budget: Budget) -> tuple[Box, Piece, Piece] | None:
    """Packets of which two machines (over the same axes) say different things, and what each says of them."""
    for one in ours:
        budget.spend(len(theirs))
        for other in theirs:
            if (one.kind, one.logs) != (other.kind, other.logs):
                both = meet(one.box, other.box)
                if both is not None:
                    return both, one, other
    return None


class _Pusher:
    def __init__(self, machine: Machine, of: Slice, budget: Budget, axes: Axes) -> None:
        self.machine = machine
        self.of = of
        self.budget = budget
        self.axes = axes
        self.everything = axes.everything()

    # -- chains -----------------------------------------------------------

    def base(self, base: Base, pieces: list[Piece]) -> list[Piece]:
        """A base chain, with its policy at the end; a policy that lets pass hides no rule that did so before."""
        decided, left = self.chain(base.chain, pieces, ())
        if isinstance(base.policy, Accept):
            return decided + left
        return decided + [piece._replace(kind=_stopped(base.policy), rule=None) for piece in left]

    def chain(self, name: str, pieces: list[Piece], within: tuple[str, ...]) -> tuple[list[Piece], list[Piece]]:
        """All rules of a chain, one after the other: what they decide, and what comes out of it undecided."""
        if name not in self.machine.chains or name in within:
            raise Refused(f"chain `{name}` does not exist, or leads back to itself")
        decided: list[Piece] = []
        returned: list[Piece] = []
        for rule in self.machine.chains[name]:
            inside, pieces = self._parted(pieces, rule.matches)
            done = self._act(rule, rule.action, inside, (*within, name))
            decided += done.decided
            returned += done.back
            pieces += done.on
        return decided, returned + pieces

    def _act(self, rule: Rule, action: Action, pieces: list[Piece], within: tuple[str, ...]) -> Fate:
        match action:
            case Continue():
                return Fate([], pieces, [])
            case Return():
                return Fate([], [], pieces)
            case Log(prefix):
                return Fate([], [piece._replace(logs=tuple(sorted((*piece.logs, prefix)))) for piece in pieces], [])
            case Jump(chain):
                return Fate(*self.chain(chain, pieces, within), [])
            case Goto(chain):
                decided, left = self.chain(chain, pieces, within)
                return Fate(decided, [], left)
            case Switch():
                return self._switch(rule, action, pieces, within)
        return Fate([piece._replace(kind=_ending(action), rule=rule) for piece in pieces], [], [])

    def _switch(self, rule: Rule, switch: Switch, pieces: list[Piece], within: tuple[str, ...]) -> Fate:
        made = Fate([], [], [])
        for span, action in switch.cases:
            inside, pieces = self._split(pieces, switch.field, (span,))
            for all_of_it, part in zip(made, self._act(rule, action, inside, within), strict=True):
                all_of_it.extend(part)
        return made._replace(on=made.on + pieces)

    # -- matches ----------------------------------------------------------

    def _parted(self, pieces: list[Piece], matches: Iterable[Match]) -> tuple[list[Piece], list[Piece]]:
        """Those for which all matches hold, and the others. What no match of single axes touches is not cut at all."""
        sides: list[tuple[int, Spans]] = []
        sets: list[Among] = []
        for match in matches:
            holds = self._constant(match)
            if holds is False:
                return [], pieces
            if isinstance(match, Among):
                sets.append(match)
            elif holds is None:
                sides.append(self._side(match))
        self.budget.spend(len(pieces))
        inside: list[Piece] = []
        outside: list[Piece] = []
        for piece in pieces:
            (inside if _touched(piece.box, sides) else outside).append(piece)
        for axis, spans in sides:
            inside, others = self._split(inside, axis, spans)
            outside += others
        for match in sets:
            inside, others = self._among(inside, match)
            outside += others
        return inside, outside

    def _constant(self, match: Match) -> bool | None:
        """What the slice says; None where it says nothing."""
        match match:
            case State(states, negate):
                return (self.of.state in states) != negate
            case Family(family):
                return family == self.of.family
            case Remembered(_, negate):
                return self.of.remembered != negate
        return None

    def _untold(self, match: Match) -> bool:
        """Is it an original tuple in a state in which nobody knows that?"""
        return isinstance(match, In) and match.original and self.of.state not in ("new", "established")

    def _side(self, match: Match) -> tuple[int, Spans]:
        """The axis that a match looks at, and the ranges in which it holds."""
        match match:
            case Interface(field):
                axis, spans = field, self.axes.interfaces(match)
            case Unknown(text):
                axis, spans = self.axes.unknown[text], YES
            case In(field, spans, _, original) if not self._untold(match):
                axis, spans = SWAP.get(field, field) if original and self.of.reply else field, normal(spans)
            case _:  # nobody knows of an original tuple that cannot be told whether its negation holds
                return self.axes.unknown[original_text(match)], YES
        return axis, without((self.everything[axis],), spans) if match.negate else spans

    def _split(self, pieces: list[Piece], axis: int, spans: Spans) -> tuple[list[Piece], list[Piece]]:
        self.budget.spend(len(pieces))
        inside: list[Piece] = []
        outside: list[Piece] = []
        for piece in pieces:
            yes, no = split(piece.box, axis, spans)
            inside += [piece._replace(box=box) for box in yes]
            outside += [piece._replace(box=box) for box in no]
        return inside, outside

    def _among(self, pieces: list[Piece], match: Among) -> tuple[list[Piece], list[Piece]]:
        """Entry by entry: what one has not taken is left to the next."""
        inside: list[Piece] = []
        for entry in match.entries:
            taken, missed = pieces, []
            for axis, span in zip(match.fields, entry, strict=True):
                taken, others = self._split(taken, axis, (span,))
                missed += others
            inside, pieces = inside + taken, missed
        return (pieces, inside) if match.negate else (inside, pieces)


def _touched(box: Box, sides: list[tuple[int, Spans]]) -> bool:
    """Has a box something in the ranges of every side?"""
    return all(any(low <= box[axis][1] and high >= box[axis][0] for low, high in spans) for axis, spans in sides)


def _ending(action: Action) -> str:
    if isinstance(action, Accept):
        return "accept"
    return _stopped(action) if isinstance(action, Drop) else "whatever"


def _stopped(drop: Drop) -> str:
    return "reject" if drop.reject else "drop"

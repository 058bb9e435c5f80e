"""From a machine to a decision diagram: what it does with every packet of one slice.

A slice fixes what conntrack and the rules' own memory say of a packet; the
fields are the diagram's variables. Each rule is a function from packets to what
it decides, or to "go on"; functions are put one behind the other, which is
associative, so long lists are folded in halves. Chains that do not look at the
slice are worked out once for all slices.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.behind import Behind
from segc.packets.diagram import LEAF, Diagrams
from segc.packets.dispatch import dispatch
from segc.packets.machine import (
    Accept,
    Drop,
    Goto,
    Jump,
    Log,
    Refused,
    Return,
    Switch,
    Whatever,
)
from segc.packets.matching import Matching, atom, constant, context, depends, holds
from segc.packets.outcome import ACCEPT, DROP, GO, REJECT, RETURN, WHATEVER, Outcome
from segc.packets.run import Run
from segc.packets.unions import union

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from segc.packets.behind import Step
    from segc.packets.machine import Action, Base, Machine, Match, Rule
    from segc.packets.ranks import Ranks


class Slice(NamedTuple):
    """What is the same for all packets of a diagram."""

    family: int
    state: str = "new"
    reply: bool = False
    remembered: bool = False


__all__ = ["ACCEPT", "DROP", "GO", "REJECT", "RETURN", "WHATEVER", "Decider", "Outcome", "Slice"]
Key = tuple["Hashable", ...]


class Decider:
    """Turns the chains of a machine into diagrams. `space` of `diagrams` must have been cut by `cut`."""

    def __init__(self, machine: Machine, diagrams: Diagrams) -> None:
        self.machine = machine
        self.diagrams = diagrams
        self.matching = Matching(diagrams)
        self.behind = Behind(diagrams)
        self.go = self.behind.go
        self.back = diagrams.leaf(Outcome(RETURN))
        self._chains: dict[tuple[str, Key], int] = {}
        self._sliced: dict[tuple[str, Slice], int] = {}
        self._atoms: dict[str, tuple[Match, ...]] = {}
        self._cubes: dict[tuple[tuple[int, tuple[tuple[int, int], ...]], ...], int] = {}

    # -- hooks and chains -------------------------------------------------

    def hooks(self, names: Iterable[str], of: Slice) -> int:
        """What the base chains of hooks make of a packet, one after another: all must let it pass."""
        accept = self.diagrams.leaf(Outcome(ACCEPT))
        found = accept
        order = {name: at for at, name in enumerate(names)}
        bases = [b for b in self.machine.bases if b.hook in order and of.family in b.families]
        for base in sorted(bases, key=lambda b: (order[b.hook], b.priority), reverse=True):
            found = self._passed(self._base(base, of), found)
        return found

    def _base(self, base: Base, of: Slice) -> int:
        return self.behind.each(self.chain(base.chain, of), self.diagrams.leaf(_decided(base.policy)))

    def _passed(self, first: int, then: int) -> int:
        """What the next base chain makes of what a first one lets pass."""
        if self.diagrams.level[then] == LEAF and self.diagrams.value[then] == Outcome(ACCEPT):
            return first
        opened = self.diagrams.relabel(
            first, "accept-goes-on", lambda o: self.diagrams.leaf(Outcome(GO, o.logs) if o.kind == ACCEPT else o)
        )
        return self.behind.each(opened, then)

    def chain(self, name: str, of: Slice) -> int:
        """A chain as a function; where it does not decide, it goes on with whatever called it."""
        found = self._sliced.get((name, of))
        if found is None:
            found = self._sliced[name, of] = self._chain(name, of)
        return found

    def _chain(self, name: str, of: Slice) -> int:
        """The same, once for all slices that the chain does not tell apart."""
        key = (name, tuple(context(atom, of) for atom in self._contextual(name, ())))
        found = self._chains.get(key)
        if found is None:
            rules = self._live(self.machine.chains[name], of)
            found = self._chains[key] = self.behind.returned(self.behind.fold(self._steps(rules, of)))
        return found

    def _live(self, rules: Sequence[Rule], of: Slice) -> list[Rule]:
        """The rules that can be reached and can hold: a list ends where one always holds and decides."""
        found = []
        for rule in rules:
            fixed = [match for match in rule.matches if constant(match)]
            if not all([holds(match, of) for match in fixed]):  # noqa: C419 - in a list, faster
                continue
            found.append(rule)
            if len(fixed) == len(rule.matches) and isinstance(rule.action, (Accept, Drop, Return, Goto)):
                break
        return found

    # -- rules ------------------------------------------------------------

    def _steps(self, rules: Iterable[Rule], of: Slice) -> list[Step]:
        """What rules do, and where; where it can be, a single step of several.

        Neighbours that end alike are a union of boxes; those that look at one field, the same or apart from one another, a
        dispatch.
        """
        found: list[Step] = []
        run = Run(self.diagrams, self.behind.each)
        always = self.diagrams.yes
        for (action, more), group in groupby(self._parted(rules, of), key=itemgetter(0, 1)):
            cubes = [ranks for _, _, ranks in group]
            if len(cubes) > 1 and more == always and self._ends(action):
                found += [*run.taken(self.go), (self._union(cubes), action)]
                continue
            for ranks in cubes:
                only = next(iter(ranks.items())) if len(ranks) == 1 and more == always else None
                if only is None or not run.takes(*only, action):
                    found += run.taken(self.go)
                    if only is None or not run.takes(*only, action):
                        self._add(found, (self.diagrams.both(self._cube(ranks), more), action))
        return found + run.taken(self.go)

    def _add(self, found: list[Step], step: Step) -> None:
        """One step more; what is done to all packets alike is put together at once."""
        level = self.diagrams.level
        if found and step[0] == found[-1][0] == self.diagrams.yes and level[step[1]] == level[found[-1][1]] == LEAF:
            step = step[0], self.behind.each(found.pop()[1], step[1])
        found.append(step)

    def _parted(self, rules: Iterable[Rule], of: Slice) -> Iterator[tuple[int, int, dict[int, Ranks]]]:
        """What rules do, and when; those that do nothing are left out."""
        for rule in rules:
            action = self._action(rule.action, of)
            if action != self.go:
                ranks, more = self.matching.parted(rule.matches, of)
                yield action, more, ranks

    def _ends(self, action: int) -> bool:
        """Is it one that decides, the same for all packets? A record may be made twice, and must not be joined."""
        return self.diagrams.level[action] == LEAF and not self.behind.goes_on(action)

    def _union(self, cubes: list[dict[int, Ranks]]) -> int:
        fields = sorted({field for cube in cubes for field in cube})
        full = {field: ((0, len(self.diagrams.space.starts[field]) - 1),) for field in fields}
        boxes = [tuple(tuple(cube[f]) if f in cube else full[f] for f in fields) for cube in cubes]
        return union(self.diagrams, fields, boxes)

    def _cube(self, ranks: dict[int, Ranks]) -> int:
        """Yes where each field lies in its ranges."""
        key = tuple((field, tuple(ranks[field])) for field in sorted(ranks, reverse=True))
        found = self._cubes.get(key)
        if found is None:
            found = self.diagrams.yes
            for field, spans in key:
                pieces = [(low, high, found) for low, high in spans]
                found = self.diagrams.case(field, pieces, self.diagrams.no)
            self._cubes[key] = found
        return found

    def _action(self, action: Action, of: Slice) -> int:
        leaf = self.diagrams.leaf
        match action:
            case Accept() | Drop():
                return leaf(_decided(action))
            case Return():
                return self.back
            case Log(prefix):
                return leaf(Outcome(GO, (prefix,)))
            case Whatever():
                return leaf(Outcome(WHATEVER))
            case Jump(chain):
                return self.chain(chain, of)
            case Goto(chain):
                gone = self.chain(chain, of)
                return self.diagrams.relabel(gone, "goto", self._left) if self.behind.goes_on(gone) else gone
            case Switch(field, cases):
                return self._switch(field, cases, of)
        return self.go

    def _left(self, outcome: Outcome) -> int:
        """Where a chain that was gone to does not decide, the one that went there is left as well."""
        return self.diagrams.leaf(Outcome(RETURN, outcome.logs) if outcome.kind == GO else outcome)

    def _switch(self, field: int, cases: Sequence[tuple[tuple[int, int], Action]], of: Slice) -> int:
        if any(before[1] >= after[0] for before, after in pairwise(sorted(span for span, _ in cases))):
            raise Refused("the cases of a lookup overlap")
        made = {action: self._action(action, of) for action in dict.fromkeys(action for _, action in cases)}
        ranks = self.diagrams.space.ranks
        pieces = sorted((*r, made[action]) for span, action in cases for r in ranks(field, (span,)))
        return dispatch(self.diagrams, field, pieces, self.go)

    def _contextual(self, name: str, within: tuple[str, ...]) -> tuple[Match, ...]:
        """The matches in a chain, or in those that it calls, that depend on the slice. Finds loops, as kernels do."""
        found = self._atoms.get(name)
        if found is None:
            if name not in self.machine.chains:
                raise Refused(f"there is no chain `{name}`")
            if name in within:
                raise Refused(f"chain `{name}` leads back to itself")
            atoms: dict[Match, None] = {}
            for rule in self.machine.chains[name]:
                atoms.update((atom(match), None) for match in rule.matches if depends(match))
                for chain in called(rule.action):
                    atoms.update(dict.fromkeys(self._contextual(chain, (*within, name))))
            found = self._atoms[name] = tuple(atoms)
        return found


def _decided(action: Accept | Drop) -> Outcome:
    if isinstance(action, Accept):
        return Outcome(ACCEPT)
    return Outcome(REJECT if action.reject else DROP)


def called(action: Action) -> list[str]:
    """The chains to which an action may lead."""
    if isinstance(action, (Jump, Goto)):
        return [action.chain]
    if isinstance(action, Switch):
        return [chain for _, one in action.cases for chain in called(one)]
    return []

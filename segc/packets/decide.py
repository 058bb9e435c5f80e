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

from segc.packets.diagram import BITS, LEAF, Diagrams
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
from segc.packets.matching import Matching, constant, context, depends, holds
from segc.packets.run import Run
from segc.packets.unions import union

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from segc.packets.machine import Action, Base, Machine, Match, Rule
    from segc.packets.ranks import Ranks

GO, RETURN, ACCEPT, DROP, REJECT, WHATEVER = "go", "return", "accept", "drop", "reject", "whatever"


class Outcome(NamedTuple):
    """What becomes of a packet, and the records that were made of it on the way, sorted."""

    kind: str
    logs: tuple[str, ...] = ()


class Slice(NamedTuple):
    """What is the same for all packets of a diagram."""

    family: int
    state: str = "new"
    reply: bool = False
    remembered: bool = False


Key = tuple["Hashable", ...]


class Decider:
    """Turns the chains of a machine into diagrams. `space` of `diagrams` must have been cut by `cut`."""

    def __init__(self, machine: Machine, diagrams: Diagrams) -> None:
        self.machine = machine
        self.diagrams = diagrams
        self.matching = Matching(diagrams)
        self.go = diagrams.leaf(Outcome(GO))
        self.back = diagrams.leaf(Outcome(RETURN))
        self._chains: dict[tuple[str, Key], int] = {}
        self._atoms: dict[str, tuple[Match, ...]] = {}
        self._behind: dict[int, int] = {}
        self._open: dict[int, bool] = {}

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
        return self._behind_each(self.chain(base.chain, of), self.diagrams.leaf(_decided(base.policy)))

    def _passed(self, first: int, then: int) -> int:
        """What the next base chain makes of what a first one lets pass."""
        if self.diagrams.level[then] == LEAF and self.diagrams.value[then] == Outcome(ACCEPT):
            return first
        opened = self.diagrams.relabel(
            first, "accept-goes-on", lambda o: self.diagrams.leaf(Outcome(GO, o.logs) if o.kind == ACCEPT else o)
        )
        return self._behind_each(opened, then)

    def chain(self, name: str, of: Slice) -> int:
        """A chain as a function; where it does not decide, it goes on with whatever called it."""
        key = (name, tuple(context(atom, of) for atom in self._contextual(name, ())))
        found = self._chains.get(key)
        if found is None:
            rules = self._live(self.machine.chains[name], of)
            found = self._fold(self._functions(rules, of))
            if any(_may_return(rule.action) for rule in rules):
                found = self.diagrams.relabel(found, "return", self._returned)
            self._chains[key] = found
        return found

    def _returned(self, outcome: Outcome) -> int:
        return self.diagrams.leaf(Outcome(GO, outcome.logs) if outcome.kind == RETURN else outcome)

    def _live(self, rules: Sequence[Rule], of: Slice) -> list[Rule]:
        """The rules that can be reached and can hold: a list ends where one always holds and decides."""
        found = []
        for rule in rules:
            if any(constant(match) and not holds(match, of) for match in rule.matches):
                continue
            found.append(rule)
            ends = isinstance(rule.action, (Accept, Drop, Return, Goto))
            if ends and all(constant(match) for match in rule.matches):
                break
        return found

    def _fold(self, functions: list[int]) -> int:
        """Functions one behind the other."""
        while len(functions) > 1:
            pairs = zip(functions[::2], functions[1::2], strict=False)
            functions = [*(self._behind_each(a, b) for a, b in pairs), *functions[len(functions) & ~1 :]]
        return functions[0] if functions else self.go

    def _behind_each(self, first: int, then: int) -> int:
        """`then` wherever `first` goes on, with what it has recorded."""
        if first == self.go:
            return then
        if then == self.go or not self._goes_on(first):
            return first
        key = first << BITS | then
        found = self._behind.get(key)
        if found is None:
            diagrams = self.diagrams
            at = min(diagrams.level[first], diagrams.level[then])
            if diagrams.level[first] == LEAF:
                found = self._recorded(then, diagrams.value[first].logs)
            else:
                edges, rows = diagrams.aligned(at, first, then)
                found = diagrams.node(at, edges, tuple(map(self._behind_each, *rows)))
            self._behind[key] = found
        return found

    def _recorded(self, node: int, logs: tuple[str, ...]) -> int:
        if not logs:
            return node
        leaf = self.diagrams.leaf
        return self.diagrams.relabel(
            node, ("logs", logs), lambda o: leaf(Outcome(o.kind, tuple(sorted(o.logs + logs))))
        )

    def _goes_on(self, node: int) -> bool:
        """Is there any packet for which this does not decide?"""
        found = self._open.get(node)
        if found is None:
            diagrams = self.diagrams
            if diagrams.level[node] == LEAF:
                found = diagrams.value[node].kind == GO
            else:
                found = any(map(self._goes_on, diagrams.kids[node]))
            self._open[node] = found
        return found

    # -- rules ------------------------------------------------------------

    def _functions(self, rules: Iterable[Rule], of: Slice) -> list[int]:
        """The functions of rules; where it can be, a single one of several.

        Neighbours that end alike are a union of boxes; those that look at one field, apart from one another, a dispatch.
        """
        found: list[int] = []
        run = Run(self.diagrams)
        for (action, more), group in groupby(self._parted(rules, of), key=itemgetter(0, 1)):
            cubes = [ranks for _, _, ranks in group]
            if len(cubes) > 1 and more == self.diagrams.yes and self._ends(action):
                found += [*run.taken(self.go), self._union(cubes, action)]
                continue
            for ranks in cubes:
                only = next(iter(ranks.items())) if len(ranks) == 1 and more == self.diagrams.yes else None
                if only is None or not run.takes(*only, action):
                    found += run.taken(self.go)
                    if only is None or not run.takes(*only, action):
                        found.append(self._rule(ranks, more, action))
        return found + run.taken(self.go)

    def _parted(self, rules: Iterable[Rule], of: Slice) -> Iterator[tuple[int, int, dict[int, Ranks]]]:
        """What rules do, and when; those that do nothing are left out."""
        for rule in rules:
            action = self._action(rule.action, of)
            if action != self.go:
                ranks, more = self.matching.parted(rule.matches, of)
                yield action, more, ranks

    def _ends(self, action: int) -> bool:
        """Is it one that decides, the same for all packets? A record may be made twice, and must not be joined."""
        return self.diagrams.level[action] == LEAF and not self._goes_on(action)

    def _rule(self, ranks: dict[int, Ranks], more: int, action: int) -> int:
        if more == self.diagrams.yes and self.diagrams.level[action] == LEAF:
            return self._cube(ranks, action, self.go)
        which = self.diagrams.both(self._cube(ranks, self.diagrams.yes, self.diagrams.no), more)
        return self.diagrams.select(which, action, self.go)

    def _union(self, cubes: list[dict[int, Ranks]], action: int) -> int:
        fields = sorted({field for cube in cubes for field in cube})
        full = {field: ((0, len(self.diagrams.space.starts[field]) - 1),) for field in fields}
        boxes = [tuple(tuple(cube[f]) if f in cube else full[f] for f in fields) for cube in cubes]
        return self.diagrams.select(union(self.diagrams, fields, boxes), action, self.go)

    def _cube(self, ranks: dict[int, Ranks], yes: int, no: int) -> int:
        """One node where each field lies in its ranges, another one elsewhere."""
        for field in sorted(ranks, reverse=True):
            yes = self.diagrams.case(field, [(low, high, yes) for low, high in ranks[field]], no)
        return yes

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
                return self.diagrams.relabel(gone, "goto", self._left) if self._goes_on(gone) else gone
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
        if all(self.diagrams.level[node] > field for node in made.values()):
            return self.diagrams.case(field, pieces, self.go)
        parts = []
        for node in dict.fromkeys(made.values()):
            mine = [(low, high, self.diagrams.yes) for low, high, one in pieces if one == node]
            parts.append(self.diagrams.select(self.diagrams.case(field, mine, self.diagrams.no), node, self.go))
        return self._fold(parts)

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
                atoms.update((match, None) for match in rule.matches if depends(match))
                for chain in called(rule.action):
                    atoms.update(dict.fromkeys(self._contextual(chain, (*within, name))))
            found = self._atoms[name] = tuple(atoms)
        return found


def _may_return(action: Action) -> bool:
    """May it leave its chain, but not all chains?"""
    if isinstance(action, Switch):
        return any(_may_return(one) for _, one in action.cases)
    return isinstance(action, (Return, Goto))


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

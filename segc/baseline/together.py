"""Conduits that begin to stop together: monitor wins where those of a pair of zones disagree.

`segc promote` and `segc baseline status` ask the same of it, so that what one calls ready the other does not refuse.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from segc.baseline.lacking import Reason
from segc.baseline.readiness import State
from segc.model.plant import MONITOR
from segc.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segc.baseline.readiness import Readiness
    from segc.model.plant import Conduit, Plant

NAMED = 3  # conduits in one reason
Pair = tuple[str, str]


class Together:
    """Of a plant: which conduits have to be promoted with others, and which begin to stop with them."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._opening: defaultdict[Pair, list[Conduit]] = defaultdict(list)
        for conduit in plant.conduits.values():
            for pair in recording(plant, conduit):
                self._opening[pair].append(conduit)
        self._known: dict[frozenset[Pair], tuple[list[Conduit], list[Conduit]]] = {}

    def promoted(self, names: Iterable[str]) -> list[Conduit]:
        """What has to be promoted with these, nearest first: while one that says monitor opens their pairs, monitor wins, and
        so on with what opens its pairs.
        """
        return self._besides(names)[0]

    def asked(self, names: Iterable[str]) -> list[Conduit]:
        """All of which the gate asks besides these: what has to be promoted with them, and what says enforce already and
        begins to stop with them.
        """
        promoted, held_back = self._besides(names)
        return [*promoted, *held_back]

    def _besides(self, names: Iterable[str]) -> tuple[list[Conduit], list[Conduit]]:
        named = list(names)
        pairs = frozenset(pair for name in named for pair in recording(self._plant, self._plant.conduits[name]))
        if pairs not in self._known:
            self._known[pairs] = self._reached(pairs)
        keepers, held_back = self._known[pairs]
        return [one for one in keepers if one.name not in named], [one for one in held_back if one.name not in named]

    def _reached(self, pairs: frozenset[Pair]) -> tuple[list[Conduit], list[Conduit]]:
        """Who keeps these pairs in monitor, and those that such a one opens; and who else opens any of them."""
        left, seen = sorted(pairs), set(pairs)
        keepers: dict[str, Conduit] = {}
        opening: dict[str, Conduit] = {}
        for pair in left:
            for one in self._opening[pair]:
                opening[one.name] = one
                if pair in _keeping(self._plant, one) and one.name not in keepers:
                    keepers[one.name] = one
                    more = [each for each in recording(self._plant, one) if each not in seen]
                    left += more
                    seen.update(more)
        return list(keepers.values()), [one for one in opening.values() if one.name not in keepers]


def recording(plant: Plant, conduit: Conduit) -> list[Pair]:
    """The pairs that it opens and that are in monitor."""
    return [pair for pair in conduit.pairs() if plant.mode(*pair) == MONITOR]


def _keeping(plant: Plant, conduit: Conduit) -> Iterator[Pair]:
    """The pairs that it keeps in monitor itself; one that says enforce is only kept there."""
    return (pair for pair in conduit.pairs() if (conduit.mode or plant.mode(None, pair[1])) == MONITOR)


def jointly(together: Together, found: Sequence[Readiness]) -> list[Readiness]:
    """The same, where none is ready as long as one is not that has to be so with it. `found` are each by itself."""
    lacking = {one.conduit.name: one.state for one in found if one.state is not State.READY}
    return [_held(_with(together, one), together, lacking) for one in found]


def _with(together: Together, one: Readiness) -> Readiness:
    also = together.promoted([one.conduit.name])
    return replace(one, together=tuple(conduit.name for conduit in also)) if also else one


def _held(one: Readiness, together: Together, lacking: Mapping[str, State]) -> Readiness:
    if one.state is not State.READY:
        return one
    by = tuple(conduit.name for conduit in together.asked([one.conduit.name]) if conduit.name in lacking)
    if not by:
        return one
    worst = State.NOT_READY if State.NOT_READY in {lacking[name] for name in by} else State.INSUFFICIENT
    return replace(one, state=worst, reasons=(Reason(_why(by)),), held_by=by)


def _why(by: Sequence[str]) -> str:
    listed = ", ".join(f"`{name}`" for name in by[:NAMED])
    more = f" and {len(by) - NAMED} more" if len(by) > NAMED else ""
    are = plural(len(by), "is", "are")
    return f"ready by itself, but begins to stop together with {listed}{more}, which {are} not ready"

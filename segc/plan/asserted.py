"""Assertions that hold on one side and not on the other, and those that are not asserted any more.

An assertion is the same if it says the same of the same addresses: a zone may have another name. It is the same, too, if
it has the same words and its zones only grow or shrink: that is told as what it does to packets. Whoever lowers what is
asserted takes one away and puts a weaker one there; so both are told, side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.assertions.judge import Assertions
from segc.model.flows import zone_name
from segc.model.parts import by_zone
from segc.plan.grants import BEGINS, CHANGES, ENDS
from segc.plan.pairing import Pairing

if TYPE_CHECKING:
    from segc.assertions.judge import Result
    from segc.model.plant import Assertion, Endpoint
    from segc.plan.side import Side


class AssertionChange(NamedTuple):
    """An assertion, of the plant after the change if it is there; None where it is not asserted, or cannot be judged.

    `instead` are assertions of the same kind that are new, where one is taken away.
    """

    change: str
    assertion: Assertion
    before: bool | None
    after: bool | None
    says: str
    instead: tuple[Assertion, ...] = ()

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that it names."""
        return tuple(dict.fromkeys(map(zone_name, (*self.assertion.sources, *self.assertion.targets))))


def assertion_changes(before: Side, after: Side) -> list[AssertionChange]:
    """Those that are taken away, those that fail now, and those that are mended.

    What fails on both sides is no change, and a new one that holds is none that anybody need look at.
    """
    old, new = _results(before), _results(after)
    _reworded(before, after, old, new)
    added = [one.assertion for key, one in new.items() if key not in old]
    found = []
    for key, one in old.items():
        if key not in new:
            instead = tuple(other for other in added if other.kind == one.assertion.kind)
            found.append(AssertionChange(ENDS, one.assertion, one.outcome.holds, None, one.outcome.says, instead))
    for key, one in new.items():
        was = old[key].outcome.holds if key in old else None
        if was != one.outcome.holds and not (was is None and one.outcome.holds):
            change = BEGINS if was is None else CHANGES
            found.append(AssertionChange(change, one.assertion, was, one.outcome.holds, one.outcome.says))
    return found


def _results(side: Side) -> dict[object, Result]:
    return {_key(side, one.assertion): one for one in Assertions(side.plant, side.at).results()}


def _reworded(before: Side, after: Side, old: dict[object, Result], new: dict[object, Result]) -> None:
    """Give those of the same words the same key, where each zone that they name still has some of its addresses."""
    same = {a.name for a, b in Pairing(before, after).zones() if a.name == b.name}
    left = {_text(one.assertion): key for key, one in new.items() if key not in old}
    for key, one in [(key, one) for key, one in old.items() if key not in new]:
        ends = map(zone_name, (*one.assertion.sources, *one.assertion.targets))
        if (other := left.pop(_text(one.assertion), None)) is not None and same.issuperset(ends):
            new[key] = new.pop(other)


def _text(one: Assertion) -> str:
    return " ".join(one.text.split())


def _key(side: Side, one: Assertion) -> object:
    def ends(listed: tuple[Endpoint, ...]) -> object:
        return frozenset(addresses for _, addresses in by_zone(listed, side.policy.own))

    matches = frozenset(match for service in one.services for match in service.matches)
    unnamed = frozenset(service.name for service in one.services if not service.matches)
    return one.kind, ends(one.sources), ends(one.targets), matches, unnamed, one.limit, one.today

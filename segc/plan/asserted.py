"""Assertions that hold on one side and not on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.assertions.judge import Assertions

if TYPE_CHECKING:
    from segc.model.plant import Assertion
    from segc.plan.side import Side


class AssertionChange(NamedTuple):
    """An assertion of the plant after the change; `before` is None where it was not asserted, or could not be judged."""

    assertion: Assertion
    before: bool | None
    after: bool
    says: str


def assertion_changes(before: Side, after: Side) -> list[AssertionChange]:
    """Those that fail now, and those that are mended, by their text; what fails on both sides is no change."""
    known = {_text(one.assertion): one.outcome.holds for one in Assertions(before.plant, before.at).results()}
    found = []
    for one in Assertions(after.plant, after.at).results():
        was = known.get(_text(one.assertion))
        if was != one.outcome.holds and not (was is None and one.outcome.holds):
            found.append(AssertionChange(one.assertion, was, one.outcome.holds, one.outcome.says))
    return found


def _text(one: Assertion) -> str:
    return " ".join(one.text.split())

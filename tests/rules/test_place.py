"""Placement: what a target that cannot tell the time gets, and when its file must be made anew."""

from __future__ import annotations

from datetime import UTC, datetime

from segc.rules.place import Placement
from tests.conformance.cases import plant

DMZ_TO_CELL = ("dmz", "cell")


def rules_at(moment: datetime, horizon: int) -> tuple[dict[str, bool], datetime | None]:
    """By conduit or grant: is there a rule with times; and when the file stops to be true."""
    placement = Placement(plant("grants", "iptables"), moment, horizon=lambda _: horizon)
    rules = placement.rule_sets()["fw"]
    [pair] = [pair for pair in rules.pairs if (pair.source, pair.target) == DMZ_TO_CELL]
    return {rule.within: rule.when is not None for rule in pair.rules}, placement.next_changes.get("fw")


def test_a_target_that_can_tell_the_time_gets_the_windows() -> None:
    """Rules with times, also of what is over (its sessions must end), and no date by which to build again."""
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    expected = {"standing": False, "weekly": True, "open": True, "over": True}
    assert rules_at(moment, horizon=1 << 62) == (expected, None)


def test_a_target_that_cannot_gets_what_is_true_now() -> None:
    """At noon on a Monday the weekly window is shut: its rule opens nothing, and the next opening is at 22:00 in Vienna.

    Rules that hold at no time (True here) stay, so that the sessions that they let in can be ended by name.
    """
    shut = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert rules_at(shut, horizon=0) == (
        {"standing": False, "weekly": True, "open": False, "over": True},
        datetime(2026, 11, 23, 21, tzinfo=UTC),
    )
    opened = datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert rules_at(opened, horizon=0) == (
        {"standing": False, "weekly": False, "open": False, "over": True},
        datetime(2026, 11, 24, 1, tzinfo=UTC),
    )


def test_beyond_the_targets_horizon_the_file_must_be_made_anew() -> None:
    """A target that can tell the time until New Year says so for a grant that goes on to the end of January."""
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    new_year = datetime(2027, 1, 1, tzinfo=UTC)
    assert rules_at(moment, horizon=int(new_year.timestamp()))[1] == new_year

"""Which local time a box's clock shows: what the policy says of it, held against what a configuration says.

What segc renders are rules only, without a time zone: there the policy's word stands alone, and whoever applies the
files is told so. What was taken from a box is another matter: it shows what it says itself or, where that is a whole
configuration and its vendor says what then holds, the vendor's default. A part of one says nothing of the clock.
"""

from __future__ import annotations

from typing import NamedTuple

from segc.packets.calendar import known, offsets

NOW = 1735689600  # 2025-01-01; what clocks showed earlier does not matter


class Shown(NamedTuple):
    """A time zone; None where it is not known which one, and then why not."""

    zone: str | None
    why: str = ""


def shown(policy: str | None, said: str, *, running: bool) -> Shown:
    """The zone that the policy says, where the configuration says the same, or is none that was taken from a box.

    `said` is the zone that it says, or that holds because it says none; empty where that is not known.
    """
    if policy is None or not known(policy):
        return Shown(None, "the policy does not say which time the clock shows")
    if not said and running:
        return Shown(None, f"nothing here says which time the clock shows, which the policy says is {policy}")
    if said and not alike(said, policy):
        return Shown(None, f"{said} here: the policy says that the clock shows {policy}")
    return Shown(policy)


def alike(one: str, other: str) -> bool:
    """Do two time zones, of which one may not exist, show the same from now on?"""
    return known(one) and known(other) and _from_now(one) == _from_now(other)


def _from_now(zone: str) -> list[tuple[int, int]]:
    return [(one.end, one.seconds) for one in offsets(zone) if one.end >= NOW]

"""Where a drafted flow stands: a conduit between two zones, or a grant, for what shall not stay open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.judged import Class
from segc.model.plant import ENFORCE

if TYPE_CHECKING:
    from segc.baseline.judged import Judged
    from segc.model.plant import Plant, Zone

FROM_OUTSIDE = ("external", "temporary")
FOR_A_TIME = (Class.OUTSIDE_WINDOW, Class.EXPIRED)  # a grant covers these, so a longer one is what could be meant


class Pair(NamedTuple):
    """Where a rule stands: between which zones, and whether in a grant.

    `like` is the policy's grant that covered all of it and was shut or over; `within`: it was seen in its windows only;
    `hours`: and in hours that these hold in part, so that they must be widened.
    """

    source: str
    target: str
    grant: bool
    like: str = ""
    within: bool = False
    hours: bool = False


def pair_of(plant: Plant, judged: Judged) -> Pair:
    """Where a key's flow would stand. Both of its ends lie in zones."""
    source, target = plant.zones[judged.source or ""], plant.zones[judged.target or ""]
    if judged.verdict in FOR_A_TIME and judged.grant is not None:
        shut = judged.shut
        within = bool(judged.grant.windows) and shut.hours > 0 and not shut.outside and not shut.stray
        hours = within and shut.part > 0
        return Pair(source.name, target.name, grant=True, like=judged.grant.name, within=within, hours=hours)
    return Pair(source.name, target.name, grant=_from_outside(source) or _from_outside(target))


def _from_outside(zone: Zone) -> bool:
    return zone.outside or zone.kind in FROM_OUTSIDE


def is_enforced(plant: Plant, pair: Pair) -> bool:
    """Would what is drafted be permitted where all else is stopped? A draft never turns a mode back."""
    return plant.mode(pair.source, pair.target) == ENFORCE

"""How much of what a conduit carries has been seen, and how much is still to come.

The unit is a key on a day (an incidence), since a poll each second says no more about tomorrow than one a minute.
All estimates assume that one day is much like another: what comes once a month tells nothing in three weeks, and that
is why readiness asks the calendar too.

Sources: Chao, Lee: "Estimating the number of classes via sample coverage" (1992); Chao, Jost: "Coverage-based
rarefaction and extrapolation" (Ecology 93, 2012), for incidence data; Chao et al.: "Rarefaction and extrapolation with
Hill numbers" (Ecological Monographs 84, 2014), for what further days bring; Hanley, Lippman-Hand: "If nothing goes
wrong, is everything all right?" (JAMA 249, 1983), for three divided by n.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SELDOM = 2  # days: from what came on one or two, the estimates tell what is yet to come; of the rest they need no more
WEEK = 7  # days to come, of which estimates tell


class Incidence(NamedTuple):
    """`days` of observation, `keys` seen, `seen` keys times days, and how many keys came on one day, and on two."""

    days: int
    keys: int
    seen: int
    once: int
    twice: int


def incidence(days: int, counts: Iterable[int]) -> Incidence:
    """From the number of days on which each key was seen."""
    tally = Counter(counts)
    total = sum(count * keys for count, keys in tally.items())
    return Incidence(days, tally.total(), total, tally[1], tally[2])


def coverage(one: Incidence) -> float:
    """The share of a coming day's keys that is known already, 0 to 1. 0 where nothing was seen."""
    if not one.seen or one.days < 2:
        return 0.0
    rest = one.days - 1
    if one.twice:
        rare = rest * one.once / (rest * one.once + 2 * one.twice)
    else:
        rare = rest * (one.once - 1) / (rest * (one.once - 1) + 2) if one.once > 1 else 0.0
    return 1 - one.once / one.seen * rare


def unseen(one: Incidence) -> float:
    """How many keys there are at least that no day has shown yet (Chao2)."""
    if not one.days:
        return 0.0
    share = (one.days - 1) / one.days
    if one.twice:
        return share * one.once**2 / (2 * one.twice)
    return share * one.once * (one.once - 1) / 2


def to_come(one: Incidence, days: int) -> float:
    """How many keys that are new the next `days` days will show."""
    hidden = unseen(one)
    if not hidden:
        # No pair of rare keys tells of others: what came once so far comes again at that rate.
        return one.once / one.days * min(days, 1) if one.days else 0.0
    return hidden * (1 - (1 - one.once / (one.days * hidden + one.once)) ** days)


def at_most(days: int) -> float:
    """What was never seen in so many days happens less often than this, a day, with 95 % confidence."""
    return 3 / days if days else float("inf")

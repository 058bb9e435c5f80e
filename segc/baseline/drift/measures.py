"""The figures that drift rests on. All of them are medians: one day of maintenance must not move them.

Spread is the median absolute deviation (MAD), times 1.4826 where it stands for a standard deviation; a value is far
out from a modified z of 3.5 on (Iglewicz and Hoaglin 1993). Regularity is measured as RITA does it: Bowley's skewness and
MAD over the gaps between connections (https://github.com/activecm/rita, "beacon score").
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOUR = 3600
TO_SIGMA = 1.4826
FAR = 3.5
FEWEST_STAMPS = 4


class Spread(NamedTuple):
    """A median, and the median distance from it."""

    median: float
    mad: float


def spread(values: Sequence[float]) -> Spread:
    """Median and MAD. Raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    middle = median(values)
    return Spread(middle, median([abs(value - middle) for value in values]))


def far(value: float, of: Spread, least: float) -> float:
    """The modified z of a value; `least` is the smallest spread that is believed."""
    return (value - of.median) / (TO_SIGMA * max(of.mad, least))


def stamps(hours: Mapping[int, int]) -> list[int]:
    """The hours in which a key was seen, in seconds since 1970."""
    return [day * 86_400 + second for day in sorted(hours) for second in _seconds(hours[day])]


@lru_cache(4096)
def _seconds(mask: int) -> tuple[int, ...]:
    """The hours of a mask, in seconds after midnight: many keys come in the same ones."""
    return tuple(hour * HOUR for hour in range(24) if mask >> hour & 1)


def gaps(times: Sequence[int]) -> list[int]:
    """Seconds between each time and the next one."""
    return [later - earlier for earlier, later in pairwise(times)]


def regularity(values: Sequence[float]) -> float:
    """How regular values are: 1.0 are all alike, 0.0 is any odd lot."""
    ordered = sorted(values)
    low, middle, high = (_quantile(ordered, share) for share in (0.25, 0.5, 0.75))
    width = high - low
    skew = (low + high - 2 * middle) / width if width and middle not in (low, high) else 0.0
    mad = median([abs(value - middle) for value in ordered])
    steady = (middle - mad) / middle if middle > 0 else 0.0
    return (1 - abs(skew) + max(0.0, steady)) / 2


def _quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation between the nearest ranks."""
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

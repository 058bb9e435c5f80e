"""Do the sensors' clocks agree? Told by conversations that two of them saw: the same number, of the same key, on a day."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.baseline.engine.protocol import Value
    from segc.diagnostics import Diagnostic

MOST = 30.0  # seconds that two clocks may differ; NTP keeps them within one
PAIRS = 5  # that must show it
SPREAD = 0.2  # of the difference, within which at least half of the pairs lie


class Skew(NamedTuple):
    """By how many seconds `late`'s clock is ahead of `early`'s, by the median of so many conversations."""

    early: str
    late: str
    seconds: float
    pairs: int


def skews(paired: Iterable[Sequence[Value]]) -> list[Skew]:
    """Sensors whose clocks disagree, sorted. `paired` is the answer to that question (see `segc.baseline.sql`)."""
    apart: dict[tuple[str, str], list[float]] = {}
    for one, other, first, second in paired:
        seconds = (float(second or 0) - float(first or 0)) / 1e6
        apart.setdefault((str(one), str(other)), []).append(seconds)
    found = []
    for (one, other), differences in sorted(apart.items()):
        middle = median(differences)
        spread = median(abs(difference - middle) for difference in differences)
        if len(differences) >= PAIRS and abs(middle) > MOST and spread <= SPREAD * abs(middle):
            early, late = (one, other) if middle > 0 else (other, one)
            found.append(Skew(early, late, abs(middle), len(differences)))
    return found


def told(skew: Skew) -> Diagnostic:
    """The finding of a skew."""
    whole = skew.seconds / 3600
    zone = abs(whole - round(whole)) < 0.02 and round(whole) > 0
    message = (
        f"the clocks of `{skew.early}` and `{skew.late}` differ by {skew.seconds:,.0f} s: "
        f"{skew.pairs:,} conversations that both saw began that much later at `{skew.late}`"
    )
    hint = "it looks like a time zone: read the log of local time again, with --zone, into a new baseline"
    return finding("clocks-disagree", message, help=hint if zone else "put the wrong clock right (NTP)")

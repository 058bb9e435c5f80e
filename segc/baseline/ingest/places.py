"""Logs that no name tells apart, and that cannot be of one place: days of one would count as the other's."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.manifest import Source
    from segc.diagnostics import Diagnostic

# What names of one place's logs differ in: dates and hours, what rotation and packing put behind them, and Zeek's folder
# of the day that goes on. `fw1.log` and `fw2.log` are of two firewalls.
_PASSING = re.compile(r"\d{4}[-_.]?\d\d[-_.]?\d\d|\d\d[:._-]\d\d([:._-]\d\d)?|\.\d{1,3}(?=\.|$)|\bcurrent\b")
_ENDS = re.compile(r"(\.(log|json|txt|csv))?(\.\d{1,3})?(\.(gz|zst|bz2|xz))?$")


NAME_THEM = "read each place's logs with its own --sensor NAME, into a new baseline"


def unnamed(sources: Sequence[Source]) -> list[Diagnostic]:
    """What is to be said of a baseline's logs without a sensor's name."""
    pair = of_two_places(sources)
    if not pair:
        return []
    one, other = pair
    message = (
        f"`{one}` and `{other}` count as one sensor's, since none is named: days of the one count for the other's zones"
    )
    return [finding("sensor-unnamed", message, help=NAME_THEM)]


def of_two_places(sources: Sequence[Source]) -> tuple[str, ...]:
    """Two logs without a sensor's name that cannot be of one place: of two formats, or of other names and, in part, of the
    same days. Nothing where all can.
    """
    told = [source for source in sources if not source.sensor and source.days]
    kinds: dict[str, Source] = {}
    places: dict[str, dict[str, Source]] = {}  # by day, then by name
    for source in told:
        kinds.setdefault(_kind(source.format), source)
        for day in source.days:
            places.setdefault(day, {}).setdefault(_place(source.name), source)
    pairs = (list(found.values())[:2] for found in (kinds, *places.values()) if len(found) > 1)
    pair = next(pairs, ())
    return tuple(sorted(source.name for source in pair))


def _kind(form: str) -> str:
    """Zeek writes one log as text or as JSON."""
    return form.partition("-")[0] if form.startswith("zeek") else form


def _place(name: str) -> str:
    """A log's name without what it differs in from others of its place."""
    parts = (_PASSING.sub("", _ENDS.sub("", part)).strip("._-:") for part in PurePath(name).parts)
    return "/".join(part for part in parts if re.search(r"[^\W\d_]", part))

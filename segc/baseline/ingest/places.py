"""Logs that no name tells apart, and that cannot be of one place: days of one would count as the other's."""

from __future__ import annotations

from itertools import combinations
from pathlib import PurePath
from typing import TYPE_CHECKING

from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.manifest import Source
    from segc.diagnostics import Diagnostic


def unnamed(sources: Sequence[Source]) -> list[Diagnostic]:
    """What is to be said of a baseline's logs without a sensor's name: of two formats, or of two folders and the same days.

    Folders of one sensor hold a day or a month each (Zeek makes one a day), and the days of the one are not the other's.
    """
    told = [source for source in sources if not source.sensor and source.days]
    kinds = {_kind(source.format): source for source in reversed(told)}
    folders: dict[str, dict[tuple[str, ...], Source]] = {}
    for source in told:
        folders.setdefault(str(PurePath(source.name).parent), {}).setdefault(source.days, source)
    pair = next(iter(combinations(kinds.values(), 2)), None) or next(
        ((a[days], b[days]) for a, b in combinations(folders.values(), 2) for days in a if days in b), None
    )
    if pair is None:
        return []
    one, other = sorted(source.name for source in pair)
    message = (
        f"`{one}` and `{other}` count as one sensor's, since none is named: days of the one count for the other's zones"
    )
    help_text = "read each place's logs with its own --sensor NAME, into a new baseline"
    return [finding("sensor-unnamed", message, help=help_text)]


def _kind(form: str) -> str:
    """Zeek writes one log as text or as JSON."""
    return form.partition("-")[0] if form.startswith("zeek") else form

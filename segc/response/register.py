"""The register of grants: what is open now, what opens next, what ends soon, and what has ended.

With the manifest of a build, also what a firewall may still let in although it
should not: a target that cannot tell the time has, until the next build, the
rules of the moment at which it was built.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from segc.diagnostics import SegcError, finding
from segc.model.clock import expired, intervals, zone_of
from segc.model.parts import flow_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from segc.graph.topology import Topology
    from segc.model.clock import Interval
    from segc.model.plant import Grant, Plant

OPEN, WAITING, ENDED = "open", "waiting", "ended"
LOOKED_BACK = timedelta(days=400)  # for a window in which it was open
ORDER = (OPEN, WAITING, ENDED)


@dataclass(frozen=True, slots=True)
class Entry:
    """A grant at a moment. `turns` is when it next opens or closes; `days` are those left, its last day included.

    `firewalls` carry it. `stale` are those whose files let it in though it is shut (after a build is compared).
    `used` is when it was last used, as far as a baseline has seen it. `unused`: it was open, and the baseline has not seen
    it used; None without a baseline, or where it was never open.
    """

    grant: Grant
    state: str
    turns: datetime | None
    days: int
    firewalls: tuple[str, ...]
    stale: tuple[str, ...] = ()
    used: datetime | None = None
    unused: bool | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """All grants, the open ones first; and grants that a build holds of which the policy says nothing any more."""

    at: datetime
    entries: tuple[Entry, ...]
    unknown: tuple[tuple[str, str], ...] = ()  # firewall, grant


def register(
    plant: Plant,
    topology: Topology,
    at: datetime,
    build: Path | None = None,
    used: Mapping[str, datetime] | None = None,
) -> Register:
    """The register of a plant; `build` is the folder of a build to hold against it.

    `used` are the last uses of grants that a baseline has seen, by name; a name that is missing was not seen. None: there
    is no baseline, and nothing is said of uses.
    """
    built = _built(build) if build is not None else {}
    entries = [_entry(plant, topology, grant, at, built, used) for grant in plant.grants.values()]
    managing = (f"manage-{name}" for name in plant.firewalls)
    known = {*plant.grants, *plant.conduits, *managing}
    gone = sorted((name, within) for name, entry in built.items() for within in entry["within"] if within not in known)
    key = {state: number for number, state in enumerate(ORDER)}
    return Register(
        at,
        tuple(sorted(entries, key=lambda one: (key[one.state], one.turns or at, one.grant.last, one.grant.name))),
        tuple(gone),
    )


def _entry(
    plant: Plant,
    topology: Topology,
    grant: Grant,
    at: datetime,
    built: dict[str, Any],
    used: Mapping[str, datetime] | None,
) -> Entry:
    zone = zone_of(plant)
    times = intervals(grant, zone, at)
    state, turns = _state(times, int(at.timestamp()), over=expired(grant, zone, at))
    pairs = {pair for flow in grant.flows for pair in flow_pairs(flow)}
    crossed = {name for pair in pairs for name in topology.crossed(*pair)}
    stale = [
        name for name, entry in built.items() if grant.name in entry["open"] and not entry["clock"] and state != OPEN
    ]
    days = (grant.last - at.astimezone(zone).date()).days + 1
    begun = any(
        one.start is None or one.start <= int(at.timestamp()) for one in intervals(grant, zone, at - LOOKED_BACK)
    )
    return Entry(
        grant,
        state,
        turns,
        days,
        tuple(name for name in plant.firewalls if name in crossed),
        tuple(sorted(stale)),
        used.get(grant.name) if used is not None else None,
        grant.name not in used if used is not None and begun else None,
    )


def _state(times: tuple[Interval, ...], now: int, *, over: bool) -> tuple[str, datetime | None]:
    for one in times:
        if one.holds(now):
            return OPEN, datetime.fromtimestamp(one.end, UTC)
    ahead = [one.start for one in times if one.start is not None and one.start > now]
    if over or not ahead:
        return ENDED, None
    return WAITING, datetime.fromtimestamp(min(ahead), UTC)


def _built(folder: Path) -> dict[str, Any]:
    """Of each firewall of a build what its rules are of, what of that they open, and whether it goes by its clock."""
    from segc.targets.build import A_NEW_BUILD

    file = folder / "manifest.json"
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        return {
            name: {
                "within": {rule["within"] for rule in entry["rules"].values()},
                "open": {rule["within"] for rule in entry["rules"].values() if "opens" not in rule},
                "clock": "windows" in entry and entry["windows"]["kept-by"] != A_NEW_BUILD,
            }
            for name, entry in manifest["firewalls"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = f"`{file}` is not the manifest of a build"
        raise SegcError(
            [finding("nothing-to-verify", message, help="name the folder that `segc build -o` wrote")], 2
        ) from None


def expiring(found: Register, days: int) -> list[Entry]:
    """Grants whose last day comes within so many days from now; those that have ended are not among them."""
    return [one for one in found.entries if one.state != ENDED and one.days <= days]

"""Access that should be temporary: grants and their windows, and who may never have standing access."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from segc.checks.registry import check
from segc.diagnostics import finding
from segc.lang.literals import DAYS
from segc.model.clock import expired, intervals, zone_of
from segc.model.flows import zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.checks.registry import Moment
    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant, Zone

FROM_OUTSIDE = ("external", "temporary")
CONTROL = ("control", "safety")


@check("grant-expired")
def grant_expired(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Grants whose last day is over, where the plant is. They render nothing."""
    for grant in plant.grants.values():
        if expired(grant, zone_of(plant), moment.at):
            yield finding(
                "grant-expired",
                f"grant `{grant.name}` ended on {grant.last}",
                grant.span,
                "opens nothing any more",
                help="delete it; access that is needed again is approved again, with a new `until`",
            )


@check("window-never-open")
def window_never_open(plant: Plant) -> Iterator[Diagnostic]:
    """Windows that do not occur from a grant's first to its last day."""
    zone = zone_of(plant)
    for grant in plant.grants.values():
        if grant.first is None:
            continue  # no window can be missed since ever
        for window in grant.windows:
            if not intervals(replace(grant, windows=(window,)), zone, datetime.combine(grant.first, time(), zone)):
                names = ", ".join(DAYS[day] for day in sorted(window.days))
                message = f"grant `{grant.name}` has a window on {names}, which does not occur "
                yield finding(
                    "window-never-open",
                    message + f"from {grant.first} to {grant.last}",
                    grant.span,
                    "this window never opens",
                    help="correct the days of the `window`, or the dates",
                )


@check("grant-too-long")
def grant_too_long(plant: Plant, moment: Moment) -> Iterator[Diagnostic]:
    """Grants that last longer than the plant's limit, counted from today where they have no first day."""
    most = moment.limits.grant_days
    for grant in plant.grants.values():
        days = (grant.last - (grant.first or moment.today)).days + 1
        if days > most:
            yield finding(
                "grant-too-long",
                f"grant `{grant.name}` is for {days} days, to {grant.last}; the limit is {most}",
                grant.span,
                f"has no `from`, so counted from {moment.today}" if grant.first is None else "too long",
                help="end it earlier, and approve it anew then; `grant-days` in segc.toml is the plant's limit",
            )


@check("standing-flow-from-outside")
def standing_flow_from_outside(plant: Plant) -> Iterator[Diagnostic]:
    """Conduits' flows from external or temporary zones into control or safety zones."""
    for conduit in plant.conduits.values():
        pairs = [
            (plant.zones[a], plant.zones[b])
            for a, b in conduit.pairs()
            if _outside(plant.zones[a]) and plant.zones[b].kind in CONTROL
        ]
        for source, target in pairs:
            for flow in conduit.flows:
                if any(zone_name(end) == source.name for end in flow.sources):
                    yield finding(
                        "standing-flow-from-outside",
                        f"`{flow.text}` lets the {_kind(source)} zone `{source.name}` into the {target.kind} "
                        f"zone `{target.name}` for good",
                        flow.span,
                        "has no end",
                        also=((source.span, f"{_kind(source)} zone"), (target.span, f"{target.kind} zone")),
                        help="write it as a grant, with `until`; or let the control zone open the session",
                    )


def _outside(zone: Zone) -> bool:
    return zone.outside or zone.kind in FROM_OUTSIDE


def _kind(zone: Zone) -> str:
    return zone.kind if zone.kind in FROM_OUTSIDE else "outside"

"""Which firewalls keep the windows of grants by their own clock: those that have exact words for all of them.

A box may show the local time, and yet have no word for a moment near a night in which clocks are moved, or look at its
schedules now and then only. Then its files hold until the next grant opens or closes, as without a clock: a window that
is said by halves would be open when it must not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.model.clock import expired, intervals, told, zone_of
from segc.targets import registry

if TYPE_CHECKING:
    from datetime import datetime

    from segc.model.plant import Firewall, Plant


def kept(plant: Plant, at: datetime) -> Plant:
    """The plant as its targets can keep its windows: without the clocks of firewalls that cannot."""
    without = {name: replace(one, clock=None) for name, one in plant.firewalls.items() if unsaid(plant, one, at)}
    return replace(plant, firewalls={**plant.firewalls, **without}) if without else plant


def unsaid(plant: Plant, firewall: Firewall, at: datetime) -> str:
    """Why a firewall's clock cannot keep some window of the plant from `at` on; empty where it can."""
    target = registry.targets().get(firewall.target)
    shown = target.zone(firewall.clock) if target is not None else None
    says = getattr(registry.renderer(firewall.target), "unsaid", None) if shown is not None else None
    if target is None or shown is None or says is None:
        return ""
    here, horizon = zone_of(plant), target.horizon(firewall.clock, at)
    for grant in plant.grants.values():
        if not expired(grant, here, at):
            why = says(told(intervals(grant, here, at), shown), shown, at, horizon)
            if why:
                return f"grant `{grant.name}`: {target.name} {why}"
    return ""

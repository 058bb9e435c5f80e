"""What somebody should think of before a drafted flow is taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.levels import LINE, below, is_dmz, office, outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.baseline.draft.rules import Rule
    from segc.model.plant import Plant

PRECIOUS = ("high", "critical")
SITE = 3


def warnings(plant: Plant, rule: Rule) -> Iterator[str]:
    """In words: what can command, crosses into the plant or leaves it, or is new to a machine that matters."""
    source, target = plant.zones[rule.pair.source], plant.zones[rule.pair.target]
    can = [word for word in ("write", "program") if word in rule.service.access]
    if can:
        yield f"can {' and '.join(can)}; a port filter cannot tell that from reading"
    for one, other in ((source, target), (target, source)):
        if office(one) and below(other, SITE):
            yield f"crosses between the office side ({one.name}) and the plant ({other.name}) past the DMZ"
        if outside(one):
            yield f"`{one.name}` is outside the plant"
    if is_dmz(source) and below(target, LINE):
        yield "leads from the DMZ to level 2 or below"
    for asset in target.assets:
        if asset.criticality in PRECIOUS and any(
            rule.targets.addresses.holds(p.family, p.low) for p in asset.addresses.ranges()
        ):
            yield f"a talker that `{asset.path}` ({asset.criticality}) has no flow for so far"
    if target.kind == "safety" or any(asset.safety for asset in target.assets):
        yield "leads into a safety function"

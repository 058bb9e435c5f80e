"""From zones to ownership: which prefixes and assets claim what, and where two claims collide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.diagnostics import Diagnostic, finding
from segc.lang.literals import Range, address_text
from segc.model.addresses import prefixes
from segc.model.ownership import Claim, Ownership, claims_of

if TYPE_CHECKING:
    from segc.lang.facts import Fact, Facts
    from segc.model.plant import Asset, Zone
    from segc.source import Span


class _Held(NamedTuple):
    part: Range
    asset: Asset


def range_text(part: Range) -> str:
    """A range as people write it: an address, a prefix, or first and last."""
    family, low, high = part
    cut = list(prefixes(family, low, high))
    if len(cut) == 1:
        text = address_text(family, low)
        return text if low == high else f"{text}/{cut[0][1]}"
    return f"{address_text(family, low)}-{address_text(family, high)}"


def ownership(zones: dict[str, Zone], declared: dict[str, tuple[Fact, Facts]], found: list[Diagnostic]) -> Ownership:
    """Who owns what. Collisions are reported; the first claim stands meanwhile."""
    outside = next((zone.name for zone in zones.values() if zone.outside), None)
    claims = _networks(declared, found)
    by_networks = Ownership(claims, outside)
    held = [_Held(part, asset) for zone in zones.values() for asset in zone.assets for part in asset.addresses.ranges()]
    _collisions(held, found)
    strays = [h for h in held if _stray(by_networks, h)]
    for stray in strays:
        taken = next((claim for claim in claims if _takes(stray, claim)), None)
        if taken is not None:
            found.append(_grab(stray, taken, zones[taken.zone]))
        else:
            _report_stray(by_networks, stray, zones[stray.asset.zone], found)
    if not strays:
        return by_networks
    return Ownership(claims + [c for h in strays for c in claims_of(h.asset.zone, [h.part])], outside)


def _networks(declared: dict[str, tuple[Fact, Facts]], found: list[Diagnostic]) -> list[Claim]:
    first: dict[Range, tuple[str, Span]] = {}
    for zone, (_, facts) in declared.items():
        for fact in facts.get("net", []):
            for value in fact.values[0]:
                if not isinstance(value.value, Range):
                    continue
                span = fact.place(value)
                held = first.setdefault(value.value, (zone, span))
                if held[1] != span:
                    found.append(_overlap(value.value, zone, span, *held))
    return [Claim(*part, zone) for part, (zone, _) in first.items()]


def _overlap(part: Range, zone: str, span: Span, other: str, first: Span) -> Diagnostic:
    text = range_text(part)
    if zone == other:
        message = f"zone `{zone}` names {text} twice"
        return finding("overlapping-networks", message, span, "again here", also=((first, "first here"),))
    return finding(
        "overlapping-networks",
        f"zones `{zone}` and `{other}` claim the same network {text}",
        span,
        f"claimed here by `{zone}`",
        also=((first, f"and already by `{other}`"),),
        notes=(f"a packet from {address_text(part.family, part.low)} would belong to both",),
        help="give each zone its own prefix; of nested prefixes the longer one wins",
    )


def _stray(by_networks: Ownership, held: _Held) -> bool:
    part = held.part
    if part.low == part.high:
        return by_networks.zone_of(part.family, part.low) != held.asset.zone
    return any(owner != held.asset.zone for owner, _, _ in by_networks.split(part))


def _takes(held: _Held, claim: Claim) -> bool:
    """Does an asset claim a network of another zone, whole or across its edge? Lying inside one is another matter."""
    family, low, high = held.part
    if claim.family != family or claim.zone == held.asset.zone or claim.high < low or high < claim.low:
        return False
    return not (claim.low <= low and high <= claim.high and (low, high) != (claim.low, claim.high))


def _grab(held: _Held, claim: Claim, zone: Zone) -> Diagnostic:
    text, network = range_text(held.part), range_text(Range(claim.family, claim.low, claim.high))
    return finding(
        "overlapping-networks",
        f"asset `{held.asset.path}` ({text}) claims the network {network} of zone `{zone.name}`",
        held.asset.span,
        "declared here",
        also=((zone.span, f"`{zone.name}` owns {network}"),),
        help="leave the other zone's addresses out of the asset; it may name several ranges",
    )


def _report_stray(by_networks: Ownership, held: _Held, zone: Zone, found: list[Diagnostic]) -> None:
    owner = by_networks.zone_of(held.part.family, held.part.low)
    if not zone.declared and owner is None:
        return  # a zone that is made of its assets alone
    text = range_text(held.part)
    if owner == zone.name:
        message = f"asset `{held.asset.path}` ({text}) covers addresses of other zones"
    elif owner is None or owner == by_networks.outside:
        message = f"asset `{held.asset.path}` ({text}) lies outside its zone's networks"
    else:
        message = f"asset `{held.asset.path}` ({text}) lies inside the network of zone `{owner}`"
    note = f"its addresses belong to `{zone.name}` all the same: the longest prefix wins"
    found.append(finding("asset-outside-zone", message, held.asset.span, "declared here", notes=(note,)))


def _collisions(held: list[_Held], found: list[Diagnostic]) -> None:
    """Two assets on one address; an asset inside another one's range is fine within a zone."""
    widest: _Held | None = None
    before: _Held | None = None
    for one in sorted(held, key=lambda h: (h.part.family, h.part.low, -h.part.high)):
        if before is not None and before.part == one.part and before.asset is not one.asset:
            found.append(_collision(before, one))
        elif widest is not None and _across(widest, one):
            found.append(_collision(widest, one))
        before = one
        if widest is None or widest.part.family != one.part.family or one.part.high > widest.part.high:
            widest = one


def _across(widest: _Held, one: _Held) -> bool:
    """Do ranges of two zones overlap?"""
    overlap = widest.part.family == one.part.family and one.part.low <= widest.part.high
    return overlap and widest.asset.zone != one.asset.zone


def _collision(first: _Held, second: _Held) -> Diagnostic:
    if second.asset.span.start < first.asset.span.start and second.asset.span.source is first.asset.span.source:
        first, second = second, first
    return finding(
        "duplicate-address",
        f"assets `{first.asset.path}` and `{second.asset.path}` share {range_text(second.part)}",
        second.asset.span,
        "claimed here",
        also=((first.asset.span, "and here"),),
        help="one address is one asset; for a shared one, declare it once and use that name",
    )

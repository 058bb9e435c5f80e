"""Judges of zones and what lies between them."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from segc.model.flows import zone_name
from segc.report.dossier.evidence.judging import (
    DOCUMENTED,
    ELSEWHERE,
    MISSING,
    PROVED,
    Judged,
    against,
    both_ways,
    judge,
    kept,
    office,
    spans,
    zones_of,
)
from segc.words import count

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts

MAIL = (25, 110, 143, 465, 587, 993, 995)


@judge
def perimeter(facts: Facts) -> Judged:
    """Every standing flow and grant with an end outside."""
    names = {one.name for one in facts.plant.zones.values() if one.outside or one.kind == "external"}
    if not names:
        return Judged(MISSING, "no zone stands for what is outside the plant, so nothing says where its boundary is")
    crossing = [
        one
        for table in (facts.plant.conduits, facts.plant.grants)
        for one in table.values()
        if any(zone_name(end) in names for flow in one.flows for end in (*flow.sources, *flow.targets))
    ]
    says = f"{len(crossing)} conduits and grants with an end outside, each listed with its flows"
    return Judged(DOCUMENTED, says, spans([*(facts.plant.zones[name] for name in names), *crossing]))


@judge
def partition(facts: Facts) -> Judged:
    """Addresses belong to one zone each, and assets lie in theirs."""
    wrong = against(
        facts,
        "overlapping-networks",
        "duplicate-address",
        "asset-outside-zone",
        "empty-zone",
        "address-on-asset-and-firewall",
        "conduit-unenforced",
        "no-path",
    )
    zones = facts.plant.zones.values()
    if wrong or not zones:
        return wrong or Judged(MISSING, "the plant has no zones")
    assets = sum(len(zone.assets) for zone in zones)
    says = (
        f"every address belongs to one of {count(len(zones), 'zone')} or to none, all {assets} assets lie in theirs, "
        "and a firewall stands in every conduit"
    )
    return Judged(PROVED, says, spans(zones))


@judge
def business(facts: Facts) -> Judged:
    """Nothing leads from the office side to production past a DMZ."""
    wrong = against(facts, "bypasses-dmz", "standing-flow-from-outside", "control-reaches-internet")
    pairs = both_ways(office(facts), facts.control())
    if not pairs:
        return Judged(ELSEWHERE, "the policy has no zones of both sides")
    says = "no standing flow joins the office side and production"
    return wrong or kept(facts, pairs, says, spans([*office(facts), *facts.control()]))


@judge
def dmz(facts: Facts) -> Judged:
    """There is a DMZ, and sessions end in it."""
    found = zones_of(facts, "dmz")
    if not found:
        return Judged(MISSING, "no zone is a DMZ")
    wrong = against(facts, "bypasses-dmz", "dmz-pass-through", "dmz-reaches-control", "historian-pulled-from-above")
    pairs = both_ways(office(facts), facts.control())
    return wrong or kept(facts, pairs, "sessions between the office side and the plant end in the DMZ", spans(found))


@judge
def safety(facts: Facts) -> Judged:
    """Safety functions stand apart, and nobody else could change them."""
    zones = zones_of(facts, "safety")
    if not zones and not any(asset.safety for zone in facts.plant.zones.values() for asset in zone.assets):
        return Judged(ELSEWHERE, "the policy declares no safety function")
    wrong = against(
        facts,
        "mixed-safety-zone",
        "safety-not-apart",
        "safety-writable",
        "safety-from-several-zones",
        "safety-engineering-shared",
    )
    pairs = [(other, zone) for zone in zones for other in facts.plant.zones.values()]
    says = "safety functions have zones of their own, and no standing flow from elsewhere could change one"
    return wrong or kept(facts, pairs, says, spans(zones))


@judge
def temporary(facts: Facts) -> Judged:
    """Temporary devices have no standing way into production."""
    zones = zones_of(facts, "temporary")
    if not zones:
        return Judged(ELSEWHERE, "no zone is for temporary devices; whether there are any, the policy cannot tell")
    wrong = against(facts, "standing-flow-from-outside")
    pairs = [(a, b) for a in zones for b in facts.control() if a is not b]
    return wrong or kept(facts, pairs, "temporary devices have no standing flow, only grants", spans(zones))


@judge
def wireless(facts: Facts) -> Judged:
    """Radio has zones of its own without a standing way into wired production."""
    zones = zones_of(facts, "wireless")
    if not zones:
        return Judged(ELSEWHERE, "no zone is wireless; whether there is radio, the policy cannot tell")
    wrong = against(facts, "wireless-reaches-control")
    pairs = [(a, b) for a in zones for b in facts.control() if b.kind != "wireless"]
    return wrong or kept(facts, pairs, "radio has zones of its own, which open nothing into wired cells", spans(zones))


@judge
def external(facts: Facts) -> Judged:
    """What is reached from outside stands apart from production."""
    wrong = against(facts, "standing-flow-from-outside", "standing-vendor-access", "vendor-skips-jump")
    zones = [one for one in facts.plant.zones.values() if one.outside or one.kind == "external"]
    if not zones:
        return Judged(MISSING, "no zone stands for what is outside the plant")
    pairs = both_ways(zones, facts.control())
    return wrong or kept(
        facts, pairs, "what is joined to the outside stands in other zones than production", spans(zones)
    )


@judge
def segmented(facts: Facts) -> Judged:
    """Between all zones of the plant, nothing passes but what a line of the policy permits."""
    wrong = against(facts, "conduit-unenforced", "unequal-parallel-paths")
    zones = [one for one in facts.plant.zones.values() if facts.plant.ownership.own(one.name)]
    pairs = list(permutations(zones, 2))
    says = f"{count(len(zones), 'zone')}, and what is not permitted between them is not let through"
    return wrong or kept(facts, pairs, says, spans(facts.plant.firewalls.values()))


@judge
def deny_by_default(facts: Facts) -> Judged:
    """At the border of production, what nothing permits is stopped."""
    zones = facts.control()
    if not zones:
        return Judged(ELSEWHERE, "no zone holds production")
    others = [one for one in facts.plant.zones.values() if facts.plant.ownership.own(one.name)]
    pairs = both_ways(zones, others)
    return kept(facts, pairs, "production permits what a flow names, and nothing else", spans(zones))


@judge
def management(facts: Facts) -> Judged:
    """Firewalls and switches are administered from a network that is for nothing else."""
    zones = zones_of(facts, "management")
    if not zones:
        return Judged(MISSING, "no zone is for management")
    wrong = against(facts, "managed-from-what-it-separates", "snmp-from-elsewhere", "admin-from-outside")
    pairs = [(a, b) for a in facts.plant.zones.values() for b in zones]
    managed = [line for firewall in facts.plant.firewalls.values() for line in firewall.manage]
    says = "administration has a zone of its own, and firewalls are managed from there"
    return wrong or kept(facts, pairs, says, spans([*zones, *managed]))


@judge
def within_zones(facts: Facts) -> Judged:
    """Inside a zone no firewall stands between machines, except their own."""
    wrong = against(facts, "zone-too-big")
    hosts = [one for one in facts.plant.firewalls.values() if one.host is not None]
    between = segmented(facts)
    says = f"inside a zone nothing is filtered, except by {count(len(hosts), 'firewall')} of machines themselves"
    verdict = DOCUMENTED if between.verdict == PROVED else between.verdict
    return wrong or Judged(verdict, f"{between.says}. {says.capitalize()}", (*between.spans, *spans(hosts)))


@judge
def no_mail(facts: Facts) -> Judged:
    """No mail into or out of production."""
    names = {one.name for one in facts.control()}
    bad = [
        flow
        for flow in facts.flows()
        if any(zone_name(end) in names for end in (*flow.sources, *flow.targets))
        and any(m.proto == 6 and m.low <= port <= m.high for s in flow.services for m in s.matches for port in MAIL)
    ]
    if bad:
        return Judged(MISSING, f"`{bad[0].text}` is open to mail", spans(bad))
    pairs = both_ways(office(facts), facts.control())
    return kept(facts, pairs, "no flow of production uses a port of mail", spans(facts.control()))


@judge
def partitioned(facts: Facts) -> Judged:
    """No machine stands on both sides."""
    wrong = against(facts, "bridge-asset")
    pairs = both_ways(office(facts), [one for one in facts.control() if one.level is not None and one.level <= 2])
    says = "no machine has standing flows with the office side and with level 2 or below"
    return wrong or kept(facts, pairs, says, spans(facts.control()))


@judge
def security_levels(facts: Facts) -> Judged:
    """Each zone has a target."""
    wrong = against(facts, "zone-without-sl-t")
    given = [one for one in facts.plant.zones.values() if one.sl_t is not None]
    says = f"{count(len(given), 'zone')} with a target level; one number a zone, not a vector"
    return wrong or Judged(DOCUMENTED, says, spans(given))

"""Judges of inventories, drawings, settings, records and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.evidence.judging import DOCUMENTED, ELSEWHERE, MISSING, PROVED, Judged, against, judge, spans
from segc.words import count

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts


@judge
def specification(facts: Facts) -> Judged:
    """Zones and conduits with their characteristics."""
    plant = facts.plant
    says = (
        f"a record each of {count(len(plant.zones), 'zone')} and {count(len(plant.conduits), 'conduit')} in this report"
    )
    return Judged(DOCUMENTED, says, spans([*plant.zones.values(), *plant.conduits.values()]))


@judge
def drawing(facts: Facts) -> Judged:
    """The plant picture, made from the policy."""
    zones = facts.plant.zones.values()
    return Judged(
        DOCUMENTED, "the plant picture, drawn from the policy by the digest that this report names", spans(zones)
    )


@judge
def inventory(facts: Facts) -> Judged:
    """The machines, as far as the policy knows."""
    wrong = against(facts, "asset-without-kind", "asset-without-vendor")
    assets = [asset for zone in facts.plant.zones.values() for asset in zone.assets]
    seen = "no baseline has been compared with it, so others may be there"
    if facts.baseline is not None:
        seen = f"in {count(facts.baseline.days, 'day')} {count(facts.baseline.unknown_talkers, 'other address')} talked"
    return wrong or Judged(DOCUMENTED, f"{count(len(assets), 'machine')} declared; {seen}", spans(assets))


@judge
def least_functionality(facts: Facts) -> Judged:
    """What is permitted and never used."""
    if facts.baseline is None:
        says = "without a baseline nobody can tell what is permitted and never used"
        return Judged(ELSEWHERE, says, spans(facts.flows()))
    unused = facts.baseline.flows - facts.baseline.flows_seen
    says = f"{count(unused, 'standing flow')} not seen in {count(facts.baseline.days, 'day')}"
    return Judged(DOCUMENTED, says, spans(facts.flows()))


@judge
def settings(facts: Facts) -> Judged:
    """What should run on each firewall is known to the byte, and means the policy."""
    if facts.why_unbuilt:
        return Judged(MISSING, facts.why_unbuilt)
    boxes = spans(facts.plant.firewalls.values())
    if facts.unproved:
        return Judged(MISSING, f"not proved equal to the policy: {', '.join(facts.unproved)}", boxes)
    says = f"the files of {count(len(facts.built), 'firewall')}, read back, mean the policy for every packet"
    return Judged(PROVED, f"{says}; what runs on a box, `segc drift` compares", boxes)


@judge
def recorded(facts: Facts) -> Judged:
    """What no flow covers leaves a record on every firewall, and the records reach somebody."""
    wrong = against(facts, "no-log-destination")
    if wrong or facts.unproved:
        return wrong or Judged(MISSING, facts.why_unbuilt or f"not proved: {', '.join(facts.unproved)}")
    says = f"{count(len(facts.built), 'firewall')} record what no flow covers, in monitor and in enforce"
    return Judged(DOCUMENTED, f"{says}; that somebody reads it, segc cannot see", spans(facts.plant.firewalls.values()))


@judge
def clocks(facts: Facts) -> Judged:
    """Machines may ask for the time."""
    wrong = against(facts, "no-time-source")
    asking = [flow for flow in facts.flows() if any(service.family == "time" for service in flow.services)]
    return wrong or Judged(DOCUMENTED, "in every control zone some machine may ask for the time", spans(asking))


@judge
def access_points(facts: Facts) -> Judged:
    """Every way into production leads through a firewall's interface that the policy names."""
    wrong = against(facts, "conduit-unenforced", "no-path", "unequal-parallel-paths")
    names = {one.name for one in facts.control()}
    doors = [
        door
        for firewall in facts.plant.firewalls.values()
        for door in firewall.interfaces
        if names.intersection(door.zones)
    ]
    if not doors:
        return wrong or Judged(MISSING, "no firewall has an interface to a zone of production")
    return wrong or Judged(DOCUMENTED, f"{count(len(doors), 'interface')} lead into production", spans(doors))

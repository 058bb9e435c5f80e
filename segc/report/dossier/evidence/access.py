"""Judges of temporary and remote access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.parts import flow_pairs
from segc.report.dossier.evidence.judging import (
    DOCUMENTED,
    ELSEWHERE,
    MISSING,
    Judged,
    against,
    judge,
    kept,
    spans,
)
from segc.response.register import OPEN
from segc.words import count

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts

FROM_OUTSIDE = ("standing-vendor-access", "vendor-skips-jump", "jump-host-without-grant", "admin-from-outside")
KILL = "kill"
NO_GRANTS = "there is no temporary access"


@judge
def remote_access(facts: Facts) -> Judged:
    """Access from outside goes through a broker, by a grant that somebody approved and that ends."""
    grants = facts.plant.grants.values()
    wrong = against(facts, *FROM_OUTSIDE, "grant-not-approved", "grant-too-long", "grant-expired")
    zones = facts.plant.zones
    pairs = {
        (zones[a], zones[b]): None for grant in grants for flow in grant.flows for a, b in flow_pairs(flow) if a != b
    }
    says = (
        f"outsiders reach production by a grant alone: {count(len(grants), 'grant')}, each with an end and an approver"
    )
    return wrong or kept(facts, pairs, says, spans(grants))


@judge
def broker(facts: Facts) -> Judged:
    """An intermediate system stands between."""
    wrong = against(facts, "vendor-skips-jump", "jump-host-without-grant", "remote-desktop-to-cell")
    hosts = [a for zone in facts.plant.zones.values() for a in zone.assets if a.kind == "jump-host"]
    if not hosts:
        return wrong or Judged(MISSING, "no machine is a jump host")
    says = f"sessions from outside end at {', '.join(one.path for one in hosts)}, and go on by a grant"
    return wrong or Judged(DOCUMENTED, says, spans(hosts))


@judge
def set_period(facts: Facts) -> Judged:
    """Temporary access lasts no longer than it was given for."""
    wrong = against(facts, "grant-without-end", "grant-too-long", "grant-expired", "standing-vendor-access")
    grants = facts.plant.grants.values()
    last = max((one.last for one in grants), default=None)
    says = f"{count(len(grants), 'grant')}, the last one until {last}" if last else NO_GRANTS
    return wrong or Judged(DOCUMENTED, says, spans(grants))


@judge
def enumerated(facts: Facts) -> Judged:
    """Which temporary access is open now."""
    entries = facts.register.entries
    now = [one.grant for one in entries if one.state == OPEN]
    says = f"the register lists {count(len(entries), 'grant')}, {len(now)} open now; who is in, only the broker knows"
    return Judged(DOCUMENTED, says if entries else NO_GRANTS, spans(one.grant for one in entries))


@judge
def disabled(facts: Facts) -> Judged:
    """Temporary access, and the sessions that it let in, can be ended at once."""
    entries = facts.register.entries
    if not entries:
        return Judged(DOCUMENTED, NO_GRANTS)
    carrying = {name for one in entries for name in one.firewalls}
    ways = {name: _ending(facts, name) for name in facts.plant.firewalls if name in carrying}
    lacking = [name for name, way in ways.items() if not way]
    if lacking:
        says = f"nothing that segc writes ends sessions on {', '.join(lacking)}"
        return Judged(MISSING, says, spans(facts.plant.firewalls[name] for name in lacking))
    says = "; ".join(f"{name}: {way}" for name, way in ways.items())
    return Judged(DOCUMENTED, says, spans(facts.plant.firewalls[name] for name in ways))


def _ending(facts: Facts, firewall: str) -> str:
    """What ends sessions on a firewall."""
    built = facts.built.get(firewall)
    if built is None:
        return ""
    names = [file.name for file in built.files if file.role == KILL]
    if names:
        return f"the commands in {', '.join(names)}"
    return {"rules": "the rules end them", "box": "the box ends them"}.get(
        built.entry.get("windows", {}).get("sessions"), ""
    )


@judge
def rights_reviewed(facts: Facts) -> Judged:
    """A register of access rights, with an end to each."""
    wrong = against(facts, "grant-not-approved", "grant-expired", "past-review")
    says = f"{count(len(facts.plant.grants), 'grant')} with approver, ticket and last day"
    return wrong or Judged(DOCUMENTED, says, spans(facts.plant.grants.values()))


@judge
def cryptography(facts: Facts) -> Judged:
    """Clear text between zones of unequal trust."""
    wrong = against(facts, "plaintext-service", "plaintext-control")
    says = (
        "no flow uses a service in clear text between zones of unequal trust; which ciphers are used, segc cannot see"
    )
    return wrong or Judged(DOCUMENTED, says, spans(facts.flows()))


@judge
def sign_in(facts: Facts) -> Judged:
    """Who signs in, and how; the machines on which people do so from afar are in the policy."""
    doors = [one for zone in facts.plant.zones.values() for one in zone.assets if one.kind == "jump-host"]
    return Judged(ELSEWHERE, "how people sign in is for the broker and the machines", spans(doors))

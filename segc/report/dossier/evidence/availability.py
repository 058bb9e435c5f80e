"""Judges of what must keep working, and of cutting off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.evidence.judging import (
    DOCUMENTED,
    ELSEWHERE,
    MISSING,
    PROVED,
    Judged,
    against,
    judge,
    spans,
)
from segc.words import count

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts


@judge
def essential_functions(facts: Facts) -> Judged:
    """What workflows need is permitted, and the files let it through."""
    workflows = facts.plant.workflows.values()
    wrong = against(facts, "workflow-not-allowed", "inspected-though-forbidden", "conduit-unenforced")
    if wrong or not workflows:
        return wrong or Judged(MISSING, "the policy names no workflow that must keep working")
    needs = [need for one in workflows for need in one.needs]
    says = f"all of {count(len(needs), 'need')} of {count(len(workflows), 'workflow')} are permitted"
    if facts.unproved:
        return Judged(DOCUMENTED, f"{says}; the files of {', '.join(facts.unproved)} are not proved", spans(needs))
    return Judged(PROVED, f"{says}, and the files let it through, every packet", spans(needs))


@judge
def autonomy(facts: Facts) -> Judged:
    """Production runs when everything above is gone."""
    wrong = against(facts, "essential-depends-upstream")
    essential = [one for one in facts.plant.conduits.values() if one.essential]
    essential_flows = [flow for flow in facts.flows() if flow.facts.essential]
    if not (essential or essential_flows):
        return wrong or Judged(MISSING, "the policy names nothing essential")
    says = "nothing essential fetches names, time, sign-in or licences from outside the control zones"
    return wrong or Judged(PROVED, says, spans([*essential, *essential_flows]))


@judge
def island(facts: Facts) -> Judged:
    """Each zone with controllers can be cut off, by files whose effect is proved beforehand."""
    tried = facts.playbooks
    bad = [one for one in tried if one.compiled is None or not one.compiled.holds]
    if bad:
        return Judged(MISSING, f"playbook `{bad[0].book.name}` does not hold", spans(one.book for one in bad))
    good = f"{count(len(tried), 'playbook')}, each compiled and judged over all packets in this run"
    missing = facts.findings("zone-without-playbook")
    if missing or not tried:
        left = against(facts, "zone-without-playbook")
        says = f"{good}; {left.says if left else 'no playbook cuts anything off'}"
        return Judged(MISSING, says, (*spans(one.book for one in tried), *(left.spans if left else ())))
    return Judged(PROVED, good, spans(one.book for one in tried))


@judge
def disconnect_drilled(facts: Facts) -> Judged:
    """Cutting off is authorised, proved and practised."""
    wrong = against(facts, "playbook-not-drilled", "missing-authority")
    found = island(facts)
    if wrong or found.verdict == MISSING:
        return wrong or found
    days = ", ".join(f"{one.book.name} {one.book.drilled or 'never'}" for one in facts.playbooks)
    verdict = DOCUMENTED if found.verdict == PROVED else found.verdict  # that it was tried, the policy only says
    return Judged(verdict, f"{found.says}; last drilled, by what is written: {days}", found.spans)


@judge
def incident_plan(facts: Facts) -> Judged:
    """Who decides, within how long, by which steps."""
    wrong = against(facts, "missing-authority", "playbook-not-drilled", "role-without-phone")
    books = facts.plant.playbooks.values()
    if not books:
        return wrong or Judged(MISSING, "there is no playbook")
    says = f"{count(len(books), 'runbook')}: who decides, within how long, what stops, which steps, how to go back"
    return wrong or Judged(DOCUMENTED, says, spans(books))


@judge
def failure_state(facts: Facts) -> Judged:
    """What a dead firewall should do is said; whether the box does so, only a test shows."""
    wrong = against(facts, "fail-not-stated", "fail-open-outside")
    said = [one for one in facts.plant.conduits.values() if one.fail]
    if not said:
        return wrong or Judged(MISSING, "no conduit says what should happen when its firewall fails")
    return wrong or Judged(DOCUMENTED, f"{count(len(said), 'conduit')} say `fail open` or `fail closed`", spans(said))


@judge
def going_back(facts: Facts) -> Judged:
    """Every change can be taken back."""
    says = "every build carries a way back, and an apply that nobody confirms goes back where the target can"
    if facts.why_unbuilt:
        return Judged(MISSING, facts.why_unbuilt)
    return Judged(DOCUMENTED, says, spans(facts.plant.firewalls.values()))


@judge
def compensating(facts: Facts) -> Judged:
    """Machines that cannot be patched say what protects them instead."""
    old = [a for zone in facts.plant.zones.values() for a in zone.assets if a.unpatchable is not None]
    wrong = against(facts, "unpatchable-exposed", "unpatchable-programmable", "expired-suppression")
    if wrong:
        return wrong
    bare = [one for one in old if not one.controls and not facts.plant.zones[one.zone].controls]
    if bare:
        return Judged(MISSING, f"{bare[0].path} is unpatchable and names no control", spans(bare))
    says = (
        f"{count(len(old), 'unpatchable machine')}, each with the control that stands in"
        if old
        else "none is unpatchable"
    )
    return Judged(DOCUMENTED, says, spans(old))


@judge
def load(facts: Facts) -> Judged:
    """Floods and load."""
    return Judged(ELSEWHERE, "how much a box bears is for a test on it", spans(facts.plant.firewalls.values()))


@judge
def risk(facts: Facts) -> Judged:
    """The risk itself is for people; segc gives figures to it."""
    from segc.graph.ways import DECLARED
    from segc.report.dossier.headline import widest

    reach, who = widest(facts, DECLARED)
    figure = f"an input to it: {who} reaches {reach} machines" if who else "no machine reaches another"
    mine = [asset for zone in facts.plant.zones.values() for asset in zone.assets if asset.path == who]
    return Judged(ELSEWHERE, f"likelihood and consequence are for people; {figure}", spans(mine))

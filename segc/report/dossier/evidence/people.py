"""Judges of ownership, reasons and review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.evidence.judging import DOCUMENTED, ELSEWHERE, Judged, against, judge, spans
from segc.words import count

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts


@judge
def responsibility(facts: Facts) -> Judged:
    """Everything has an owner, every control zone somebody who decides, and all can be reached."""
    wrong = against(
        facts, "missing-owner", "missing-authority", "cyclic-deputy", "team-without-contact", "role-without-phone"
    )
    plant = facts.plant
    says = f"{count(len(plant.zones), 'zone')} and {count(len(plant.conduits), 'conduit')} have an owner"
    return wrong or Judged(DOCUMENTED, says, spans([*plant.teams.values(), *plant.roles.values()]))


@judge
def four_eyes(facts: Facts) -> Judged:
    """Nobody decides alone."""
    wrong = against(facts, "one-person-decides", "grant-not-approved")
    says = "every deciding role has a deputy or a colleague; whose agreement a change needs, `segc plan` tells"
    return wrong or Judged(DOCUMENTED, says, spans(facts.plant.roles.values()))


@judge
def reasons(facts: Facts) -> Judged:
    """Each connection is written down with its direction, its service and its reason."""
    wrong = against(facts, "flow-without-reason")
    flows = list(facts.flows())
    return wrong or Judged(DOCUMENTED, f"{count(len(flows), 'standing flow')}, each with its reason", spans(flows))


@judge
def connections(facts: Facts) -> Judged:
    """Each connection is written down with its direction, its service and its other end."""
    flows = list(facts.flows())
    says = f"{count(len(facts.plant.conduits), 'conduit')} with {count(len(flows), 'standing flow')}: ends, direction, service"
    return Judged(DOCUMENTED, says, spans(facts.plant.conduits.values()))


@judge
def review(facts: Facts) -> Judged:
    """Dates by which somebody looks again."""
    wrong = against(facts, "past-review", "expired-suppression", "review-missing")
    dated = [flow for flow in facts.flows() if flow.facts.review_by]
    return wrong or Judged(DOCUMENTED, f"{count(len(dated), 'flow')} with a day for the next review", spans(dated))


@judge
def change(facts: Facts) -> Judged:
    """Changes are judged and agreed to before they are made."""
    says = "`segc plan` tells what a change stops and opens, and whose agreement it needs; that it was given, the repository shows"
    return Judged(ELSEWHERE, says, spans(facts.plant.teams.values()))


@judge
def approval(_facts: Facts) -> Judged:
    """The asset owner's signature."""
    return Judged(ELSEWHERE, "the signature is for people; put the policy's digest, which this report names, beside it")


@judge
def surroundings(_facts: Facts) -> Judged:
    """Assumptions, threats, policies of the house: the language has no words for them."""
    return Judged(ELSEWHERE, "kept elsewhere: the policy has no words for it")


@judge
def separate_tests(_facts: Facts) -> Judged:
    """Development and tests."""
    return Judged(ELSEWHERE, "which machines are for development, the policy does not say")

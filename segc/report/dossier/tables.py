"""Firewalls, assertions, workflows, playbooks, findings and exceptions, as entries of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.places import place
from segc.response.runbook import runbook

if TYPE_CHECKING:
    from segc.diagnostics import Diagnostic
    from segc.report.dossier.facts import Facts, Tried
    from segc.report.dossier.shape import (
        AssertionEntry,
        ExceptionEntry,
        Finding,
        FirewallEntry,
        PlaybookEntry,
        WorkflowEntry,
    )

EQUAL = "equal to the policy, for all packets"


def firewalls(facts: Facts) -> list[FirewallEntry]:
    """What was proved of the files of each firewall."""
    found: list[FirewallEntry] = []
    for one in facts.plant.firewalls.values():
        built = facts.built.get(one.name)
        proved = facts.proved(one.name)
        found.append(
            {
                "name": one.name,
                "title": one.title,
                "target": one.target,
                "proved": proved,
                "says": EQUAL if proved else facts.why_unbuilt or "not proved",
                "monitors_only": bool(built and built.entry["monitors-only"]),
                "flows": len(built.entry["rules"]) if built else 0,
                "kill": [file.name for file in built.files if file.role == "kill"] if built else [],
                "source": place(facts.plant, one.span),
            }
        )
    return found


def assertions(facts: Facts) -> list[AssertionEntry]:
    """What the policy asserts of itself."""
    return [
        {
            "assertion": " ".join(one.assertion.text.removeprefix("assert ").split()),
            "state": one.state,
            "holds": one.outcome.holds,
            "says": one.outcome.says,
            "other": one.other.holds,
            "other_says": one.other.says,
            "source": place(facts.plant, one.assertion.span),
        }
        for one in facts.assertions
    ]


def playbooks(facts: Facts) -> list[PlaybookEntry]:
    """Every playbook with its runbook."""
    return [_playbook(facts, one) for one in facts.playbooks]


def _playbook(facts: Facts, one: Tried) -> PlaybookEntry:
    done = one.compiled
    return {
        "name": one.book.name,
        "title": one.book.title,
        "holds": done is not None and done.holds,
        "problem": one.problem,
        "runbook": runbook(done, facts.at) if done is not None else None,
        "source": place(facts.plant, one.book.span),
    }


def workflows(facts: Facts, books: list[PlaybookEntry]) -> list[WorkflowEntry]:
    """What must keep working, which needs are permitted, and which playbooks would stop it."""
    bad = {one.primary.span for one in facts.findings("workflow-not-allowed") if one.primary is not None}
    found: list[WorkflowEntry] = []
    for one in facts.plant.workflows.values():
        stopping = [
            book["name"]
            for book in books
            if book["runbook"] is not None and any(each["name"] == one.name for each in book["runbook"]["workflows"])
        ]
        needs = [(need.text, need.span not in bad, place(facts.plant, need.span)) for need in one.needs]
        found.append(
            {
                "name": one.name,
                "title": one.title,
                "owner": one.owner or "",
                "needs": [{"flow": text, "permitted": fine, "source": source} for text, fine, source in needs],
                "stopped_by": stopping,
                "source": place(facts.plant, one.span),
            }
        )
    return found


def findings(facts: Facts) -> list[Finding]:
    """What checks say, the heaviest first."""
    listed = sorted(facts.found, key=lambda one: (-one.severity.value, one.sort_key()))
    return [
        {
            "name": one.name,
            "code": one.code,
            "severity": one.severity.word,
            "message": one.message,
            "help": one.help,
            "source": _source(facts, one),
        }
        for one in listed
    ]


def _source(facts: Facts, one: Diagnostic) -> str:
    return place(facts.plant, one.primary.span) if one.primary is not None else ""


def exceptions(facts: Facts) -> list[ExceptionEntry]:
    """Findings that somebody answers for, those that end first at the top."""
    return [
        {
            "name": one.diagnostic.name,
            "code": one.diagnostic.code,
            "message": one.diagnostic.message,
            "reason": one.suppression.reason,
            "until": one.suppression.until.isoformat(),
            "days": (one.suppression.until - facts.today).days + 1,
            "source": place(facts.plant, one.suppression.span),
        }
        for one in sorted(facts.accepted, key=lambda each: (each.suppression.until, each.diagnostic.sort_key()))
    ]

"""What changes besides packets, as entries of the document: who answers, how strictly the plant is judged, who filters,
and what is asserted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.plan.grants import ENDS
from segc.plan.judged import FOUND, finding_changes, setting_changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.model.plant import Assertion
    from segc.plan.answering import Answering
    from segc.plan.asserted import AssertionChange
    from segc.plan.judged import FindingChange
    from segc.plan.said import SaidChange
    from segc.plan.shape import AnswerEntry, AssertionEntry, FindingEntry, SaidEntry, SettingEntry, Summary, WayEntry
    from segc.plan.side import Side
    from segc.plan.ways import WayChange

COUNTED = ("answers", "facts", "said", "settings", "ignored")


class Besides(TypedDict):
    """The lists of the document that say nothing of packets."""

    answers: list[AnswerEntry]
    facts: list[AnswerEntry]
    said: list[SaidEntry]
    settings: list[SettingEntry]
    findings: list[FindingEntry]


def besides(
    before: Side, after: Side, answers: Sequence[Answering], facts: Sequence[Answering], said: Sequence[SaidChange]
) -> Besides:
    """All of them."""
    return {
        "answers": [_answer(before, after, one) for one in answers],
        "facts": [_answer(before, after, one) for one in facts],
        "said": [_said(after, one) for one in said],
        "settings": [
            {"key": one.key, "before": one.before, "after": one.after, "weaker": one.weaker}
            for one in setting_changes(before, after)
        ],
        "findings": [_finding(after, one) for one in finding_changes(before, after)],
    }


def tally(summary: Summary, told: Besides) -> None:
    """What gates ask about. What is only found is no change: time alone may bring it."""
    summary["answers"] = len(told["answers"])
    summary["facts"] = len(told["facts"])
    summary["said"] = len(told["said"])
    summary["asks_less"] = sum(one["weaker"] for one in told["said"])
    summary["settings"] = len(told["settings"])
    summary["weaker"] = sum(one["weaker"] for one in told["settings"])
    summary["ignored"] = sum(one["change"] != FOUND for one in told["findings"])


def _answer(before: Side, after: Side, one: Answering) -> AnswerEntry:
    return {
        "what": one.what,
        "names": list(one.names),
        "facet": one.facet,
        "before": list(one.before),
        "after": list(one.after),
        "zones": list(one.zones),
        "at": (before if one.gone else after).place(one.span),
    }


def _said(after: Side, one: SaidChange) -> SaidEntry:
    return {
        "what": one.what,
        "name": one.name,
        "facet": one.facet,
        "before": one.before,
        "after": one.after,
        "weaker": one.weaker,
        "at": after.place(one.span),
    }


def _finding(after: Side, one: FindingChange) -> FindingEntry:
    primary = one.diagnostic.primary
    return {
        "change": one.change,
        "name": one.diagnostic.name,
        "severity": one.diagnostic.severity.word,
        "message": one.diagnostic.message,
        "until": one.until,
        "because": one.because,
        "at": after.place(primary.span) if primary is not None else None,
    }


def way(one: WayChange) -> WayEntry:
    """Firewalls that stand between two zones no more."""
    return {
        "pairs": [{"source": a, "target": b} for a, b in one.pairs],
        "before": list(one.before),
        "after": list(one.after),
        "unfiltered": one.unfiltered,
    }


def assertion(before: Side, after: Side, one: AssertionChange) -> AssertionEntry:
    """What is asserted on one side only, or holds on one only."""
    return {
        "assertion": _asserted(one.assertion),
        "before": one.before,
        "after": one.after,
        "change": one.change,
        "instead": [_asserted(each) for each in one.instead],
        "says": one.says,
        "at": (before if one.change == ENDS else after).place(one.assertion.span),
    }


def _asserted(assertion: Assertion) -> str:
    return " ".join(assertion.text.removeprefix("assert ").split())

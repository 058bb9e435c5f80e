"""From a ledger and a plant to what is unexplained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.classify import Classifier
from segc.baseline.draft.evidence import Unexplained
from segc.baseline.judged import UNEXPLAINED, Class

if TYPE_CHECKING:
    from datetime import datetime

    from segc.baseline.store import Ledger
    from segc.model.plant import Plant

BY_TIME = (Class.OUTSIDE_WINDOW, Class.EXPIRED)


def unexplained(plant: Plant, ledger: Ledger, at: datetime) -> list[Unexplained]:
    """Keys that enforcement would stop, of those that were answered. Grants are compared by the hour."""
    classifier = Classifier(plant, at)
    told = [seen for seen in ledger.keys() if not seen.is_attempt]  # noqa: SIM118 - no dict
    first = {seen.key: classifier.judge(seen.key) for seen in told}
    hours = ledger.hours(key for key, judged in first.items() if judged.verdict in BY_TIME)
    who = ledger.who_saw()
    found = []
    for seen in told:
        judged = first[seen.key]
        if judged.verdict in BY_TIME:
            judged = classifier.judge(seen.key, hours.get(seen.key))
        if judged.verdict in UNEXPLAINED:
            found.append(Unexplained(judged, seen, who.get(seen.key, frozenset())))
    return found

"""Evidence: what this plant has to show for a requirement of a standard, by its id.

`table.REQUIREMENTS` is the data, a row a requirement, and names for each the
function that judges it. A verdict is one of four, and `proved` is used only where
this run has proved it:

    proved             judged over all packets, or over the whole policy, in this run,
                       and what is rendered keeps it today
    documented         the policy says so; nothing enforces it yet, or nothing could prove it
    missing            the policy does not say it, or a check says otherwise
    not provable here  it happens where segc cannot look
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from segc.model.places import place
from segc.report.dossier.evidence.judging import JUDGES, UNSOURCED
from segc.report.dossier.evidence.table import REQUIREMENTS

if TYPE_CHECKING:
    from segc.report.dossier.facts import Facts
    from segc.report.dossier.shape import Evidence

MODULES = ("access", "availability", "boundaries", "people", "records")
SHOWN = 6  # lines of the policy beside a verdict


def evidence(facts: Facts) -> list[Evidence]:
    """Every requirement of the table, judged."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")  # registers its judges
    judged = {name: JUDGES[name](facts) for name in {row.judge for row in REQUIREMENTS}}
    found: list[Evidence] = []
    for row in REQUIREMENTS:
        one = judged[row.judge]
        sources = list(dict.fromkeys(place(facts.plant, span) for span in one.spans))
        found.append(
            {
                "standard": row.standard,
                "id": row.id,
                "asks": row.asks,
                "verdict": one.verdict,
                "says": one.says,
                "sources": sources[:SHOWN],
                "more": max(0, len(sources) - SHOWN),
                "unsourced": "" if sources else UNSOURCED[one.verdict],
            }
        )
    return found

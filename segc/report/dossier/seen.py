"""What a baseline adds to a report: how much of the policy was seen, who talks undeclared, and when grants were used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.compare import compare
from segc.baseline.inventory import inventory
from segc.baseline.readiness import readiness
from segc.baseline.store import Ledger, day_text
from segc.baseline.uses import last_uses
from segc.report.dossier.headline import Baseline
from segc.settings import Gate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from segc.model.plant import Plant


class Learned(NamedTuple):
    """For the headline and the evidence, and for the register of grants."""

    baseline: Baseline
    used: Mapping[str, datetime]


def learned(plant: Plant, folder: str, at: datetime) -> Learned:
    """Ask a baseline. Flows are counted one a source, target and service.

    Raises SegcError (exit code 2) where there is no baseline.
    """
    with Ledger.open(folder) as ledger:
        compared = compare(plant, ledger, at)
        found = [one.declared for one in readiness(compared, ledger, Gate())]
        known = inventory(plant, ledger)
        used = last_uses(plant, ledger, at)
    seen = sum(len(one.seen) + len(one.learned) for one in found)
    baseline = Baseline(
        days=len(compared.days),
        until=day_text(compared.days[-1]) if compared.days else "",
        flows_seen=seen,
        flows=seen + sum(len(one.silent) + len(one.attested) for one in found),
        unknown_talkers=len(known.talkers),
        silent_assets=len(known.silent),
    )
    return Learned(baseline, used)

"""When each grant was last used, as far as a baseline has seen it. What a standing flow permits too is no use of a grant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from segc.baseline.covering import Covering
from segc.baseline.crowds import alike
from segc.baseline.scans import between_zones
from segc.baseline.times import Times
from segc.model.atoms import members

if TYPE_CHECKING:
    from segc.baseline.store import Ledger, Seen
    from segc.model.plant import Plant


def last_uses(plant: Plant, ledger: Ledger, at: datetime) -> dict[str, datetime]:
    """By a grant's name, the begin of the last hour (UTC) in which it was open and answered sessions of its were seen.

    Where several grants cover a key at one time, each counts as used: nobody can tell them apart.
    """
    standing = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    granted = [(flow, grant) for grant in plant.grants.values() for flow in grant.flows]
    covering = Covering(plant, [*standing, *(flow for flow, _ in granted)])
    ledger.gather(alike([covering]))
    first = len(standing)

    def covering_grants(seen: Seen) -> int:
        a, b = covering.end(seen.src), covering.end(seen.dst)
        bits = a.sources & b.targets & covering.speaking(a.family, seen.key)[0]
        return bits >> first if not bits & ((1 << first) - 1) and not seen.is_attempt else 0

    granted_to = (one.key for one in ledger.scanned() if covering_grants(one))
    ledger.acquit([*granted_to, *between_zones([covering], ledger.noise())])
    # A ledger is no mapping: `keys` is the method that merges its days.
    granting = [(seen.key, covering_grants(seen)) for seen in ledger.keys()]  # noqa: SIM118
    covered = {key: members(bits) for key, bits in granting if bits}
    found: dict[str, datetime] = {}
    times = Times(plant, at)
    for key, hours in (ledger.hours(covered) if covered else {}).items():
        for index in covered[key]:
            grant = granted[index][1]
            last = times.last_open(grant, hours)
            if last is not None:
                moment = datetime.fromtimestamp(last, UTC)
                found[grant.name] = max(moment, found.get(grant.name, moment))
    return found

"""ICMP errors about sessions that the policy permits: every firewall that segc renders for lets these through as related.

A ledger does not keep the packet that an error is about. So an error counts as related where, on each of its days, a session
that is permitted was seen between the two, in either direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.observed import Said
from segc.model.plant import ICMP, ICMP6

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger, Seen

# Unreachable, source quench, time exceeded, parameter problem (RFC 792); the same with too big (RFC 4443).
ERRORS = frozenset({(ICMP, 3), (ICMP, 4), (ICMP, 11), (ICMP, 12), *((ICMP6, kind) for kind in (1, 2, 3, 4))})


def is_error(seen: Seen) -> bool:
    """Is it an ICMP error? Not where our own firewall recorded it: it knows what is related to a session that it permits."""
    return (seen.proto, seen.port >> 8) in ERRORS and seen.said < Said.RECORDED


def related(ledger: Ledger, errors: Iterable[Seen], permitted: Iterable[Seen]) -> frozenset[Key]:
    """Of these errors, those that may be about what is permitted."""
    found = [one.key for one in errors]
    if not found:
        return frozenset()
    pairs = {frozenset((key.src, key.dst)) for key in found}
    others = [one.key for one in permitted if frozenset((one.src, one.dst)) in pairs]
    days = ledger.days_of([*found, *others])
    shown: dict[frozenset[str], set[int]] = {pair: set() for pair in pairs}
    for key in others:
        if key in days:
            shown[frozenset((key.src, key.dst))].update(days[key].on)
    return frozenset(key for key in found if shown[frozenset((key.src, key.dst))].issuperset(days[key].on))

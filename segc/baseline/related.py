"""ICMP errors about sessions that the policy permits: every firewall that segc renders for lets these through as related.

A ledger does not keep the packet that an error is about. So an error counts as related where, on each of its days, a session
that is permitted was seen between the two, in either direction. A declared switch also tells of what it does not pass on: there, a
permitted session of whom it tells, with the switch's own zone, since the same firewalls know of that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.observed import Said
from segc.model.plant import ICMP, ICMP6

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.covering import Covering
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger, Seen

SWITCH = "switch"
About = frozenset[str] | tuple[str, str]  # sessions: of two machines, or of a machine with a zone

# Unreachable, source quench, time exceeded, parameter problem (RFC 792); the same with too big (RFC 4443).
ERRORS = frozenset({(ICMP, 3), (ICMP, 4), (ICMP, 11), (ICMP, 12), *((ICMP6, kind) for kind in (1, 2, 3, 4))})


def is_error(seen: Seen) -> bool:
    """Is it an ICMP error? Not where our own firewall recorded it: it knows what is related to a session that it permits."""
    return (seen.proto, seen.port >> 8) in ERRORS and seen.said < Said.RECORDED


def related(ledger: Ledger, errors: Iterable[Seen], permitted: Iterable[Seen], covering: Covering) -> frozenset[Key]:
    """Of these errors, those that may be about what is permitted."""
    about = {one.key: _about(one.key, covering) for one in errors}
    if not about:
        return frozenset()
    wanted = frozenset[About]().union(*about.values())
    others = {one.key: found for one in permitted if (found := wanted & _is_of(one.key, covering))}
    days = ledger.days_of([*about, *others])
    shown: dict[About, set[int]] = {}
    for key, found in others.items():
        for one in found if key in days else ():
            shown.setdefault(one, set()).update(days[key].on)
    return frozenset(
        key
        for key, found in about.items()
        if set().union(*(shown.get(one, ()) for one in found)).issuperset(days[key].on)
    )


def _about(key: Key, covering: Covering) -> frozenset[About]:
    """The sessions that an error may be about."""
    sender = covering.end(key.src)
    pair: About = frozenset((key.src, key.dst))
    if sender.asset is None or sender.asset.kind != SWITCH or sender.zone is None:
        return frozenset((pair,))
    return frozenset((pair, (key.dst, sender.zone)))


def _is_of(key: Key, covering: Covering) -> frozenset[About]:
    """What a session is one of: those of its two ends, and those of each end with the other one's zone."""
    source, target = covering.end(key.src).zone, covering.end(key.dst).zone
    return frozenset((frozenset((key.src, key.dst)), (key.src, target or ""), (key.dst, source or "")))

"""What scanners did, against a policy: which of it is permitted traffic all the same, and which of it might be missed.

A machine that polls a line of which most is switched off looks like a scanner, and so does one that sends UDP to many
displays, none of which answers. What else it does, in the hours in which it does so, was set aside with it when its logs
were read, since a ledger knows no policy. So it is asked here: what the policy permits, and what was answered, is no scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.judged import Class, unsure
from segc.baseline.observed import Noise
from segc.model.plant import UDP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segc.baseline.classify import Classifier
    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger, Seen

RECURS = 2  # days on which UDP without an answer came: once is a mistake, or a search for something that is not there


def acquit(ledger: Ledger, classifier: Classifier) -> frozenset[Key]:
    """From now on, tell what scanners did as all else where it is permitted and may have been answered; gives these keys."""
    judged = all_judged(classifier, ledger, ledger.scanned(), scans=True)
    found = frozenset(one.key for one in judged if one.verdict is Class.PERMITTED)
    ledger.acquit(found)
    return found


def is_missed(seen: Seen) -> bool:
    """Is it a part of a scan that somebody might miss all the same?"""
    return seen.noise == Noise.SCAN and (not seen.is_attempt or recurs(seen))


def is_aside(seen: Seen) -> bool:
    """Is it no evidence for a flow, whatever the policy says, and might somebody miss it all the same?"""
    return is_missed(seen) or (seen.noise == Noise.NONE and seen.is_attempt and recurs(seen))


def recurs(seen: Seen) -> bool:
    """Does it come again and again, whether anybody answers or not?"""
    return seen.proto == UDP and seen.days >= RECURS


def first_judged(classifier: Classifier, seen: Seen, hours: Mapping[int, int] | None = None) -> Judged:
    """What the policy says of a key, either way round where nothing tells which."""
    return classifier.judge(seen.key, hours, either=unsure(seen.proto, seen.grade))


def all_judged(
    classifier: Classifier, ledger: Ledger, keys: Sequence[Seen], *, scans: bool = False
) -> Iterator[Judged]:
    """The same of many. Hours are asked of the few keys that only a grant covers."""
    first = [first_judged(classifier, seen) for seen in keys]
    granted = [one.key for one in first if one.grant is not None]
    hours = ledger.hours(granted, scans=scans) if granted else {}
    for seen, one in zip(keys, first, strict=True):
        yield first_judged(classifier, seen, hours.get(one.key, {})) if one.grant is not None else one

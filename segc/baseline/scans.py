"""What scanners did, against a policy: which of it is permitted traffic all the same, and which of it might be missed.

A machine that polls a line of which most is switched off looks like a scanner, and so does one that sends UDP to many
displays, none of which answers. What else it does, in the hours in which it does so, was set aside with it when its logs
were read, since a ledger knows no policy. So it is asked here: what the policy permits, and what was answered, is no scan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.judged import Class, unsure
from segc.baseline.ledger import MICROSECONDS_A_DAY
from segc.baseline.noise import of_address
from segc.baseline.observed import Noise, Said
from segc.model.plant import UDP

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from segc.baseline.classify import Classifier
    from segc.baseline.judged import Judged
    from segc.baseline.store import Ledger, Seen

Ends = tuple[str, str]  # who sent, and to whom
RECURS = 2  # days on which UDP without an answer came: once is a mistake, or a search for something that is not there


def acquit(ledger: Ledger, classifier: Classifier) -> None:
    """From now on, tell what scanners did as all else where it is permitted and may have been answered."""
    judged = all_judged(classifier, ledger, ledger.scanned(), scans=True)
    ledger.acquit(one.key for one in judged if one.verdict is Class.PERMITTED)


def returning(seen: Iterable[Seen]) -> frozenset[Ends]:
    """Pairs of machines of which one sent UDP to the other one on days enough, by whatever port, and nobody answered.

    By the pair, since telemetry may choose another port each day, and on one of its days a scan may have hidden it.
    """
    days: dict[Ends, set[int]] = {}
    found: set[Ends] = set()
    for one in seen:
        if one.proto == UDP and (one.is_attempt if one.noise in (Noise.NONE, Noise.SCAN) else is_of_a_net(one)):
            ends = one.src, one.dst
            on = days.setdefault(ends, set())
            on |= {one.first // MICROSECONDS_A_DAY, one.last // MICROSECONDS_A_DAY}
            if max(one.days, len(on)) >= RECURS:
                found.add(ends)
    return frozenset(found)


def is_of_a_net(seen: Seen) -> bool:
    """Is it a broadcast only because a network was declared to end there when its log was read?

    Another network, or a machine, may be declared by now; and a router passes it on like any packet.
    """
    return seen.noise == Noise.BROADCAST and of_address(seen.dst) is Noise.NONE


def is_missed(seen: Seen, recurs: Container[Ends]) -> bool:
    """Is it of what was set aside when its log was read, and might somebody miss it all the same?

    `recurs` are pairs that UDP keeps coming between (`returning`).
    """
    if seen.noise == Noise.SCAN and not seen.is_attempt:
        return True
    return seen.proto == UDP and (seen.noise == Noise.SCAN or is_of_a_net(seen)) and (seen.src, seen.dst) in recurs


def is_aside(seen: Seen, recurs: Container[Ends]) -> bool:
    """Is it no evidence for a flow, whatever the policy says, and might somebody miss it all the same?"""
    if seen.noise != Noise.NONE:
        return is_missed(seen, recurs)
    return seen.is_attempt and seen.proto == UDP and (seen.src, seen.dst) in recurs


def first_judged(classifier: Classifier, seen: Seen, hours: Mapping[int, int] | None = None) -> Judged:
    """What the policy says of a key, either way round where nothing tells which.

    Our firewall knows source ports: what it recorded as not permitted, no test of a flow that limits these explains.
    """
    either, tested = unsure(seen.proto, seen.grade), seen.said < Said.RECORDED
    return classifier.judge(seen.key, hours, either=either, tested=tested)


def all_judged(
    classifier: Classifier, ledger: Ledger, keys: Sequence[Seen], *, scans: bool = False
) -> Iterator[Judged]:
    """The same of many. Hours are asked of the few keys that only a grant covers."""
    first = [first_judged(classifier, seen) for seen in keys]
    granted = [one.key for one in first if one.grant is not None]
    hours = ledger.hours(granted, scans=scans) if granted else {}
    for seen, one in zip(keys, first, strict=True):
        yield first_judged(classifier, seen, hours.get(one.key, {})) if one.grant is not None else one

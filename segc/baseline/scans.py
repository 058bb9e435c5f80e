"""What was set aside, against a policy: which of it is permitted traffic all the same, and which of it might be missed.

A machine that polls a line of which most is switched off looks like a scanner, and so does one that sends UDP to many
displays, none of which answers. What else it does, in the hours in which it does so, was set aside with it when its logs
were read, since a ledger knows no policy. So it is asked here: what the policy permits, and what was answered, is no scan.

A ledger knows no zones either: groups and addresses of a link are set aside, and are like all others where a zone has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.judged import Class, unsure
from segc.baseline.ledger import MICROSECONDS_A_DAY
from segc.baseline.noise import of_address
from segc.baseline.observed import Noise, Said
from segc.baseline.recorded import held
from segc.model.plant import ICMP6, UDP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segc.baseline.classify import Classifier
    from segc.baseline.covering import Covering
    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger, Seen

IGMP, MLD = 2, (130, 131, 132, 143)  # a protocol, and types of ICMPv6: queries, reports, and who leaves
RECURS = 2  # days on which UDP without an answer came: once is a mistake, or a search for something that is not there


def acquit(ledger: Ledger, classifier: Classifier) -> None:
    """From now on, tell what scanners did as all else where it is permitted and may have been answered; and what goes to
    groups and the like that zones have.
    """
    judged = all_judged(classifier, ledger, ledger.scanned(), scans=True)
    permitted = (one.key for one in judged if one.verdict is Class.PERMITTED)
    ledger.acquit([*permitted, *between_zones([classifier.covering], ledger.noise())])


def between_zones(coverings: Iterable[Covering], seen: Iterable[Seen]) -> Iterator[Key]:
    """Of keys that were set aside, those that are so by their addresses, and are none by what one of these plants declares;
    of broadcasts, those that a firewall of ours recorded on their way.
    """
    known = list(coverings)
    for one in seen:
        by_address = one.noise in (Noise.MULTICAST, Noise.LINK_LOCAL)
        if not by_address and not (one.noise == Noise.BROADCAST and one.said == Said.RECORDED):
            continue
        if any(passes(of, one.key, one.said) for of in known):
            yield one.key


def passes(covering: Covering, key: Key, said: int) -> bool:
    """May it go through a firewall, whatever kind of addresses it has? Zones have them, or ours recorded it between two zones.

    Who joins a group tells the routers of its own link, and none passes that on (RFC 3376, RFC 3810: TTL 1).
    """
    a, b = covering.end(key.src), covering.end(key.dst)
    if said == Said.RECORDED and a.zone is not None and b.zone is not None:
        return True
    if b.is_group and (key.proto == IGMP or (key.proto == ICMP6 and key.port >> 8 in MLD)):
        return False
    return not (a.is_noise or b.is_noise) and any(end.is_group or end.is_nobody for end in (a, b))


class Returning:
    """What came without an answer on days enough, and keeps coming.

    By the pair of machines, since telemetry may choose another port each day, and on one of its days a scan may have
    hidden it; and by what is asked for, since a collector's clients may have another address each day.
    """

    def __init__(self, seen: Iterable[Seen]) -> None:
        days: dict[tuple[object, ...], set[int]] = {}
        self._found: set[tuple[object, ...]] = set()
        for one in seen:
            if not _is_unanswered(one):
                continue
            for name in _names(one):
                on = days.setdefault(name, set())
                on |= {one.first // MICROSECONDS_A_DAY, one.last // MICROSECONDS_A_DAY}
                if max(one.days, len(on)) >= RECURS:
                    self._found.add(name)

    def __contains__(self, seen: Seen) -> bool:
        return any(name in self._found for name in _names(seen))


def _names(seen: Seen) -> tuple[tuple[object, ...], tuple[object, ...]]:
    return (seen.src, seen.dst), (seen.dst, seen.proto, seen.port)


def _is_unanswered(seen: Seen) -> bool:
    if seen.noise == Noise.BROADCAST:
        return is_of_a_net(seen)
    return seen.proto == UDP and seen.noise in (Noise.NONE, Noise.SCAN) and seen.is_attempt


def is_of_a_net(seen: Seen) -> bool:
    """Is it a broadcast only because a network was declared to end there when its log was read?

    Another network, or a machine, may be declared by now; and a router passes it on like any packet.
    """
    return seen.noise == Noise.BROADCAST and of_address(seen.dst) is Noise.NONE


def is_aside(seen: Seen, recurs: Returning) -> bool:
    """Is it no evidence for a flow, whatever the policy says, and might somebody miss it all the same?

    It was set aside when its log was read and may have been answered (firewalls do not tell), or it keeps coming. To the
    last address of a network, UDP may be a broadcast that a machine with another mask sent once; nothing else is broadcast.
    """
    was_set_aside = seen.noise == Noise.SCAN or (is_of_a_net(seen) and seen.proto != UDP)
    return (was_set_aside and not seen.is_attempt) or (_is_unanswered(seen) and seen in recurs)


def first_judged(classifier: Classifier, seen: Seen, hours: Mapping[int, int] | None = None) -> Judged:
    """What the policy says of a key, either way round where nothing tells which.

    Our firewall knows source ports: what it recorded as not permitted, no test of a flow that limits these explains.
    """
    either, tested = unsure(seen.proto, seen.grade), seen.said < Said.RECORDED
    recorded = seen.said == Said.RECORDED
    return classifier.judge(seen.key, hours, either=either, tested=tested, recorded=recorded)


def all_judged(
    classifier: Classifier, ledger: Ledger, keys: Sequence[Seen], *, scans: bool = False
) -> Iterator[Judged]:
    """The same of many. Hours are asked of the few keys that only a grant covers, and what our own firewalls recorded as what
    they would stop is held against what they let through by now (`segc.baseline.recorded`).
    """
    first = [first_judged(classifier, seen) for seen in keys]
    granted = [one.key for one in first if one.grant is not None]
    hours = ledger.hours(granted, scans=scans) if granted else {}
    recorded = ledger.recorded() if first else {}
    for seen, one in zip(keys, first, strict=True):
        judged = first_judged(classifier, seen, hours.get(one.key, {})) if one.grant is not None else one
        yield (
            held(classifier, judged, recorded[one.key], seen.last // MICROSECONDS_A_DAY)
            if one.key in recorded
            else judged
        )

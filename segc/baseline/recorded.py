"""What our own firewalls recorded as what enforcing would stop, and what the policy permits by its addresses and services.

Astray packets (`segc:a:`) no flow permits, since flows are asked of what comes in at its zone's interface only. Of others
(`segc:A:`) the firewall's file may be older than the flow, or the packet belongs to no session that it knows. Nothing but the
firewall itself can tell: once today's build is installed there, records of what it permits cease. What it stopped (`segc:b:`,
`segc:B:`), where a conduit was in enforce, tells the same.

That they have ceased only the log of who recorded them shows, as long as it goes on and lacks nothing; and of what comes each
month, not before a month of that. What comes only when something fails, or in a window, is no more recorded because nobody used
it: that has to be seen again, or tested again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.calendar import local
from segc.baseline.declared import ATTESTABLE
from segc.baseline.judged import Class
from segc.baseline.ledger import MICROSECONDS_A_DAY, Key
from segc.baseline.observed import Noise, Said
from segc.baseline.watching import PERIODS, WEEKLY
from segc.rules.ir import ALERTED_ASTRAY, BLOCKED, BLOCKED_ASTRAY, PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.baseline.classify import Classifier
    from segc.baseline.judged import Judged
    from segc.baseline.observed import Observed
    from segc.baseline.sensors import Sensor
    from segc.baseline.store import Seen

# How the records of astray packets begin that enforcing would have stopped, and that it stopped; and of others that it stopped.
ASTRAY, STOPPED_ASTRAY = f"{PREFIX}{ALERTED_ASTRAY}:", f"{PREFIX}{BLOCKED_ASTRAY}:"
STOPPED = f"{PREFIX}{BLOCKED}:"
RECENT = 7  # days of records, within which one says that the firewall goes on to record
MOST = 4  # days of them that must have records: a plant that rests on weekends has five
AGES = {"week": WEEKLY, **PERIODS}  # the same of what comes less often


class Last(NamedTuple):
    """The last day (since 1970, UTC) on which a sensor recorded a key so, the last day of all its records, and on how many days
    since it has some and lost none.
    """

    day: int
    until: int
    after: int


class Recorded(NamedTuple):
    """What was recorded of a key: by each sensor until when, and whether any of it was astray."""

    last: tuple[Last, ...]
    astray: bool


def by_key(
    rows: Iterable[tuple[str, str, int, int, str, int, int]], sensors: Mapping[str, Sensor]
) -> dict[Key, Recorded]:
    """Of every key, from the answers to `RECORDED` (`segc.baseline.sql`)."""
    found: dict[Key, Recorded] = {}
    for src, dst, proto, port, sensor, day, astray in rows:
        key = Key(src, dst, proto, port)
        last, was = found.get(key, Recorded((), astray=False))
        of = sensors[sensor]
        later = {one for one in of.days if one > day}.difference(of.silent, of.lost)
        found[key] = Recorded((*last, Last(day, max(later, default=day), len(later))), was or astray > 0)
    return found


def at_once(one: Observed) -> Recorded | None:
    """The same of one record, as long as nothing else is known; None where it is none of these."""
    if one.said is not Said.RECORDED and not is_stopped(one.said, one.tag):
        return None
    day = one.last // MICROSECONDS_A_DAY
    return Recorded((Last(day, day, 0),), one.tag.startswith((ASTRAY, STOPPED_ASTRAY)))


def is_stopped(said: int, tag: str) -> bool:
    """Is it what a firewall of ours stopped?"""
    return said == Said.STOPPED and tag.startswith((STOPPED, STOPPED_ASTRAY))


def stopped(kept: Iterable[Seen]) -> list[Seen]:
    """Of what was set aside, what a firewall of ours stopped."""
    return [one for one in kept if one.noise == Noise.STOPPED and is_stopped(one.said, one.tag)]


def held(classifier: Classifier, judged: Judged, told: Recorded, seen: int) -> Judged:
    """The same, unless the policy permits it and the records say that it would be stopped. `seen`: on which day it last was."""
    if told.astray and judged.verdict in (Class.PERMITTED, Class.INSIDE):
        why = "a firewall recorded that it came in at an interface behind which its source does not lie: there no flow permits it"
        return judged._replace(verdict=Class.ASTRAY, nearest=why)
    if judged.verdict is not Class.PERMITTED:
        return judged
    age, seldom = _age(judged), is_seldom(judged)
    days = [
        one.day
        for one in told.last
        if (seen <= one.day and not _was_tested(classifier, judged, one.day) if seldom else _goes_on(one, age))
        and not _was_drafted(classifier, judged, one.day)
    ]
    if not days:
        return judged
    names = classifier.on_way(judged.source, judged.target)
    install = (
        f"install today's build on {' and '.join(names)}" if names else "install today's build where it was recorded"
    )
    why = (
        f"it is permitted, and on {local(classifier.plant, max(days))} a firewall recorded that enforcing would stop it, or "
        f"stopped it: {install}, and such records cease if its file was older than the policy. That they have ceased, "
    )
    why += (
        "only its next use can show, so repeat a test of it"
        if seldom
        else f"its own log has to show for {age} days; if nothing else is in that any more, learn later logs into a new baseline"
    )
    return judged._replace(verdict=Class.STILL_RECORDED, nearest=why)


def _age(judged: Judged) -> int:
    """For how many days of records one says that the firewall goes on to record: for as long as its flows may stay away."""
    return max((AGES.get(flow.facts.period or "", RECENT) for flow in judged.flows), default=RECENT)


def _goes_on(one: Last, age: int) -> bool:
    """Does nothing show that such records have ceased? Its log goes on for long enough, and is there on most of a week's days."""
    return one.until - one.day < age or one.after < MOST


def is_seldom(judged: Judged) -> bool:
    """Is it permitted only by what waits for a failure, or for its window? That nobody used it since is no wonder."""
    if judged.grant is not None:
        return bool(judged.grant.windows)
    return bool(judged.flows) and all(
        flow.facts.expect in ATTESTABLE and not flow.facts.period for flow in judged.flows
    )


def _was_tested(classifier: Classifier, judged: Judged, day: int) -> bool:
    """Has somebody tested all its flows since, and not on the day of the record?"""
    tested = [flow.facts.tested for flow in judged.flows]
    on = local(classifier.plant, day)
    return bool(tested) and all(one is not None and one > on for one in tested)


def _was_drafted(classifier: Classifier, judged: Judged, day: int) -> bool:
    """Is the day one of those from whose logs its flows were drafted, so that no file can have had them?"""
    since = [flow.facts.learned_until for flow in judged.flows]
    known = [one for one in since if one is not None]
    return 0 < len(known) == len(since) and local(classifier.plant, day) <= min(known)

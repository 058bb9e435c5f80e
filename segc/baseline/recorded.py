"""What our own firewalls recorded as what enforcing would stop, and what the policy permits by its addresses and services.

Astray packets (`segc:a:`) no flow permits, since flows are asked of what comes in at its zone's interface only. Of others
(`segc:A:`) the firewall's file may be older than the flow, or the packet belongs to no session that it knows. Nothing but the
firewall itself can tell: once today's build is installed there, records of what it permits cease.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.calendar import local
from segc.baseline.judged import Class
from segc.rules.ir import ALERTED_ASTRAY, PREFIX

if TYPE_CHECKING:
    from segc.baseline.classify import Classifier
    from segc.baseline.judged import Judged

ASTRAY = f"{PREFIX}{ALERTED_ASTRAY}:"  # how the record of an astray packet begins that enforcing would have stopped
RECENT = 7  # days of records, within which one says that the firewall goes on to record


class Recorded(NamedTuple):
    """The last day (since 1970, UTC) on which a key was recorded so, and whether any of it was astray."""

    day: int
    astray: bool


def held(classifier: Classifier, judged: Judged, told: Recorded, today: int) -> Judged:
    """The same, unless the policy permits it and the records say that it would be stopped. `today` is their last day."""
    if told.astray and judged.verdict in (Class.PERMITTED, Class.INSIDE):
        why = "a firewall recorded that it came in at an interface behind which its source does not lie: there no flow permits it"
        return judged._replace(verdict=Class.ASTRAY, nearest=why)
    if (
        judged.verdict is not Class.PERMITTED
        or today - told.day >= RECENT
        or _was_drafted(classifier, judged, told.day)
    ):
        return judged
    names = classifier.on_way(judged.source, judged.target)
    install = (
        f"install today's build on {' and '.join(names)}" if names else "install today's build where it was recorded"
    )
    why = (
        f"it is permitted, and on {local(classifier.plant, told.day)} a firewall recorded that enforcing would stop it: {install}, "
        "and such records cease if its file was older than the policy"
    )
    return judged._replace(verdict=Class.STILL_RECORDED, nearest=why)


def _was_drafted(classifier: Classifier, judged: Judged, day: int) -> bool:
    """Is the day one of those from whose logs its flows were drafted, so that no file can have had them?"""
    since = [flow.facts.learned_until for flow in judged.flows]
    known = [one for one in since if one is not None]
    return 0 < len(known) == len(since) and local(classifier.plant, day) <= min(known)

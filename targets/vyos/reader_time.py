"""`time`: what VyOS makes of it (parse_time in vyos.firewall), and nft of that.

An hour beside a date belongs to the date: `starttime` with `startdate` is one moment, and no hour of every day. An hour
without its date is one of every day; what nft makes of these, and of days of the week, hangs on the moment at which
the rules are loaded and on the kernel's time zone: it is left undecided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import LAST_SECOND, TIME
from segc.packets.machine import In, Refused, Unknown

from .._shared.reader_nft_time import moment

if TYPE_CHECKING:
    from segc.packets.machine import Match

    from .reader_tree import Node

WORDS = ("startdate", "starttime", "stopdate", "stoptime", "weekdays")


def matches(node: Node, zone: str | None) -> list[Match]:
    """When the rule holds."""
    odd = next((word for word in node.below if word not in WORDS), None)
    if odd is not None or not node.below:
        raise Refused(f"`{odd or 'time'}` is no word of a rule's time that this reader knows", node.line)
    said = {word: node.value(word) or "" for word in node.below}
    hours = [f"{side}time" for side in ("start", "stop") if f"{side}time" in said and f"{side}date" not in said]
    vague = [*hours, *(["weekdays"] if "weekdays" in said else [])]
    found: list[Match] = [Unknown(f"time {word} {said[word]}") for word in vague]
    ends = [side for side in ("start", "stop") if f"{side}date" in said]
    if ends and zone is None:
        return [*found, Unknown("time " + " ".join(f"{word} {value}" for word, value in sorted(said.items())))]
    if ends and zone is not None:
        at = {s: moment(zone, said[f"{s}date"], said.get(f"{s}time", "00:00:00"), node.line) for s in ends}
        first, last = at.get("start", 0), at.get("stop", LAST_SECOND + 1) - 1
        found.append(In(TIME, ((max(first, 0), last),) if first <= last else ()))
    return found

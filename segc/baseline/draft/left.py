"""What a draft says of keys for which it has no flow: a line for two machines, or for a reason that holds of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.draft.evidence import LIMITED, NO_DIRECTION, NO_PORT_TOLD, ONE_ZONE
from segc.baseline.words import service
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.baseline.draft.evidence import Unexplained

SHOWN = 40  # lines
SERVICES = 3  # of two machines
BETWEEN = (ONE_ZONE, NO_PORT_TOLD, NO_DIRECTION, LIMITED)


def not_drafted(left: Iterable[tuple[Unexplained, str]]) -> Iterator[str]:
    """Comment lines, with what most keys have in common first."""
    groups: dict[tuple[str, ...], list[Unexplained]] = {}
    for one, reason in left:
        between = (one.key.src, one.key.dst) if reason in BETWEEN else ()
        groups.setdefault((reason, *between), []).append(one)
    listed = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1][0].key, item[0]))
    if listed:
        yield ""
        yield f"# ---- not drafted: {sum(map(len, groups.values()))} ----"
        yield "#"
    for (reason, *_), ones in listed[:SHOWN]:
        days = f"on {'up to ' if len(ones) > 1 else ''}{count(max(one.seen.days for one in ones), 'day')}"
        yield f"# {_what(ones)}: seen {count(sum(one.seen.n for one in ones), 'time')} {days}"
        yield f"#   {reason}"
    if len(listed) > SHOWN:
        keys = sum(len(ones) for _, ones in listed[SHOWN:])
        yield f"# and {keys:,} more: segc baseline compare tells all of them"


def _what(ones: list[Unexplained]) -> str:
    """Who asked whom, and for what where it is little."""
    key = ones[0].key
    pair = f"{key.src} -> {key.dst}"
    if len(ones) == 1:
        return f"{pair}, protocol {key.proto}" + (f", port {key.port}" if key.port >= 0 else "")
    pairs = {(one.key.src, one.key.dst) for one in ones}
    if len(pairs) > 1:
        return f"{pair} and {count(len(pairs) - 1, 'other pair')} of machines, {count(len(ones), 'key')}"
    asked = [service(one.key) for one in ones]
    more = f" and {len(asked) - SERVICES:,} more" if len(asked) > SERVICES else ""
    return f"{pair}, {count(len(ones), 'key')} ({', '.join(asked[:SERVICES])}{more})"

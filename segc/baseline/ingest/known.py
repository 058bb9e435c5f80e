"""Which log a log is, by its content: one that was read before, one that has grown, or one that another begins with.

Of two logs of which one begins with all of the other, the longer holds both. It alone counts, in whatever order they are
read, and what the end of the shorter one may have lacked is in it. Of two of the same content, one that is packed, and
unpacks to its end, shows that nothing is missing; of one that is not packed, nobody knows.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.ingest.content import opened, packing, survey
from segc.baseline.ingest.files import STDIN
from segc.baseline.ingest.log import ZEEK_JSON, ZEEK_TABS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from segc.baseline.ingest.content import Facts
    from segc.baseline.ingest.tally import Tallied
    from segc.baseline.manifest import Source

GROWS = (ZEEK_TABS, ZEEK_JSON)  # each line stands alone. Others must be seen whole, e.g. to join two halves


class Place(NamedTuple):
    """Where to begin in a log, what is there already that it follows, and which sources it replaces."""

    since: int = 0
    follows: str | None = None
    replaced: tuple[Source, ...] = ()


def same(sources: Iterable[Source], facts: Facts) -> Source | None:
    """The source with the same content."""
    return next((one for one in sources if one.digest == facts.digest), None)


def is_sure(facts: Facts) -> bool:
    """Does nothing stand behind what was unpacked? What is not packed may have been cut off where a line ends."""
    return bool(facts.packed) and not facts.cut


def changes(sources: Iterable[Source], old: Source, facts: Facts) -> bool:
    """Must a log be read again, as it tells of its end what the one of the same content did not?"""
    if old.cut is not None:
        return is_sure(facts)
    return bool(facts.cut) and not old.whole and all(one.follows != old.digest for one in sources)


def told_again(old: Source, facts: Facts, ends: int) -> Source:
    """A source, after a log of the same content that is not read again. `ends`: when that one was last written."""
    if old.cut is None:
        return replace(old, whole=old.whole or is_sure(facts))
    return replace(old, cut=max(old.cut, ends)) if facts.cut else old


def place(sources: Sequence[Source], facts: Facts, form: str, name: str) -> Place:
    """Where to read a log from, which is to be added to the sources."""
    if not facts.begins:
        return Place()
    whole = {one.digest for one in facts.begins if one.whole and one.digest != facts.digest}
    fits = [one for one in sources if one.digest in whole and one.cut is None and one.format == form and form in GROWS]
    if facts.cut:  # what was read of it before may as well lack some
        needed = _needed(sources, _outside(sources, facts))
        fits = [one for one in fits if one.digest in needed]
    base = max(fits, key=lambda one: one.bytes, default=None)
    gone = superseded(sources, facts, name, base)
    return Place(base.bytes, base.digest, gone) if base is not None else Place(replaced=gone)


def form(sources: Iterable[Source], facts: Facts) -> str:
    """As which format the beginning of a log was read, where it told of anything; else nothing."""
    begins = {one.digest for one in facts.begins}
    read = [one for one in sources if one.digest in begins and one.observed]
    return max(read, key=lambda one: one.bytes).format if read else ""


def anew(sources: Iterable[Source], facts: Facts, name: str) -> Place:
    """The same where a log is to be read from its beginning whatever was read of it: it holds all that it begins with."""
    begins = {one.digest for one in facts.begins}
    return Place(replaced=tuple(one for one in sources if one.digest in begins and is_of(one, name)))


def before(sources: Iterable[Source], place: Place, name: str) -> list[Source]:
    """The sources of a log as it was: those that it replaces, and the one that it goes on behind."""
    return [one for one in sources if (one in place.replaced or one.digest == place.follows) and is_of(one, name)]


def is_of(one: Source, name: str) -> bool:
    """Is a source that a log begins with the log as it was? One that tells of nothing begins many: its name tells."""
    return bool(one.observed) or _is_one(one.name, name)


def superseded(sources: Sequence[Source], facts: Facts, name: str, kept: Source | None) -> tuple[Source, ...]:
    """The sources that a log begins with, but for what `kept` and others that stay stand on.

    One that tells of no conversation, as of a header alone, is the beginning of many: it is this one's by its name.
    """
    roots = _outside(sources, facts) + ([kept] if kept is not None else [])
    needed, begins = _needed(sources, roots), {one.digest for one in facts.begins}
    return tuple(
        one
        for one in sources
        if one is not kept
        and one.digest in begins
        and (one.digest == facts.digest or (one.digest not in needed and is_of(one, name)))
    )


def holder(
    sources: Sequence[Source], facts: Facts, form: str, name: str, told: Tallied, seen: Callable[[int], None]
) -> Source | None:
    """The source that begins with all of a log and goes on: as its own file shows, where that is still there.

    Only files of such times are looked into. A log that tells of no conversation may begin as any other does: it is one
    of the same name.
    """
    times, own = _times(sources), _both(told.first, told.last)
    for one in sources:
        if one.bytes <= facts.size or one.format != form:
            continue
        fits = _within(own, times[one.digest]) if own else _is_one(one.name, name)
        if fits and _begins(one, facts, seen):
            return one
    return None


def _outside(sources: Iterable[Source], facts: Facts) -> list[Source]:
    """The sources that a log does not begin with."""
    begins = {one.digest for one in facts.begins}
    return [one for one in sources if one.digest not in begins]


def _needed(sources: Iterable[Source], roots: Iterable[Source]) -> set[str]:
    """These sources and all that they follow."""
    there = {one.digest: one for one in sources}
    found: set[str] = set()
    for root in roots:
        one: Source | None = root
        while one is not None and one.digest not in found:
            found.add(one.digest)
            one = there.get(one.follows or "")
    return found


def _is_one(name: str, other: str) -> bool:
    """Is it the same file by its name, packed or not?"""
    one, two = (Path(each.removesuffix(".gz").removesuffix(".zst")).absolute() for each in (name, other))
    return one == two and name != STDIN


def _both(first: int | None, last: int | None) -> list[int]:
    return [] if first is None or last is None else [first, last]


def _within(own: list[int], others: list[int]) -> bool:
    return bool(others) and others[0] <= own[0] and own[1] <= others[1]


def _times(sources: Iterable[Source]) -> dict[str, list[int]]:
    """The first and the last time of each source, with what it follows (which stands before it); none where it tells none."""
    found: dict[str, list[int]] = {}
    for one in sources:
        both = found.get(one.follows or "", []) + _both(one.first, one.last)
        found[one.digest] = [min(both), max(both)] if both else []
    return found


def _begins(one: Source, facts: Facts, seen: Callable[[int], None]) -> bool:
    """Is a source's file as it was read, and are its first bytes the whole of a log?"""
    path = Path(one.name)
    try:
        if one.name == STDIN or not path.is_file():
            return False
        packed = packing(path)
        with opened(path, packed) as stream:
            if stream.read(len(facts.head)) != facts.head:
                return False
        with opened(path, packed) as stream:
            found = survey(stream, [(facts.size, facts.digest)], seen, one.bytes)
    except OSError:
        return False
    return found.digest == one.digest and bool(found.begins)

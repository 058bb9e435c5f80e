"""How a log was read, and what of it stays when the log is read again: no word is dropped without another word.

A log that has grown takes the place of what was read of it, or goes on behind that. Its sensor, and that it misses
some, its zone and columns stay as they were said first, and its format as it was read, until somebody reads it anew
(`--again`) or, of the format, names another one (`--from`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from segc.baseline.ingest.log import ZEEK_JSON, ZEEK_TABS
from segc.baseline.sources import registry
from segc.baseline.words import PCAP, sensors
from segc.diagnostics import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from segc.baseline.manifest import Source
    from segc.baseline.sources.protocol import Context
    from segc.diagnostics import Diagnostic

LOSSY = "--lossy"
ZONE, COLUMN = "--zone ", "--column "
TIMED = (ZEEK_TABS, ZEEK_JSON, PCAP)  # whose stamps are in UTC, whatever zone is said


def asked(context: Context) -> tuple[str, ...]:
    """The options that a log is read with, beside the sensor's name; an older segc has kept none of them."""
    return (f"{ZONE}{context.zone}", *_columns(context), *((LOSSY,) if context.lossy else ()))


def kept(before: Sequence[Source], context: Context, form: str) -> Context:
    """How to read a log that goes on behind others, or in their place: as the longest of them was. Of one that told of nothing,
    or was read as another format, only the sensor stays, and that it misses some.
    """
    if not before:
        return context
    sensor = max(before, key=lambda one: one.bytes).sensor
    context = replace(context, sensor=sensor, lossy=context.lossy or any(map(_is_lossy, before)))
    alike = [one for one in before if one.asked and one.observed and one.format == form]
    if not alike:
        return context
    last = max(alike, key=lambda one: one.bytes)
    return replace(context, zone=_zone(last, context.zone), columns=_mapping(last))


def grown(
    name: str, before: Sequence[Source], base: Source | None, context: Context, form: str, looks: str
) -> list[Diagnostic]:
    """What is to be said of a log that has grown, and is said to be read otherwise than what was there of it, or `looks` like
    another format by now than the one in which it is read on.
    """
    other: dict[str, None] = {}
    for one in before:
        other |= dict.fromkeys(_marks(one, context, goes_on=one is base))
        if one.observed and one.format == form:
            other |= dict.fromkeys(_options(one, context))
            other |= {f"as {form}, not {looks}": None} if looks not in ("", registry.FORMS.get(form, form)) else {}
    return [_told(name, list(other), name, "counts so with what was added")] if other else []


def otherwise(name: str, old: Source, context: Context, form: str = "", holder: str = "") -> list[Diagnostic]:
    """A log that was read before, and is now said to be of another sensor or format, or to be read with other options.

    `holder`: the log that has all of it, where that is another one.
    """
    other = [*_marks(old, context, goes_on=True), *_options(old, context)]
    other += [f"as {old.format}, not {form}"] if form else []
    return [_told(name, other, holder or name, "still counts so")] if other else []


def _told(name: str, other: Sequence[str], file: str, counts: str) -> Diagnostic:
    message = f"`{name}` was read before {' and '.join(other)}, and {counts}"
    help_text = f"with --again, `{file}` is read anew in place of that: give all options that hold for it"
    return finding("log-held-otherwise", message, help=help_text)


def _marks(old: Source, context: Context, *, goes_on: bool) -> Iterator[str]:
    """`goes_on`: what was read of it before counts on, so that it cannot miss some from now on."""
    if context.sensor not in ("", old.sensor):
        yield f"as of {sensors([old.sensor])}"
    if context.lossy and not old.lossy and goes_on:
        yield "as of a sensor that misses nothing"
    if old.asked and _is_lossy(old) and not context.lossy:
        yield "as of a sensor that misses some (--lossy)"


def _options(old: Source, context: Context) -> Iterator[str]:
    """Options of reading that are others now. What is not said now is no other one."""
    before = [word for word in old.asked if word.startswith(COLUMN)]
    if old.asked and context.columns and before != list(_columns(context)):
        yield f"with {' '.join(before) or 'no --column'}"
    zone = next((word for word in old.asked if word.startswith(ZONE)), "")
    if zone and zone != f"{ZONE}{context.zone}" and old.format not in TIMED:
        yield f"with {zone}"


def _columns(context: Context) -> tuple[str, ...]:
    return tuple(f"{COLUMN}{ours}={theirs}" for ours, theirs in sorted(context.columns.items()))


def _mapping(old: Source) -> dict[str, str]:
    """The columns that a table was read with."""
    told = (word.removeprefix(COLUMN).partition("=") for word in old.asked if word.startswith(COLUMN))
    return {ours: theirs for ours, _, theirs in told}


def _zone(old: Source, other: tzinfo) -> tzinfo:
    """The zone that its stamps were read in; another one where this machine does not know it."""
    name = next((word.removeprefix(ZONE) for word in old.asked if word.startswith(ZONE)), "")
    if name in ("", str(other)):
        return other
    try:
        return UTC if name == str(UTC) else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return other


def _is_lossy(old: Source) -> bool:
    """Did somebody say that its sensor misses some? Of an older segc's, its end may have shown it instead."""
    return LOSSY in old.asked if old.asked else old.lossy and old.cut is None

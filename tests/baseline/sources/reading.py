"""Reads a few lines as a log, for the tests of sources."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import cache
from typing import Any

from segc.baseline.direction import Known
from segc.baseline.observed import Observed, Unread
from segc.baseline.sources.protocol import Context
from segc.baseline.sources.registry import by_name, detect
from segc.cli.library import services

UNTIL = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp()) * 1_000_000


@cache
def library() -> Known:
    """The ports of the service library."""
    return Known.of(service for service, _ in services().values())


def context(**words: Any) -> Context:
    """A context as of November 2026, that knows the library."""
    given: dict[str, Any] = {"until": UNTIL, "known": library()} | words
    return Context(**given)


def everything(name: str, log: str | bytes, **words: Any) -> list[Observed | Unread]:
    """All that a source tells of a log; it must find the log by its looks, unless the columns are mapped."""
    raw = log.encode() if isinstance(log, str) else log
    source = by_name(name)
    assert source is not None
    if "columns" not in words:
        assert detect(raw) is source
    return list(source.read(io.BytesIO(raw), context(**words)))


def read(name: str, log: str | bytes, **words: Any) -> list[Observed]:
    """What a source tells of a log of which it must understand every line."""
    found = everything(name, log, **words)
    assert not [one for one in found if isinstance(one, Unread)]
    return [one for one in found if isinstance(one, Observed)]


def unread(name: str, log: str | bytes, **words: Any) -> list[Unread]:
    """What it did not understand."""
    return [one for one in everything(name, log, **words) if isinstance(one, Unread)]


def at(text: str) -> int:
    """Microseconds since 1970 of a time in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1_000_000)


def key(one: Observed) -> tuple[str, str, int, int]:
    """Who opened to whom, and by what."""
    return one.src, one.dst, one.proto, one.dport

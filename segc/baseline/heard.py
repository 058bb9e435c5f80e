"""What a ledger answers of days: on which a key was seen, and a sensor heard a zone."""

from __future__ import annotations

from typing import NamedTuple


class Came(NamedTuple):
    """The days (since 1970, UTC) on which a key was seen, and those of them on which conversations ended; sorted."""

    on: list[int]
    ended: list[int]


class Heard(NamedTuple):
    """A sensor heard a zone's machine on a day. Conversations of such machines ended then from the moment `early` to `late`;
    where none did, `late` is before all days: only what was written later tells of it.
    """

    sensor: str
    zone: str
    day: int
    early: int
    late: int

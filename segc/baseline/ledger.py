"""The ledger: one row a day, sensor and key. What `status`, `draft` and `drift` read; raw logs are read once."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

MICROSECONDS_A_DAY = 86_400_000_000
EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """A day as the ledger counts them: since 1970."""
    return day.toordinal() - EPOCH


class Key(NamedTuple):
    """Who opened sessions to whom, and by what. `port` is the destination's; ICMP's is type * 256 + code."""

    src: str
    dst: str
    proto: int
    port: int


class Row(NamedTuple):
    """What a sensor saw of a key on a day (days since 1970, UTC).

    `n` conversations, of which `answered` got an answer and `unanswered` none; of the rest the log could not tell. One that
    goes on for days is in the rows of each. `ended` of them ended on this day, which is when a record of a session is written:
    so each of them once, whatever the days. `bytes` and `pkts` are told of the day on which a conversation began.
    `hours` is a bit mask of the hours (UTC) in which it was seen. `grade`, `said` and `noise` are the numbers of
    `segc.baseline.observed`: the best grade, the strictest answer. `lossy`: the sensor may have missed some, so that
    it can show that a flow exists, never that it does not. `first` and `last` in microseconds since 1970.
    """

    day: int
    sensor: str
    src: str
    dst: str
    proto: int
    port: int
    n: int
    answered: int
    unanswered: int
    bytes: int
    pkts: int
    first: int
    last: int
    hours: int
    grade: int
    said: int
    noise: int
    lossy: int
    tag: str
    ended: int

    @property
    def key(self) -> Key:
        """The row's key."""
        return Key(self.src, self.dst, self.proto, self.port)

    @property
    def is_attempt(self) -> bool:
        """Was nothing of it ever answered? Attempts are findings, never learned."""
        return self.unanswered == self.n


COLUMNS = Row._fields  # the columns of a ledger file, in order
TEXTS = frozenset({"sensor", "src", "dst", "tag"})  # of which these are text; all others are 64-bit integers

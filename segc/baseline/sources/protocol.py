"""What a source of observations is, and what it must be told about the log that it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, BinaryIO, Protocol

from segc.baseline.direction import Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from segc.baseline.observed import Observed, Unread

HEAD = 65536  # bytes of a log (unpacked) from which a source can tell whether it is one of its own
LONGEST_LINE = 1 << 14  # bytes: twice what syslog daemons let through. A longer line is passed over, and told


@dataclass(frozen=True)
class Context:
    """What a log does not say of itself.

    `zone` is that of stamps without an offset. `until` (microseconds since 1970) is a moment after the log's last
    line, e.g. when its file was last written: stamps without a year (RFC 3164) get the latest one that is not after
    it; 0 makes such lines unreadable. Of a `live` log, it is about when it begins: each stamp gets the year in which it
    is nearest to the one before; with `now` (the clock, in the same unit), the latest year that is not after that, by
    more than devices are ahead. `known` are the services' ports. `nets` are the plant's IPv4 networks as
    (first, last) addresses, for broadcasts into them. `columns` maps ours to the log's where a table's are named by
    hand (docs/logs.md). `lossy`: the log is known to have gaps. `live`: the log never ends, so nothing may wait for
    what comes later to tell its direction.
    """

    sensor: str = ""
    zone: tzinfo = UTC
    until: int = 0
    known: Known = field(default_factory=Known)
    nets: tuple[tuple[int, int], ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    lossy: bool = False
    live: bool = False
    now: Callable[[], int] | None = None


class Source(Protocol):
    """A format of logs. One object reads any number of logs: what it learns of one stays within `read`."""

    @property
    def name(self) -> str:
        """The word for it on the command line and in the ledger's manifest."""

    @property
    def title(self) -> str:
        """What people call it."""

    def sniff(self, head: bytes) -> bool:
        """Do these first bytes (at most `HEAD`, perhaps cut within a line) look like it?"""

    def read(self, stream: BinaryIO, context: Context) -> Iterator[Observed | Unread]:
        """All that the log tells, in about the order of its lines. Only what the stream itself raises is raised."""

"""All sources, and which one a log is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.sources import asa, cef, filterlog, fortigate, ios, kernel, nfjson, pan, pcap, table, ulogd, zeek

if TYPE_CHECKING:
    from segc.baseline.sources.protocol import Source

# In the order in which they are asked: the ones with a signature first, tables of any columns last. The kernel's
# records are asked for behind those of devices that might relay them.
SOURCES: tuple[Source, ...] = (
    pcap.SOURCE,
    zeek.SOURCE,
    ulogd.SOURCE,
    cef.SOURCE,
    asa.SOURCE,
    ios.SOURCE,
    fortigate.SOURCE,
    pan.SOURCE,
    filterlog.SOURCE,
    kernel.SOURCE,
    nfjson.SOURCE,
    table.NFDUMP_SOURCE,
    table.VPC_SOURCE,
    table.MAPPED_SOURCE,
)


def detect(head: bytes) -> Source | None:
    """The source of a log that begins with `head` (at most `protocol.HEAD` bytes, unpacked), or None."""
    return next((source for source in SOURCES if source.sniff(head)), None)


def by_name(name: str) -> Source | None:
    """A source by its name."""
    return next((source for source in SOURCES if source.name == name), None)

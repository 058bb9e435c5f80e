"""All sources, and which one a log is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline.sources import asa, cef, filterlog, fortigate, ios, kernel, nfjson, pan, pcap, table, ulogd, zeek
from segc.baseline.sources.text import says_missing
from segc.lang.suggest import nearest

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
NAMES = tuple(source.name for source in SOURCES)
# A source with two forms, which the log's first byte tells apart.
FORMS = {"zeek-tsv": "zeek", "zeek-json": "zeek"}


def detect(head: bytes) -> Source | None:
    """The source of a log that begins with `head` (at most `protocol.HEAD` bytes, unpacked), or None."""
    return next((source for source in SOURCES if source.sniff(head)), None)


def of_gaps(head: bytes) -> Source | None:
    """The source of a log that no source knows, and that says that records are missing; None for any other.

    Whoever reads lines knows these, whichever program has written them. The kernel's is asked, as it knows no others.
    """
    return kernel.SOURCE if any(map(says_missing, head.split(b"\n"))) else None


def by_name(name: str) -> Source | None:
    """A source by its name, or by that of one of its forms, as a baseline names it."""
    return next((source for source in SOURCES if source.name == FORMS.get(name, name)), None)


def meant(name: str) -> str:
    """What may be meant by a name that none has, as a sentence."""
    close = nearest(name, [*NAMES, *FORMS])
    known = f"known are {', '.join(NAMES)}"
    return f"did you mean `{close}`? {known}" if close else known

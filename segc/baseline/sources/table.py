"""Tables with a line of names first: nfdump's CSV, and flow logs of clouds and others by a mapping of their columns.

nfdump: names of 1.6 and 1.7 (`-o csv`: ts, te, sa...), of 1.7.5 and later (firstSeen, srcAddr...) and of `csv-fast`;
nfdump(1) and its ChangeLog. VPC flow logs: AWS "Flow log record fields". What is `sampled` cannot be seen here: such a
log must be declared lossy. Records of one direction are merged with those of the other. Logs that were joined have several
lines of names, and nfdump's summaries between them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from segc.baseline.conversations import MOST, TCP, Talks
from segc.baseline.direction import Orient
from segc.baseline.observed import NO_PORT, Said, Unread
from segc.baseline.sources.fragments import HELD, PATIENCE, Fragment, Side, join, portless
from segc.baseline.sources.notread import NotRead
from segc.baseline.sources.stamps import MICRO, Clock, epoch
from segc.baseline.sources.text import Held, lines, missing, shown, why
from segc.baseline.sources.words import ICMP, ICMP6, PORTED, address, cells, count, icmp, port, protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import BinaryIO

    from segc.baseline.observed import Observed
    from segc.baseline.sources.protocol import Context

NAMES = ("src", "dst", "proto", "sport", "dport", "start", "end", "bytes", "packets", "action", "flags", "status")
NEEDED = ("src", "dst", "proto", "start")

# What the columns are called, in the order of preference.
NFDUMP = {
    "start": ("ts", "firstSeen"), "end": ("te", "lastSeen"), "length": ("td", "duration"),
    "src": ("sa", "srcAddr"), "dst": ("da", "dstAddr"), "sport": ("sp", "srcPort"), "dport": ("dp", "dstPort"),
    "proto": ("pr", "proto"), "flags": ("flg", "flags"), "packets": ("ipkt", "pkt", "packets"),
    "bytes": ("ibyt", "byt", "bytes"), "packets_back": ("opkt",), "bytes_back": ("obyt",),
}  # fmt: skip
VPC = {
    "start": ("start",), "end": ("end",), "src": ("srcaddr",), "dst": ("dstaddr",), "sport": ("srcport",),
    "dport": ("dstport",), "proto": ("protocol",), "packets": ("packets",), "bytes": ("bytes",),
    "action": ("action",), "status": ("log-status", "log_status"), "flags": ("tcp-flags", "tcp_flags"),
}  # fmt: skip
ALL = {*NAMES, "length", "packets_back", "bytes_back"}
# nfdump's last lines, in this order: a title, names, and numbers of everything together.
_SUMMARY = (
    re.compile("Summary"),
    re.compile(r"flows,bytes,packets(?:,\w+)*"),
    re.compile(r"\d+(?:,\d+(?:\.\d+)?)*"),
)
SOUGHT = 50  # lines that may stand before the one of names
_NAME = re.compile(r"[^\W\d_][\w .:/()\[\]#%-]{0,60}")
_BITS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}
_STOPPED = frozenset({"reject", "rejected", "deny", "denied", "drop", "dropped", "block", "blocked"})
_PASSED = frozenset({"accept", "accepted", "allow", "allowed", "pass", "passed", "permit", "permitted"})


class Table:
    """A source of records in a table. `columns` names them, unless the context does. `acks`: its flags tell of an ACK."""

    rows: type[Rows]

    def __init__(self, name: str, title: str, columns: Mapping[str, tuple[str, ...]], *, acks: bool = False) -> None:
        self.name = name
        self.title = title
        self.columns = columns
        self.acks = acks

    def sniff(self, head: bytes) -> bool:
        """Does the first line name the columns?"""
        names = split(head.partition(b"\n")[0].rstrip(b"\r").decode("utf-8", "replace").removeprefix("\ufeff"))[0]
        return not _missing(_places(names, self.columns)) if names else False

    def named(self, context: Context) -> Mapping[str, tuple[str, ...]]:
        """What the columns are called: as somebody said, the others as the format has it."""
        return {**self.columns, **{ours: (theirs,) for ours, theirs in context.columns.items()}}

    def read(self, stream: BinaryIO, context: Context) -> Iterator[Observed | Unread]:
        """The conversations of the records, hour by hour, turned the right way."""
        rows, held, orient = (
            self.rows(self.named(context), context, acks=self.acks and "flags" not in context.columns),
            Held(context),
            Orient(context.known, live=context.live),
        )
        number = 0
        for number, raw in lines(stream):
            if isinstance(raw, Unread):
                yield raw
                continue
            try:
                told = rows.row(raw.decode("utf-8", "replace"))
            except (ValueError, LookupError, ArithmeticError) as error:
                if raw.strip(b"\0 \t"):
                    yield Unread(number, why(error), shown(raw))
                continue
            if rows.gap is not None:
                held.gap()
                yield missing(number, raw, rows.gap)
                rows.gap = None
            for one in told:
                for turned in orient.put(one):
                    yield from held.put(turned)
        if rows.rest:
            yield Unread(number, "the last record is cut off", shown(rows.rest.encode()), cut=True)
        if not rows.has_ports:
            yield Unread(1, "no columns of ports: nothing tells which services these flows used")
        for one in rows.end():
            for turned in orient.put(one):
                yield from held.put(turned)
        for turned in orient.end():
            yield from held.put(turned)
        yield from held.end()


class Rows:
    """Reads the records of one log: a line of names, then one of values each; and again, where logs were joined."""

    def __init__(self, columns: Mapping[str, tuple[str, ...]], context: Context, *, acks: bool) -> None:
        self.columns = columns
        self.clock = Clock(context)
        self.talks: Talks[Side] = Talks(context.known, lambda key: key[:5], PATIENCE, live=context.live, acks=acks)
        self.at: dict[str, int] = {}
        self.width = 0
        self.separator = ","
        self.found = False
        self.has_ports = True  # in all tables so far
        self.summed = 0  # lines of a summary behind which we are
        self.loose: list[Fragment] = []  # they may be part of a conversation
        self.gap: int | None = None

    @property
    def rest(self) -> str:
        """What was begun and not ended; a line of values is whole, or told."""
        return ""

    def row(self, text: str) -> Iterable[Observed]:
        """What a line settles."""
        if not self.found:
            self._head(text)
            return ()
        try:
            return self._summary(text) if self.summed or text == "Summary" else self._values(text)
        except (ValueError, LookupError, ArithmeticError):
            if _missing(_places(split(text)[0], self.columns)):
                raise
        self._head(text)
        return ()

    def end(self) -> Iterator[Observed]:
        """The rest."""
        join(self.talks, self.loose)
        yield from self.talks.end()

    def _summary(self, text: str) -> Iterable[Observed]:
        """The last lines of nfdump are no records; what stands behind them is no summary."""
        if text.strip():
            if self.summed >= len(_SUMMARY) or not _SUMMARY[self.summed].fullmatch(text.strip()):
                raise NotRead("behind a summary, and no line of names before it")
            self.summed += 1
        return ()

    def _values(self, text: str) -> Iterable[Observed]:
        row = [cell.strip() for cell in cells(text, self.separator)]
        if len(row) < self.width:
            raise NotRead("fewer values than columns, or cut off")
        row.append("")  # what stands in a column that is not there
        status = row[self.at["status"]].upper()
        if status == "NODATA":
            return ()
        if status == "SKIPDATA":
            self.gap = self._ended(row)
            return ()
        return self.record(row)

    def _head(self, text: str) -> None:
        names, self.separator = split(text.removeprefix("\ufeff"))
        places = _places(names, self.columns)
        missing = _missing(places)
        if missing:
            raise NotRead(f"no column for {', '.join(missing)}; name them with --column")
        self.width = 1 + max(places.values())
        self.at, self.found, self.summed = dict.fromkeys(self.columns.keys() | ALL, -1) | places, True, 0
        self.has_ports = self.has_ports and "dport" in places

    def record(self, row: list[str]) -> Iterable[Observed]:
        """Take a record in; gives conversations that nothing adds to any more."""
        at = self.at
        first = self._time(row[at["start"]])
        start, end, length = row[at["start"]], row[at["end"]], row[at["length"]]
        last = first if end == start else self._time(end) if end else first + (epoch(length) if length else 0)
        src, dst = address(row[at["src"]]), address(row[at["dst"]])
        proto = protocol(row[at["proto"]])
        sport = dport = NO_PORT
        if proto in PORTED and row[at["dport"]]:
            sport, dport = port(row[at["sport"]]) if row[at["sport"]] else NO_PORT, port(row[at["dport"]])
        elif proto in (ICMP, ICMP6) and row[at["dport"]]:
            dport = _kind(row[at["dport"]])
        packets, size = count(row[at["packets"]]), count(row[at["bytes"]])
        flags = _flags(row[at["flags"]][:16]) if proto == TCP else 0
        action = row[at["action"]].lower()
        told: list[Observed] = []
        full = len(self.talks.there) >= MOST or len(self.loose) >= HELD
        if full or last >= self.talks.hour or first < self.talks.floor:
            join(self.talks, self.loose, None if full or last < self.talks.hour else last - PATIENCE)
            told = list(self.talks.turn(last))
        # What is stopped is no part of what passes, also where both have the same ports: it would hide that, or be hidden.
        stopped = action in _STOPPED
        said = Said.STOPPED if stopped else Said.PASSED if action in _PASSED else Said.NOTHING
        last, packets = max(first, last), max(1, packets)
        back, size_back = count(row[at["packets_back"]]), count(row[at["bytes_back"]])
        key, reverse = (src, dst, proto, sport, dport, stopped), (dst, src, proto, dport, sport, stopped)
        if dport == 0 and proto in PORTED and sport in (0, NO_PORT):
            if not flags:
                self.loose.append(Fragment(src, dst, proto, first, last, packets, size, said))
                if back:
                    self.loose.append(Fragment(dst, src, proto, first, last, back, size_back, said))
                return told
            key, reverse = portless(src, dst, proto, stopped)
        talk, side = self.talks.find(key, reverse, first)
        talk.add(side, first, last, packets, size, flags)
        if back:
            talk.add(1 - side, first, last, back, size_back, 0)
        if said is not Said.NOTHING:
            talk.said = said
        return told

    def _ended(self, row: list[str]) -> int:
        """When a row ends that is about no conversation; 0 where it does not tell."""
        try:
            return self._time(row[self.at["end"]] or row[self.at["start"]])
        except (ValueError, LookupError, ArithmeticError):
            return 0

    def _time(self, text: str) -> int:
        if not text[:11].isdigit() and "." not in text[:11] and ("-" in text or "/" in text):
            return self.clock.iso(text)
        whole, _, rest = text.partition(".")
        if len(whole) >= 13:  # milliseconds, as some clouds count
            digits = min(len(whole), 16)
            return count(whole[:digits]) * MICRO // int(10 ** (digits - 10))
        return epoch(whole + ("." + rest if rest else ""))


def split(head: str) -> tuple[list[str], str]:
    """The names in a table's first line, and what stands between them."""
    separator = max(",;\t ", key=head.count)
    return [name.strip().strip('"') for name in head.split(separator)], separator


def names_in(head: bytes, columns: Mapping[str, tuple[str, ...]]) -> tuple[list[str], bool]:
    """The names of a table's columns, and whether all that are needed are there. A sentence is no table."""
    likely: list[str] = []
    for line in head.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()[:SOUGHT]:
        names, separator = split(line)
        if not _missing(_places(names, columns)):
            return names, True
        if not likely and separator != " " and len(names) >= len(NEEDED) and all(map(_NAME.fullmatch, names)):
            likely = names
    return likely, False


def _places(names: list[str], columns: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    return {
        ours: next(names.index(word) for word in theirs if word in names)
        for ours, theirs in columns.items()
        if any(word in names for word in theirs)
    }


def _missing(places: dict[str, int]) -> list[str]:
    return [name for name in NEEDED if name not in places]


def _kind(text: str) -> int:
    """ICMP's type and code: nfdump writes `8.0`, or both in one number."""
    kind, point, code = text.partition(".")
    if point:
        return icmp(count(kind), count(code))
    return icmp(count(kind) >> 8, count(kind) & 255)


@lru_cache(maxsize=1024)
def _flags(text: str) -> int:
    """TCP's flags: nfdump's `...AP.SF`, or a number."""
    if text.isascii() and text.isdigit():
        return int(text[:5]) & 0xFF
    return sum(_BITS.get(letter, 0) for letter in set(text))


Table.rows = Rows


class Mapped(Table):
    """A table whose columns are named by hand: never found by its looks."""

    def named(self, context: Context) -> Mapping[str, tuple[str, ...]]:
        """All by hand, or all by our names: that another column has such a name by chance tells nothing."""
        return {ours: (theirs,) for ours, theirs in context.columns.items()} or self.columns

    def sniff(self, head: bytes) -> bool:
        """No table tells of itself that it is one."""
        del head
        return False


# AWS tells of an ACK only in a SYN's answer ("tcp-flags"), and nobody knows what other tables do.
NFDUMP_SOURCE = Table("nfdump", "nfdump CSV (NetFlow, IPFIX, sFlow)", NFDUMP, acks=True)
VPC_SOURCE = Table("vpc", "VPC flow log", VPC)
MAPPED_SOURCE = Mapped("table", "table with columns named by --column", {name: (name,) for name in NAMES})

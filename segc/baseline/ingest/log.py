"""A log that is being read: its file, from where on, and the tables of SQL that it is to DuckDB."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO, cast

from segc.baseline.ingest import zeek
from segc.baseline.ingest.content import HEADER, LONGEST_LINE, Until, blank_lines, copied, heads, opened, survey
from segc.baseline.manifest import END

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from segc.baseline.ingest.content import Facts

ZEEK_TABS, ZEEK_JSON = "zeek-tsv", "zeek-json"


@dataclass
class Log:
    """A log to be read from a place on. `began` is the file as it was before. `copy`: what was there then is copied."""

    path: Path
    packed: str
    facts: Facts
    since: int
    place: Path
    began: os.stat_result
    copy: bool = False

    @property
    def lines(self) -> int:
        """Those that may be records, of the whole log."""
        return self.facts.lines - self.facts.comments

    @property
    def as_it_is(self) -> bool:
        """May DuckDB read the file itself? Not from a place on, not cut off or padded, and not with lines of 100 MB."""
        facts = self.facts
        return not (self.copy or self.since or facts.cut or facts.padded or facts.longest > LONGEST_LINE)

    def has_grown(self) -> bool:
        """Is the file longer than when reading began, or shorter?"""
        return self.path.stat().st_size != self.began.st_size

    def was_replaced(self) -> bool:
        """Does the file begin with something else than what was looked through, so that nobody knows what was counted?"""
        if _state(self.path.stat()) == _state(self.began):
            return False
        with opened(self.path, self.packed) as stream:
            return survey(stream, (), lambda _: None, self.facts.size).digest != self.facts.digest

    def stream(self) -> BinaryIO:
        """What is to be read, unpacked: the whole content but for half a line at its end."""
        whole = opened(self.path, self.packed)
        return io.BufferedReader(Until(whole, self.facts.until)) if self.facts.half else whole

    def rest(self) -> int:
        """How many lines are new that may be records."""
        file = self.part(self.since, self.facts.until, 0)
        with file.open("rb") as whole, file.open("rb") as again:
            return survey(whole, (), lambda _: None).lines - blank_lines(again)

    def part(self, since: int, until: int, number: int) -> Path:
        """A file of its own for a part of the log, without lines that are too long."""
        file = self.place / f"part-{number}"
        with self.stream() as stream, file.open("wb") as out:
            copied(stream, cast("BinaryIO", out), since, until)
        return file


def ends(began: os.stat_result) -> int:
    """The latest that a log can tell of: when its file was last written."""
    return min(max(0, int(began.st_mtime * 1e6)), END - 1)


def _state(told: os.stat_result) -> tuple[int, ...]:
    """What is another one where somebody has written into a file, or put one in its place."""
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def pieces(log: Log, form: str) -> list[zeek.Piece] | str:
    """A log of Zeek as tables of SQL with their fields; or why it cannot be read."""
    if log.facts.head.startswith(codecs.BOM_UTF8) or (form == ZEEK_TABS and b"\r\n" in log.facts.head[:HEADER]):
        return (
            "it has been through Windows (a byte order mark, or CR LF at the ends of lines): convert it with dos2unix"
        )
    if form == ZEEK_JSON:
        file, packed = (log.path, log.packed) if log.as_it_is else (log.part(log.since, log.facts.until, 0), "")
        return [zeek.Piece(zeek.lines_of_json(file, packed), tuple(zeek.FIELDS))]
    with log.stream() as stream:
        layouts = [zeek.layout(head) for head in heads(stream, [0, *log.facts.headers])]
    places = list(zip([0, *log.facts.headers], layouts, strict=True))
    if log.facts.cut and len(places) > 1 and layouts[-1] is None:
        places.pop()  # cut off within a header: no row is behind it
    # Logs of hours that were joined have one header after the other, and mostly the same: lines that are no rows.
    begun = [places[0], *(here for last, here in pairwise(places) if here[1] != last[1])]
    whole = log.as_it_is and len(begun) == 1
    found = []
    for number, ((begin, how), end) in enumerate(
        zip(begun, [*(p for p, _ in begun[1:]), log.facts.until], strict=True)
    ):
        if end <= log.since:
            continue
        wrong = zeek.unfit(how)
        if wrong or how is None:
            return wrong
        file, packed = (log.path, log.packed) if whole else (log.part(max(begin, log.since), end, number), "")
        found.append(zeek.Piece(zeek.tabs(file, how, packed), how.fields, how.empty))
    return found

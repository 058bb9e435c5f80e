"""Lines of Zeek's logs that DuckDB did not take: the first few, each with its number and what is wrong with it.

DuckDB counts them. What it says of one is of its own columns, and of JSON it says nothing; so the reader of single lines
(`segc.baseline.sources.zeek`) is asked for the words.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from segc.baseline.ingest.content import BLOCK
from segc.baseline.ingest.log import ZEEK_TABS
from segc.baseline.ingest.relay import SHOWN
from segc.baseline.ingest.zeek import NO_HEADER, layout
from segc.baseline.observed import Unread
from segc.baseline.sources.text import lines, shown, why
from segc.baseline.sources.zeek import Zeek

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ingest.log import Log
    from segc.baseline.sources.protocol import Context

LOOKED = 100_000  # lines that are looked at one by one, a few seconds; of what comes behind them none is shown
REJECTED = f"""
SELECT line, MIN(csv_line) FROM reject_errors WHERE {NO_HEADER} GROUP BY line ORDER BY line LIMIT {SHOWN}
"""
_KEPT = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'"


def examples(engine: DuckDB, log: Log, form: str, context: Context) -> list[Unread]:
    """The first lines of a log that are no records, by what DuckDB kept of them, or else by looking for them."""
    kept = form == ZEEK_TABS and engine.execute(_KEPT).fetchall()
    rows = engine.execute(REJECTED).fetchall() if kept else []
    if rows:
        reader = _reader(log, context)
        return [Unread(int(line), _wrong(reader, text or "") or "not understood", text or "") for line, text in rows]
    with log.stream() as stream:
        return list(islice(_looked_for(stream, log, context), SHOWN))


def behind(shown: int, unread: int, lines: int) -> str:
    """Why fewer lines than usual are shown of so many that are no records, of all lines of a log; empty where none is lacking."""
    if shown >= min(SHOWN, unread) or lines <= LOOKED:
        return ""
    return f"only the first {LOOKED:,} lines are looked at one by one: of those behind, none is shown"


def _looked_for(stream: BinaryIO, log: Log, context: Context) -> Iterator[Unread]:
    reader, before = _reader(log, context), _passed(stream, log.since)
    for number, raw in islice(lines(stream), LOOKED):
        if isinstance(raw, Unread) or not raw.strip(b"\0 \t"):
            continue  # DuckDB takes longer ones than a line of syslog
        wrong = _wrong(reader, raw.decode("utf-8", "replace"))
        if wrong:
            yield Unread(before + number, wrong, shown(raw))


def _reader(log: Log, context: Context) -> Zeek:
    """A reader that knows the columns already, as one of a log that has grown must."""
    reader, how = Zeek(context), layout(log.facts.head)
    if how is not None:
        reader.fields, reader.unset, reader.empty = list(how.fields), how.unset, how.empty
    return reader


def _wrong(reader: Zeek, text: str) -> str:
    """What is wrong with a line, in words; empty where nothing is."""
    try:
        reader.line(text)
    except (ValueError, LookupError, ArithmeticError) as problem:
        return why(problem)
    return ""


def _passed(stream: BinaryIO, place: int) -> int:
    """Read on to a place; gives the number of lines before it."""
    count = 0
    while place > 0 and (block := stream.read(min(BLOCK, place))):
        place -= len(block)
        count += block.count(b"\n")
    return count

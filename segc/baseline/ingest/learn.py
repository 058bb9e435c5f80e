"""Logs into a baseline, one after another. What was read before is known by its content, and counts once."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from segc.baseline import manifest
from segc.baseline.engine.duckdb import DuckDB
from segc.baseline.ingest import columns, ground, held, known, nothing, repeats, together
from segc.baseline.ingest import findings as said
from segc.baseline.ingest.content import Facts, opened, packing, survey
from segc.baseline.ingest.counting import Counting, Progress
from segc.baseline.ingest.files import STDIN, piped, reason
from segc.baseline.ingest.log import ZEEK_JSON, ZEEK_TABS, Log, ends
from segc.baseline.sources import registry
from segc.baseline.sources.protocol import Context
from segc.baseline.sources.table import Table
from segc.baseline.sources.text import Lines
from segc.baseline.store import day_text
from segc.baseline.words import PCAP
from segc.diagnostics import SegcError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.ingest.left import Left
    from segc.baseline.ingest.tally import Tallied
    from segc.baseline.sources.protocol import Source as Reader
    from segc.diagnostics import Diagnostic

SAVED_EVERY = 5.0  # seconds between two writings of sources.json; what is lost in between is read again


@dataclass(frozen=True)
class Options:
    """How logs are to be read. `form` names a format; by default each log is looked at. `context` goes to its reader.

    `again`: what was read of a log before is replaced.
    """

    form: str = ""
    context: Context = field(default_factory=Context)
    memory: str = "1GB"
    again: bool = False


@dataclass
class Read:
    """What became of one log: what it added (None: nothing), whether it was known, and what is to be said.

    `foreign`: no source knows what it is, or it is another log of Zeek's than the one of conversations.
    """

    name: str
    source: manifest.Source | None = None
    known: str = ""
    found: list[Diagnostic] = field(default_factory=list)
    foreign: bool = False


class Learner:
    """Reads logs into a baseline's folder. Use it as a context: it holds the folder's lock and an engine."""

    def __init__(self, folder: Path, options: Options, progress: Progress | None = None) -> None:
        self.folder = folder
        self.options = options
        self.progress = progress or Progress()
        self.sources = list(manifest.read(folder))
        self._saved = time.monotonic()
        self._gone: set[Path] = set()

    def __enter__(self) -> Self:
        try:
            self._fresh = ground.made(self.folder)
            self._lock = _locked(self.folder)
        except OSError as problem:
            raise SegcError([said.no_place(str(self.folder), reason(problem))], code=2) from None
        for left in self.folder.glob(".learn-*"):  # of a run that was killed; the lock says that none is running
            shutil.rmtree(left, ignore_errors=True)
        self._gone |= set((self.folder / "together").rglob("*.parquet"))
        self._place = Path(tempfile.mkdtemp(prefix=".learn-", dir=self.folder))
        try:
            self.engine = DuckDB(self._place, self.options.memory)
        except BaseException:  # it is not installed, or Ctrl-C
            self._leave()
            raise
        self._counting = Counting(self.engine, self.options.context, self.progress, self._place)
        nets = self.options.context.nets
        self._together = together.Together(self.engine, self.folder, self._place, nets, self._put)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if self.sources or (kind is None and manifest.sources_file(self.folder).exists()):
                self.save()
        finally:
            self.engine.close()
            self._leave()

    def _leave(self) -> None:
        shutil.rmtree(self._place, ignore_errors=True)
        if self._fresh and not self.sources:
            ground.gone(self.folder, self._fresh)
        os.close(self._lock)

    def save(self) -> None:
        """Say in sources.json what the ledger now holds; then only take away what that replaced."""
        self.judge()
        manifest.write(self.folder, tuple(self.sources))
        for file in self._gone - {file for source in self.sources for file in source.files(self.folder)}:
            file.unlink(missing_ok=True)
        self._gone.clear()
        self._saved = time.monotonic()

    def judge(self) -> list[Diagnostic]:
        """Judge logs of a sensor that tell of one day together, too; gives what only they together have shown."""
        before = {file for one in self.sources for file in one.files(self.folder)}
        self.sources = self._together.judge(self.sources)
        self._gone |= before - {file for one in self.sources for file in one.files(self.folder)}
        return self._together.found

    def learn(self, name: str) -> Read:
        """Read one log. Raises SegcError only where no further log could be read either."""
        read = Read(name)
        try:
            self._learn(name, read)
        except OSError as problem:
            read.found.append(said.not_read(name, reason(problem)))
        except self.engine.error as problem:
            read.found.append(said.engine_failed(name, str(problem)))
        if self.sources and time.monotonic() - self._saved > SAVED_EVERY:
            self.save()
        return read

    def _learn(self, name: str, read: Read) -> None:
        path = self._regular(name)
        began = path.stat()
        facts = self._looked_through(name, path, began.st_size)
        old = known.same(self.sources, facts)
        again = self.options.again
        if old is not None and not again and not known.changes(self.sources, old, facts):
            self._again(name, old, facts, began, read)
            return
        read.found += said.of_content(name, facts)
        if not facts.size:
            read.found.append(said.empty(name))
            return
        reader, form = self._reader(facts)
        if reader is None:
            read.found.append(said.unknown_format(name, facts, *columns.unknown(facts.head, self.options.context)))
            read.foreign = not self.options.form and not facts.is_utf16
            return
        if facts.cut and (form in known.GROWS or isinstance(reader, Lines | Table)):
            facts.without_half_line()
        place = known.anew(self.sources, facts, name) if again else known.place(self.sources, facts, form, name)
        context, told = self._kept(place, facts, form, name)
        wrong = columns.wrong(name, reader, facts.head, context)
        if wrong is not None:
            read.found.append(wrong.told)
            read.foreign = wrong.foreign
            return
        read.found += told
        log = Log(path, facts.packed, facts, place.since, self._place, began)
        tallied, rest = replace(self._counting, context=context).log(log, reader, form, read)
        if tallied is None:
            return
        if log.was_replaced():
            read.found = [said.replaced(name)]
            return
        if not tallied.n and self._is_nothing(log, reader, form, rest, read):
            return
        if not (again and old) and self._is_held(facts, form, tallied, rest, read):
            return
        self._forget(facts, place.replaced)
        whole = known.is_sure(facts) and rest.cut is None
        source = manifest.Source(
            facts.digest, name, facts.size, form, context.sensor, follows=place.follows, since=place.since, whole=whole,
            lossy=context.lossy, lines=0 if form == PCAP else facts.lines, asked=held.asked(context),
        )  # fmt: skip
        if tallied.n and not tallied.ported:
            read.found.append(said.portless(name, columns.without_ports(reader, facts.head, context)))
        read.source = self._written(source, tallied, rest, read)
        read.source = self._once(read.source, [s for s in self.sources if s not in place.replaced], read)
        self._drop(place.replaced)
        self._together.touched |= {(read.source.sensor, day) for day in read.source.days}
        self.sources.append(read.source)

    def _looked_through(self, name: str, path: Path, total: int) -> Facts:
        packed = packing(path)
        self.progress.stage(f"looking through {name}", 0 if packed else total)
        there = [(s.bytes, s.digest) for s in self.sources]
        with opened(path, packed) as stream:
            facts = survey(stream, there, self.progress.at, -1 if packed else total)
        facts.packed = packed
        return facts

    def _again(self, name: str, old: manifest.Source, facts: Facts, began: os.stat_result, read: Read) -> None:
        """The same content as before: that counts once, and what it holds of other logs counts by it alone."""
        read.known = f"read before as `{old.name}`"
        read.found += said.of_content(name, facts, "" if old.cut is not None else old.name)
        read.found += held.otherwise(name, old, self.options.context, self._otherwise(facts, old))
        self._drop(known.superseded(self.sources, facts, name, old))
        now = known.told_again(old, facts, ends(began))
        self.sources = [now if one is old else one for one in self.sources]

    def _is_held(self, facts: Facts, form: str, told: Tallied, rest: Left, read: Read) -> bool:
        """Does a log that was read begin with all of this one? Then this one counts nothing."""
        self.progress.stage(f"looking for {read.name} in other logs", 0)
        one = known.holder(self.sources, facts, form, read.name, told, self.progress.at)
        if one is None:
            return False
        read.known = f"the beginning of `{one.name}`, which was read before"
        whole = one.name if one.cut is None else ""
        read.found = said.of_content(read.name, facts, whole)
        if rest.cut is not None and not facts.cut:
            read.found.append(said.cut_off(read.name, whole))
        read.found += held.otherwise(read.name, one, self.options.context, holder=one.name)
        self._drop(known.superseded(self.sources, facts, read.name, None))
        return True

    def _kept(self, place: known.Place, facts: Facts, form: str, name: str) -> tuple[Context, list[Diagnostic]]:
        """How to read a log, as it was read before it has grown, unless it is to be read anew; and what is to be said of that."""
        asked = self.options.context
        if self.options.again:
            return asked, []
        before = known.before(self.sources, place, name)
        base = next((one for one in before if one.digest == place.follows), None)
        looks = registry.detect(facts.head)
        other = looks.name if looks is not None and not self.options.form else ""
        return held.kept(before, asked, form), held.grown(name, before, base, asked, form, other)

    def _forget(self, facts: Facts, replaced: Sequence[manifest.Source]) -> None:
        """Name no more what is about to be written over: a run that is killed then can be repeated."""
        if any(one.digest == facts.digest for one in replaced):
            manifest.write(self.folder, tuple(one for one in self.sources if one not in replaced))

    def _drop(self, gone: Sequence[manifest.Source]) -> None:
        """Count these no more. Their files stay until others are named instead."""
        self._gone |= {file for one in gone for file in one.files(self.folder)}
        self._together.touched |= {(one.sensor, day) for one in gone for day in one.days}
        self.sources = [one for one in self.sources if one not in gone]

    def _once(self, source: manifest.Source, others: list[manifest.Source], read: Read) -> manifest.Source:
        """The same log, with the logs that hold records of it as well."""
        shared = repeats.repeats(self.engine, self.folder, source, others)
        said_of = [repeats.told(read.name, one) for one in shared]
        read.found += said_of
        told = (*source.findings, *(one.message for one in said_of))
        return replace(source, findings=told, repeats=tuple(one.other.digest for one in shared))

    def _regular(self, name: str) -> Path:
        """A file that can be read twice: what is piped in is put into one."""
        path = Path("/dev/stdin" if name == STDIN else name)
        if name != STDIN and (path.is_file() or not path.exists()):
            return path
        file = self._place / "piped"
        with file.open("wb") as out:
            if name == STDIN:
                shutil.copyfileobj(sys.stdin.buffer, out, 1 << 20)
            else:
                with piped(path) as pipe:
                    shutil.copyfileobj(pipe, out, 1 << 20)
        return file

    def _reader(self, facts: Facts) -> tuple[Reader | None, str]:
        """Who reads a log, and the name of its format: one that has grown stays what it was, unless somebody says otherwise."""
        asked = self.options.form
        before = "" if asked or self.options.again else known.form(self.sources, facts)
        if before:
            return registry.by_name(before), before
        reader = registry.by_name(asked) if asked else registry.detect(facts.head) or registry.of_gaps(facts.head)
        if reader is None or reader.name != "zeek":
            return reader, reader.name if reader is not None else ""
        return reader, ZEEK_TABS if facts.head.removeprefix(codecs.BOM_UTF8).startswith(b"#") else ZEEK_JSON

    def _otherwise(self, facts: Facts, old: manifest.Source) -> str:
        """The format of a log that was read before as of another one; empty where it is the same.

        Without a name it is looked at only where nothing was found then: what somebody named may look like another one.
        """
        looks = self.options.form or (not old.observed and registry.detect(facts.head) is not None)
        form = self._reader(facts)[1] if looks else ""
        return "" if form == old.format else form

    def _is_nothing(self, log: Log, reader: Reader, form: str, rest: Left, read: Read) -> bool:
        """Has a log that told of no conversation no record either? Then it is an error, and nothing of it is kept."""
        asked = self.options.form
        wrong = nothing.wrong_format(read.name, asked, reader, self.options.context, log, rest)
        # In a folder, a file that no source knows is no log; one that another knows was meant to be read.
        read.foreign = wrong is not None and registry.detect(log.facts.head) is None
        wrong = wrong or nothing.all_unread(read.name, form, reader, log, rest, read.found)
        if wrong is not None:
            read.found = [*said.of_content(read.name, log.facts), wrong]
        return wrong is not None

    def _written(self, source: manifest.Source, told: Tallied, rest: Left, read: Read) -> manifest.Source:
        """The ledger's files of a log, each whole or not there. It is `lossy` so far where that was declared."""
        read.found += said.of_tally(read.name, source.format, told, declared=source.lossy)
        read.found += said.of_loss(read.name, told, rest, declared=source.lossy)
        rest = rest._replace(lossy=source.lossy or told.lossy or rest.lossy or rest.cut is not None)
        days = [day for (day,) in self.engine.execute("SELECT DISTINCT day FROM told ORDER BY day").fetchall()]
        source = replace(
            source, **rest._asdict(), observed=told.n, first=told.first, last=told.last,
            findings=tuple(found.message for found in read.found), days=tuple(map(day_text, days)), addresses=told.macs,
            digits=manifest.WHOLE, began=together.hours(self.engine),
        )  # fmt: skip
        parts = [f"SELECT {together.NAMES} FROM told WHERE day = {day} ORDER BY {together.KEY}" for day in days]
        parts += ["SELECT * FROM told_addresses"] * source.addresses + ["SELECT * FROM told_hours"] * source.began
        files = source.files(self.folder)
        return replace(source, sums=tuple(self._put(sql, file) for sql, file in zip(parts, files, strict=True)))

    def _put(self, sql: str, file: Path) -> str:
        """Write a file, whole or not; gives its SHA-256."""
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._place / file.name
        self.engine.write(f"({sql})", fresh)
        found = manifest.sum_of(fresh)
        fresh.replace(file)
        return found


def _locked(folder: Path) -> int:
    """One run at a time writes into a baseline."""
    import fcntl

    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise SegcError([said.busy(str(folder))], code=2) from None
    return lock

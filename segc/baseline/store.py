"""A baseline on disk: `sources.json`, which names all that counts, and Parquet files by day. Nothing else is trusted.

    baseline/sources.json                          the logs that were read, each with the hash of its content
    baseline/ledger/<YYYY-MM-DD>/<digest>.parquet  what a log told of a day
    baseline/addresses/<digest>.parquet            which MAC addresses it showed with which IP addresses
    baseline/hours/<digest>.parquet                in which hours conversations began, where a row does not tell
    baseline/together/<YYYY-MM-DD>/<digest>-*.parquet  a day of a log in which several logs together show a scan

A file that `sources.json` does not name is what an interrupted run left, and counts nothing.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from segc.baseline import absent, crowds, sql
from segc.baseline.clocks import Skew, skews
from segc.baseline.engine import connect
from segc.baseline.heard import Came, Heard
from segc.baseline.ledger import COLUMNS, EPOCH, TEXTS, Key, Row, day_number
from segc.baseline.manifest import Source, checked, read, sources_file
from segc.baseline.recorded import Recorded, by_key
from segc.baseline.sensors import Sensor, sensors
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from segc.baseline.crowds import Crowd, Like
    from segc.baseline.engine.protocol import Column, Engine

TYPED: tuple[Column, ...] = tuple((name, "VARCHAR" if name in TEXTS else "BIGINT") for name in COLUMNS)
ADDRESS_COLUMNS: tuple[Column, ...] = (
    ("day", "BIGINT"),
    ("sensor", "VARCHAR"),
    ("address", "VARCHAR"),
    ("mac", "VARCHAR"),
    ("n", "BIGINT"),
    ("first", "BIGINT"),
    ("last", "BIGINT"),
)


class Seen(NamedTuple):
    """A key over all days. Sensors that saw one conversation count it once.

    `days` is the number of days on which it was seen, and `lossy` is 1 where only sensors saw it that may have missed
    some. `n` are conversations, each once; `there`, `answered` and `unanswered` count each on all of its days. The rest is
    as in `segc.baseline.ledger.Row`.
    """

    src: str
    dst: str
    proto: int
    port: int
    noise: int
    days: int
    n: int
    answered: int
    unanswered: int
    bytes: int
    pkts: int
    first: int
    last: int
    grade: int
    said: int
    lossy: int
    tag: str
    there: int

    @property
    def key(self) -> Key:
        """Who opened to whom, and by what."""
        return Key(self.src, self.dst, self.proto, self.port)

    @property
    def is_attempt(self) -> bool:
        """Did nobody ever answer? Attempts are findings, never learned."""
        return self.answered == 0 and self.unanswered == self.there


class Address(NamedTuple):
    """An IP address with a MAC address that its packets had. A router's MAC address has many."""

    address: str
    mac: str
    days: int
    first: int
    last: int
    n: int


class Ledger:
    """All that a baseline knows. Every answer is sorted, and the same from every engine.

        with Ledger.open("baseline") as ledger:
            for seen in ledger.keys(): ...

    Keys that are noise (scans, multicast, what a device stopped) are told by `noise()`, and never by `keys()`,
    `incidences()` and `hours()`.
    """

    def __init__(self, folder: Path, sources: tuple[Source, ...], engine: str = "duckdb") -> None:
        self.folder = folder
        self.sources = sources
        self._where = engine
        self._engine: Engine | None = None
        self._made: set[str] = set()
        self._kept: dict[str, list[Seen]] = {}
        self.crowds: dict[str, Crowd] = {}
        self._acquitted = False

    @classmethod
    def open(cls, path: Path | str, engine: str = "duckdb") -> Ledger:
        """Open a baseline's folder. `engine` is as `segc.baseline.engine.connect` takes it.

        Raises SegcError (exit code 2) where there is no baseline, or one that cannot be understood.
        """
        folder = Path(path)
        sources = read(folder)
        if not sources_file(folder).is_file():
            raise absent.none(folder)
        return cls(folder, sources, engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, problem: object, _: object) -> None:
        """Close it. What an engine says of files that went away while they were read is told as that, by SegcError."""
        self.close()
        if isinstance(problem, Exception) and not isinstance(problem, SegcError):
            self._there(file for source in self.sources for file in source.files(self.folder) if not file.is_file())

    def close(self) -> None:
        """Let go of the engine. Asking again would start another one."""
        if self._engine is not None:
            self._engine.close()
        self._engine = None
        self._forget(*self._made)
        self.crowds = {}
        self._acquitted = False

    @property
    def digest(self) -> str:
        """What the baseline is made of, in 12 hex digits: the same logs read as the same, in whatever order."""
        told = sorted((s.digest, s.sensor, s.format, s.lossy) for s in self.sources)
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]

    def files(self) -> tuple[Path, ...]:
        """The Parquet files that count, sorted."""
        return self._there(file for source in self.sources for file in source.ledger(self.folder))

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine that has the tables `ledger` (the rows of `segc.baseline.ledger.Row`) and `addresses`.

        It is the ledger's own and stays open; what is put into it stays too.
        """
        yield self._open()

    def gather(self, like: Like) -> None:
        """From now on, tell addresses as one of which `like` says the same, if they are too many: `crowds` names them.

        Asked anew, it starts from all addresses again, and from all scans.
        """
        if self.crowds or self._acquitted:
            self.crowds = {}
            self._acquitted = False
            self._forget("daily", "keys_seen")
        if not self._may_have_crowds:
            return
        self._open().materialise("ends", sql.ENDS)
        found = crowds.find(self._open(), like)
        if found:
            self.need("per_sensor")
            self._open().materialise("gathered", self.reading(sql.GATHERED))
            self._open().materialise("gathered_hours", sql.GATHERED_HOURS)
            self.crowds = found
            self._forget("daily", "keys_seen")

    def acquit(self, keys: Iterable[Key]) -> None:
        """From now on, tell what these keys were in as a part of scans, to groups and the like as all else (`scans`).

        Asked anew, it starts from all scans again. To be asked after `gather`, for keys as that tells them.
        """
        told = sorted(set(keys))
        if self._acquitted:
            self._acquitted = False
            self._forget("daily", "keys_seen")
        if not told:
            return
        self.need("per_sensor")
        self._open().put("acquitted", (*TYPED[2:6], ("acquitted", "BIGINT")), ((*key, 1) for key in told))
        self._open().materialise("per_sensor_acquitted", sql.acquitted(self._merged("per_sensor")))
        self._acquitted = True
        self._forget("daily", "keys_seen")

    @cached_property
    def _may_have_crowds(self) -> bool:
        [(most,)] = self._open().get(sql.MOST_ENDS)
        return int(most or 0) > crowds.MANY

    def _forget(self, *tables: str) -> None:
        self._made -= set(tables)
        self._kept.clear()

    def rows(self) -> Iterator[Row]:
        """All rows, noise included: as every sensor saw it, not merged. There may be millions: prefer `keys`."""
        names = ", ".join(f"l.{name}" for name in COLUMNS)
        return (Row(*row) for row in sorted(self._open().get(f"SELECT {names} FROM ledger l")))  # type: ignore[arg-type]

    def keys(self) -> list[Seen]:
        """Every key that is no noise, over all days, sorted."""
        return self._seen("l.noise = 0")

    def noise(self) -> list[Seen]:
        """What is kept as a finding and never learned: every key by kind of noise, sorted."""
        return self._seen("l.noise <> 0")

    def scanned(self) -> list[Seen]:
        """Of `noise`, every key of a scan or broadcast that was answered, or may have been."""
        return self._seen("(l.noise = 1 OR l.noise = 3) AND l.unanswered < l.there")

    def days(self) -> tuple[int, ...]:
        """The days (since 1970, UTC) on which any sensor saw anything, noise included."""
        return tuple(sorted({day for sensor in self.sensors().values() for day in sensor.days}))

    def incidences(self) -> list[tuple[Key, int]]:
        """On which days each key was seen: (key, day), sorted. Sensors that saw it on one day are one."""
        self.need("daily")
        found = sorted(self._open().get(self.reading(sql.INCIDENCES)))
        return [(Key(*row[:4]), row[4]) for row in found]  # type: ignore[misc, arg-type]

    def hours(self, keys: Iterable[Key], *, scans: bool = False) -> dict[Key, dict[int, int]]:
        """Of each key, the hours (UTC) of each day in which any sensor saw it, as a bit mask of 24 bits.

        `scans`: those in which it was a part of a scan, or a broadcast, which else are left out.
        """
        self._open().put("asked", TYPED[2:6], sorted(set(keys)))
        found: dict[Key, dict[int, int]] = {}
        for src, dst, proto, port, day, mask in sorted(
            self._open().get(self.reading(sql.SCANNED if scans else sql.HOURS))
        ):
            of = found.setdefault(Key(src, dst, proto, port), {})  # type: ignore[arg-type]
            of[day] = of.get(day, 0) | mask  # type: ignore[index, arg-type, operator]
        return found

    def days_of(self, keys: Iterable[Key]) -> dict[Key, Came]:
        """The days (since 1970, UTC) on which each of some keys was seen."""
        self.need("daily")
        self._open().put("asked", TYPED[2:6], sorted(set(keys)))
        found: dict[Key, Came] = {}
        for *key, day, ended in sorted(self._open().get(self.reading(sql.DAYS))):
            came = found.setdefault(Key(*key), Came([], []))  # type: ignore[arg-type]
            came.on.append(day)  # type: ignore[arg-type]
            if ended:
                came.ended.append(day)  # type: ignore[arg-type]
        return found

    def recorded(self) -> dict[Key, Recorded]:
        """What our own firewalls recorded of each key as what enforcing would stop, or stopped."""
        self.need("per_sensor")
        rows = sorted(self._open().get(self.reading(sql.RECORDED)))
        return by_key(rows, self.sensors()) if rows else {}  # type: ignore[arg-type]

    def who_saw(self, question: str = sql.WHO_SAW) -> dict[Key, frozenset[str]]:
        """The sensors that saw each key, or of which another question (`sql.WHO_HEARD`, `sql.ANSWERS_ONLY`) asks."""
        if question != sql.WHO_SAW:
            self.need("per_sensor")
        found: dict[Key, set[str]] = {}
        for *key, sensor in self._open().get(self.reading(question)):
            found.setdefault(Key(*key), set()).add(str(sensor))  # type: ignore[arg-type]
        return {key: frozenset(found[key]) for key in sorted(found)}

    def heard(self, zones: Mapping[str, str]) -> list[Heard]:
        """By sensor and zone, the days (since 1970, UTC) on which it saw a machine of it that may have been answered, or may
        have answered; sorted. `zones` has the zones of addresses.
        """
        self.need("per_sensor")
        self._open().put("zoned", (("address", "VARCHAR"), ("zone", "VARCHAR")), sorted(zones.items()))
        return sorted(map(Heard._make, self._open().get(self.reading(sql.HEARD))))

    def met(self) -> list[tuple[str, str, str, int, int, int]]:
        """The sensors that saw such conversations between two zones, by the day: (sensor, zone, zone, day, whether any began on
        it, whether any ended), sorted. To be asked after `heard`, of its zones.
        """
        return sorted(self._open().get(self.reading(sql.MET)))  # type: ignore[arg-type]

    def sensors(self) -> dict[str, Sensor]:
        """Every sensor by its name, also one whose logs told nothing."""
        return self._sensors

    @cached_property
    def _sensors(self) -> dict[str, Sensor]:  # asked of the rows as they were read, which nothing changes
        return sensors(self.sources, self._open().get(sql.SENSOR_DAYS))  # type: ignore[arg-type]

    def addresses(self) -> list[Address]:
        """IP addresses with their MAC addresses, where logs show any; sorted."""
        asked = sql.ADDRESSES_APART if self.crowds else sql.ADDRESSES
        return [Address(*row) for row in sorted(self._open().get(asked))]  # type: ignore[arg-type]

    def skews(self) -> list[Skew]:
        """Sensors whose clocks disagree."""
        self.need("per_sensor")
        return skews(self._open().get(self.reading(sql.PAIRED)))

    def _seen(self, condition: str) -> list[Seen]:
        if condition not in self._kept:
            self.need("keys_seen")
            names = ", ".join(f"l.{name}" for name in Seen._fields)
            found = sorted(self._open().get(f"SELECT {names} FROM keys_seen l WHERE {condition}"))
            self._kept[condition] = list(map(Seen._make, found))
        return self._kept[condition]

    def need(self, table: str) -> None:
        """Make a table that a question stands on (`segc.baseline.sql.TABLES`), and what that one stands on, once."""
        for name in dict.fromkeys(("per_sensor", table)):
            if name not in self._made and self._merged(name) == name:
                text = self._per_sensor() if name == "per_sensor" else self.reading(sql.TABLES[name])
                self._open().materialise(name, text)
                self._made.add(name)

    def _per_sensor(self) -> str:
        """Records that two logs of a sensor hold count once; where there are none, nobody pays for the question."""
        named = {source.digest: source for source in self.sources}
        shared = [(one, named[digest]) for one in self.sources for digest in one.repeats if digest in named]
        if not shared:
            return sql.PER_SENSOR
        once = {(one.sensor, day) for one, other in shared for day in {*one.days} & {*other.days}}
        each = sorted({(source.sensor, day) for source in self.sources for day in source.days})
        rows = [(s, day_number(date.fromisoformat(day)), int((s, day) in once)) for s, day in each]
        self._open().put("copies", (("sensor", "VARCHAR"), ("day", "BIGINT"), ("once", "BIGINT")), rows)
        self._open().materialise("ledger_once", sql.ONCE)
        return sql.PER_SENSOR_ONCE

    def reading(self, text: str) -> str:
        """A question, asked of what is there without merging: that takes most of the time, and often merges nothing."""
        daily = self._merged("daily")
        if daily == "daily" and daily not in self._made:
            daily = f"({sql.DAILY})"  # a table of it would take more time and memory than the question
        text = text.replace(" daily ", f" {daily} ").replace(" per_sensor ", f" {self._merged('per_sensor')} ")
        hours = "gathered_hours" if self.crowds else "ledger"
        return text.replace(" ledger ", f" {sql.acquitted_hours(hours) if self._acquitted else hours} ")

    def _merged(self, table: str) -> str:
        """The table, or an earlier one with the same rows: of a day that one sensor saw, which one log tells of."""
        one_log, one_sensor = self._alone
        if table == "daily" and one_sensor:
            table = "per_sensor"
        if table == "per_sensor" and self._acquitted:
            return "per_sensor_acquitted"
        if table == "per_sensor" and self.crowds:
            return "gathered"
        return "ledger" if table == "per_sensor" and one_log else table

    @cached_property
    def _alone(self) -> tuple[bool, bool]:
        """Does one log tell of each sensor's day, and one sensor of each day?"""
        told = [(day, source.sensor) for source in self.sources for day in source.days]
        return len(set(told)) == len(told), len({day for day, _ in told}) == len(set(told))

    def _open(self) -> Engine:
        if self._engine is None:
            named = (file for source in self.sources for file in source.hardware(self.folder))
            files, addresses = self.files(), self._there(named)
            self._engine = connect(self._where)
            self._engine.scan("ledger", files, TYPED)
            self._engine.scan("addresses", addresses, ADDRESS_COLUMNS)
        return self._engine

    def _there(self, files: Iterable[Path]) -> tuple[Path, ...]:
        """Files that are as they were written. Raises SegcError: where others have been put in their place, or damage."""
        try:
            return checked(
                files, {file: total for one in self.sources for file, total in one.files(self.folder).items()}
            )
        except SegcError:
            if read(self.folder) == self.sources:
                raise
            message = f"another run has written into `{self.folder}` while it was read: files of it were replaced"
            raise SegcError([finding("baseline-busy", message, help="ask again")], code=2) from None


def day_text(day: int) -> str:
    """A day of the ledger as `2026-03-14`."""
    return date.fromordinal(day + EPOCH).isoformat()


def moment_text(microseconds: int) -> str:
    """A time of the ledger, to the second, as `2026-03-14T05:06:07Z`."""
    told = datetime.fromtimestamp(microseconds // 1_000_000, UTC).isoformat()  # a third of the time of strftime
    return f"{told[:19]}Z"

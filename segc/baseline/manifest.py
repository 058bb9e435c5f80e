"""`sources.json`: the logs that a baseline was read from. Written last, so that what it names is whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING

from segc.baseline import absent
from segc.diagnostics import SegcError, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

VERSION = 2  # 1 did not tell on which day a session ended


@dataclass(frozen=True, slots=True)
class Source:
    """A log, or the part of one that was not there before (`since` bytes of it, of digest `follows`, were).

    `digest` is the SHA-256 of the log's content, unpacked, so that a log which was rotated and packed is known again.
    `bytes` is its length, unpacked. Of its `lines`, `unread` were not understood; of a capture, which has no lines, these
    are packets. What tells of no traffic is not: lines of other programs, and those that say that records are missing; but
    records of another kind of device are.
    Records of impossible times (`untimed`) are neither `unread` nor `observed`. `records` is what was read in the same unit,
    0 in a baseline of an older segc. `first` and `last` are microseconds since 1970, None where it told nothing.
    `days` name the ledger's files. `findings` are sentences. `repeats` are digests of logs that share records with it.
    `sums` are the SHA-256 of the ledger's files in the order of their days, and behind them of the one of addresses; a
    baseline of an older segc has none. So many `digits` of the digest name its files: an older segc took 12, of which two
    logs can be made that have the same. `began`: there is a file of hours. `judged` has, in the order of days, the
    SHA-256 of the file that counts instead of the ledger's, where several logs together show scans; else nothing.
    `lossy`: records may be missing on any day from `first` to `last`, or, where it told nothing, on any day at all; on those
    of `lost` it says that some are. `cut`: its end was not read, and it may tell of times up to that one. `whole`: it was
    packed, and unpacked to its end, so that nothing stood behind what was read. `asked`: with which options it was read, as
    they are written; a baseline of an older segc has none. `ours`: lines that carry records of our own firewalls about what
    enforcing would stop, and that were not read since the log is of another format.
    """

    digest: str
    name: str
    bytes: int
    format: str
    sensor: str
    lines: int = 0
    unread: int = 0
    observed: int = 0
    first: int | None = None
    last: int | None = None
    lossy: bool = False
    findings: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    addresses: bool = False
    follows: str | None = None
    since: int = 0
    repeats: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    digits: int = 12
    began: bool = False
    judged: tuple[str, ...] = ()
    records: int = 0
    untimed: int = 0
    lost: tuple[str, ...] = ()
    cut: int | None = None
    whole: bool = False
    asked: tuple[str, ...] = ()
    ours: int = 0

    def ledger(self, folder: Path) -> list[Path]:
        """What it told, a file for each day."""
        told = zip(self.alone(folder), self.days, self.judged or ("",) * len(self.days), strict=True)
        return [self.together(folder, day, total) if total else file for file, day, total in told]

    def alone(self, folder: Path) -> list[Path]:
        """The same, with scans judged by this log alone."""
        return [folder / "ledger" / day / f"{self.digest[: self.digits]}.parquet" for day in self.days]

    def together(self, folder: Path, day: str, total: str) -> Path:
        """What it told of a day, judged with other logs. Named by its content: the one before counts until it is whole."""
        return folder / "together" / day / f"{self.digest[: self.digits]}-{total[:16]}.parquet"

    def judged_as(self, day: str, total: str) -> Source:
        """The same, with the file that counts for a day instead of the ledger's, or with none."""
        before = self.judged or ("",) * len(self.days)
        judged = tuple(total if at == day else old for at, old in zip(self.days, before, strict=True))
        return replace(self, judged=judged if any(judged) else ())

    def hardware(self, folder: Path) -> list[Path]:
        """Which MAC addresses it showed, where it showed any."""
        return [folder / "addresses" / f"{self.digest[: self.digits]}.parquet"] if self.addresses else []

    def hours(self, folder: Path) -> list[Path]:
        """In which hours conversations began, where the ledger does not tell."""
        return [folder / "hours" / f"{self.digest[: self.digits]}.parquet"] if self.began else []

    def files(self, folder: Path) -> dict[Path, str]:
        """All of its files, each with its SHA-256; those of an older segc with none. First come those of `sums`."""
        own = [*self.alone(folder), *self.hardware(folder), *self.hours(folder)]
        sums = self.sums or ("",) * len(own)
        judged = zip(self.ledger(folder), self.judged, strict=False)
        return {**dict(zip(own, sums, strict=True)), **{file: total for file, total in judged if total}}


WHOLE = 64  # digits of a digest
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SUM = re.compile(r"[0-9a-f]{64}")
MOST = 1 << 63  # more than any engine's whole number can be
END = 253_402_300_800_000_000  # microseconds from 1970 to the year 10000, which no date has
MAGIC = b"PAR1"  # with which Parquet begins and ends


def sources_file(folder: Path) -> Path:
    """Where a baseline keeps them."""
    return folder / absent.FILE


def read(folder: Path) -> tuple[Source, ...]:
    """The logs that were read into a baseline; none where there is no baseline yet.

    Raises SegcError (exit code 2) where the file is not one of segc's.
    """
    file = sources_file(folder)
    try:
        return _sources(json.loads(file.read_text(encoding="utf-8")), folder)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except PermissionError:
        raise absent.closed(file) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        message = f"`{file}` cannot be understood: {problem}"
        raise SegcError([finding("baseline-damaged", message, help=absent.again())], code=2) from None


def _sources(told: object, folder: Path) -> tuple[Source, ...]:
    if not isinstance(told, dict):
        raise TypeError("it is no object with `version` and `sources`")
    if told.get("version") == 1:
        raise ValueError("an older segc wrote it, which did not keep on which day a session ended")
    if told.get("version") != VERSION:
        raise ValueError(f"its version is {told.get('version')}, not {VERSION}")
    if not isinstance(told.get("sources"), list):
        raise TypeError("its `sources` are no list")
    found = tuple(_source(entry) for entry in told["sources"])
    if len({one.digest for one in found}) < len(found):
        raise ValueError("a log stands in it twice, and would count twice")
    holders: dict[Path, Source] = {}
    for one in found:
        for place in one.files(folder):
            other = holders.setdefault(place, one)
            if other is not one:
                raise ValueError(
                    f"`{other.name}` and `{one.name}` have one file, and one of them has overwritten the other"
                )
    return found


def _source(entry: object) -> Source:
    if not isinstance(entry, dict):
        raise TypeError("one of its `sources` is no object")
    known = {field.name for field in fields(Source)}
    unknown = set(entry) - known
    if unknown:
        raise ValueError(f"`{min(unknown)}` is no word of a source")
    lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
    source = Source(**{**entry, **lists})
    wrong = next((name for name, fits in _shapes(source) if not fits), "")  # later shapes stand on earlier ones
    if wrong:
        raise ValueError(f"`{wrong}` of a source is not what segc writes")
    return source


def _shapes(one: Source) -> Iterator[tuple[str, bool]]:
    """Whether each word of a source has a value of its kind. Names of files are made of some, and numbers added up."""
    for name in ("name", "format"):
        yield name, isinstance(getattr(one, name), str)
    yield "sensor", str(one.sensor) == one.sensor and one.sensor.isprintable()
    for name in ("bytes", "lines", "unread", "observed", "since", "records", "untimed", "ours"):
        value = getattr(one, name)
        yield name, type(value) is int and 0 <= value < MOST
    for name in ("first", "last", "cut"):
        value = getattr(one, name)
        yield name, value is None or (type(value) is int and 0 <= value < END)
    for name in ("lossy", "addresses", "began", "whole"):
        yield name, type(getattr(one, name)) is bool
    yield "digest", _all(SUM, (one.digest,))
    yield "digits", type(one.digits) is int and 12 <= one.digits <= WHOLE
    yield "follows", one.follows is None or _all(SUM, (one.follows,))
    yield "days", _all(DAY, one.days) and all(map(_is_day, one.days)) and len(set(one.days)) == len(one.days)
    yield "lost", _all(DAY, one.lost) and all(map(_is_day, one.lost))
    yield "repeats", _all(SUM, one.repeats)
    yield "sums", _all(SUM, one.sums) and len(one.sums) in (0, len(one.days) + one.addresses + one.began)
    yield "judged", _all(re.compile(f"|{SUM.pattern}"), one.judged) and len(one.judged) in (0, len(one.days))
    yield "asked", _all(re.compile(r"(?s:.+)"), one.asked)
    yield "findings", _all(re.compile(r"(?s:.*)"), one.findings)


def _all(shape: re.Pattern[str], texts: object) -> bool:
    return isinstance(texts, tuple) and all(isinstance(text, str) and shape.fullmatch(text) for text in texts)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def checked(files: Iterable[Path], sums: Mapping[Path, str]) -> tuple[Path, ...]:
    """The same files, sorted; SegcError where one is gone or is not what was written: counts of it would be wrong."""
    found = tuple(sorted(files))
    for file in found:
        try:
            wrong = _wrong(file, sums.get(file, ""))
        except PermissionError:
            raise absent.closed(file) from None
        if wrong:
            raise SegcError([finding("baseline-damaged", f"`{file}` {wrong}", help=absent.again())], code=2)
    return found


def _wrong(file: Path, total: str) -> str:
    """What is wrong with a file of the ledger, in words: with its SHA-256, or, of an older segc, with none."""
    try:
        if not file.is_file():
            return "is gone, though sources.json names it"
        if sum_of(file) == total if total else _is_parquet(file):
            return ""
    except PermissionError:
        raise
    except OSError as problem:
        return f"cannot be read: {(problem.strerror or str(problem)).lower()}"
    return "is not what segc wrote: somebody has changed it, or the disk has lost some of it"


def _is_parquet(file: Path) -> bool:
    """Does it begin and end as Parquet does? https://parquet.apache.org/docs/file-format/"""
    with file.open("rb") as data:
        head, size = data.read(4), file.stat().st_size
        data.seek(max(0, size - 8))
        tail = data.read()
    return head == tail[4:] == MAGIC and int.from_bytes(tail[:4], "little") + 12 <= size


def sum_of(file: Path) -> str:
    """The SHA-256 of a file, in hex digits. Raises OSError."""
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def write(folder: Path, sources: tuple[Source, ...]) -> None:
    """Put them into the file, all or none. Raises SegcError (exit code 2) where that cannot be."""
    text = json.dumps({"version": VERSION, "sources": [asdict(source) for source in sources]}, indent=1) + "\n"
    file = sources_file(folder)
    fresh = file.with_name(f".{file.name}.{os.getpid()}.segc")
    try:
        with fresh.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except OSError as problem:
        message = f"the baseline `{folder}` cannot be written: {(problem.strerror or str(problem)).lower()}"
        raise SegcError([finding("output-not-written", message)], code=2) from None
    finally:
        fresh.unlink(missing_ok=True)

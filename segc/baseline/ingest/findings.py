"""What is to be said of a log: each fault once, with how much of it there is and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.ingest.content import LONGEST_LINE
from segc.baseline.ingest.log import ZEEK_JSON, ZEEK_TABS
from segc.baseline.store import day_text
from segc.baseline.words import PCAP, percent, unit
from segc.diagnostics import Diagnostic, finding
from segc.lang.suggest import unused
from segc.rules.ir import PREFIX
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.baseline.engine.duckdb import DuckDB
    from segc.baseline.ingest.content import Facts
    from segc.baseline.ingest.left import Left
    from segc.baseline.ingest.tally import Tallied
    from segc.baseline.observed import Unread
    from segc.baseline.sources.protocol import Source as Reader

SHOWN = 5  # scanners that are named
NAMED = 20  # files
PER_RECORD = (
    ZEEK_TABS,
    ZEEK_JSON,
)  # say of each conversation whether packets were missed; others, that some are missing
LOSSY = "a lossy sensor shows that a flow exists, never that it does not"
AGAIN = (
    "what is there was read; the days to the one on which its file was last written are taken as lossy. Copy the log again, "
    "with its time (cp -p), and read it too"
)
NAME_IT = "where one is a log all the same, name it alone, and its format with --from"


def not_read(name: str, why: str) -> Diagnostic:
    """A log of which nothing can be read."""
    return finding("log-not-read", f"`{name}` cannot be read: {why}")


def replaced(name: str) -> Diagnostic:
    """A log that was another one when it was read than when it was looked through."""
    message = f"`{name}` cannot be read: it was rewritten, or another file was put in its place, while it was read"
    return finding("log-not-read", message, help="nothing of it was counted; read it again")


def unknown_format(name: str, facts: Facts, notes: tuple[str, ...] = (), table: str = "") -> Diagnostic:
    """A log that no source knows. `notes`, and the way out `table`: where it may be a table."""
    if facts.is_utf16:
        text = f"`{name}` cannot be read: it is UTF-16 text"
        return finding("log-not-read", text, help=f"convert it first: iconv -f UTF-16 -t UTF-8 '{name}'")
    message = f"`{name}` cannot be read: its format is not known"
    return finding("log-not-read", message, notes=notes, help=table or f"say which with --from: {_known()}")


def _known() -> str:
    from segc.baseline.sources.registry import NAMES

    return ", ".join(NAMES)


def not_of(name: str, asked: str, lines: int, other: Reader | None) -> Diagnostic:
    """A log that was said to be of a format, and has no record of it. `other`: whose it looks like."""
    message = f"no line of `{name}` is a record of {asked} ({count(lines, 'line')})"
    if other is None:
        return finding("log-not-read", message, help=f"it looks like no format that is known: {_known()}")
    note = f"it looks like {other.title} ({other.name})"
    return finding("log-not-read", message, notes=(note,), help="leave --from out, and it is read as that")


def all_unread(name: str, form: str, number: int, examples: tuple[str, ...]) -> Diagnostic:
    """A log whose records were all not understood."""
    what = f"{count(number, unit(form))} {plural(number, 'was', 'were')}"
    message = f"nothing of `{name}` could be read: {what} not understood, and no other is a record of {form}"
    return finding("log-not-read", message, notes=examples)


def no_log(name: str) -> Diagnostic:
    """A file of a folder, which nobody has named, and which is no log."""
    return finding("not-a-log", f"`{name}` is no log that is known, and counts nothing")


def no_log_among(folder: str, names: Sequence[str]) -> Diagnostic:
    """All such files of a folder whose other files are logs."""
    what = (
        f"{count(len(names), 'file')} of `{folder}` {plural(len(names), 'is no log that is', 'are no logs that are')}"
    )
    notes = (*names[:NAMED], *((f"and {len(names) - NAMED:,} more",) if len(names) > NAMED else ()))
    return finding("not-a-log", f"{what} known", notes=notes, help=NAME_IT)


def no_logs(folder: str) -> Diagnostic:
    """A folder in which no file is a log."""
    message = f"`{folder}` cannot be read: no file in it is a log whose format is known"
    return finding("log-not-read", message, help=NAME_IT)


def empty(name: str) -> Diagnostic:
    """A log without content."""
    return finding("log-empty", f"`{name}` is empty", help="a sensor that writes nothing is no evidence of silence")


def too_many(name: str, most: int) -> Diagnostic:
    """A folder that cannot be meant."""
    message = f"`{name}` holds more than {most:,} files"
    return finding("too-many-logs", message, help="join them by day first, e.g. cat spool/2026-03-14*.log > 03-14.log")


def busy(folder: str) -> Diagnostic:
    """Somebody else writes into the baseline."""
    return finding("baseline-busy", f"another run is writing into `{folder}`", help="wait until it has ended")


def no_place(folder: str, why: str) -> Diagnostic:
    """A baseline that cannot be made where it shall be."""
    return finding("output-not-written", f"the baseline `{folder}` cannot be written: {why}")


def mixed(folder: str, others: Sequence[str] = ()) -> Diagnostic:
    """A folder that is no baseline, and holds `others`; without any, a file."""
    named = ", ".join(others[:SHOWN]) + (", ..." if len(others) > SHOWN else "")
    why = f"it is a folder of something else ({named})" if others else "it is a file, and a baseline is a folder"
    message = f"the baseline `{folder}` cannot be written: {why}"
    return finding("output-not-written", message, help=f"name a new folder: -o {unused('baseline')}")


def engine_failed(name: str, why: str) -> Diagnostic:
    """The engine gave up: memory, disk, or a fault in it."""
    line = why.strip().split("\n")[0]
    help_text = (
        "nothing of this log was counted; more memory: --memory 4GB; spilled data needs room beside the baseline"
    )
    return finding("engine-failed", f"`{name}` could not be counted: {line}", help=help_text)


def of_content(name: str, facts: Facts, held: str = "") -> list[Diagnostic]:
    """What a log's bytes show. `held`: another log that has all of it, and of which nothing is known to be missing."""
    found = []
    if facts.cut:
        text = f"`{name}` is packed and unpacks to {facts.size:,} bytes only: {facts.cut}"
        found.append(finding("log-truncated", text, help=_again(held)))
    if facts.longest > LONGEST_LINE and not _binary(facts):
        text = f"`{name}` has a line of {facts.longest:,} bytes; no record is that long, and it was passed over"
        found.append(finding("line-too-long", text))
    if not facts.utf8 and not _binary(facts):
        text = f"`{name}` is not UTF-8 throughout: what is not was replaced by `\N{REPLACEMENT CHARACTER}`, or not read"
        found.append(finding("mixed-encodings", text, help="names and rule tags in other encodings may not be found"))
    return found


def cut_off(name: str, held: str = "") -> Diagnostic:
    """A log that is not packed, and whose form shows that its end is missing. `held` as of `of_content`."""
    text = f"`{name}` ends in the middle of a record, or is damaged there"
    return finding("log-truncated", text, help=_again(held))


def _again(held: str) -> str:
    return f"nothing is lost by that: `{held}` was read, and has all of it" if held else AGAIN


def _binary(facts: Facts) -> bool:
    return b"\0" in facts.head[:4096]


def other_device(name: str, form: str, others: Sequence[str], ours: int = 0) -> Diagnostic:
    """A log into which several kinds of devices write. So many lines are `ours`: of what our own firewalls would stop."""
    of = ", ".join(others) or "our own firewalls"
    message = f"`{name}` is read as {form}, and also has lines of {of}, which count nothing"
    help_text = "give each device's lines as a log of its own, with its --sensor"
    what = f"{count(ours, 'line')} {plural(ours, 'tells', 'tell')} of what enforcing would stop (`{PREFIX}`)"
    notes = (f"{what}: until they are read, no conduit that this sensor sees is ready",) if ours else ()
    return finding("other-device", message, notes=notes, help=help_text)


def unread(name: str, form: str, count: int, lines: int, examples: Sequence[Unread], more: str = "") -> Diagnostic:
    """Lines that were not understood; of a capture, packets. `more` is to be said of those that are not among the examples."""
    what = unit(form)
    notes = tuple(
        (f"{what} {one.line}: " if one.line else "") + one.why + (f": {one.text[:100]}" if one.text else "")
        for one in examples
    )
    notes += (more,) if more else ()
    of = f"{count:,} of about {lines:,} {what}s" if form != PCAP else f"{count:,} {what if count == 1 else what + 's'}"
    message = f"{of} of `{name}` were not understood, and count nothing"
    if count == 1:
        message = f"{of} of `{name}` was not understood, and counts nothing"
    return finding("lines-not-read", message, notes=notes)


class Odd(NamedTuple):
    """Records of impossible times, and from when to when they say to be (microseconds since 1970)."""

    records: int
    first: int
    last: int


def odd(engine: DuckDB, plausible: str) -> Odd:
    """How many records have times before 1990, in the future, or of conversations that lasted more than a year."""
    sql = f"SELECT COALESCE(SUM(n), 0)::BIGINT, MIN(first), MAX(first) FROM conversations WHERE NOT ({plausible})"
    return Odd(*engine.execute(sql).fetchone())


def impossible(name: str, odd: Odd) -> list[Diagnostic]:
    """Such records, where there are any."""
    if not odd.records:
        return []
    from segc.baseline.store import moment_text

    have, nothing = (
        plural(odd.records, "has an impossible time", "have impossible times"),
        plural(odd.records, "counts", "count"),
    )
    message = f"{count(odd.records, 'record')} of `{name}` {have}, and {nothing} nothing"
    note = f"from {moment_text(odd.first)} to {moment_text(odd.last)}"
    help_text = "the sensor's clock was wrong, or the year is not that of the log"
    return [finding("impossible-time", message, notes=(note,), help=help_text)]


def scan_together(logs: Sequence[str], day: str, scanners: Sequence[str]) -> Diagnostic:
    """A scan that no log shows alone."""
    names = f"`{logs[0]}` and {count(len(logs) - 1, 'other log')} of its sensor"
    text = (
        f"{names} together show scans by {_named(scanners)} on {day}: nothing that they did in those hours is learned"
    )
    return finding("scan-seen", text)


def _named(scanners: Sequence[str]) -> str:
    return ", ".join(scanners[:SHOWN]) + (", ..." if len(scanners) > SHOWN else "")


def of_tally(name: str, form: str, told: Tallied, *, declared: bool) -> list[Diagnostic]:
    """What counting showed. `declared`: somebody has said that the sensor misses some."""
    found = []
    if told.unplaced:
        records = count(told.unplaced, "record")
        text = f"{records} of `{name}` cannot be placed: an address is none, or the two are of different families"
        found.append(finding("lines-not-read", text))
    if told.missed and not (declared and form not in PER_RECORD):
        found.append(finding("sensor-lossy", _missed(name, told), help=LOSSY))
    if told.scanners:
        text = f"`{name}` shows scans by {_named(told.scanners)}: nothing that they did in those hours is learned"
        found.append(finding("scan-seen", text))
    return found


def portless(name: str, way_out: str) -> Diagnostic:
    """A log that tells no ports."""
    text = f"`{name}` tells no ports: it shows who talks to whom, and can be compared with no flow"
    return finding("log-without-ports", text, help=way_out)


def of_loss(name: str, told: Tallied, rest: Left, *, declared: bool) -> list[Diagnostic]:
    """What is to be said of a log that tells nothing but that records are missing."""
    if told.n or declared or not (rest.lost or rest.lossy):
        return []
    days = "all days of its sensor, as it does not say when" if rest.lossy else f"days: {', '.join(rest.lost)}"
    text = f"no record is in `{name}`, and it says that records are missing: that costs {days}"
    return [finding("sensor-lossy", text, help=LOSSY)]


def _missed(name: str, told: Tallied) -> str:
    days = sorted(day for day in told.missed if day is not None)
    if not days:
        return f"`{name}` says that records are missing from it, and is taken as lossy: nobody knows how many"
    share = percent(max(told.missed.values()), 1)
    if len(days) == 1:
        on = f"{share} of the conversations of {day_text(days[0])}, and is taken as lossy on that day"
    else:
        named = f"{day_text(days[0])} to {day_text(days[-1])}"
        on = f"up to {share} of the conversations of a day, and is taken as lossy on {len(days)} days ({named})"
    return f"`{name}`: its sensor missed packets in {on}"

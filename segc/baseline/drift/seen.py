"""What drift reads from a ledger: each key by the day, sensors merged, and its hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from segc.baseline.drift.days import Days
from segc.baseline.judged import unsure
from segc.baseline.ledger import Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from segc.baseline.crowds import Crowd
    from segc.baseline.drift.days import Day
    from segc.baseline.engine.protocol import Value
    from segc.baseline.store import Ledger

PAGES = 16  # in which a ledger is read: all rows at once take several times the memory of what is kept of them
DAILY = """
SELECT p.src, p.dst, p.proto, p.port, p.day, MAX(p.n), MAX(p.bytes), MAX(p.answered),
  MAX(p.n) - MAX(p.n - p.unanswered), MIN(p.first), MAX(p.last), MIN(p.lossy),
  MAX(p.grade)
FROM per_sensor p
WHERE p.noise = 0
GROUP BY p.src, p.dst, p.proto, p.port, p.day
"""
HOURS = """
SELECT l.src, l.dst, l.proto, l.port, l.day, l.sensor, l.hours
FROM ledger l
WHERE l.noise = 0
GROUP BY l.src, l.dst, l.proto, l.port, l.day, l.sensor, l.hours
"""


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of the keys, and until when each sensor saw anything (microseconds since 1970).

    `unsure`: nothing tells which end of these opened.
    """

    days: Mapping[Key, Sequence[Day]]
    hours: Mapping[Key, Mapping[int, int]]
    sensors: Mapping[Key, frozenset[str]]
    until: Mapping[str, int]
    all_days: tuple[int, ...] = field(default=())
    crowds: Mapping[str, Crowd] = field(default_factory=dict)
    unsure: frozenset[Key] = frozenset()


def history(ledger: Ledger) -> History:
    """Read a ledger."""
    with ledger.engine() as engine:
        ledger.need("per_sensor")
        found, doubtful = by_key(row for part in _parts(ledger, DAILY, "p.day") for row in in_order(engine.get(part)))
        hours, sensors = _hours(
            found, (row for part in _parts(ledger, HOURS, "l.day") for row in in_order(engine.get(part)))
        )
    until = {name: sensor.last for name, sensor in ledger.sensors().items()}
    return History(found, hours, sensors, until, ledger.days(), ledger.crowds, doubtful)


def _parts(ledger: Ledger, text: str, day: str) -> Iterator[str]:
    """A question, asked of some days after others."""
    days = ledger.days()
    step = -(-len(days) // PAGES) or 1
    for start in range(0, len(days), step):
        low, high = days[start], days[min(start + step, len(days)) - 1]
        yield ledger.reading(text.replace("WHERE ", f"WHERE {day} >= {low} AND {day} <= {high} AND "))


def in_order(rows: list[tuple[Value, ...]]) -> list[tuple[Value, ...]]:
    """What `DAILY` or `HOURS` answers, by day."""
    rows.sort(key=itemgetter(4))
    return rows


def by_key(rows: Iterable[tuple[Value, ...]]) -> tuple[dict[Key, Days], frozenset[Key]]:
    """What `DAILY` answers, `in_order`, by key; and those of which no day tells who opened."""
    found: dict[tuple[Value, ...], tuple[Key, Days]] = {}
    texts: dict[Value, Value] = {}  # each address once: an engine makes a new one for every row
    known: set[Key] = set()
    for row in rows:
        asked = row[:4]
        told = found.get(asked)
        if told is None:
            src, dst, proto, port = asked
            key = Key(texts.setdefault(src, src), texts.setdefault(dst, dst), proto, port)  # type: ignore[arg-type]
            told = found[key] = key, Days()
        told[1].add(row[4:12])
        if not unsure(told[0].proto, int(row[12] or 0)):
            known.add(told[0])
    days = dict(sorted(found.values(), key=itemgetter(0)))
    return days, frozenset(days.keys() - known)


def _hours(
    keys: Iterable[Key], rows: Iterable[tuple[Value, ...]]
) -> tuple[dict[Key, dict[int, int]], dict[Key, frozenset[str]]]:
    """What `HOURS` answers, `in_order`, by key: the hours of its days, and the sensors that saw it."""
    hours: dict[Key, dict[int, int]] = {key: {} for key in keys}
    sensors: dict[Key, frozenset[str]] = dict.fromkeys(hours, frozenset())
    alike: dict[frozenset[str], frozenset[str]] = {}  # a few, of which many keys say the same
    once: dict[tuple[int, int], dict[int, int]] = {}  # and so are the hours of keys that came on one day only
    for *key, day, sensor, mask in rows:
        asked: Key = tuple(key)  # type: ignore[assignment]  # which equals the key that is there
        of, who = hours[asked], sensors[asked]
        of[day] = of.get(day, 0) | mask  # type: ignore[index, arg-type, operator]
        if sensor not in who:
            who |= {str(sensor)}
            sensors[asked] = alike.setdefault(who, who)
    for seen, of in hours.items():
        if len(of) == 1:
            [only] = of.items()
            hours[seen] = once.setdefault(only, of)
    return hours, sensors

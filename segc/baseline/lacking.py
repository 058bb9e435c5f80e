"""On which days a conduit was watched, and what is lacking of them: too few, too long ago, or by sensors that miss packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.calendar import as_date, weekdays_and_weekends
from segc.baseline.declared import fresh
from segc.baseline.ingest.places import NAME_THEM
from segc.baseline.ledger import day_number
from segc.baseline.sensors import is_blind
from segc.baseline.words import dark_of, ours_of, percent, unread_of
from segc.baseline.words import sensors as named
from segc.model.clock import date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from segc.baseline.compare import Comparison
    from segc.baseline.watching import Days
    from segc.settings import Gate

# The days that count lie within so many before the last one; within three times those that the gate asks for, if that is more.
RECENT = 90
MISSED_BY = "a sensor missed sessions between its zones that another one saw"
MEND = (
    "mend these logs, read them as what they are (--from, --zone), each device's lines apart, or leave them out, in a new "
    "baseline (`segc baseline learn` shows the lines)"
)
APART = "split these logs, or learn them as what these lines are (--from kernel, with --again)"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not. `lacking`: it is evidence that is missing, rather than something that speaks against it.

    `of_days`: it is the days of observation that are too few, or all of a kind. `stops`: something that was seen would
    be stopped.
    """

    text: str
    lacking: bool = False
    of_days: bool = False
    stops: bool = False


class Watch(NamedTuple):
    """The plant's days on which some sensors watched, and what is lacking. Of others, the estimate knows nothing of what came
    on those (of UTC) on which any sensor lost records (`uncounted`): those that are `lost` for nothing else, and some that
    all sensors without loss `missed` (the plant's).
    """

    days: tuple[int, ...]
    uncounted: tuple[int, ...]
    lost: tuple[int, ...]
    missed: tuple[int, ...]
    lossy: bool
    lacking: tuple[Reason, ...]


def watch(
    compared: Comparison,
    gate: Gate,
    sensors: tuple[str, ...],
    ways: tuple[tuple[str, ...], ...],
    watched: Days,
    lost: frozenset[int],
    missed: Days,
    until: date | None,
) -> Watch:
    """The days that some sensors watched a conduit's zones, those of each direction in `ways`; on some more they `lost` records
    (UTC), and on some they `missed` what others saw.
    """
    days, on_missed = _after(watched.dates, until), _after(missed.dates, until)
    uncounted, on_lost = (fresh(compared.plant, of, until) for of in (lost, lost - missed.utc))
    lossy = next((names for names in ways if names and all(compared.sensors[name].lossy for name in names)), ())
    lacking = [*_lossy(lossy, sensors), *_lacking(days, until, gate), *_aged(compared, days, gate)]
    lacking += [*_unread(compared, sensors), *_mixed(compared, sensors)]
    if any(reason.of_days for reason in lacking):
        more = _more(compared, sensors, days, len(on_lost), len(on_missed), until)
        lacking += (Reason(text, lacking=True, of_days=True) for text in more)
    return Watch(days, uncounted, on_lost, on_missed, bool(lossy), tuple(lacking))


def _after(dates: Iterable[int], until: date | None) -> tuple[int, ...]:
    return tuple(sorted(day for day in dates if until is None or day > day_number(until)))


def _more(
    compared: Comparison, sensors: tuple[str, ...], days: Sequence[int], lost: int, missed: int, until: date | None
) -> Iterable[str]:
    """Why other days do not count, where too few do."""
    if lost:
        yield _lost(lost)
    if missed:
        yield f"on {missed} more {MISSED_BY}: it was not on the way"
    there, silent = (len(_after(found, until)) for found in (compared.there(sensors), compared.silent(sensors)))
    if silent:
        yield (
            f"on {silent} more nothing was written: a session that goes on for days is told when it ends, and shows no log of "
            "the days before"
        )
    if there - missed > len(days):
        yield _blind(there - missed - len(days))


def _unread(compared: Comparison, sensors: Iterable[str]) -> Iterable[Reason]:
    for one in (compared.sensors[name] for name in sensors):
        if one.ours:
            yield Reason(
                f"{ours_of(one.name, one.ours)}: enforcing would stop what they tell of; {APART}", lacking=True
            )
        if one.dark and not is_blind(one.unread, one.read):
            yield Reason(f"{dark_of(one.name, one.dark)}, and would perhaps be stopped; {MEND}", lacking=True)
        elif is_blind(one.unread, one.read):
            told = (
                f"{unread_of(one.name, one.unread, one.read)} ({percent(one.blind, 1)}), and would perhaps be stopped"
            )
            yield Reason(f"{told}; {MEND}", lacking=True)


def _mixed(compared: Comparison, sensors: Iterable[str]) -> Iterable[Reason]:
    for one in (compared.sensors[name].mixed for name in sensors):
        if one:
            told = f"`{one[0]}` and `{one[1]}` count as one sensor's, and are not known to be of one place: days on which each "
            yield Reason(f"{told}heard one zone count as days on which both were watched; {NAME_THEM}", lacking=True)


def _lost(days: int) -> str:
    return f"on {days} more its sensors lost records: such a day shows what was there, and not what was not"


def _blind(days: int) -> str:
    return (
        f"on {days} more its sensors were there, and did not hear both zones, nor on days close before and after: a mirror "
        "port that has lost one looks like that"
    )


def _lossy(lossy: Sequence[str], sensors: Sequence[str]) -> Iterable[Reason]:
    if lossy:
        told = "its only sensor misses packets" if len(sensors) == 1 else "all its sensors miss packets"
        if len(lossy) < len(sensors):
            told = "what is opened one of its ways, only sensors see that miss packets"
        yield Reason(f"{told} ({named(lossy)}): that nothing else was there is not shown", lacking=True)


def _lacking(days: Sequence[int], until: date | None, gate: Gate) -> Iterable[Reason]:
    span = max(RECENT, 3 * gate.days)
    recent = [day for day in days if day > days[-1] - span]
    if len(recent) < gate.days:
        since = f" after {until}, the last day that flows between its zones were learned from" if until else ""
        told = f"watched on {len(recent)} of the {gate.days} days that the gate asks for{since}"
        if len(recent) < len(days):
            old = len(days) - len(recent)
            told += f"; {old} more lie {span} days or more before the last one, and say little of today"
        yield Reason(told, lacking=True, of_days=True)
    working, weekend = weekdays_and_weekends(recent)
    if not working or not weekend:
        kind = "weekend" if working else "working day"
        yield Reason(f"never watched on a {kind}{f' after {until}' if until else ''}", lacking=True, of_days=True)


def _aged(compared: Comparison, days: Sequence[int], gate: Gate) -> Iterable[Reason]:
    """What the plant did in spring says little of today."""
    if not days:
        return
    last, today = as_date(days[-1]), date_of(compared.plant, compared.at)
    if (today - last).days > gate.age:
        told = f"last watched on {last}, {(today - last).days} days ago; the gate asks for {gate.age} at most"
        yield Reason(told, lacking=True, of_days=True)

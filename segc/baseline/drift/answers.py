"""What may be the answer to a question counts as that question, so that who only answers is nobody new.

Where nothing tells which end of UDP between equal ports opened (`segc.baseline.judged.unsure`), a key may stand for the
answer. It does if the policy permits the question and not the answer, as `compare` takes it, or if it is known that the
question was asked, on whatever day.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.baseline.drift.seen import DAILY, by_key, in_order
from segc.baseline.judged import turned

if TYPE_CHECKING:
    from segc.baseline.classify import Classifier
    from segc.baseline.drift.days import Days
    from segc.baseline.drift.seen import History
    from segc.baseline.ledger import Key
    from segc.baseline.store import Ledger

# Of each sensor both ways are added up before sensors are compared, as if its log had told them so.
_TOGETHER = """(
SELECT a.asks AS src, a.asked AS dst, q.proto AS proto, q.port AS port, q.day AS day, q.noise AS noise, SUM(q.n) AS n,
  SUM(q.bytes) AS bytes, SUM(q.answered) AS answered, SUM(q.unanswered) AS unanswered, MIN(q.first) AS first,
  MAX(q.last) AS last, MAX(q.lossy) AS lossy, MAX(q.grade) AS grade
FROM per_sensor q
JOIN answers a ON q.src = a.src AND q.dst = a.dst AND q.proto = a.proto AND q.port = a.port
GROUP BY a.asks, a.asked, q.proto, q.port, q.day, q.noise, q.sensor
)"""
ASKED = DAILY.replace("per_sensor", _TOGETHER)
_TEXTS, _NUMBERS = ("src", "dst", "asks", "asked"), ("proto", "port")
_COLUMNS = (*((name, "VARCHAR") for name in _TEXTS), *((name, "BIGINT") for name in _NUMBERS))


def as_asked(ledger: Ledger, seen: History, classifier: Classifier) -> History:
    """The same history, in which answers are part of what was asked."""
    answers = {key for key in seen.unsure if _is_answer(seen, classifier, key)}
    if not answers:
        return seen
    asked = {turned(key) for key in answers}
    days = {key: told for key, told in seen.days.items() if key not in answers} | _days(ledger, asked)
    hours = {key: told for key, told in seen.hours.items() if key not in answers}
    sensors = dict(seen.sensors)
    for key in sorted(asked):
        mine, other = seen.hours.get(key, {}), seen.hours.get(turned(key), {})
        hours[key] = {day: mine.get(day, 0) | other.get(day, 0) for day in sorted({*mine, *other})}
        sensors[key] = seen.sensors.get(key, frozenset()) | sensors.pop(turned(key), frozenset())
    return replace(seen, days=dict(sorted(days.items())), hours=hours, sensors=sensors, unsure=seen.unsure - answers)


def _is_answer(seen: History, classifier: Classifier, key: Key) -> bool:
    question = turned(key)
    if question in seen.days and question not in seen.unsure:
        return True
    return classifier.judge(key, seen.hours.get(key), either=True).turned


def _days(ledger: Ledger, asked: set[Key]) -> dict[Key, Days]:
    ways = [(*way[:2], key.src, key.dst, key.proto, key.port) for key in sorted(asked) for way in (key, turned(key))]
    with ledger.engine() as engine:
        engine.put("answers", _COLUMNS, ways)
        return by_key(in_order(engine.get(ledger.reading(ASKED))))[0]

"""`[gate]` and `[[expected-deny]]` of segc.toml: what a conduit needs before it is enforced, and what may be stopped."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from segc.settings import Days, Expected, Gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.settings.places import Places

KEYS = ("days", "age", "new-keys", "inventory", "freeze")
LIST = "expected-deny"
MEMBERS = ("from", "to", "service", "until", "because")
MOST_DAYS = 366
FREEZE = 'such as "2026-12-20..2027-01-06", both days included'


class Wrong(NamedTuple):
    """A key that does not count, and why."""

    path: tuple[str, ...]
    message: str
    help: str = ""
    value: bool = True


def read(table: dict[str, Any], listed: Any, today: date, places: Places) -> tuple[Gate, list[Wrong]]:
    """The gate, and what is wrong with it. What is wrong does not count, so that the gate is the stricter."""
    wrong: list[Wrong] = []
    plain = Gate()
    days, age = (_days(table, name, usual, wrong) for name, usual in (("days", plain.days), ("age", plain.age)))
    keys = table.get("new-keys", plain.new_keys)
    if type(keys) not in (int, float) or not 0 <= keys < float("inf"):
        wrong.append(Wrong(("gate", "new-keys"), "`new-keys` is a number, 0 or more"))
        keys = plain.new_keys
    share = table.get("inventory", plain.inventory)
    if type(share) not in (int, float) or not 0 <= share <= 1:
        wrong.append(Wrong(("gate", "inventory"), "`inventory` is a share from 0 to 1, such as 0.98"))
        share = plain.inventory
    freeze = tuple(_freezes(table.get("freeze", []), wrong))
    return Gate(days, age, float(keys), float(share), freeze, tuple(_expected(listed, today, wrong, places))), wrong


def _days(table: dict[str, Any], name: str, usual: int, wrong: list[Wrong]) -> int:
    said = table.get(name, usual)
    if type(said) is int and 1 <= said <= MOST_DAYS:
        return said
    wrong.append(Wrong(("gate", name), f"`{name}` is a whole number from 1 to {MOST_DAYS}"))
    return usual


def _freezes(listed: Any, wrong: list[Wrong]) -> Iterator[Days]:
    for text in listed if isinstance(listed, list) else [listed]:
        first, dots, last = text.partition("..") if isinstance(text, str) else ("", "", "")
        try:
            found = Days(date.fromisoformat(first), date.fromisoformat(last if dots else first))
        except ValueError:
            found = None
        if found is None or found.first > found.last:
            wrong.append(Wrong(("gate", "freeze"), f"`{text}` is no span of days", FREEZE))
        else:
            yield found


def _expected(listed: Any, today: date, wrong: list[Wrong], places: Places) -> Iterator[Expected]:
    path: tuple[str, ...] = (LIST,)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        wrong.append(Wrong(path, "`expected-deny` is a list of tables", "write [[expected-deny]] and its keys below"))
        return
    for number, one in enumerate(listed, 1):
        which = f"{LIST} {number}"
        path = (LIST, str(number))
        unknown = [key for key in one if key not in MEMBERS]
        missing = [key for key in MEMBERS if key not in one]
        texts = [one.get(key) for key in MEMBERS if key != "until"]
        until = one.get("until")
        if unknown or missing:
            what = f"has no `{unknown[0]}`" if unknown else f"lacks `{missing[0]}`"
            wrong.append(Wrong(path, f"{which} {what}", f"its keys are {', '.join(MEMBERS)}", value=False))
        elif not all(isinstance(text, str) and text.strip() for text in texts):
            wrong.append(Wrong(path, f"{which}: all but `until` are texts, and none is empty", value=False))
        elif not isinstance(until, date) or isinstance(until, datetime):
            wrong.append(Wrong(path, f"{which}: `until` is a date", "such as 2027-01-31, without quotes", value=False))
        elif until < today:
            wrong.append(Wrong(path, f"{which} ended on {until}", "decide anew", value=False))
        else:
            spans = {key: places.at((*path, key)).value for key in MEMBERS}
            spans[""] = places.at(path).key
            yield Expected(one["from"], one["to"], one["service"], until, one["because"], spans)

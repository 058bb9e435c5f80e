"""Every number of segc.toml that is weakened is told: one that nobody listed would pass as no change."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from segc.plan.judged import NUMBERS, SettingChange, numbers
from segc.settings import Settings


def test_each_number_is_listed() -> None:
    plain = Settings()
    there = {
        (table, one.name)
        for table in ("limits", "gate")
        for one in fields(getattr(plain, table))
        if type(getattr(getattr(plain, table), one.name)) in (int, float)
    }
    assert {(table, key) for table, key, _ in NUMBERS} == there


@pytest.mark.parametrize(
    ("table", "key", "weaker"),
    [
        ("limits", "grant_days", 99),
        ("limits", "zone_machines", 99),
        ("gate", "days", 1),
        ("gate", "age", 99),
        ("gate", "new_keys", 9),
        ("gate", "inventory", 0),
    ],
)
def test_which_way_is_weaker(table: str, key: str, weaker: float) -> None:
    plain = Settings()
    usual = getattr(getattr(plain, table), key)
    other = replace(plain, **{table: replace(getattr(plain, table), **{key: weaker})})
    name = f"{table}.{key.replace('_', '-')}"
    assert list(numbers(plain, other)) == [SettingChange(name, f"{usual:g}", f"{weaker:g}", weaker=True)]
    assert list(numbers(other, plain)) == [SettingChange(name, f"{weaker:g}", f"{usual:g}", weaker=False)]

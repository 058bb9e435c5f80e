"""The SQL is of no dialect: four engines' grammars read the same tree in it."""

from __future__ import annotations

import pytest
import sqlglot

from segc.baseline import sql
from segc.baseline.drift import answers, seen

DIALECTS = ("duckdb", "spark", "clickhouse", "trino")
TEXTS = {**sql.TABLES, **sql.ANSWERS, "ledger_once": sql.ONCE, "per_sensor_once": sql.PER_SENSOR_ONCE}
TEXTS |= {"ends": sql.ENDS, "most_ends": sql.MOST_ENDS, "addresses_apart": sql.ADDRESSES_APART}
TEXTS |= {"gathered": sql.GATHERED, "gathered_hours": sql.GATHERED_HOURS}
TEXTS |= {"drift": seen.DAILY, "drift_hours": seen.HOURS, "drift_asked": answers.ASKED}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_dialect_reads_the_same_tree(name: str) -> None:
    trees = {dialect: sqlglot.parse_one(TEXTS[name], dialect=dialect) for dialect in DIALECTS}
    first = trees["duckdb"]
    assert first.find(sqlglot.exp.Select) is not None
    for dialect, tree in trees.items():
        assert tree == first, f"{dialect} reads {tree!r}"


@pytest.mark.parametrize("text", ["SELECT l.a // 2 FROM l", "SELECT l.a FROM l ASOF JOIN m ON l.a >= m.a"])
def test_a_dialects_own_words_are_seen(text: str) -> None:
    def read(dialect: str) -> object:
        try:
            return sqlglot.parse_one(text, dialect=dialect)
        except sqlglot.errors.ParseError as problem:
            return str(problem)

    assert any(read(dialect) != read("duckdb") for dialect in DIALECTS)


def test_columns_are_named_with_their_table() -> None:
    for name, text in TEXTS.items():
        bare = [column.sql() for column in sqlglot.parse_one(text).find_all(sqlglot.exp.Column) if not column.table]
        assert not bare, f"{name}: ClickHouse would take {bare} for aliases"

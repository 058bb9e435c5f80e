"""`sources.json` with any value where another one was: an answer, or a fault that says so, and never a traceback."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.baseline.manifest import Source
from segc.baseline.store import Ledger
from segc.diagnostics import SegcError
from tests.baseline.store.logs import conn
from tests.baseline.store.test_bad_logs import GOOD, damaged, read

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = st.integers() | st.sampled_from([-1, 2**63 - 1, 2**63, 253_402_300_800_000_000])
WORDS = st.text(st.characters(codec=None), max_size=5) | st.sampled_from(
    ["2026-09-22", "2026-13-45", "٢٠٢٦-٠٩-٢٢", "0" * 64]
)
ANY = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("manifest")
    read(place, conn(GOOD).encode())
    return place / "baseline"


@pytest.fixture(scope="module")
def good(baseline: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((baseline / "sources.json").read_text(encoding="utf-8"))
    [one] = told["sources"]
    one["repeats"], one["judged"] = ["0" * 64], [""]
    return told


def put(baseline: Path, told: object) -> None:
    (baseline / "sources.json").write_text(json.dumps(told), encoding="utf-8")


def places(told: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


def replaced(told: Any, path: tuple[Any, ...], value: object) -> Any:
    if not path:
        return value
    copy = dict(told) if isinstance(told, dict) else list(told)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), value=ANY)
def test_any_value_gives_an_answer_or_a_fault(
    baseline: Path, good: dict[str, Any], data: st.DataObject, value: object
) -> None:
    put(baseline, replaced(good, data.draw(st.sampled_from(places(good))), value))
    fault = asked(baseline)
    if fault is not None:
        assert [one.name for one in fault.diagnostics] == ["baseline-damaged"]
        assert fault.code == 2


def asked(baseline: Path) -> SegcError | None:
    """What `segc baseline status` asks first; the fault, where there is one."""
    try:
        with Ledger.open(baseline) as ledger:
            ledger.days()
            ledger.sensors()
            ledger.keys()
            "".join(one.sensor for one in ledger.sources).encode()
    except SegcError as fault:
        return fault
    return None


@pytest.mark.parametrize("told", [[], [{}], None, 5, "version", True], ids=json.dumps)
def test_the_whole_is_an_object(baseline: Path, told: object) -> None:
    put(baseline, told)
    assert "is no object" in damaged(baseline)


@pytest.mark.parametrize("told", [None, 5, {}, {"a": 1}, "ab", True], ids=json.dumps)
def test_sources_are_a_list(baseline: Path, told: object) -> None:
    put(baseline, {"version": 2, "sources": told})
    assert "are no list" in damaged(baseline)


@pytest.mark.parametrize("entry", [[], "", "ab", None, 5, True], ids=json.dumps)
def test_a_source_is_an_object(baseline: Path, entry: object) -> None:
    put(baseline, {"version": 2, "sources": [entry]})
    assert "is no object" in damaged(baseline)


@pytest.mark.parametrize("value", [5, None, [[1]], "x", ["x"], [None], {"a": 1}], ids=json.dumps)
def test_repeats_are_digests(baseline: Path, good: dict[str, Any], value: object) -> None:
    put(baseline, replaced(good, ("sources", 0, "repeats"), value))
    assert "`repeats` of a source" in damaged(baseline)


@pytest.mark.parametrize("word", [field.name for field in fields(Source)])
def test_no_word_of_a_source_takes_any_value(baseline: Path, good: dict[str, Any], word: str) -> None:
    put(baseline, replaced(good, ("sources", 0, word), {"a": [1]}))
    assert f"`{word}` of a source" in damaged(baseline)

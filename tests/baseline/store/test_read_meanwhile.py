"""A baseline that is written while somebody reads it: an answer that is right, or an error that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from segc.baseline.store import Ledger
from segc.diagnostics import SegcError
from tests.baseline.store.logs import conn, learn, row
from tests.baseline.store.test_together import HOUR, SCANNER, halves

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from segc.diagnostics import Diagnostic


def fails(folder: Path, meanwhile: Callable[[Ledger], object], *, asked: bool) -> Diagnostic:
    """What is said where something happens to the baseline before a question, and perhaps after another one."""

    def ask() -> None:
        with Ledger.open(folder) as ledger:
            assert not asked or ledger.days()
            meanwhile(ledger)
            ledger.keys()

    with pytest.raises(SegcError) as caught:
        ask()
    [told] = caught.value.diagnostics
    assert caught.value.code == 2
    return told


def lose(ledger: Ledger) -> None:
    for source in ledger.sources:
        for file in source.ledger(ledger.folder):
            file.unlink(missing_ok=True)


ASKED = pytest.mark.parametrize("asked", [False, True], ids=["before-it-asks", "between-questions"])


@ASKED
def test_what_another_run_replaced_is_told(asked: bool, tmp_path: Path) -> None:
    folder, more = tmp_path / "baseline", tmp_path / "d.log"
    learn(folder, *halves(tmp_path))
    rows = [row(3 * HOUR + n, SCANNER, f"10.0.1.{n}", state="S0") for n in range(30)]
    more.write_text(conn(rows), encoding="utf-8")

    def meanwhile(ledger: Ledger) -> None:
        learn(folder, more)
        lose(ledger)  # as where the span of the scan has grown

    told = fails(folder, meanwhile, asked=asked)
    assert (told.name, told.help) == ("baseline-busy", "ask again")
    assert "while it was read" in told.message


@ASKED
def test_a_file_that_goes_though_nobody_wrote_is_damage(asked: bool, tmp_path: Path) -> None:
    learn(tmp_path / "baseline", *halves(tmp_path))
    told = fails(tmp_path / "baseline", lose, asked=asked)
    assert told.name == "baseline-damaged"
    assert "is gone, though" in told.message


def test_a_fault_that_has_nothing_to_do_with_it_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    learn(folder, *halves(tmp_path))
    with pytest.raises(ZeroDivisionError), Ledger.open(folder) as ledger:
        assert 1 // len(ledger.keys())

"""More undeclared machines than anybody reads: a draft names none of them, says so once, and drafts the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.draft import machines
from segc.baseline.draft.rules import rules
from segc.baseline.draft.services import Shelf
from segc.baseline.draft.text import text
from segc.baseline.judged import Class
from segc.baseline.ledger import Key
from segc.cli.library import services
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_draft_laws import together
from tests.baseline.test_draft_many import ABOUT, APP, AT, HMI, PLC, unexplained

if TYPE_CHECKING:
    from pathlib import Path

    from segc.baseline.draft.rules import Rules

MANY = 6


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too many for these tests."""
    monkeypatch.setattr(machines, "MANY_MACHINES", MANY)


def drafted(folder: Path, keys: list[Key], more: str = "") -> tuple[Rules, str]:
    """The rules and the draft, which explains all that it does not say to have left out."""
    path = plant(folder / "plant", TEXT + 'zone internet "Outside" { net any }\n' + more)
    made = api.check(path, AT)[0]
    found = unexplained(made, keys)
    drafted = rules(made, Shelf(made, services()), found)
    told = text(made, drafted, ABOUT)
    after, errors = together(path, told)
    assert errors == []
    hours, left = {0: 1}, {one.key for one, _ in drafted.left}
    judge = Classifier(after, AT)
    for one in found:
        assert (judge.judge(one.key, hours).verdict is Class.PERMITTED) == (one.key not in left), one.key
    return drafted, told


def outside(number: int, target: str = PLC) -> list[Key]:
    return [Key(f"198.18.{n >> 8}.{n & 255}", target, 6, 443) for n in range(number)]


def test_up_to_the_limit_each_is_named(tmp_path: Path) -> None:
    made, told = drafted(tmp_path, outside(MANY))
    assert not made.left
    assert told.count("asset internet.host-") == MANY


def test_beyond_it_none_is_and_one_line_says_why(tmp_path: Path) -> None:
    """Whatever they ask for; what declared machines and those of other zones do is drafted all the same."""
    rest = [Key(APP, HMI, 6, 443), Key("10.40.0.77", PLC, 6, 443), Key(APP, "10.3.0.99", 6, 22)]
    many = [*outside(MANY), Key("198.18.9.9", HMI, 17, 161), Key(HMI, "198.18.9.9", 6, 443)]
    made, told = drafted(tmp_path, [*many, *rest])
    assert {one.key for one, _ in made.left} == set(many)
    assert {one.key for rule in made for one in rule.seen} == set(rest)
    assert "host-198" not in told
    reason = "7 machines of `internet` would each need an asset: give the networks that may ask a zone, and write"
    assert told.count(reason) == 1
    assert "10.3.0.21 -> 198.18.9.9 and 7 other pairs of machines, 8 keys" in told


def test_a_zone_of_the_plant_is_to_be_declared(tmp_path: Path) -> None:
    made, told = drafted(tmp_path, [Key(f"10.40.0.{n}", PLC, 6, 443) for n in range(20, 30)])
    assert not made.rules
    assert "10 machines of `office` would each need an asset: declare them (segc baseline inventory --as FILE)" in told


def test_machines_of_a_range_count_where_the_range_cannot_stand_for_them(tmp_path: Path) -> None:
    """By 443 all of a range ask, by 22 some; without the latter, others that ask by 443 alone are still that range."""
    pool = "asset office.pool 10.40.0.100-10.40.0.131 { kind other }\n"
    by_443 = [Key(f"10.40.0.{n}", PLC, 6, 443) for n in range(100, 132)]
    by_22 = [Key(f"10.40.0.{n}", PLC, 6, 22) for n in range(100, 110)]
    made, told = drafted(tmp_path, [*by_443, *by_22], pool)
    assert {one.key for one, _ in made.left} == set(by_22)
    assert "allow office" in told
    assert "asset office.host" not in told

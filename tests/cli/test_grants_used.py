"""`segc grants --baseline`: which grants were used."""

from __future__ import annotations

from tests.baseline.made import learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_uses import APP, EWS, GRANTS
from tests.cli.running import Runner


def test_the_register_tells(segc_: Runner) -> None:
    plant(segc_.folder / "works", TEXT + GRANTS)
    learn(segc_.folder / "baseline", [EWS, APP])
    done = segc_("grants", "works", "--baseline", "baseline", "--at", "2026-10-30")
    assert done.code == 0, done.told()
    [line] = [line for line in done.out.split("\n") if line.startswith("never used")]
    assert "more" in line
    assert "same" in line
    assert "help" not in line
    assert "never used" not in segc_("grants", "works", "--at", "2026-10-30").out

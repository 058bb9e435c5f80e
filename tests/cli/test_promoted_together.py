"""What status calls ready, `segc promote` accepts, and nothing else: on plants with several conduits on a pair."""

from __future__ import annotations

import json

import pytest

from segc import api
from tests.baseline.made import learn
from tests.baseline.plants import plant
from tests.baseline.test_readiness import AT
from tests.baseline.test_together import monitored, various
from tests.cli.running import Runner

EVERYBODY = [part for name in ("production", "office-it", "lead") for part in ("--approved-by", name)]
DAY = ("--at", "2026-10-30")


@pytest.mark.parametrize("seed", range(10))
def test_what_is_ready_is_what_promote_accepts(seed: int, segc_: Runner) -> None:
    text, lines = various(seed)
    made, _ = api.check(plant(segc_.folder / "works", text), AT)
    learn(segc_.folder / "baseline", lines)
    asking = ("baseline", "status", "works", *DAY)
    told = json.loads(segc_(*asking, "--format", "json").out)["conduits"]
    for one in told:
        if not monitored(made, one["name"]):
            continue
        names = [one["name"], *one["together"]]
        alone = segc_("promote", one["name"], *EVERYBODY, "--plant", "works", "--dry-run", *DAY)
        assert ("SEG810" in alone.err) is bool(one["together"]), "alone it is refused where others keep its pairs"
        done = segc_("promote", *names, *EVERYBODY, "--plant", "works", "--dry-run", *DAY)
        assert done.code == (0 if one["state"] == "READY" else 1), (one, done.told())
        assert "SEG810" not in done.err
        of_it = segc_(*asking, "--conduit", one["name"], "--fail-on", "not-ready", "--fail-on", "insufficient")
        assert of_it.code == done.code, of_it.told()

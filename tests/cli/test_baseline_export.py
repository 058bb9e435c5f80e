"""`segc baseline export`: the verb; what it writes is judged in tests/baseline/test_export.py."""

from __future__ import annotations

from tests.baseline.test_export import PLANT
from tests.cli.running import Runner


def test_the_verb_writes_both(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    for sensor, sign in (("zeek", "module Segc;"), ("suricata", "pass tcp [10.1.0.1/32] any -> [10.2.0.1/32] 502")):
        done = segc_("baseline", "export", sensor, "plant", "--output", f"{sensor}.out")
        assert done.code == 0, done.err
        assert sign in (segc_.folder / f"{sensor}.out").read_text(encoding="utf-8")

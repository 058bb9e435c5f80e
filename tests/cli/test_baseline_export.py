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


def test_rules_stay_where_the_plant_has_errors(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT + "zone line { net 10.9.0.0/24 }\nzone line { net 10.8.0.0/24 }\n")
    for sensor in ("zeek", "suricata"):
        rules = segc_.write(f"{sensor}.out", "rules of an earlier day\n")
        done = segc_("baseline", "export", sensor, "plant", "--output", f"{sensor}.out")
        assert done.code == 2
        assert "duplicate-name" in done.told()
        assert rules.read_text(encoding="utf-8") == "rules of an earlier day\n"

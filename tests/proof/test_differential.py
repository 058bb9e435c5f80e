"""Random plants and packets: reference, policy space and reading say the same, and files are proved for all packets.

The kernel is asked in tests/kernel/test_random_plants.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from segc.model.plant import Plant
from segc.proof import expected
from tests.plants import plant_of
from tests.proof.differential import REGRESSIONS, Case, Tally, disagreements, fuzz, keep, kept

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLANTS = max(settings().max_examples, 360)  # 310 had between 97,000 and 111,000 packets, as the seed would have it
PACKETS = 250  # of a firewall, as far as there are so many that are worth trying, and a quarter more at random
KEPT = dict(kept())


def test_all_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    fuzz(lambda case, plant: disagreements(case, plant, AT, PACKETS, tally), PLANTS, tmp_path)
    with capsys.disabled():
        print(f"\ndifferential: {tally.told()}: reference = policy space = reading")
    assert tally.plants >= 300
    assert tally.packets >= 100_000


@pytest.mark.parametrize("name", KEPT)
def test_what_went_wrong_once(name: str, tmp_path: Path) -> None:
    """tests/proof/regressions: plants that have been refuted, a line of what went wrong on top of each."""
    case = KEPT[name]
    tally = Tally()
    assert not disagreements(case, plant_of(case.text, tmp_path), AT, PACKETS, tally)
    assert tally.packets


HEAD = """segc 1
site s
service modbus { tcp 502 }
zone a { net 10.1.0.0/16 }
zone b { net 10.2.0.0/16 }
firewall fw { target iptables; interface eth0 a; interface eth1 b }
"""
FLOWS = ("allow a -> b : modbus", "allow b -> a : modbus", "allow a -> b : modbus { log }")
few_flows = st.lists(st.sampled_from(FLOWS), max_size=6).map(
    lambda flows: "\n".join([f"{HEAD}conduit c a <-> b {{", *(f"  {flow}" for flow in flows), "}\n"])
)


def test_a_failing_plant_is_shrunk_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody forgets that flows are recorded: the plant that is kept has one that is, and nothing else."""
    monkeypatch.setattr("tests.proof.differential.keep", lambda case, wrong: keep(case, wrong, tmp_path / "kept"))
    monkeypatch.setattr(expected.Space, "_recorded", lambda space: space.diagrams.leaf(frozenset()))

    def check(case: Case, plant: Plant) -> list[str]:
        return disagreements(case, plant, AT, 40, Tally())

    with pytest.raises(AssertionError, match="kept as found-"):
        fuzz(check, 100, tmp_path, few_flows)
    found = kept(tmp_path / "kept")
    assert len(found) == 9, "as it is and for two targets, in three modes"
    case = found[0][1]
    wrong, how, *text = case.text.split("\n")
    assert "records otherwise" in wrong
    assert how == "# mode: declared, seed: 0"
    assert "\n".join(text) == f"{HEAD}conduit c a <-> b {{\n  {FLOWS[2]}\n}}\n"


def test_there_are_some_that_are_kept() -> None:
    assert any(REGRESSIONS.glob("*.zone"))

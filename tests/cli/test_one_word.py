"""The example's cell firewall becomes any other box by one word of its declaration, isolations and all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from segc.targets import registry
from tests.cli.running import Runner

PLANT = Path(__file__).parents[2] / "examples" / "bottling"
FIREWALL = "fw-filling"
# What is no box on a cable's way, or knows only interfaces of its own names, asks for more words and says which.
MORE_WORDS = {
    "windows-firewall": "is a machine's own firewall",
    "mguard": "`eth0` is no interface name for mguard",
    "scalance": "`eth0` is no interface name for scalance",
}


@pytest.mark.parametrize("target", registry.names())
def test_switched(segc_: Runner, target: str) -> None:
    plant = segc_.folder / "plant"
    shutil.copytree(PLANT, plant)
    file = plant / "firewalls.zone"
    head, found, rest = file.read_text(encoding="utf-8").partition(f"firewall {FIREWALL} ")
    assert found
    file.write_text(head + found + rest.replace("iptables", target, 1), encoding="utf-8")
    built = segc_("build", str(plant), "--firewall", FIREWALL, "-o", "out")
    if target in MORE_WORDS:
        assert built.code == 1
        assert MORE_WORDS[target] in built.err
        return
    assert built.code == 0, built.err
    cut_off = segc_("isolate", "island-filling", str(plant), "-o", "cut-off")
    assert cut_off.code == 0, cut_off.err

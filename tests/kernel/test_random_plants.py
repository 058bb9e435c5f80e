"""Random plants in the kernel: whatever the policy, what was rendered does what the language says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from segc.diagnostics import SegcError
from segc.model.plant import Plant
from segc.targets.build import Built, build
from tests.kernel.judge import BACKENDS, judge, load
from tests.kernel.lab import Lab, unavailable
from tests.oracle import Oracle
from tests.plants import INTERFACES, plant_of
from tests.probes import probes
from tests.proof.differential import Case, Tally, disagreements, fuzz, kept

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

EXAMPLES = settings().max_examples // 10  # a plant is loaded up to eighteen times
PROBES = 250
# What iptables takes for "every": protocol 0, ICMP type 255, and no match at all for a zone that owns everything.
# More ports than one `multiport` holds, a source port, and an asset across the border of a network.
TRAPS = """
segc 1
site s { mode enforce }
service zero { proto 0 }
service last { icmp 255 }
service many { tcp 1000, 1002, 1004-1005, 1007, 1009, 1011, 1013, 1015, 1017, 1019, 1021-1029, 1031, 1033, 1035, 1037 }
service fixed { udp 123 { source-port 123, 1024-65535 }; tcp 99 { source-port 1000 } }
zone mes { net 10.1.0.0/16; asset across 10.0.255.250-10.1.0.9 }
zone world { net any; asset far 198.51.100.1, 2001:db8:9::1; asset near 2001:db8:9::2 }
zone cell { net 10.2.0.0/16 }
conduit up mes -> world { allow mes -> world : zero }
conduit down world -> mes { allow world -> mes : last }
conduit ports cell <-> mes { allow cell -> mes.across : many, fixed; allow mes -> cell : fixed { log } }
conduit side cell -> world { allow cell -> world : zero, last { log } }
firewall mes { target iptables; interface eth0 mes; interface lan-2 world; interface wan0 cell }
firewall other { target nftables; interface eth0 mes; interface lan-2 world; interface wan0 cell }
"""
KEPT = {"traps": Case(TRAPS, "declared", 1)} | {name: case for name, case in kept() if case.mode == "declared"}
# The kernel's own clock decides about grants, so the files are made for its time.
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One firewall with every interface that a plant may name; the rest of the world is behind `out0`."""
    with Lab([*INTERFACES, "out0"], {}, {"0.0.0.0/0": "out0", "::/0": "out0"}) as opened:
        yield opened


def built(plant: Plant, firewall: str, mode: str) -> list[Built]:
    """A firewall's files; none where the policy would lock everybody out of it."""
    try:
        return list(build(plant, NOW, mode, [firewall]).built)
    except SegcError as stopped:
        if {one.name for one in stopped.diagnostics} != {"lock-out"}:
            raise
        return []


def wrong_in_kernel(lab: Lab, case: Case, plant: Plant, tally: Tally) -> list[str]:
    """Every firewall, in every mode, with every back end: the verdict of the language, and the record due."""
    found = disagreements(case, plant, NOW, PROBES, Tally())
    tally.plants += 1
    for mode in ("declared", "monitor", "enforce"):
        oracle = Oracle(plant, NOW, None if mode == "declared" else mode)
        for name, firewall in plant.firewalls.items():
            for one in built(plant, name, mode):
                for backend in BACKENDS[firewall.target]:
                    load(lab, one, backend)
                    tried = probes(plant, firewall, PROBES, case.seed)
                    tally.packets += len(tried)
                    found += [f"{name}, {mode}, {backend}: {one}" for one in judge(lab, one, oracle, tried)]
    return found


def test_kernel_obeys(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reference = policy space = reading = kernel. A plant that says otherwise is shrunk and kept."""
    tally = Tally()
    fuzz(lambda case, plant: wrong_in_kernel(lab, case, plant, tally), EXAMPLES, tmp_path)
    with capsys.disabled():
        print(
            f"\nkernel: {tally.plants} plants, {tally.packets:,} packets: reference = policy space = reading = kernel"
        )


@pytest.mark.parametrize("name", KEPT)
def test_what_went_wrong_once(name: str, tmp_path: Path) -> None:
    """Plants that have been refuted, and one that holds what is refuted most easily."""
    plant = plant_of(KEPT[name].text, tmp_path)
    names = {interface.name for firewall in plant.firewalls.values() for interface in firewall.interfaces}
    with Lab([*sorted(names), "out0"], {}, {"0.0.0.0/0": "out0", "::/0": "out0"}) as own:
        assert not wrong_in_kernel(own, KEPT[name], plant, Tally())

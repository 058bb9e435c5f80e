"""Random plants in the kernel: whatever the policy, what was rendered does what the language says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from segc.diagnostics import SegcError
from segc.model.plant import Plant
from segc.targets.build import Built, build
from tests.kernel.judge import BACKENDS, judge, load
from tests.kernel.lab import Lab, unavailable
from tests.oracle import Oracle
from tests.plants import INTERFACES, plant_of, policies
from tests.probes import probes

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

EXAMPLES = settings().max_examples // 7  # a plant is loaded up to eighteen times
PROBES = 120
# The kernel's own clock decides about grants, so the files are made for its time.
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One firewall with every interface that a plant may name; the rest of the world is behind `out0`."""
    with Lab([*INTERFACES, "out0"], {}, {"0.0.0.0/0": "out0", "::/0": "out0"}) as opened:
        yield opened


def built(plant: Plant, firewall: str, mode: str) -> Built | None:
    """A firewall's files; None where the policy would lock everybody out of it."""
    try:
        return build(plant, NOW, mode, [firewall]).built[0]
    except SegcError as stopped:
        assert {one.name for one in stopped.diagnostics} == {"lock-out"}
        return None


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(text=policies(), seed=st.integers(0, 1 << 16))
def test_kernel_obeys(lab: Lab, tmp_path_factory: pytest.TempPathFactory, text: str, seed: int) -> None:
    """Every firewall, in every mode, with every back end: the verdict of the language, and the record due."""
    plant = plant_of(text, tmp_path_factory.mktemp("plant"))
    note(text)
    for mode in ("declared", "monitor", "enforce"):
        oracle = Oracle(plant, NOW, None if mode == "declared" else mode)
        for name, firewall in plant.firewalls.items():
            one = built(plant, name, mode)
            for backend in BACKENDS[firewall.target] if one is not None else ():
                load(lab, one, backend)
                wrong = judge(lab, one, oracle, probes(plant, firewall, PROBES, seed))
                assert not wrong, f"{name}, {mode}, {backend}\n" + "\n".join(map(str, wrong[:10]))

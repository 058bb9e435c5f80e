"""The conformance plants of every target that runs here, judged by the kernel in every mode and back end."""

from __future__ import annotations

import pytest

from tests.conformance.cases import AT, MODES, NAMES, built, plant
from tests.kernel.judge import BACKENDS, judge, lab_for, load
from tests.kernel.lab import unavailable
from tests.oracle import Oracle
from tests.probes import probes

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

PROBES = 600
TIMED = ("grants",)  # judged by the kernel's own clock: tests/kernel/test_windows.py
CASES = [
    (name, target, mode, backend)
    for name in NAMES
    if name not in TIMED
    for target, backends in BACKENDS.items()
    for mode in MODES
    for backend in backends
]


@pytest.mark.parametrize(("name", "target", "mode", "backend"), CASES)
def test_kernel_obeys(name: str, target: str, mode: str, backend: str) -> None:
    """First and last address, port one below and above, other protocols, wrong interfaces: all as the language says."""
    whole = plant(name, target)
    oracle = Oracle(whole, AT, None if mode == "declared" else mode)
    for one in built(name, target, mode).built:
        with lab_for(one.rules.firewall) as lab:
            load(lab, one, backend)
            wrong = judge(lab, one, oracle, probes(whole, one.rules.firewall, PROBES, seed=2))
        assert not wrong, "\n".join(map(str, wrong[:10]))

"""The examples' rendered files in a real kernel: every firewall, every mode, every back end."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from segc.lang.loader import load as load_files
from segc.model.plant import Plant
from segc.model.resolve import resolve
from segc.targets.build import BuildResult, build
from tests.kernel.judge import BACKENDS, judge, lab_for, load
from tests.kernel.lab import unavailable
from tests.oracle import Oracle
from tests.probes import probes

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

EXAMPLES = Path(__file__).parents[2] / "examples"
AT = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)  # a Saturday morning, when grants are open
PROBES = 400


@cache
def plant(name: str) -> Plant:
    """An example, without errors."""
    resolved, found = resolve(load_files(EXAMPLES / name))
    assert not found
    return resolved


@cache
def built(name: str, mode: str) -> BuildResult:
    """Its files, unwritten."""
    return build(plant(name), AT, mode)


@cache
def oracle_of(name: str, mode: str) -> Oracle:
    """What must be true of an example's files."""
    return Oracle(plant(name), AT, None if mode == "declared" else mode)


CASES = [
    (name, firewall.name, mode, backend)
    for name in ("bottling", "bottling-flat", "water")
    for firewall in plant(name).firewalls.values()
    for mode in ("declared", "monitor", "enforce")
    for backend in BACKENDS[firewall.target]
    if not (mode == "monitor" and backend == "legacy")  # one back end is enough to see that all passes
]


@pytest.mark.parametrize(("name", "firewall", "mode", "backend"), CASES)
def test_kernel_obeys(name: str, firewall: str, mode: str, backend: str) -> None:
    """Boundary packets of every flow get the verdict of the language, and the record that is due."""
    one = next(b for b in built(name, mode).built if b.firewall == firewall)
    # windows are judged by the kernel's own clock, so timed flows have tests of their own
    with lab_for(one.rules.firewall) as lab:
        load(lab, one, backend)
        wrong = judge(lab, one, oracle_of(name, mode), probes(plant(name), one.rules.firewall, PROBES, seed=1))
    assert not wrong, "\n".join(map(str, wrong[:10]))

"""The examples' rendered files in a real kernel: every firewall, every mode, every back end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
AT = datetime(2026, 11, 28, 6, 30, tzinfo=UTC)  # when the files are made
MARGIN = timedelta(minutes=5)  # longer than it takes to send a firewall's probes
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


def oracle_of(name: str, mode: str, at: datetime) -> Oracle:
    """What must be true of an example's files at a moment."""
    return Oracle(plant(name), at, None if mode == "declared" else mode)


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
    """Boundary packets of every flow get the verdict of the language, and the record that is due.

    The windows of grants are in the files, and the kernel judges them by its own clock: so does the oracle. Packets
    whose verdict changes about now are left out.
    """
    one = next(b for b in built(name, mode).built if b.firewall == firewall)
    now = datetime.now(UTC)
    before, after = (oracle_of(name, mode, now + step) for step in (-MARGIN, MARGIN))
    point = one.rules.firewall
    sent = [
        probe
        for probe in probes(plant(name), point, PROBES, seed=1)
        if before.expect(point, *probe) == after.expect(point, *probe)
    ]
    assert len(sent) > PROBES // 2
    with lab_for(point) as lab:
        load(lab, one, backend)
        wrong = judge(lab, one, after, sent)
    assert not wrong, "\n".join(map(str, wrong[:10]))

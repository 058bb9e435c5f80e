"""What all tests share: hypothesis profiles, and that a required kernel test is never skipped."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None, print_blob=True)
settings.register_profile(
    "ci",
    deadline=None,
    print_blob=True,
    derandomize=True,  # a gate gives the same answer twice; `make soak` looks further
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    settings.get_profile("ci"),
    derandomize=False,
    max_examples=int(os.environ.get("SEGC_SOAK_EXAMPLES", "5000")),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_collection_finish() -> None:
    """Tests that were collected stay: to look for garbage among them, and as often, took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With SEGC_REQUIRE_KERNEL=1, a kernel test that was skipped, for whatever reason, has failed."""
    report = yield
    required = os.environ.get("SEGC_REQUIRE_KERNEL") == "1" and item.get_closest_marker("kernel") is not None
    if required and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"SEGC_REQUIRE_KERNEL=1, but: {why}"
    return report

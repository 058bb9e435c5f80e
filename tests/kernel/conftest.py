"""Kernel tests are skipped where they cannot run, unless SEGC_REQUIRE_KERNEL=1 says that they must."""

from __future__ import annotations

import os

import pytest

from tests.kernel.lab import unavailable


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail before any `skipif` is looked at: a gate that counts on these tests must not pass without them."""
    if os.environ.get("SEGC_REQUIRE_KERNEL") != "1" or item.get_closest_marker("kernel") is None:
        return
    reason = unavailable("iptables-legacy", "ip6tables-legacy", "ipset")
    if reason is not None:
        pytest.fail(f"SEGC_REQUIRE_KERNEL=1, but: {reason}", pytrace=False)

"""Kernel tests are skipped where they cannot run, unless SEGC_REQUIRE_KERNEL=1 says that they must."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel import opskit
from tests.kernel.lab import unavailable
from tests.kernel.opskit import Machine


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail before any `skipif` is looked at: a gate that counts on these tests must not pass without them."""
    if os.environ.get("SEGC_REQUIRE_KERNEL") != "1" or item.get_closest_marker("kernel") is None:
        return
    reason = unavailable("iptables-legacy", "ip6tables-legacy", "ipset")
    if reason is not None:
        pytest.fail(f"SEGC_REQUIRE_KERNEL=1, but: {reason}", pytrace=False)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which another tool has a table of nftables."""
    opskit.need()
    with opskit.machine(tmp_path) as made:
        foreign = "type filter hook forward priority 5; policy accept; ip saddr 192.0.2.1 drop;"
        made.sh(f"nft 'add table inet edr; add chain inet edr gate {{ {foreign} }}'")
        yield made

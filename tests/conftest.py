"""What all tests share: hypothesis profiles, and when kernel tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache

import pytest
from hypothesis import HealthCheck, settings

ROOT_TOOLS = ("ip", "iptables-restore", "nft", "ipset", "conntrack")

settings.register_profile("dev", deadline=None, print_blob=True)
settings.register_profile(
    "ci",
    deadline=None,
    print_blob=True,
    derandomize=False,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak",
    settings.get_profile("ci"),
    max_examples=int(os.environ.get("SEGC_SOAK_EXAMPLES", "5000")),
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@cache
def why_no_kernel() -> str | None:
    """The reason why kernel tests cannot run here, in one line; None where they can."""
    if os.geteuid() != 0:
        return "kernel tests need root"
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    missing = [tool for tool in ROOT_TOOLS if shutil.which(tool) is None]
    if missing:
        return f"kernel tests need {', '.join(missing)}"
    probe = "iptables -S && ip6tables -S && nft list ruleset && ipset list && conntrack -L"
    done = subprocess.run(
        ["unshare", "--net", "sh", "-ec", probe], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        return f"kernel tests need network namespaces and netfilter: {said[-1]}"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a kernel test where there is no kernel to ask, unless SEGC_REQUIRE_KERNEL=1."""
    if item.get_closest_marker("kernel") is None:
        return
    reason = why_no_kernel()
    if reason is None:
        return
    if os.environ.get("SEGC_REQUIRE_KERNEL") == "1":
        pytest.fail(f"SEGC_REQUIRE_KERNEL=1, but {reason}", pytrace=False)
    pytest.skip(reason)

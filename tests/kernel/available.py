"""Whether this machine can run a lab."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from tests.kernel import processes

_NEEDED = ("unshare", "nsenter", "ip", "nft", "iptables", "ip6tables")

# What a lab does first, and what a kernel or a container most often forbids.
_TRIAL = """
ip link add name try0 type veth peer name try1 || exit
echo 1 >/proc/sys/net/ipv4/ip_forward || exit
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding || exit
nft add table inet try || exit
iptables -S || exit
ip6tables -S || exit
"""


@cache
def unavailable(*tools: str) -> str | None:
    """None when a lab works here, else the reason in one line.

    `tools` are programs that the caller needs as well.
    """
    for tool in (*_NEEDED, *tools):
        if shutil.which(tool) is None:
            return f"no {tool} on PATH"
    try:
        tried = processes.run([*processes.unshare(), "sh", "-c", _TRIAL], check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"no network namespace: {error}"
    if tried.returncode:
        return f"no usable network namespace: {' '.join(tried.stderr.split()) or tried.returncode}"
    return None

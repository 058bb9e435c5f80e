"""Drift, as a kernel lists it: segc's own rules are known again in every form, and those of others are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.diagnostics import Severity
from segc.proof.folder import verify
from segc.proof.verified import Verified
from tests.kernel.judge import BACKENDS, lab_for, load
from tests.kernel.lab import Lab
from tests.kernel.scenes import in_kernel
from tests.kernel.test_examples import AT, built, plant

pytestmark = in_kernel

# the first firewall of each target, with each of its back ends
CASES = [
    (name, next(f.name for f in plant(name).firewalls.values() if f.target == target), backend)
    for name in ("bottling", "water")
    for target in sorted({firewall.target for firewall in plant(name).firewalls.values()})
    for backend in BACKENDS[target]
]
TABLE = "add table inet edr; add chain inet edr gate {{ type filter hook forward priority 5; }}"
# another tool's rules: one that decides nothing which is not decided already, one of unknown meaning
OTHERS = {
    "iptables": ("{0} -A FORWARD -s 192.0.2.1 -j DROP", "{0} -I FORWARD 1 -m mark --mark 7 -j DROP"),
    "nftables": (
        f"nft '{TABLE}; add rule inet edr gate ip saddr 192.0.2.1 accept'",
        "nft insert rule inet edr gate meta mark 7 drop",
    ),
}


@pytest.mark.parametrize(("name", "firewall", "backend"), CASES)
def test_what_a_kernel_lists(name: str, firewall: str, backend: str, tmp_path: Path) -> None:
    one = next(b for b in built(name, "declared").built if b.firewall == firewall)
    with lab_for(one.rules.firewall) as lab:
        load(lab, one, backend)
        assert judged(lab, name, firewall, backend, tmp_path) == ("equal to the policy, for all packets", set())
        harmless, unknown = (text.format(f"iptables-{backend}") for text in OTHERS[one.target])
        lab.run("sh", "-c", harmless)
        assert judged(lab, name, firewall, backend, tmp_path) == (
            "equal to the policy, for all packets",
            {"foreign-rule"},
        )
        lab.run("sh", "-c", unknown)
        assert judged(lab, name, firewall, backend, tmp_path) == (
            "may be something else than the policy says",
            {"may-differ", "foreign-rule", "unread-line"},
        )


def judged(lab: Lab, name: str, firewall: str, backend: str, folder: Path) -> tuple[str, set[str]]:
    """What is said of the listing of a firewall, and the names of all findings."""
    if plant(name).firewalls[firewall].target == "iptables":
        command = f"ipset save; iptables-{backend}-save; ip6tables-{backend}-save"
    else:
        command = "TZ=UTC nft list ruleset"
    file = folder / "running.txt"
    file.write_text(f"root@fw:~# {command}\n{lab.run('sh', '-c', command).stdout}root@fw:~# \n", encoding="utf-8")
    (said,) = verify(plant(name), [str(file)], AT, None, [firewall])
    return said.words, names(said)


def names(said: Verified) -> set[str]:
    """Of all findings but for the prompts."""
    return {one.name for one in said.found if (one.name, one.severity) != ("unread-line", Severity.HINT)}

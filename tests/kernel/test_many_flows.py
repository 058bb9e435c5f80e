"""Ten thousand flows between hosts are looked up, not walked through."""

from __future__ import annotations

import pytest

from segc.targets.build import Built
from tests.kernel.judge import load
from tests.kernel.packets import Packet
from tests.kernel.scenes import every_way, files, in_kernel, texts, two_sided

pytestmark = in_kernel

CLIENTS, SERVERS = range(1, 101), range(1, 201)
PAIRS = [(client, server) for client in CLIENTS for server in SERVERS if (client + server) % 2]  # nothing to merge


def policy() -> str:
    """Every client has a flow to each second server."""
    lines = ["segc 1", "site s { mode enforce }", "service modbus { tcp 502 }"]
    for zone, number, hosts in (("a", 1, CLIENTS), ("b", 2, SERVERS)):
        lines.append(f"zone {zone} {{ net 10.{number}.0.0/16, fd0{number}::/16")
        lines += [f"  asset {zone}{host} 10.{number}.0.{host}, fd0{number}::{host:x}" for host in hosts]
        lines.append("}")
    flows = "\n".join(f"  allow a{client} -> b{server} : modbus" for client, server in PAIRS)
    lines.append(f"conduit c a -> b {{\n{flows}\n}}")
    lines.append("firewall fw { target TARGET; interface eth0 a; interface eth1 b }")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def built() -> dict[str, Built]:
    """The same plant for both targets."""
    return {target: files(policy(), target, "declared") for target in ("iptables", "nftables")}


def rules_of_pair(built: Built) -> dict[str, int]:
    """How many rules each chain of a pair has, by file."""
    found = {}
    for name, text in texts(built).items():
        if name in ("iptables.rules", "ip6tables.rules"):
            found[name] = sum(line.startswith("-A segc-p-a.b ") for line in text.splitlines())
        elif name == "nftables.nft":
            body = text.split("  chain p-a.b {\n")[1].split("\n  }\n")[0]
            found[name] = sum(not line.lstrip().startswith("#") for line in body.splitlines())
    return found


@every_way
def test_ten_thousand_flows_are_a_set(built: dict[str, Built], target: str, backend: str) -> None:
    one = built[target]
    assert len(PAIRS) == 10_000
    counts = rules_of_pair(one)
    assert counts
    assert all(0 < count <= 10 for count in counts.values()), counts
    with two_sided() as lab:
        load(lab, one, backend)
        chosen = [(1, 2), (1, 200), (100, 199), (50, 101), (1, 1), (1, 199), (100, 200), (50, 100)]
        sent = [
            Packet("eth0", f"{net.format(1)}{spell(client)}", f"{net.format(2)}{spell(server)}", 6, dport=dport)
            for net, spell in (("10.{}.0.", str), ("fd0{}::", "{:x}".format))
            for client, server in chosen
            for dport in (502, 503)
        ]
        wanted = [(client + server) % 2 == 1 and dport == 502 for client, server in chosen for dport in (502, 503)]
        assert [one.verdict == "pass" for one in lab.probe(sent)] == wanted * 2

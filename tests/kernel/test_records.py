"""Records: each leads back to the policy, one a flow and minute, and a full memory never stops a packet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from segc.targets.build import Built
from tests.kernel.judge import load, put
from tests.kernel.lab import Lab, Outcome
from tests.kernel.packets import Packet
from tests.kernel.scenes import every_way, files, in_kernel, texts, two_sided

pytestmark = in_kernel

POLICY = """
segc 1
site s { mode monitor }
service modbus { tcp 502; udp 502 }
service ping { icmp echo-request; icmp6 echo-request }
zone office { net 10.1.0.0/16, fd01::/16; asset admin 10.1.0.9, fd01::9 }
zone plant { net 10.2.0.0/16, fd02::/16; asset plc 10.2.0.9, fd02::9 }
zone far-far-away-behind-the-second-hall { net 10.9.0.0/16 }
zone far-far-away-behind-the-third-hall { net 10.8.0.0/16 }
conduit up-and-down-between-both office <-> plant {
  mode MODE
  allow admin -> plc : modbus { log }
  allow plc -> office : ping
}
conduit long far-far-away-behind-the-second-hall -> far-far-away-behind-the-third-hall { mode MODE }
firewall fw {
  target TARGET
  interface eth0 office 10.1.0.1/16, fd01::1/16
  interface eth1 plant, far-far-away-behind-the-third-hall 10.2.0.1/16
  interface eth2 far-far-away-behind-the-second-hall
  manage office : modbus
  mode MODE
}
"""
LINE = POLICY[: POLICY.index("allow admin")].count("\n") + 1
ADDRESSES = {"eth0": ["10.1.0.1/16", "fd01::1/16"], "eth1": ["10.2.0.1/16", "fd02::1/16"]}
SECOND, THIRD = "far-far-away-behind-the-second-hall", "far-far-away-behind-the-third-hall"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with two_sided(ADDRESSES) as opened:
        yield opened


def policy(mode: str) -> str:
    return POLICY.replace("MODE", mode)


def meaning(built: Built, prefix: str) -> tuple[object, ...]:
    """What a record's prefix says, read as its reader would: class, then pair or flow by the manifest."""
    start, kind, identity = prefix.split(":", 2)
    assert start == "segc"
    if kind == "L":
        [rule] = [rule for rule in built.entry["rules"].values() if rule.get("log-id") == identity]
        return kind, rule["within"], rule["flow"], rule["source"]
    pair = built.entry["pairs"][identity]
    return kind, pair["from"], pair["firewall"] if "firewall" in pair else pair["to"], pair["mode"]


@every_way
@pytest.mark.parametrize("mode", ["monitor", "enforce"])
def test_every_record_leads_back_to_the_policy(lab: Lab, target: str, backend: str, mode: str) -> None:
    built = files(policy(mode), target, "declared")
    load(lab, built, backend)
    upper, lower = ("A", "a") if mode == "monitor" else ("B", "b")
    flow = ("L", "up-and-down-between-both", "admin -> plc : modbus", f"plant.zone:{LINE}")
    wanted = {
        Packet("eth0", "10.1.0.9", "10.2.0.9", 6, dport=502): flow,
        Packet("eth0", "fd01::9", "fd02::9", 17, dport=502): flow,
        Packet("eth0", "10.1.0.9", "10.2.0.9", 6, dport=503): (upper, "office", "plant", mode),
        Packet("eth0", "fd01::9", "fd02::9", 58, icmp_type=128): (upper, "office", "plant", mode),
        Packet("eth1", "10.2.0.9", "10.1.0.7", 47): (upper, "plant", "office", mode),
        Packet("eth1", "10.1.0.5", "10.2.0.9", 6, dport=502): (lower, "office", "plant", mode),
        Packet("eth2", "10.9.0.5", "10.8.0.9", 6, dport=502): (upper, SECOND, THIRD, mode),
        Packet("eth0", "10.1.0.5", "10.8.0.9", 6, dport=502): ("A", None, THIRD, "monitor"),
        Packet("eth2", "203.0.113.1", "10.2.0.9", 6, dport=502): ("A", None, "plant", "monitor"),
        Packet("eth0", "10.1.0.5", "203.0.113.1", 6, dport=502): ("A", None, None, "monitor"),
        Packet("eth1", "10.2.0.5", "10.1.0.1", 6, dport=502): (upper, None, "fw", mode),
    }
    for packet, outcome in zip(wanted, lab.probe(list(wanted)), strict=True):
        assert [meaning(built, prefix) for prefix in outcome.logs] == [wanted[packet]], packet


@every_way
@pytest.mark.parametrize("mode", ["monitor", "enforce"])
@pytest.mark.parametrize(("source", "to"), [("10.1.0.5", "10.2.0.5"), ("fd01::5", "fd02::5")])
def test_a_flow_is_recorded_once_a_minute(lab: Lab, target: str, backend: str, mode: str, source: str, to: str) -> None:
    """A flow is its ends, protocol and target port: the port that it comes from does not make another one."""
    load(lab, files(policy(mode), target, "declared"), backend)
    first = Packet("eth0", source, to, 6, 40000, 80)
    verdict, oif = ("pass", "eth1") if mode == "monitor" else ("drop", None)
    record = (f"segc:{'A' if mode == 'monitor' else 'B'}:office>plant",)
    told, silent = Outcome(verdict, oif, record), Outcome(verdict, oif, ())
    assert lab.probe([first]) == [told]
    assert lab.probe([first, replace(first, sport=40001)]) == [silent, silent]
    other = [replace(first, dport=81), replace(first, proto=17), replace(first, dst=f"{to}1"), replace(first, proto=47)]
    assert lab.probe(other) == [told] * 4
    assert lab.probe(other) == [silent] * 4


@every_way
def test_a_recorded_flow_is_recorded_once_a_minute(lab: Lab, target: str, backend: str) -> None:
    built = files(policy("enforce"), target, "declared")
    load(lab, built, backend)
    first = Packet("eth0", "10.1.0.9", "10.2.0.9", 6, dport=502)
    [[told], *silent] = [lab.probe([first])[0].logs for _ in range(3)]
    assert meaning(built, told)[:2] == ("L", "up-and-down-between-both")
    assert silent == [(), ()]


def small(built: Built, size: int) -> Mapping[str, str]:
    """The same files with hardly any memory of what has been recorded."""
    found = texts(built)
    for name, pattern in (("ipset.rules", r"(segc-seen-.* maxelem) \d+"), ("nftables.nft", r"(size) 65536")):
        if name in found:
            found[name], edits = re.subn(pattern, rf"\1 {size}", found[name])
            assert edits >= 2
    return found


@every_way
@pytest.mark.parametrize("mode", ["monitor", "enforce"])
def test_a_full_memory_records_more_and_stops_nothing_more(lab: Lab, target: str, backend: str, mode: str) -> None:
    built = files(policy(mode), target, "declared")
    lab.reset()
    put(lab, target, small(built, 4), backend)
    flows = [Packet("eth0", f"10.1.5.{host}", "10.2.0.5", 6, dport=80) for host in range(16, 216)]
    flows += [Packet("eth0", "fd01::5", f"fd02::{host:x}", 17, dport=80) for host in range(16, 216)]
    allowed = [Packet("eth0", "10.1.0.9", "10.2.0.9", 6, sport, 502) for sport in range(2000, 2020)]
    first, second = lab.probe(flows), lab.probe(flows)
    assert {one.verdict for one in first + second} == {"pass" if mode == "monitor" else "drop"}
    assert all(len(one.logs) == 1 for one in first), "nothing goes unrecorded"
    assert sum(bool(one.logs) for one in second) >= len(flows) - 2 * 4 * 2, "what has no room is recorded again"
    assert {one.verdict for one in lab.probe(allowed)} == {"pass"}

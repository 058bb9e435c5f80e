"""Traffic to the firewall itself, and to firewalls behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from segc.diagnostics import SegcError
from segc.targets.build import build
from tests.kernel import programs
from tests.kernel.judge import forget_records, load
from tests.kernel.lab import Lab, Outcome
from tests.kernel.packets import Packet
from tests.kernel.scenes import every_way, files, in_kernel, plant, two_sided

pytestmark = in_kernel

POLICY = """
segc 1
site s { mode monitor }
service ssh { tcp 22 }
service ping { icmp echo-request; icmp6 echo-request }
zone office { net 10.1.0.0/16, fd01::/16; asset admin 10.1.0.9, fd01::9; asset range 10.1.1.0-10.1.1.6 }
zone plant { net 10.2.0.0/16, fd02::/16 }
conduit c office -> plant { mode enforce }
firewall fw {
  target TARGET
  interface eth0 office 10.1.0.1/16, fd01::1/16
  interface eth1 plant 10.2.0.1/16, fd02::1/16
  MANAGE
}
"""
ADDRESSES = {"eth0": ["10.1.0.1/16", "fd01::1/16"], "eth1": ["10.2.0.1/16", "fd02::1/16"]}
ADMIN, OWN = {4: "10.1.0.9", 6: "fd01::9"}, {4: "10.1.0.1", 6: "fd01::1"}
LOCAL = Outcome("local", None, ())
SSH_ONLY = "mode enforce\n  manage admin : ssh"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with two_sided(ADDRESSES) as opened:
        yield opened


def knock(iif: str, source: str, target: str, proto: int = 6, dport: int = 22) -> Packet:
    return Packet(iif, source, target, proto, 40000, dport, icmp_type=128 if ":" in target else 8)


@every_way
@pytest.mark.parametrize("mode", ["declared", "enforce"])
def test_without_a_manage_line_nothing_is_touched(lab: Lab, target: str, backend: str, mode: str) -> None:
    built = files(POLICY.replace("MANAGE", "mode enforce"), target, mode)
    load(lab, built, backend)
    for version in (4, 6):
        sent = [knock(iif, ADMIN[version], OWN[version], proto) for iif in ("eth0", "eth1") for proto in (6, 17, 47)]
        assert lab.probe(sent) == [LOCAL] * len(sent)
    assert "base-input" not in built.files[0].text
    assert all("INPUT" not in file.text for file in built.files if file.name.endswith(".rules"))


@every_way
@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("mode", ["monitor", "enforce"])
def test_only_the_named_source_by_its_interface(lab: Lab, target: str, backend: str, version: int, mode: str) -> None:
    built = files(POLICY.replace("MANAGE", SSH_ONLY), target, mode)
    load(lab, built, backend)
    admin, own = ADMIN[version], OWN[version]
    other_own, stranger = (("10.2.0.1", "10.1.0.8"), ("fd02::1", "fd01::8"))[version == 6]
    assert lab.probe([knock("eth0", admin, own), knock("eth0", admin, other_own)]) == [LOCAL, LOCAL]
    wrong = [
        knock("eth1", admin, own),  # the right source, where it does not lie
        knock("eth2", admin, own, dport=22),
        knock("eth0", stranger, own),
        knock("eth0", admin, own, dport=23),
        knock("eth0", admin, own, proto=17),
        knock("eth0", admin, own, proto=1 if version == 4 else 58),
        knock("eth0", admin, own, proto=47),
    ]
    kind, verdict = ("A", "local") if mode == "monitor" else ("B", "drop")
    for packet in wrong:
        forget_records(lab, built)
        assert lab.probe([packet]) == [Outcome(verdict, None, (f"segc:{kind}:*>fw",))], packet
    assert built.entry["pairs"]["*>fw"]["firewall"] == "fw"


@every_way
def test_a_range_may_manage(lab: Lab, target: str, backend: str) -> None:
    load(
        lab,
        files(POLICY.replace("MANAGE", "mode enforce\n  manage range, plant : ssh, ping"), target, "declared"),
        backend,
    )
    hosts = {"10.1.0.255": "drop", "10.1.1.0": "local", "10.1.1.6": "local", "10.1.1.7": "drop"}
    got = lab.probe([knock("eth0", host, OWN[4]) for host in hosts])
    assert [one.verdict for one in got] == list(hosts.values())
    ends = [("10.2.3.4", OWN[4], 1), ("fd02::4", OWN[6], 58)]
    assert lab.probe([knock("eth1", *end) for end in ends]) == [LOCAL, LOCAL]


@every_way
def test_everybody_may_be_named(lab: Lab, target: str, backend: str) -> None:
    """A zone that owns a whole family: here everything in IPv6."""
    text = (
        POLICY.replace("MANAGE", "mode enforce\n  manage world : ssh")
        .replace(", fd01::/16", "")
        .replace(", fd02::/16", "")
    )
    text = text.replace(", fd01::9", "").replace("interface eth1 plant", "interface eth2 world\n  interface eth1 plant")
    load(lab, files(text + "zone world { net any }\n", target, "declared"), backend)
    got = lab.probe([knock("eth2", "2001:db8::1", OWN[6]), knock("eth2", "2001:db8::1", OWN[6], dport=23)])
    assert [one.verdict for one in got] == ["local", "drop"]


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_neighbours_are_still_found(target: str, backend: str, version: int) -> None:
    """A real host, which asks for the firewall's hardware address and is asked for its own."""
    built = files(POLICY.replace("MANAGE", SSH_ONLY), target, "declared")
    with Lab(["eth0", "eth1", "eth2"], ADDRESSES) as lab:
        load(lab, built, backend)
        host = lab.host("eth0", f"{ADMIN[version]}/16", OWN[version])

        def dial(port: int, wait: str) -> str:
            return host.run(sys.executable, "-c", programs.DIAL, OWN[version], str(port), wait).stdout

        assert dial(22, "10") == "refused\n", "nobody listens, so the firewall's own stack answers"
        assert dial(23, "1") == "silence\n"


# ---- another firewall behind this one --------------------------------------------------------------------------------

TWO = """
segc 1
site s { mode enforce }
service ssh { tcp 22 }
zone office { net 10.1.0.0/16, fd01::/16; asset admin 10.1.0.9, fd01::9 }
zone middle { net 10.2.0.0/24, fd02::/64 }
zone cell { net 10.2.9.0/24, fd02:9::/64 }
firewall fw { target TARGET; interface eth0 office; interface eth1 middle }
firewall inner {
  target TARGET
  interface eth0 middle 10.2.0.254/24, fd02::fe/64
  interface eth1 cell 10.2.8.1/24, fd02:9::1/64
  manage admin : ssh
}
"""


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_management_of_a_firewall_passes_the_one_before_it(lab: Lab, target: str, backend: str, version: int) -> None:
    """To all of its addresses: in a neighbouring zone, in one further off, and (10.2.8.1) in none."""
    built = files(TWO, target, "enforce")
    load(lab, built, backend)
    admin = ADMIN[version]
    own = {4: ("10.2.0.254", "10.2.8.1"), 6: ("fd02::fe", "fd02:9::1")}[version]
    beside = {4: ("10.2.0.253", "10.2.8.2"), 6: ("fd02::fd", "fd02:9::2")}[version]
    for address, neighbour in zip(own, beside, strict=True):
        assert lab.probe([knock("eth0", admin, address)]) == [Outcome("pass", "eth1", ())], address
        wrong = [
            knock("eth1", admin, address),
            knock("eth0", admin, address, dport=23),
            knock("eth0", f"{admin}1", address),
            knock("eth0", admin, neighbour),
        ]
        assert [one.verdict for one in lab.probe(wrong)] == ["drop"] * len(wrong), address


# ---- the guard ----------------------------------------------------------------------------------------------------

GUARDED = """
segc 1
site s { mode monitor }
service ssh { tcp 22 }
zone office { net 10.1.0.0/16 }
zone plant { net 10.2.0.0/16 }
zone island { net 10.3.0.0/16 }
firewall fw { target TARGET; interface eth0 office; interface eth1 plant; mode enforce; manage island : ssh }
"""


@every_way
def test_nobody_is_locked_out(target: str, backend: str) -> None:
    policy = plant(GUARDED, target)
    for mode in ("declared", "enforce"):
        with pytest.raises(SegcError) as stopped:
            build(policy, datetime.now(UTC), mode)
        assert [one.name for one in stopped.value.diagnostics] == ["lock-out"]
    assert build(policy, datetime.now(UTC), "monitor").built
    reachable = GUARDED.replace("manage island", "manage island, plant")
    assert build(plant(reachable, target), datetime.now(UTC), "enforce").built

"""The kernel's opinion: which conditions hold for a packet, what it lists, and what it refuses."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Refused
from segc.packets.trace import trace
from segc.targets import registry
from tests.kernel.lab import NFLOG_GROUP, Lab
from tests.kernel.packets import Packet as Frame
from tests.kernel.scenes import in_kernel, two_sided
from tests.readers.iptables.fates import FILES, TABLE
from tests.readers.iptables.given import DATA, FORWARD, INPUT, part, read, stored

ENDS = {
    4: (
        ("10.1.0.9", "10.1.0.17", "10.1.0.13"),
        ("10.2.3.4", "10.2.3.129", "10.2.3.130", "10.2.9.5", "10.2.9.7", "10.9.0.1"),
    ),
    6: (("fd01::9", "fd01::1:9"), ("fd02::4", "fd02::a", "2001:db8::1")),
}
SORTS = [
    *product((6, 17), (40000, 502, 40001, 999), (502, 161, 2000)),
    (136, 40000, 161), (132, 40000, 2905), (132, 999, 502), (47, 0, 0), (51, 0, 0), (253, 0, 0),
]  # fmt: skip
ICMP_SORTS = {
    4: (1, [(8, 0), (8, 1), (3, 1), (3, 3), (13, 0), (255, 7)]),
    6: (58, [(128, 0), (1, 3), (1, 4), (255, 0)]),
}
# What conntrack makes no session of: errors about nothing, types that it does not know, this kernel's UDP-Lite.
NO_SESSION = {(1, 3), (1, 255), (58, 1), (58, 255), (136, 8)}


def conditions(family: int) -> list[str]:
    return (DATA / "iptables-kernel" / f"ipv{family}").read_text(encoding="utf-8").splitlines()


def recording(family: int) -> str:
    """Every condition as a rule that records under the condition's number."""
    how = f"-j NFLOG --nflog-group {NFLOG_GROUP} --nflog-prefix"
    lines = [f'-A FORWARD {text} {how} "r{number}"' for number, text in enumerate(conditions(family))]
    return "\n".join(["*filter", ":FORWARD ACCEPT [0:0]", *lines, "COMMIT", ""])


def frames(family: int) -> list[Frame]:
    proto, kinds = ICMP_SORTS[family]
    found = []
    for source, target in product(*ENDS[family]):
        found += [Frame("eth0", source, target, number, sport, dport) for number, sport, dport in SORTS]
        found += [Frame("eth0", source, target, proto, 7, 0, *kind) for kind in kinds]
    return found


def as_read(frame: Frame) -> Packet:
    source, target = (ipaddress.ip_address(one) for one in (frame.src, frame.dst))
    ported = frame.proto in (6, 17, 132, 136)
    dport = frame.icmp_type * 256 + frame.icmp_code if frame.proto in (1, 58) else frame.dport * ported
    out = "eth1" if frame.dst.startswith(("10.2.", "fd02:")) else "eth2"
    state = "invalid" if (frame.proto, frame.icmp_type) in NO_SESSION else "new"
    ends = source.version, int(source), int(target)
    return Packet(
        *ends, frame.proto, dport, frame.sport * ported, "eth0", out, int(datetime.now(UTC).timestamp()), state
    )


def listed(lab: Lab, backend: str, *, sets: bool) -> dict[str, str]:
    rules = {
        "rules-ipv4": lab.run(f"iptables-{backend}-save", "-c").stdout,
        "rules-ipv6": lab.run(f"ip6tables-{backend}-save").stdout,
    }
    return rules | ({"sets": lab.run("ipset", "save").stdout} if sets else {})


@pytest.fixture
def lab() -> Iterator[Lab]:
    with two_sided() as opened:
        yield opened


marked, skipped = in_kernel
HOLDS = {True: lambda _: True, False: lambda _: False}
every_back_end = pytest.mark.parametrize("backend", ["nft", "legacy"])


@marked
@skipped
@every_back_end
def test_conditions_hold_for_the_packets_for_which_they_hold_in_the_kernel(lab: Lab, backend: str) -> None:
    """Both as written and as listed, for each kind of packet: the records say which rules the kernel found to match."""
    files = {f"rules-ipv{family}": recording(family) for family in (4, 6)}
    files["sets"] = (DATA / "iptables-kernel" / "sets").read_text(encoding="utf-8")
    lab.run("ipset", "restore", input=files["sets"])
    for family, tool in ((4, "iptables"), (6, "ip6tables")):
        lab.run(f"{tool}-{backend}-restore", input=files[f"rules-ipv{family}"])
    reader = registry.reader("iptables")
    machines = {"written": reader.read(files), "listed": reader.read(listed(lab, backend, sets=True))}
    wrong = []
    for family in (4, 6):
        for frame, outcome in zip(frames(family), lab.probe(frames(family)), strict=True):
            for name, machine in machines.items():
                assert not machine.unknown
                logs = trace(machine, as_read(frame)).logs
                wrong += [(name, conditions(family)[int(log[1:])], frame) for log in set(logs) ^ set(outcome.logs)]
    assert not wrong


@marked
@skipped
@every_back_end
@pytest.mark.parametrize("name", ["ufw", "docker", "fail2ban", "by-hand"])
def test_what_the_kernel_lists_means_what_was_loaded(lab: Lab, backend: str, name: str) -> None:
    files = stored(name)
    if "sets" in files:
        lab.run("ipset", "restore", input=files["sets"])
    lab.run(f"iptables-{backend}-restore", input=files["rules-ipv4"])
    reader = registry.reader("iptables")
    before, after = reader.read(files), reader.read(listed(lab, backend, sets="sets" in files))
    sent = [one for file, _, one, *_ in FILES if file == name] + [one for _, one, _ in TABLE]
    for one, hooks, unknown in product(sent, (INPUT, FORWARD), (False, True)):
        runs = [trace(machine, one, hooks, unknown=HOLDS[unknown]) for machine in (before, after)]
        assert (runs[0].kind, runs[0].logs) == (runs[1].kind, runs[1].logs), (one, hooks)


@marked
@skipped
@every_back_end
@pytest.mark.parametrize(
    "text",
    ["-s 10.0.0.1 -s 10.0.0.2", "-p udplite --dport 5", "-p icmp6", "-m multiport --dports 5", "-p tcp -m udp --dport 5",
     "-p icmp --icmp-type 8:9", "-j REJECT --bogus", "-j FORWARD", "-m time --weekdays sat", "-i abcdefghijklmnop",
     "! -s 10.0.0.1,10.0.0.2", "-m ah", "-m comment", "-m set --match-set nothing src", "-m conntrack",
     "-p tcp -m multiport --dports 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16", "-j nowhere", '-s 10.0.0."0"/8'],
)  # fmt: skip
def test_what_the_kernel_refuses_is_refused(lab: Lab, backend: str, text: str) -> None:
    file = f"*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD {text}\nCOMMIT\n"
    assert lab.run(f"iptables-{backend}-restore", input=file, check=False).returncode
    with pytest.raises(Refused):
        read(file)


@pytest.mark.parametrize(
    ("tool", "proto", "table"), [("iptables", "icmp", "ICMP"), ("ip6tables", "ipv6-icmp", "ICMP6")]
)
@marked
@skipped
def test_icmp_names_are_those_that_iptables_lists(tool: str, proto: str, table: str, lab: Lab) -> None:
    shown = lab.run(tool, "-p", proto, "-h").stdout.partition("Valid ICMP")[2].split()[1:]
    names = {word.strip("()").lower() for word in shown} - {"types:", "any"}
    assert names == set(getattr(part("names"), table))

"""The harness itself: it sees what the kernel does, all of it, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.kernel.lab import NFLOG_GROUP, Lab, LabError, Outcome, Packet, unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

INTERFACES = ("eth0.10", "eth1", "wan")
ADDRESSES = {"eth0.10": ["10.1.0.1/24", "fd01::1/64"], "eth1": ["10.2.0.1/24", "fd02::1/64"]}
ROUTES = {"0.0.0.0/0": "wan", "::/0": "wan", "10.20.0.0/16": "eth1"}
DROP = Outcome("drop", None, ())
LOCAL = Outcome("local", None, ())

# One of each kind of packet, as (protocol, further fields); the addresses come with the family.
KINDS: dict[str, tuple[int, dict[str, int | str]]] = {
    "tcp": (6, {"dport": 502}),
    "tcp ack": (6, {"dport": 502, "flags": "A"}),
    "udp": (17, {"dport": 161}),
    "udplite": (136, {"dport": 161}),
    "sctp": (132, {"dport": 2905}),
    "sctp data": (132, {"dport": 2905, "flags": "A"}),
    "gre": (47, {}),
    "esp": (50, {}),
    "ah": (51, {}),
    "ospf": (89, {}),
    "experimental": (253, {}),
}
ICMP_TYPES = {"ping": {4: 8, 6: 128}, "unreachable": {4: 3, 6: 1}}
ENDS = {
    4: ("10.1.0.9", "10.2.0.9", "10.20.3.4", "192.0.2.7"),
    6: ("fd01::9", "fd02::9", "fd02::a", "2001:db8::7"),
}
OWN = {4: "10.2.0.1", 6: "fd02::1"}


@pytest.fixture(scope="module")
def opened() -> Iterator[Lab]:
    with Lab(INTERFACES, ADDRESSES, ROUTES) as lab:
        yield lab


@pytest.fixture
def lab(opened: Lab) -> Lab:
    opened.reset()
    return opened


def packet(version: int, kind: str, target: str) -> Packet:
    if kind in ICMP_TYPES:
        proto = 1 if version == 4 else 58
        return Packet("eth0.10", ENDS[version][0], target, proto, icmp_type=ICMP_TYPES[kind][version])
    proto, fields = KINDS[kind]
    return Packet("eth0.10", ENDS[version][0], target, proto, **fields)  # type: ignore[arg-type]


def tcp(dport: int, version: int = 4) -> Packet:
    return Packet("eth0.10", ENDS[version][0], ENDS[version][1], 6, dport=dport)


def nft(lab: Lab, hook: str, *rules: str) -> None:
    body = "\n".join(rules)
    head = f"type filter hook {hook} priority 0; policy accept;"
    text = f"table inet t {{\nchain at_{hook} {{\n{head}\n{body}\n}}\n}}\n"
    lab.run("nft", "-f", "-", input=text)


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("kind", [*KINDS, "ping", "unreachable"])
def test_without_rules_everything_leaves_by_its_route(lab: Lab, version: int, kind: str) -> None:
    _, near, far, outer = ENDS[version]
    got = lab.probe([packet(version, kind, near), packet(version, kind, far), packet(version, kind, outer)])
    assert got == [Outcome("pass", "eth1", ()), Outcome("pass", "eth1", ()), Outcome("pass", "wan", ())]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("kind", [*KINDS, "ping", "unreachable"])
def test_local_delivery(lab: Lab, version: int, kind: str) -> None:
    probe = packet(version, kind, OWN[version])
    assert lab.probe([probe]) == [LOCAL]
    nft(lab, "input", "drop")
    assert lab.probe([probe]) == [DROP]


def test_checksums_are_right(lab: Lab) -> None:
    # Connection tracking calls a packet invalid whose checksum is wrong. It computes UDP-Lite's as if it were
    # UDP's, and a chunk of SCTP data opens no session.
    nft(lab, "forward", "ct state invalid drop", "ct state new accept", "drop")
    kinds = [kind for kind in (*KINDS, "ping") if kind not in {"sctp data", "udplite"}]
    probes = [packet(version, kind, ENDS[version][1]) for version in ENDS for kind in kinds]
    assert lab.probe(probes) == [Outcome("pass", "eth1", ())] * len(probes)


def test_an_unknown_destination_is_dropped(lab: Lab) -> None:
    with Lab(["a", "b"], {"a": ["10.1.0.1/24"]}) as small:
        [outcome] = small.probe([Packet("a", "10.1.0.9", "192.0.2.7", 6)])
    assert (outcome, outcome.answer) == (DROP, "icmp 3/0")


@pytest.mark.parametrize("back_end", ["iptables", "iptables-legacy"])
@pytest.mark.parametrize("version", [4, 6])
def test_iptables_rules_are_seen(lab: Lab, back_end: str, version: int) -> None:
    tool = back_end if version == 4 else back_end.replace("ip", "ip6", 1)
    if reason := unavailable(tool):
        pytest.skip(reason)
    log = f"-j NFLOG --nflog-group {NFLOG_GROUP} --nflog-prefix"
    rules = [
        ":FORWARD ACCEPT [0:0]",
        "-A FORWARD -p tcp --dport 1 -j DROP",
        "-A FORWARD -p tcp --dport 2 -j REJECT",
        "-A FORWARD -p tcp --dport 3 -j REJECT --reject-with tcp-reset",
        f'-A FORWARD -p tcp --dport 4:5 {log} "first "',
        f'-A FORWARD -p tcp --dport 5 {log} "second: c-1/r-2 "',
        "-A FORWARD -p tcp --dport 5 -j DROP",
    ]
    lab.run(f"{tool}-restore", input="\n".join(["*filter", *rules, "COMMIT", ""]))
    got = lab.probe([tcp(port, version) for port in range(1, 7)])
    answers = ["", "icmp 3/3" if version == 4 else "icmp6 1/4", "tcp-reset", "", "", ""]
    assert [outcome.answer for outcome in got] == answers
    passed = Outcome("pass", "eth1", ())
    logged = [Outcome("pass", "eth1", ("first",)), Outcome("drop", None, ("first", "second: c-1/r-2"))]
    assert got == [DROP, DROP, DROP, *logged, passed]
    lab.reset()
    assert lab.probe([tcp(1, version)]) == [passed]


@pytest.mark.parametrize("version", [4, 6])
def test_nft_rules_are_seen(lab: Lab, version: int) -> None:
    log = f"log group {NFLOG_GROUP} prefix"
    nft(
        lab,
        "forward",
        "tcp dport 1 drop",
        "tcp dport 2 reject with tcp reset",
        f'tcp dport 3 {log} "denied c1:r2 " drop',
        f'tcp dport 4 {log} "permitted "',
    )
    got = lab.probe([tcp(port, version) for port in range(1, 6)])
    assert got[:3] == [DROP, DROP, Outcome("drop", None, ("denied c1:r2",))]
    assert got[3:] == [Outcome("pass", "eth1", ("permitted",)), Outcome("pass", "eth1", ())]
    assert got[1].answer == "tcp-reset"


def test_a_refusal_is_no_probe_of_its_own(lab: Lab) -> None:
    nft(lab, "output", f'log group {NFLOG_GROUP} prefix "own "')
    pings = [packet(version, "ping", OWN[version]) for version in ENDS]
    assert lab.probe([*pings, packet(4, "udp", OWN[4])]) == [LOCAL] * 3


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("kind", ["tcp", "udp", "sctp", "ping", "gre"])
def test_a_reply_is_established_only_when_state_is_kept(lab: Lab, version: int, kind: str) -> None:
    nft(
        lab,
        "forward",
        f'ct state established log group {NFLOG_GROUP} prefix "old" accept',
        f'ct state new log group {NFLOG_GROUP} prefix "new" accept',
        "drop",
    )
    there = packet(version, kind, ENDS[version][1])
    icmp_type = {8: 0, 128: 129}.get(there.icmp_type, 0) if kind == "ping" else 8
    flags = "SA" if kind in {"tcp", "sctp"} else "S"
    back = Packet("eth1", there.dst, there.src, there.proto, there.dport, there.sport, icmp_type, 0, flags)
    if kind == "ping":
        back = Packet("eth1", there.dst, there.src, there.proto, icmp_type=icmp_type)
    kept = lab.probe([there, back, there], keep_state=True)
    assert [outcome.logs for outcome in kept] == [("new",), ("old",), ("old",)]
    for _ in range(2):
        forgotten = lab.probe([there, back, there])
        assert [outcome.logs for outcome in forgotten[::2]] == [("new",), ("new",)]
        assert "old" not in forgotten[1].logs
    lab.probe([there])
    assert lab.probe([back], keep_state=True)[0].logs == ("old",)


def randoms(count: int, seed: int) -> list[Packet]:
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        version = rng.choice([4, 6])
        target = rng.choice(ENDS[version][1:]) if rng.random() < 0.9 else OWN[version]
        proto = rng.choice([6, 17, 132, 1 if version == 4 else 58])
        kind = 8 if version == 4 else 128
        made.append(Packet("eth0.10", ENDS[version][0], target, proto, dport=rng.randint(1, 400), icmp_type=kind))
    return made


def test_many_probes_have_the_right_outcome_every_time(lab: Lab) -> None:
    nft(
        lab,
        "forward",
        "ct state established,related accept",
        f'tcp dport 1-200 log group {NFLOG_GROUP} prefix "permitted" accept',
        "udp dport 100-300 accept",
        f'log group {NFLOG_GROUP} prefix "denied" drop',
    )
    nft(lab, "input", "sctp dport 1-200 drop")

    def expected(probe: Packet) -> Outcome:
        oif = "wan" if probe.dst in (ENDS[4][3], ENDS[6][3]) else "eth1"
        if probe.dst in OWN.values():
            return DROP if probe.proto == 132 and probe.dport <= 200 else LOCAL
        if probe.proto == 6 and probe.dport <= 200:
            return Outcome("pass", oif, ("permitted",))
        if probe.proto == 17 and 100 <= probe.dport <= 300:
            return Outcome("pass", oif, ())
        return Outcome("drop", None, ("denied",))

    probes = randoms(3000, 1)
    wanted = [expected(probe) for probe in probes]
    assert {outcome.verdict for outcome in wanted} == {"pass", "local", "drop"}
    started = time.perf_counter()
    assert lab.probe(probes) == wanted
    print(f"{len(probes) / (time.perf_counter() - started):.0f} probes/s")
    assert lab.probe(probes) == wanted


def test_many_logs_of_one_packet_are_all_kept(lab: Lab) -> None:
    nft(lab, "forward", *(f'log group {NFLOG_GROUP} prefix "{number}"' for number in range(10)))
    wanted = Outcome("pass", "eth1", tuple(map(str, range(10))))
    assert lab.probe([tcp(port) for port in range(300)]) == [wanted] * 300


def test_reset_takes_everything_away(lab: Lab) -> None:
    lab.run("iptables", "-P", "FORWARD", "DROP")
    lab.run("ip6tables", "-A", "FORWARD", "-j", "DROP")
    nft(lab, "forward", "drop")
    if unavailable("iptables-legacy") is None:
        lab.run("iptables-legacy", "-P", "FORWARD", "DROP")
        lab.run("iptables-legacy", "-N", "mine")
        lab.run("iptables-legacy", "-t", "mangle", "-A", "FORWARD", "-j", "DROP")
    if unavailable("ipset") is None:
        lab.run("ipset", "create", "hosts", "hash:ip")
        lab.run("iptables", "-A", "FORWARD", "-m", "set", "--match-set", "hosts", "src", "-j", "DROP")
    assert lab.probe([tcp(1), tcp(1, 6)]) == [DROP, DROP]
    lab.reset()
    assert lab.probe([tcp(1), tcp(1, 6)]) == [Outcome("pass", "eth1", ())] * 2
    assert lab.run("nft", "list", "ruleset").stdout == ""
    if unavailable("iptables-legacy") is None:
        assert "mine" not in lab.run("iptables-legacy", "-S").stdout


def test_a_failing_command_says_why(lab: Lab) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        lab.run("nft", "-f", "-", input="nonsense")
    assert "nonsense" in caught.value.__notes__[0]
    assert lab.run("false", check=False).returncode == 1


@pytest.mark.parametrize(
    "probe",
    [
        Packet("eth9", "10.1.0.9", "10.2.0.9", 6),
        Packet("eth1", "10.1.0.9", "fd02::9", 6),
        Packet("eth1", "x", "y", 6),
    ],
)
def test_an_impossible_probe_is_an_error(lab: Lab, probe: Packet) -> None:
    with pytest.raises(LabError, match="probe"):
        lab.probe([probe])
    assert lab.probe([tcp(1)]) == [Outcome("pass", "eth1", ())]


SERVER = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.create_server((sys.argv[1], 5020), family=family) as server:
    print("ready", flush=True)
    while True:
        peer, address = server.accept()
        with peer:
            peer.sendall(peer.recv(100).upper() + b" " + address[0].encode())
"""
CLIENT = """
import socket, sys
with socket.create_connection((sys.argv[1], 5020), timeout=2) as peer:
    peer.sendall(b"hello")
    print(peer.recv(100).decode())
"""


@pytest.mark.parametrize(
    ("client", "server"),
    [(("10.1.0.9", "10.1.0.1"), ("10.2.0.9", "10.2.0.1")), (("fd01::9", "fd01::1"), ("fd02::9", "fd02::1"))],
)
def test_hosts_talk_through_the_firewall(client: tuple[str, str], server: tuple[str, str]) -> None:
    length = "/64" if ":" in client[0] else "/24"
    with Lab(INTERFACES, ADDRESSES, ROUTES) as lab:
        inner = lab.host("eth0.10", client[0] + length, client[1])
        outer = lab.host("eth1", server[0] + length, server[1])
        listening = outer.popen(sys.executable, "-c", SERVER, server[0])
        assert listening.stdout is not None
        assert listening.stdout.readline() == "ready\n"
        talk = [sys.executable, "-c", CLIENT, server[0]]
        assert inner.run(*talk).stdout == f"HELLO {client[0]}\n"
        nft(lab, "forward", "tcp dport 5020 reject with tcp reset")
        assert "ConnectionRefusedError" in inner.run(*talk, check=False).stderr
        # The third interface still takes probes.
        assert lab.probe([Packet("wan", "10.9.9.9", "10.2.0.1", 17)]) == [LOCAL]


def members(namespace: str) -> list[int]:
    """Processes in a network namespace, as far as this user may look."""
    found = []
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            found += [int(path.parts[2])] if str(path.readlink()) == namespace else []
        except OSError:
            continue
    return found


def children() -> list[str]:
    """Processes that this one has started and that have not ended."""
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()


def test_nothing_stays_behind_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), Lab(INTERFACES, ADDRESSES, ROUTES) as lab:  # noqa: PT012
        host = lab.host("eth1", "10.2.0.9/24", "10.2.0.1")
        host.popen("sleep", "1000")
        host.popen("sh", "-c", "sleep 1000 & sleep 1000")
        places = [str(Path(f"/proc/{pid}/ns/net").readlink()) for pid in (lab.pid, host.pid)]
        assert all(members(place) for place in places)
        raise ZeroDivisionError
    assert [members(place) for place in places] == [[], []]


def test_nothing_stays_behind_when_the_lab_cannot_be_built() -> None:
    before = children()
    with pytest.raises(LabError, match="no address"), Lab(["a"], {"a": ["no address."]}):
        pass
    assert children() == before


def test_nothing_stays_behind_when_the_test_run_is_killed() -> None:
    program = (
        "import json, os, signal; from tests.kernel.lab import Lab\n"
        "with Lab(['a', 'b'], {'a': ['10.1.0.1/24']}) as lab:\n"
        "    host = lab.host('a', '10.1.0.9/24', '10.1.0.1')\n"
        "    places = [os.readlink(f'/proc/{pid}/ns/net') for pid in (lab.pid, host.pid)]\n"
        "    print(json.dumps(places), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, text=True, capture_output=True, check=False)
    places = json.loads(done.stdout)
    deadline = time.monotonic() + 10
    while any(members(place) for place in places) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [members(place) for place in places] == [[], []]

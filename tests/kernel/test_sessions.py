"""Sessions: what comes back, what is related, and what lives on when monitor becomes enforce."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.kernel import programs
from tests.kernel.host import Host
from tests.kernel.judge import load
from tests.kernel.lab import Lab, Outcome
from tests.kernel.packets import Packet
from tests.kernel.scenes import answer, every_way, files, in_kernel, later, outcomes, switch, two_sided

pytestmark = in_kernel

POLICY = """
segc 1
site s { mode monitor }
service mixed { tcp 502; udp 502, 5000; sctp 502; icmp echo-request; icmp6 echo-request; proto 47 }
zone a { net 10.1.0.0/16, fd01::/16 }
zone b { net 10.2.0.0/16, fd02::/16; asset plc 10.2.0.9, fd02::9 }
conduit c a -> b { mode MODE; allow a -> plc : mixed }
conduit d b -> a { mode MODE }
firewall fw { target TARGET; interface eth0 a; interface eth1 b }
"""
ENDS = {4: ("10.1.0.9", "10.2.0.9"), 6: ("fd01::9", "fd02::9")}
KINDS = {"tcp": 6, "udp": 17, "sctp": 132, "ping": 0, "gre": 47}


def policy(mode: str) -> str:
    return POLICY.replace("MODE", mode)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with two_sided() as opened:
        yield opened


def opening(version: int, kind: str, *, permitted: bool) -> Packet:
    """The first packet of a session; the policy permits port 502 of the PLC, and its neighbour nothing."""
    source, target = ENDS[version]
    proto = KINDS[kind] or (1 if version == 4 else 58)
    target = target if permitted else f"{target}8"
    return Packet("eth0", source, target, proto, 40000, 502, icmp_type=8 if version == 4 else 128)


@every_way
@pytest.mark.parametrize("mode", ["declared", "monitor", "enforce"])
@pytest.mark.parametrize("version", [4, 6])
def test_replies_pass_in_every_mode(lab: Lab, target: str, backend: str, mode: str, version: int) -> None:
    load(lab, files(policy("enforce"), target, mode), backend)
    for kind in KINDS:
        first = opening(version, kind, permitted=True)
        got = outcomes(lab, first, answer(first, "eth1"), later(first), answer(first, "eth1"))
        there, back = Outcome("pass", "eth1", ()), Outcome("pass", "eth0", ())
        assert got == [there, back, there, back], kind


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_what_is_no_reply_is_judged(lab: Lab, target: str, backend: str, version: int) -> None:
    """The same packets as answers, with nothing that they could answer."""
    load(lab, files(policy("enforce"), target, "enforce"), backend)
    for kind in KINDS:
        back = answer(opening(version, kind, permitted=True), "eth1")
        assert outcomes(lab, back) == [Outcome("drop", None, ("segc:B:b>a",))], kind
        lab.reset()
        load(lab, files(policy("enforce"), target, "enforce"), backend)


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_monitor_lets_both_directions_of_anything_through(lab: Lab, target: str, backend: str, version: int) -> None:
    load(lab, files(policy("enforce"), target, "monitor"), backend)
    for kind in KINDS:
        first = opening(version, kind, permitted=False)
        got = outcomes(lab, first, answer(first, "eth1"))
        assert [one.oif for one in got] == ["eth1", "eth0"], kind
        assert got[0].logs == ("segc:A:a>b",), kind


@every_way
@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("mode", ["monitor", "enforce"])
def test_only_errors_about_a_session_are_related(target: str, backend: str, version: int, mode: str) -> None:
    """A router in b says that packets are too big: it has no flow of its own."""
    client, server = ENDS[version]
    with hosts(version) as (lab, inner, outer):
        load(lab, files(policy("enforce"), target, mode), backend)
        router = server[:-1] + "77"
        outer.run("ip", "address", "add", router, "dev", "eth0", *(["nodad"] if version == 6 else []))
        running = outer.popen(sys.executable, "-c", programs.ROUTER, server, router)
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        got = inner.run(sys.executable, "-c", programs.CLIENT_OF_ROUTER, client, server).stdout.split()
        assert got == (["5000"] if mode == "enforce" else ["5001", "5000"])
        assert remembered(lab, target, version, router, client)


@contextmanager
def hosts(version: int) -> Iterator[tuple[Lab, Host, Host]]:
    """A lab with a real host on either side: the client in zone a, the PLC in zone b."""
    gateways = {4: ("10.1.0.1", "10.2.0.1"), 6: ("fd01::1", "fd02::1")}[version]
    with Lab(["eth0", "eth1"], {f"eth{i}": [f"{gateway}/16"] for i, gateway in enumerate(gateways)}) as lab:
        inner, outer = (lab.host(f"eth{i}", f"{ENDS[version][i]}/16", gateways[i]) for i in (0, 1))
        yield lab, inner, outer


def remembered(lab: Lab, target: str, version: int, source: str, to: str) -> bool:
    """Has a flow between two addresses been recorded? So says the memory that keeps it from being recorded again."""
    if target == "iptables":
        listed = lab.run("ipset", "list", f"segc-seen-{version}").stdout
        return any(line.startswith(f"{source},") and f",{to} " in line for line in listed.splitlines())
    listed = "".join(
        lab.run("nft", "list", "set", "inet", "segc", f"{name}{version}").stdout for name in ("seen", "other")
    )
    return f"{source} . {to} . " in listed


def lines(program: subprocess.Popen[str], count: int) -> list[str]:
    """What a program says next."""
    assert program.stdout is not None
    found = [program.stdout.readline() for _ in range(count)]
    assert all(found), program.communicate()[1]
    return found


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_modbus_lives_through_the_switch(target: str, backend: str, version: int) -> None:
    """Monitor, enforce, monitor, with one connection all the time and no session forgotten in between."""
    pytest.importorskip("pymodbus")
    _, server = ENDS[version]
    client = ENDS[version][0]
    built = {mode: files(policy("enforce"), target, mode) for mode in ("monitor", "enforce")}
    with hosts(version) as (lab, inner, outer):
        load(lab, built["monitor"], backend)
        for program in ([programs.MODBUS_SERVER, server], [programs.LISTENER, server, "8080"]):
            assert lines(outer.popen(sys.executable, "-c", *program), 1) == ["ready\n"]
        reading = inner.popen(sys.executable, "-c", programs.MODBUS_CLIENT, server)
        [first] = lines(reading, 1)
        assert first.split()[0] == "1234"
        dial = (sys.executable, "-c", programs.DIAL, server, "8080", "1.5")
        assert inner.run(*dial).stdout == "open\n"
        assert remembered(lab, target, version, client, server)
        for mode, wanted in (("enforce", "silence"), ("monitor", "open")):
            switch(lab, built[mode], backend)
            assert set(lines(reading, 50)) == {first}, "the same value, from the same port"
            assert inner.run(*dial).stdout == f"{wanted}\n"
            assert set(lines(reading, 50)) == {first}

"""An isolation, played: the session that must live lives, all others end, and going back is exact."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import product

import pytest

from segc.response.compile import compiled
from segc.response.isolation import isolate
from segc.targets.build import DECLARED, Built, build
from tests.kernel import programs
from tests.kernel.judge import load
from tests.kernel.packets import Packet
from tests.kernel.scenes import every_way, files, in_kernel, outcomes, plant, switch, two_sided
from tests.kernel.test_sessions import ENDS, hosts, lines

pytestmark = in_kernel

POLICY = """
segc 1
site s { mode monitor }
service modbus { tcp 502 }
service chat { tcp 8080 }
zone rest { net any }
zone a { net 10.1.0.0/16, fd01::/16 }
zone b { net 10.2.0.0/16, fd02::/16; asset plc 10.2.0.9, fd02::9 }
conduit c a -> b { allow a -> plc : modbus { essential }; allow a -> plc : chat }
firewall fw { target TARGET; interface eth0 a; interface eth1 b; interface eth2 rest }
playbook island { isolate b }
"""

# Says what it hears. And one that speaks all the time, and tells whether it is heard.
ECHO = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
with socket.create_server((sys.argv[1], int(sys.argv[2])), family=family) as server:
    print("ready", flush=True)
    talk, _ = server.accept()
    while heard := talk.recv(100):
        talk.sendall(heard)
"""
SPEAKER = """
import socket, sys, time
with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5) as talk:
    talk.settimeout(1.5)
    while True:
        talk.sendall(b"x")
        try:
            print("alive" if talk.recv(100) else "closed", flush=True)
        except TimeoutError:
            print("dead", flush=True)
            break
        time.sleep(0.01)
"""


def both(target: str) -> tuple[Built, Built]:
    """The firewall's files before and after."""
    at = datetime.now(UTC)
    base = plant(POLICY, target)
    book = base.playbooks["island"]
    island = isolate(base, book.name, book.isolate, book.keep, book.span)
    assert compiled(island, at).holds
    return files(POLICY, target, DECLARED), build(island.isolated, at, DECLARED).built[0]


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_the_essential_session_lives_and_the_others_die(target: str, backend: str, version: int) -> None:
    """A Modbus connection and another one, both permitted and open when the zone is cut off."""
    pytest.importorskip("pymodbus")
    _, server = ENDS[version]
    before, after = both(target)
    with hosts(version) as (lab, inner, outer):
        load(lab, before, backend)
        for program in ([programs.MODBUS_SERVER, server], [ECHO, server, "8080"], [programs.LISTENER, server, "8081"]):
            assert lines(outer.popen(sys.executable, "-c", *program), 1) == ["ready\n"]
        reading = inner.popen(sys.executable, "-c", programs.MODBUS_CLIENT, server)
        [first] = lines(reading, 1)
        speaking = inner.popen(sys.executable, "-c", SPEAKER, server, "8080")
        assert set(lines(speaking, 20)) == {"alive\n"}
        dial = (sys.executable, "-c", programs.DIAL, server, "8081", "1.5")
        assert inner.run(*dial).stdout == "open\n"
        switch(lab, after, backend)
        assert speaking.wait(timeout=20) == 0
        assert speaking.stdout is not None
        assert speaking.stdout.read().splitlines()[-1] == "dead"
        assert set(lines(reading, 50)) == {first}, "the same value, from the same port"
        assert inner.run(*dial).stdout == "silence\n"
        switch(lab, before, backend)
        assert inner.run(*dial).stdout == "open\n"
        assert set(lines(reading, 50)) == {first}


@every_way
def test_going_back_restores_every_verdict(target: str, backend: str) -> None:
    """Packets of all kinds, before, in isolation, and after: the first and the last are the same."""
    before, after = both(target)
    kinds = list(product((("eth0", "10.1.0.9", "10.2.0.9"), ("eth1", "10.2.0.9", "10.1.0.9")), (502, 8080, 9999)))
    asked = [Packet(door, source, to, 6, 40000 + n, port) for n, ((door, source, to), port) in enumerate(kinds)]
    with two_sided() as lab:
        told = []
        for built in (before, after, before):
            load(lab, built, backend)
            told.append([outcomes(lab, packet)[0] for packet in asked])
    assert told[0] == told[2]
    assert [one.verdict for one in told[0]] == ["pass"] * 6
    assert [one.verdict for one in told[1]] == ["pass", "drop", "drop", "drop", "drop", "drop"]

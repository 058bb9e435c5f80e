"""The end of a grant, played: the vendor's live session dies, and those of all others live."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from segc.response.kill import killed
from segc.targets.build import DECLARED, build
from tests.kernel.host import Host
from tests.kernel.judge import load
from tests.kernel.scenes import every_way, in_kernel, plant, switch
from tests.kernel.test_isolation import ECHO, SPEAKER
from tests.kernel.test_sessions import ENDS, hosts, lines

pytestmark = in_kernel

POLICY = """
segc 1
site s { mode enforce }
service one { tcp 8080 }
service two { tcp 8081 }
service three { tcp 8082 }
zone rest { net any }
zone a { net 10.1.0.0/16, fd01::/16; asset jump 10.1.0.9, fd01::9 }
zone b { net 10.2.0.0/16, fd02::/16; asset plc 10.2.0.9, fd02::9 }
conduit c a -> b { allow a -> plc : two }
grant acme { vendor "Acme"; allow jump -> plc : one, two; until 2037-12-31 }
grant bolt { vendor "Bolt"; allow jump -> plc : three; until 2037-12-31 }
firewall fw { target TARGET; interface eth0 a; interface eth1 b; interface eth2 rest }
"""
PORTS = {"8080": "dead", "8081": "alive", "8082": "alive"}


def speaks(program: subprocess.Popen[str]) -> bool:
    """Does it go on being heard, for some time?"""
    assert program.stdout is not None
    until = time.monotonic() + 2
    while time.monotonic() < until:
        if program.stdout.readline() != "alive\n":
            return False
    return True


def heard(speakers: dict[str, subprocess.Popen[str]]) -> dict[str, bool]:
    """Which of them go on being heard, all watched at the same time."""
    with ThreadPoolExecutor(len(speakers)) as pool:
        return dict(zip(speakers, pool.map(speaks, speakers.values()), strict=True))


def speaking(inner: Host, outer: Host, server: str, ports: Iterable[str]) -> dict[str, subprocess.Popen[str]]:
    """Sessions that live, by port."""
    speakers = {}
    for port in ports:
        assert lines(outer.popen(sys.executable, "-c", ECHO, server, port), 1) == ["ready\n"]
        speakers[port] = inner.popen(sys.executable, "-c", SPEAKER, server, port)
        assert set(lines(speakers[port], 20)) == {"alive\n"}
    return speakers


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_in_monitor_one_session_dies_and_all_others_go_on(target: str, backend: str, version: int) -> None:
    """Another vendor's, a conduit's, and one that no flow covers; the vendor does not come back, and records go on."""
    at = datetime.now(UTC)
    base = plant(POLICY.replace("mode enforce", "mode monitor"), target)
    done = killed(base, "acme", at)
    assert done.holds
    before, after = (build(one, at, DECLARED).built[0] for one in (base, done.over))
    ports = {**PORTS, "8090": "alive"}
    server = ENDS[version][1]
    with hosts(version) as (lab, inner, outer):
        load(lab, before, backend)
        speakers = speaking(inner, outer, server, ports)
        switch(lab, after, backend)
        assert heard(speakers) == {p: s == "alive" for p, s in ports.items()}
        said = lab.run("sh", "-c", done.files["fw/kill.sh"].text)
        assert "1 flow entries have been deleted" in said.stdout + said.stderr
        again = inner.popen(sys.executable, "-c", SPEAKER, server, "8080")
        assert not speaks(again)
        assert speaks(speakers["8090"])


@every_way
@pytest.mark.parametrize("version", [4, 6])
def test_the_vendor_is_out_and_the_others_go_on(target: str, backend: str, version: int) -> None:
    """Between the same two machines: what the conduit permits, and another vendor. It stays so without the grant."""
    at = datetime.now(UTC)
    base = plant(POLICY, target)
    done = killed(base, "acme", at)
    assert done.holds
    less = replace(base, grants={name: one for name, one in base.grants.items() if name != "acme"})
    before, after, later = (build(one, at, DECLARED).built[0] for one in (base, done.over, less))
    server = ENDS[version][1]
    with hosts(version) as (lab, inner, outer):
        load(lab, before, backend)
        speakers = speaking(inner, outer, server, PORTS)
        switch(lab, after, backend)
        said = lab.run("sh", "-c", done.files["fw/kill.sh"].text)
        assert "1 flow entries have been deleted" in said.stdout + said.stderr
        assert heard(speakers) == {p: s == "alive" for p, s in PORTS.items()}
        switch(lab, later, backend)
        assert speaks(speakers["8081"])
        assert speaks(speakers["8082"])
        listed = lab.run("conntrack", "-L", "-p", "tcp", "--dport", "8080", check=False)
        assert "ESTABLISHED" not in listed.stdout

"""Rules for sensors say what the verdict says, on packets of random plants; read by readers that share no code."""

from __future__ import annotations

import random
import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.baseline.export.policy import FAMILY, QUESTIONS
from segc.baseline.export.suricata import rules
from segc.baseline.export.zeek import script
from segc.model.plant import SCTP, Plant
from segc.model.verdict import ALLOW, PASS, Packet, flows_at, verdict
from tests.baseline.export_readers import Script, alerts, suricata
from tests.baseline.test_draft_laws import AT, packets_of, turned
from tests.plants import plant_of, policies

if TYPE_CHECKING:
    from pathlib import Path


def asks(packet: Packet) -> bool:
    """Is it judged at all? Answers and errors of ICMP belong to other conversations."""
    if packet.proto not in QUESTIONS:
        return True
    return packet.family == FAMILY[packet.proto] and packet.dport in QUESTIONS[packet.proto]


def opens(packet: Packet) -> Packet:
    """ICMP has no source port."""
    return packet._replace(sport=0) if packet.proto in QUESTIONS else packet


def permitted(plant: Plant, packet: Packet) -> bool:
    return verdict(plant, packet, AT) in (ALLOW, PASS)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=policies(), seed=st.integers(0, 9999))
def test_an_alert_is_what_no_flow_permits(text: str, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    plant = plant_of(text, tmp_path_factory.mktemp("plant"))
    read, zeek = suricata(rules(plant, AT)), Script(script(plant, AT))
    for packet in map(opens, packets_of(plant, random.Random(seed), 60)):
        if packet.proto in FAMILY and packet.family != FAMILY[packet.proto]:
            continue  # ICMP in the wrong family: nobody answers, and sensors differ
        told = alerts(read, packet)
        if not asks(packet):
            assert told == []
            assert not zeek.notices(packet)
            continue
        if packet.proto in (6, 17, *QUESTIONS):
            assert bool(told) != permitted(plant, packet), (packet, told)
            assert zeek.notices(packet) != permitted(plant, packet), packet
        elif permitted(plant, packet):
            assert told == [], "never an alert for what is permitted"
        elif not told:
            assert _either_way(plant, packet), "other protocols pass both ways, and SCTP by any port"


def _either_way(plant: Plant, packet: Packet) -> bool:
    ports = {0, 65535, packet.dport}
    if packet.proto == SCTP:
        matches = [m for flow in flows_at(plant, AT) for service in flow.services for m in service.matches]
        ports |= {port for match in matches for port in (match.low, match.source_low)}
    each = [p._replace(sport=s, dport=d) for p in (packet, turned(packet)) for s in ports for d in ports]
    return any(verdict(plant, one, AT) == ALLOW for one in each)


PLANT = """
segc 1
site s { mode monitor; owner ops }
team ops "Operations"
service modbus { tcp 502 }
zone a { level 4; net 10.1.0.0/24; asset x 10.1.0.1 }
zone b { level 4; net 10.2.0.0/24; asset y 10.2.0.1 }
zone c { level 4; net 10.3.0.0/24 }
conduit ab a -> b { mode enforce; allow x -> y : modbus }
"""
X, Y, C, AWAY = 0x0A010001, 0x0A020001, 0x0A030001, 0xC0000201


@pytest.mark.parametrize(
    ("source", "target", "port", "said"),
    [
        (X, Y, 502, []),
        (X, X + 1, 80, []),
        (X, Y, 503, ["segc a -> b is not permitted (tcp)"]),
        (Y, X, 502, ["segc elsewhere -> a is not permitted (tcp)"]),
        (C, Y, 502, ["segc elsewhere -> b is not permitted (tcp)"]),
        (X, AWAY, 502, ["segc anywhere -> unzoned is not permitted (tcp)"]),
    ],
)
def test_an_alert_names_the_pair(source: int, target: int, port: int, said: list[str], tmp_path: Path) -> None:
    read = suricata(rules(plant_of(PLANT, tmp_path), AT))
    assert alerts(read, Packet(4, source, target, 6, 40_000, port)) == said


def test_an_alert_says_whom_to_tell_and_keeps_its_id(tmp_path: Path) -> None:
    text = rules(plant_of(PLANT, tmp_path), AT)
    assert "segc_source a, segc_target b, segc_mode enforce, segc_conduit ab, segc_owner ops" in text
    more = rules(plant_of(PLANT + "zone d { level 4; net 10.4.0.0/24 }\n", tmp_path), AT)
    same = [line for line in text.splitlines() if "segc a -> b" in line or line.startswith("pass")]
    assert set(same) <= set(more.splitlines())


@pytest.mark.skipif(shutil.which("suricata") is None, reason="suricata is not installed (Debian 12 does not have it)")
def test_suricata_takes_the_rules(tmp_path: Path) -> None:
    import subprocess

    file = tmp_path / "segc.rules"
    file.write_text(rules(plant_of(PLANT, tmp_path), AT), encoding="utf-8")
    done = subprocess.run(
        ["suricata", "-T", "-l", str(tmp_path), "-S", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

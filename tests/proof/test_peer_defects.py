"""Faults that the best of the peers has shipped, made in our files on purpose: none gets past the proof."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.packets.machine import Refused
from segc.proof.prove import Prover
from segc.targets.build import build
from tests.plants import plant_of

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
POLICY = """
segc 1
site works { mode enforce }
service modbus { tcp 502 }
service icmp-all { icmp 0-255 }
zone mes { net 10.1.0.0/24; asset app 10.1.0.5 }
zone hall { net 10.2.0.0/24 }
zone cell { net 10.2.0.128/25; asset plc 10.2.0.130 }
zone next-door { net 10.2.1.0/24 }
conduit c mes -> cell { allow app -> plc : modbus }
conduit d mes -> hall { allow mes -> hall : icmp-all }
conduit e mes -> next-door { allow app -> next-door : modbus }
firewall fw {
  target iptables
  interface eth0 mes 10.1.0.1/24
  interface eth1 hall, cell 10.2.0.1/24
  interface eth2 next-door 10.2.1.1/24
}
"""
DEFECTS: dict[str, Callable[[str], str]] = {
    # deny and permit trees that were built with one order
    "source and destination swapped": lambda t: re.sub(r"-s (10.1.0.5) -d (10.2.0.130)", r"-s \2 -d \1", t),
    # a jump that skips the permits
    "a jump past the permits": lambda t: t.replace("-d 10.2.0.128/25 -g segc-p-mes.cell", "-d 10.2.0.128/25 -g segc-o"),
    # adjacent prefixes merged, and a child's rule is lost
    "a merge that swallows a child": lambda t: t.replace(
        "-A segc-i-mes -d 10.2.0.0/25 ", "-A segc-i-mes -d 10.2.0.0/24 "
    ).replace("-A segc-i-mes -d 10.2.0.128/25 -g segc-p-mes.cell\n", ""),
    "an empty source means any": lambda t: re.sub(r"-s 10.1.0.5 -d 10.2.0.130", "-d 10.2.0.130", t),
    "an unknown service means any port": lambda t: re.sub(r"(-d 10.2.0.130 -p tcp) --dport 502", r"\1", t),
    "a protocol that was forgotten": lambda t: re.sub(r"(-d 10.2.0.130) -p tcp --dport 502", r"\1", t),
    "a range off by one": lambda t: t.replace("--dport 502", "--dport 502:503"),
    "one ICMP type for all": lambda t: re.sub(r"-p icmp(?= -m comment)", "-p icmp --icmp-type 8", t),
    "a rule behind the verdict": lambda t: re.sub(
        r"(-A segc-p-mes.cell -s [^\n]*\n)((?:-A segc-p-mes.cell [^\n]*\n)+)", r"\2\1", t
    ),
    "a log that is missing": lambda t: re.sub(r"-A segc-p-mes.cell [^\n]*NFLOG[^\n]*\n", "", t),
    "established, everywhere": lambda t: t.replace("--ctstate ESTABLISHED", "--ctstate ESTABLISHED,NEW"),
    "replies that are not let back": lambda t: t.replace(
        "-A segc-fwd -m conntrack --ctstate ESTABLISHED -j ACCEPT\n", ""
    ),
    "an interface that is not asked": lambda t: t.replace("-A segc-s-mes -i eth0 -g", "-A segc-s-mes -g"),
    "a policy that lets the rest through": lambda t: t.replace("-A segc-o -g segc-drop", "-A segc-o -j ACCEPT"),
    "traffic to the firewall itself": lambda t: t.replace(
        ":FORWARD DROP [0:0]", ":FORWARD DROP [0:0]\n:INPUT DROP [0:0]"
    ),
    "what the firewall sends": lambda t: t.replace(":FORWARD DROP [0:0]", ":FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]"),
    "a chain that nobody calls": lambda t: t.replace("-I FORWARD 1 -j segc-fwd\n", ""),
    "half a file": lambda t: t[: len(t) // 2],
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_is_refuted(defect: str, tmp_path: Path) -> None:
    plant = plant_of(POLICY, tmp_path)
    one = build(plant, AT, "declared").built[0]
    files = one.texts()
    prover = Prover(plant, AT)
    assert prover.prove("fw", files, one.entry).equal
    broken = DEFECTS[defect](files["rules-ipv4"])
    assert broken != files["rules-ipv4"], "the defect is not in this file"
    try:
        proof = prover.prove("fw", {**files, "rules-ipv4": broken}, one.entry)
    except Refused:
        assert defect == "half a file"
        return
    assert proof.differences


def test_the_other_familys_file_is_proved_as_well(tmp_path: Path) -> None:
    plant = plant_of(POLICY, tmp_path)
    one = build(plant, AT, "declared").built[0]
    files = one.texts()
    files["rules-ipv6"] = files["rules-ipv6"].replace("-j DROP", "-j ACCEPT")
    proof = Prover(plant, AT).prove("fw", files, one.entry)
    assert {difference.packet.family for difference in proof.differences} == {6}

"""Faults of other policy compilers, 26 rows of them: each is refused by name here, or rendered exactly.

A survey ran the peers on small policies and noted where rules came out that permit more, or less, than was
written. `REFUSED` holds the rows whose input must not be compiled at all. grammar/corpus/peers/rowNN.zone
holds those that must mean exactly what they say, with packets to try: here against the language's own verdict
and as a build that goes through, in tests/kernel against what was rendered.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest

from segc.api import build, check
from segc.diagnostics import SegcError
from segc.model.plant import Plant
from segc.model.verdict import Packet, verdict

CORPUS = Path(__file__).parents[2] / "grammar" / "corpus"
EXAMPLES = Path(__file__).parents[2] / "examples"
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}
PROBE = re.compile(r"^# probe: (\S+) (\S+) (\S+) (\d+) (pass|allow|alert|block)(?: sport (\d+))?$", re.MULTILINE)

HEAD = """segc 1
site s { timezone "UTC"; owner ops; mode enforce }
team ops
role lead { team ops }
zone a { level 3; sl-t 2; authority shutdown lead; authority isolate lead; net 10.1.0.0/24; asset x 10.1.0.5 }
zone b { level 3; sl-t 2; authority shutdown lead; authority isolate lead; net 10.3.0.0/24; asset y 10.3.0.11 }
zone v6 { level 3; sl-t 2; authority shutdown lead; authority isolate lead; net fd00:6::/64; asset z fd00:6::5 }
firewall fw { target iptables; interface eth0 a 10.1.0.1/24; interface eth1 b 10.3.0.1/24; interface eth2 v6 }
"""
MODBUS = "service s { tcp 502 }\n"
PING = "service s { icmp echo-request }\n"


class Refused(NamedTuple):
    """A row, what is wrong in words of ours, the policy, and the findings that it must give."""

    row: int
    fault: str
    text: str
    names: tuple[str, ...]


REFUSED = [
    Refused(1, "a misspelt key", MODBUS + "conduit c a -> b { alow x -> y : s }\n", ("unknown-word",)),
    Refused(
        1, "a misspelt protocol", "service s { tpc 502 }\nconduit c a -> b { allow x -> y : s }\n", ("unknown-word",)
    ),
    Refused(1, "a misspelt end", MODBUS + "conduit c a -> b { allow -> y : s }\n", ("wrong-shape",)),
    Refused(2, "a port as a text", 'service s { tcp "502" }\n', ("wrong-value",)),
    Refused(2, "ports by name", "service s { tcp modbus, dns }\n", ("bad-port",)),
    Refused(2, "ports as a scope", "service s { tcp { start 502; end 502 } }\n", ("wrong-shape",)),
    Refused(3, "a date in another form", MODBUS + "grant g { until 2020/12/01; allow x -> y : s }\n", ("wrong-value",)),
    Refused(
        3,
        "a misspelt end of access",
        MODBUS + "grant g { expires 2026-12-31; allow x -> y : s }\n",
        ("grant-without-end", "unknown-word"),
    ),
    Refused(
        4,
        "nothing is left of the source",
        MODBUS + "zone hall { level 4; net 10.9.0.0/24 }\nzone one { level 4; net 10.9.0.0/25 }\n"
        "zone two { level 4; net 10.9.0.128/25 }\nlink hall -- a\nconduit c hall -> b { allow hall -> y : s }\n",
        ("empty-flow", "empty-zone"),
    ),
    Refused(7, "no family in common", MODBUS + "conduit c v6 -> b { allow z -> y : s }\n", ("family-mismatch",)),
    Refused(
        14, "an empty group", MODBUS + "group g { }\nconduit c a -> b { allow x -> g : s }\n", ("missing-setting",)
    ),
    Refused(
        14,
        "a group of nothing",
        MODBUS + "group g { member }\nconduit c a -> b { allow x -> g : s }\n",
        ("wrong-shape",),
    ),
    Refused(
        14, "a service of nothing", "service s { }\nconduit c a -> b { allow x -> y : s }\n", ("service-without-ports",)
    ),
    Refused(
        14,
        "a zone of nothing",
        MODBUS + "zone e { level 4 }\nlink e -- a\nconduit c e -> b { allow e -> y : s }\n",
        ("empty-flow", "empty-zone"),
    ),
    Refused(15, "a name that nothing has", MODBUS + "conduit c a -> b { allow xx -> y : s }\n", ("unknown-name",)),
    Refused(15, "a service that nothing is", MODBUS + "conduit c a -> b { allow x -> y : ss }\n", ("unknown-name",)),
    Refused(
        15,
        "a member that nothing is",
        MODBUS + "group g { member a.x, a.xx }\nconduit c a -> b { allow g -> y : s }\n",
        ("unknown-name",),
    ),
    Refused(16, "a definition twice", MODBUS + "service s { tcp 1-65535 }\n", ("duplicate-name",)),
    Refused(
        16,
        "an asset twice",
        "zone c { level 4; net 10.9.0.0/24; asset q 10.9.0.1; asset q 10.9.0.2 }\n",
        ("duplicate-name",),
    ),
    Refused(
        16,
        "a setting twice",
        "firewall f2 { target iptables; target nftables; interface eth0 a }\n",
        ("duplicate-setting",),
    ),
    Refused(16, "a zone again, in a wider net", "zone a { level 3; net 10.0.0.0/8 }\n", ("duplicate-name",)),
    Refused(17, "a file outside", 'use "../plant-evil/x.zone"\n', ("library-outside-plant",)),
    Refused(17, "a file outside, by a detour", 'use "./sub/../../plant-evil/x.zone"\n', ("library-outside-plant",)),
    Refused(
        18, "a misspelt target", "firewall f2 { target iptabels; interface eth0 a 10.1.0.2/24 }\n", ("unknown-target",)
    ),
    Refused(18, "no target", "firewall f2 { interface eth0 a }\n", ("missing-setting",)),
    Refused(
        21,
        "the same ICMP flow twice",
        PING + "conduit c a -> b { allow x -> y : s; allow x -> y : s }\n",
        ("duplicate-flow",),
    ),
]

# Rows that are no matter of an input: where their tests are.
ELSEWHERE = {
    24: "the examples that come with segc: below, and loaded by the kernel in tests/kernel",
    25: "a tool that crashes: no verb ever shows a traceback, tests/cli and tests/lang/test_mutations.py",
}
# Rows that a policy in this language cannot even say are those with a plant: there is no exclusion, no
# deny and no `established`; inner zones, grants that end and replies that are implied stand for them.
PLANTS = {int(file.stem[3:]): file for file in sorted((CORPUS / "peers").glob("row*.zone"))}


def answer(path: Path) -> tuple[Plant | None, set[str]]:
    try:
        plant, found = check(path, AT)
    except SegcError as stopped:
        return None, {one.name for one in stopped.diagnostics}
    return plant, {one.name for one in found}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"row {case.row}: {case.fault}")
def test_is_refused_by_name(case: Refused, tmp_path: Path) -> None:
    folder = tmp_path / "plant"
    folder.mkdir()
    evil = tmp_path / "plant-evil"
    evil.mkdir()
    (evil / "x.zone").write_text("service s { tcp 1-65535 }\n", encoding="utf-8")
    (folder / "plant.zone").write_text(HEAD + case.text, encoding="utf-8")
    _, names = answer(folder)
    assert names >= set(case.names)
    # Nothing but hints, and warnings about the small plant, besides: what is refused is refused for this reason.
    assert names - set(case.names) <= {
        "unused-name", "empty-conduit", "conduit-unenforced", "no-path", "bypasses-dmz"
    }  # fmt: skip


def probes(file: Path) -> list[tuple[Packet, str]]:
    found = []
    for source, target, proto, port, expected, sport in PROBE.findall(file.read_text(encoding="utf-8")):
        a, b = ip_address(source), ip_address(target)
        assert a.version == b.version
        packet = Packet(a.version, int(a), int(b), PROTOCOLS[proto], int(sport or 50000), int(port))
        found.append((packet, expected))
    return found


@pytest.mark.parametrize("row", PLANTS)
def test_means_what_it_says(row: int) -> None:
    file = PLANTS[row]
    plant, names = answer(file)
    assert plant is not None
    assert not names
    listed = probes(file)
    assert len(listed) == file.read_text(encoding="utf-8").count("# probe:") > 1
    for packet, expected in listed:
        assert verdict(plant, packet, AT) == expected, packet
    assert {"allow", "block"} <= {expected for _, expected in listed}, "a plant that allows all or nothing shows little"


@pytest.mark.parametrize("row", PLANTS)
def test_is_built(row: int, tmp_path: Path) -> None:
    plant, _ = answer(PLANTS[row])
    assert plant is not None
    build(plant, tmp_path / "out", at=AT)
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_the_examples_have_nothing_wrong_and_are_built(tmp_path: Path) -> None:
    """Row 24: samples that do not load."""
    for folder in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
        plant, found = check(folder, AT)
        assert not [one for one in found if one.severity.word == "error"], folder.name
        build(plant, tmp_path / folder.name, at=AT)


def test_every_row_is_accounted_for() -> None:
    assert {case.row for case in REFUSED} | set(PLANTS) | set(ELSEWHERE) == set(range(1, 27))

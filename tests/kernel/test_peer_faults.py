"""Faults that other policy compilers have had: each plant says by hand what must become of its packets.

The verdicts are written in the plants (grammar/corpus/peers), so that neither the oracle nor the compiler is asked.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from segc._data import data_root
from segc.lang.literals import address
from segc.lang.loader import Bundle
from segc.lang.loader import load as load_files
from segc.lang.parser import parse
from segc.model.plant import Plant
from segc.model.resolve import resolve
from segc.source import Source
from segc.targets.build import BuildResult, build
from tests.kernel.judge import BACKENDS, forget_records, lab_for, load
from tests.kernel.lab import Lab, Packet, unavailable

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
FOLDER = Path(data_root("grammar")) / "corpus" / "peers"
ROWS = tuple(sorted(path.stem for path in FOLDER.glob("*.zone")))
PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132, "icmp": 1, "icmp6": 58}
RECORDS = {"alert": "A", "block": "B"}


class Said(NamedTuple):
    """A line of a plant: a packet, and what must become of it."""

    source: str
    target: str
    proto: int
    port: int
    verdict: str
    sport: int
    reply: bool


def said(text: str) -> list[Said]:
    """The probes that a plant names."""
    found = []
    for line in text.splitlines():
        word, _, rest = line.removeprefix("# ").partition(": ")
        if line.startswith("# ") and word in ("probe", "reply"):
            source, target, proto, port, verdict, *more = rest.split()
            sport = int(more[1]) if more else 40000
            found.append(Said(source, target, PROTOCOLS[proto], int(port), verdict, sport, word == "reply"))
    return found


@cache
def plant(row: str, target: str) -> Plant:
    """A peer's fault as a plant, for one target."""
    path = FOLDER / f"{row}.zone"
    bundle = load_files(path)
    own = bundle.trees.pop().source
    tree, found = parse(Source(own.path, own.text.replace("target iptables", f"target {target}")))
    resolved, more = resolve(Bundle(path, [*bundle.trees, tree], [*bundle.found, *found]))
    assert not [d for d in more if d.severity.word == "error"]
    return resolved


@cache
def built(row: str, target: str) -> BuildResult:
    """Its files."""
    return build(plant(row, target), AT, "declared")


def arrives(whole: Plant, source: str) -> str:
    """The interface of the source's zone; the first one for addresses of nobody."""
    zone = whole.ownership.zone_of(*address(source))
    interfaces = next(iter(whole.firewalls.values())).interfaces
    return next((i.name for i in interfaces if zone in i.zones), interfaces[0].name)


def test_there_are_rows() -> None:
    """The corpus is there, and every plant says something."""
    assert len(ROWS) >= 15
    assert all(said((FOLDER / f"{row}.zone").read_text()) for row in ROWS)


@pytest.mark.parametrize(
    ("row", "target", "backend"),
    [(row, target, backend) for row in ROWS for target, backends in BACKENDS.items() for backend in backends],
)
def test_row(row: str, target: str, backend: str) -> None:
    """Every packet gets the verdict that the plant's author wrote down."""
    one = built(row, target).built[0]
    whole = plant(row, target)
    with lab_for(one.rules.firewall) as lab:
        load(lab, one, backend)
        for probe in said((FOLDER / f"{row}.zone").read_text()):
            forget_records(lab, one)
            _judge(lab, whole, probe)


def _judge(lab: Lab, whole: Plant, probe: Said) -> None:
    iface = arrives(whole, probe.source)
    sent = Packet(iface, probe.source, probe.target, probe.proto, probe.sport, probe.port)
    if probe.reply:
        back = Packet(
            arrives(whole, probe.target), probe.target, probe.source, probe.proto, probe.port, probe.sport, flags="SA"
        )
        [first] = lab.probe([sent])
        assert first.verdict == "pass", (probe, first)
        [outcome] = lab.probe([back], keep_state=True)
    else:
        [outcome] = lab.probe([sent])
    assert outcome.verdict == ("drop" if probe.verdict == "block" else "pass"), (probe, outcome)
    due = RECORDS.get(probe.verdict)
    if due is not None:
        assert [record[: len("segc:A")] for record in outcome.logs] == [f"segc:{due}"], (probe, outcome)
    elif probe.verdict == "pass":
        assert not outcome.logs, (probe, outcome)

"""Small plants for the kernel tests: from text to a firewall's files, and sessions to send through it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from segc.targets.build import Built, build
from tests.kernel.judge import BACKENDS, put
from tests.kernel.lab import Lab, Outcome, unavailable
from tests.kernel.packets import ICMP, ICMP6, SCTP, TCP, Packet
from tests.plants import plant_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.model.plant import Plant

# (target, back end): each way in which rules reach the kernel
WAYS = [(target, backend) for target, backends in BACKENDS.items() for backend in backends]
every_way = pytest.mark.parametrize(("target", "backend"), WAYS)
PASSED, BLOCKED = ("pass", "local"), ("drop",)
in_kernel = [
    pytest.mark.kernel,
    pytest.mark.skipif(unavailable() is not None, reason=str(unavailable())),
]


def plant(text: str, target: str) -> Plant:
    """A plant whose firewalls are all of one target: TARGET in the text."""
    with TemporaryDirectory() as folder:
        return plant_of(text.replace("TARGET", target), Path(folder))


def files(text: str, target: str, mode: str, firewall: str = "fw", at: datetime | None = None) -> Built:
    """One firewall's files at a moment, by default the one that the kernel's own clock shows."""
    return build(plant(text, target), at or datetime.now(UTC), mode, [firewall]).built[0]


def texts(built: Built) -> dict[str, str]:
    """Files by name."""
    return {file.name: file.text for file in built.files}


def switch(lab: Lab, built: Built, backend: str) -> None:
    """Load files in place of what runs; sessions and the memory of records stay."""
    put(lab, built.target, texts(built), backend)


@contextmanager
def two_sided(addresses: Mapping[str, list[str]] | None = None) -> Iterator[Lab]:
    """A lab with `eth0` (10.1.0.0/16, fd01::/16) and `eth1` (10.2.0.0/16, fd02::/16); the rest is behind `eth2`."""
    routes = {"0.0.0.0/0": "eth2", "::/0": "eth2"}
    for number in (1, 2):
        routes.update({f"10.{number}.0.0/16": f"eth{number - 1}", f"fd0{number}::/16": f"eth{number - 1}"})
    with Lab(["eth0", "eth1", "eth2"], addresses or {}, routes) as lab:
        yield lab


def answer(packet: Packet, iif: str) -> Packet:
    """The first packet back."""
    flags = "SA" if packet.proto in {TCP, SCTP} else "S"
    kind = {8: 0, 128: 129}.get(packet.icmp_type, 0) if packet.proto in {ICMP, ICMP6} else packet.icmp_type
    if packet.proto in {ICMP, ICMP6}:
        return replace(packet, iif=iif, src=packet.dst, dst=packet.src, icmp_type=kind)
    return replace(packet, iif=iif, src=packet.dst, dst=packet.src, sport=packet.dport, dport=packet.sport, flags=flags)


def later(packet: Packet) -> Packet:
    """A packet of the session that the packet opened."""
    return replace(packet, flags="A") if packet.proto in {TCP, SCTP} else packet


def outcomes(lab: Lab, *packets: Packet) -> list[Outcome]:
    """What becomes of packets, in their order, with sessions kept."""
    return lab.probe(packets, keep_state=True)

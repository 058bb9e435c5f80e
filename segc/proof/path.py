"""Which rendered rules decide about a packet, on every firewall that it may cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.graph.arrival import arrives
from segc.lang.literals import Range
from segc.packets.trace import trace
from segc.proof.slices import FORWARD, INPUT, OUTPUT
from segc.targets import registry
from segc.targets.build import DECLARED, build

if TYPE_CHECKING:
    from datetime import datetime

    from segc.graph.topology import Topology
    from segc.model.plant import Plant
    from segc.packets.fields import Packet
    from segc.packets.machine import Machine
    from segc.proof.query import Row
    from segc.targets.build import Built


class Step(NamedTuple):
    """What one firewall does with a packet, and the line of its file that says so."""

    firewall: str
    kind: str
    logs: tuple[str, ...]
    file: str
    line: int
    text: str
    arriving: str = ""


class Path:
    """The firewalls of a plant as they would be built, each read once it is asked about."""

    def __init__(self, plant: Plant, at: datetime, mode: str = DECLARED) -> None:
        self._plant = plant
        self._at = at
        self._mode = mode
        self._read: dict[str, tuple[Built, Machine]] = {}

    def steps(self, row: Row, firewalls: list[str], topology: Topology) -> list[Step]:
        """A row's sample packet through the firewalls, arriving where its source lies; at machines, out or in."""
        found = []
        for name in firewalls:
            host = self._plant.firewalls[name].host
            if host is not None:
                found.append(self._step(name, row.sample, OUTPUT if host.zone == row.source else INPUT))
                continue
            iif = self._arriving(name, row, topology)
            if iif:
                found.append(self._step(name, row.sample._replace(iif=iif), FORWARD)._replace(arriving=iif))
        return found

    def _arriving(self, name: str, row: Row, topology: Topology) -> str:
        """The interface of a firewall at which a row's sample comes in: by its address, else by its zone."""
        firewall, zone, at = self._plant.firewalls[name], row.source or "", row.sample.source
        behind = topology.behind(firewall, zone)
        if not behind:
            return ""
        other = arrives(topology, firewall, self._plant.zones[zone], Range(row.family, at, at))
        return other.name if other is not None else behind[0]

    def _step(self, name: str, packet: Packet, hooks: tuple[str, ...]) -> Step:
        built, machine = self._machine(name)
        packet = packet._replace(time=int(self._at.timestamp()))
        run = trace(machine, packet, hooks)
        rule = run.last
        if rule is None:
            return Step(name, run.kind, tuple(run.logs), "", 0, "the policy of the chain")
        file = next(f for f in built.files if f.role == rule.file)
        return Step(
            name, run.kind, tuple(run.logs), file.name, rule.line, file.text.splitlines()[rule.line - 1].strip()
        )

    def _machine(self, name: str) -> tuple[Built, Machine]:
        if name not in self._read:
            built = build(self._plant, self._at, self._mode, [name]).built[0]
            files = {role: text for role, text in built.texts().items() if role.startswith(("rules", "sets"))}
            self._read[name] = built, registry.read(built.target, files, self._plant.firewalls[name].clock)
        return self._read[name]

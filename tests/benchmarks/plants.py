"""Plants for benchmarks: as large as asked for, and the same text for the same seed.

    star      a core network and N firewalls around it, each with three cells of up to 100 hosts;
              a flow joins cells of two firewalls, and so crosses both
    one       one firewall between many zones; a flow lets a whole zone reach another one
    mesh      firewalls in a square, each joined to its neighbours and with a cell of its own;
              every firewall is on some way from any cell to any other

Run as a program it writes one plant, so that the memory it takes is nobody else's.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from math import sqrt
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SERVICES = (
    "modbus", "s7", "enip-tls", "slmp", "fins-tcp", "fins-udp", "ads", "ge-srtp", "opcua", "opcua-tls",
    "mqtt-tls", "pi-data-archive", "pi-af", "hart-ip", "proficy-historian", "codesys-gateway", "ur-robot",
    "focas", "ff-hse", "suitelink",
)  # fmt: skip
CELLS = 3  # a firewall of a star
HOSTS = 100  # at most, of a cell
GROUPED = 10  # hosts on each side of a grouped flow
HEAD = """segc 1
use "std/ics"
site plant { timezone "UTC"; mode enforce; owner operations }
team operations "Operations" { contact "shift lead" }
role lead "Shift lead" { team operations }
zone floor "The whole floor" {
  level 2
  sl-t 2
  authority shutdown lead
  authority isolate lead
}
"""

Flow = tuple[str, str, str]


class Plant(NamedTuple):
    """What to make: `shape` is star, one or mesh; `style` is flat or grouped (of a star)."""

    shape: str
    flows: int
    firewalls: int = 1
    style: str = "flat"
    target: str = "iptables"
    seed: int = 1

    def __str__(self) -> str:
        """Its name, for tables and files."""
        return f"{self.shape}-{self.flows}-{self.firewalls}-{self.style}-{self.target}"

    def write(self, file: Path) -> None:
        """Put the plant's text into a file."""
        with file.open("w", encoding="utf-8") as handle:
            handle.writelines(_SHAPES[self.shape](self))


def star(plant: Plant) -> Iterator[str]:
    """N firewalls around a core network."""
    dice = Random(plant.seed)
    many = 1 if plant.style == "flat" else GROUPED
    hosts: dict[int, set[int]] = defaultdict(set)
    conduits: dict[tuple[int, int], list[Flow]] = defaultdict(list)
    seen: set[tuple[int, int, Flow]] = set()
    while len(seen) < plant.flows:
        a, b = (dice.randrange(plant.firewalls * CELLS) for _ in range(2))
        if a // CELLS == b // CELLS:
            continue
        ends = [sorted(dice.sample(range(HOSTS), many)) for _ in range(2)]
        names = [", ".join(f"cell-{cell}.h{h}" for h in end) for cell, end in zip((a, b), ends, strict=True)]
        flow = (names[0], names[1], dice.choice(SERVICES))
        if (a, b, flow) not in seen:
            seen.add((a, b, flow))
            conduits[a, b].append(flow)
            hosts[a].update(ends[0])
            hosts[b].update(ends[1])
    yield HEAD
    yield "zone core { in floor; net 10.0.0.0/16 }\n"
    for cell in range(plant.firewalls * CELLS):
        assets = [(f"h{h}", f"{_cell(cell)}.{10 + h}") for h in sorted(hosts[cell])]
        yield from _zone(f"cell-{cell}", [f"{_cell(cell)}.0/24"], assets)
    for number in range(plant.firewalls):
        cells = range(number * CELLS, number * CELLS + CELLS)
        behind = [("core", f"10.0.{number // 250}.{1 + number % 250}/16")]
        behind += [(f"cell-{cell}", f"{_cell(cell)}.1/24") for cell in cells]
        yield from _firewall(f"fw-{number}", plant.target, behind)
    yield from _conduits("cell", conduits)


def one(plant: Plant) -> Iterator[str]:
    """One firewall; four fifths of the flows stay within half of the zones, a tenth is recorded."""
    dice = Random(plant.seed)
    count = max(4, int(4 * sqrt(plant.flows / 2)))
    conduits: dict[tuple[int, int], list[Flow]] = defaultdict(list)
    seen: set[Flow] = set()
    while len(seen) < plant.flows:
        among = count // 2 if dice.random() < 0.8 else count
        a, b = dice.randrange(among), dice.randrange(among)
        flow = (f"zone-{a}", f"zone-{b}", dice.choice(SERVICES))
        if a != b and flow not in seen:
            seen.add(flow)
            log = " { log }" if dice.random() < 0.1 else ""
            conduits[a, b].append((*flow[:2], flow[2] + log))
    yield HEAD
    for number in range(count):
        yield from _zone(f"zone-{number}", [f"{_cell(number)}.0/28", f"{_cell(number)}.32/28"], [])
    yield from _firewall("fw", plant.target, [(f"zone-{n}", f"{_cell(n)}.1/28") for n in range(count)])
    yield from _conduits("zone", conduits)


def mesh(plant: Plant) -> Iterator[str]:
    """Firewalls in a square. Between any two cells there are more ways than anybody could list."""
    dice = Random(plant.seed)
    side = int(sqrt(plant.firewalls))
    conduits: dict[tuple[int, int], list[Flow]] = defaultdict(list)
    while sum(map(len, conduits.values())) < plant.flows:
        a, b = dice.sample(range(side * side), 2)
        flow = (f"cell-{a}", f"cell-{b}", dice.choice(SERVICES))
        if flow not in conduits[a, b]:
            conduits[a, b].append(flow)
    joints = [(n, n + 1) for n in range(side * side) if (n + 1) % side]
    joints += [(n, n + side) for n in range(side * (side - 1))]
    yield HEAD
    behind = {n: [(f"cell-{n}", f"{_cell(n)}.1/24")] for n in range(side * side)}
    for cell in behind:
        yield from _zone(f"cell-{cell}", [f"{_cell(cell)}.0/24"], [])
    for number, (a, b) in enumerate(joints):
        yield from _zone(f"joint-{number}", [f"10.0.{number}.0/24"], [])
        behind[a].append((f"joint-{number}", f"10.0.{number}.1/24"))
        behind[b].append((f"joint-{number}", f"10.0.{number}.2/24"))
    for number, zones in behind.items():
        yield from _firewall(f"fw-{number}", plant.target, zones)
    yield from _conduits("cell", conduits)


_SHAPES = {"star": star, "one": one, "mesh": mesh}


def _cell(number: int) -> str:
    """The first three bytes of a cell's network; 10.0 is the core's."""
    return f"10.{1 + number // 256}.{number % 256}"


def _zone(name: str, networks: list[str], assets: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"\nzone {name} {{\n  in floor\n  net {', '.join(networks)}\n"
    for asset, address in assets:
        yield f"  asset {asset} {address} {{ kind plc }}\n"
    yield "}\n"


def _firewall(name: str, target: str, behind: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"\nfirewall {name} {{\n  target {target}\n"
    for number, (zone, address) in enumerate(behind):
        yield f"  interface eth{number} {zone} {address}\n"
    yield "}\n"


def _conduits(kind: str, conduits: dict[tuple[int, int], list[Flow]]) -> Iterator[str]:
    for (a, b), flows in sorted(conduits.items()):
        yield f"\nconduit c-{a}-{b} {kind}-{a} -> {kind}-{b} {{\n"
        for source, target, service in flows:
            yield f"  allow {source} -> {target} : {service}\n"
        yield "}\n"


def main() -> None:
    """`python -m tests.benchmarks.plants FILE SHAPE FLOWS FIREWALLS STYLE TARGET`."""
    file, shape, flows, firewalls, style, target = sys.argv[1:]
    Plant(shape, int(flows), int(firewalls), style, target).write(Path(file))


if __name__ == "__main__":
    main()

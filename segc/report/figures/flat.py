"""How flat a plant is, what is exposed and what would help: the document segc/flatness/1."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.graph import gains
from segc.graph.exposure import Exposed, bridges, exposed
from segc.graph.flatness import Flatness, levels
from segc.graph.ways import COMMANDS, DECLARED, TODAY
from segc.model.clock import date_of, utc_text
from segc.model.places import place
from segc.report.figures.chains import Step, steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.graph.analysis import Analysis
    from segc.graph.gains import Gain

SCHEMA = "segc/flatness/1"
MOST = 200  # conduits or zones: beyond, asking "and if this were gone" of each takes too long to be done unasked


class Figures(TypedDict):
    """F(1/2), F(0), F(1), and what would be left without any flow; all between 0 and 1."""

    flatness: float
    direct: float
    transitive: float
    floor: float


class LevelEntry(TypedDict):
    """Flatness among the machines of one Purdue level; null for zones that say none."""

    level: float | None
    machines: int
    declared: float
    today: float


class Widest(TypedDict):
    """What a machine reaches, as declared."""

    name: str
    direct: int
    reached: int
    commands: int


class ExposedEntry(TypedDict):
    """A machine worth protecting: how many others get there, and a shortest way from an untrusted zone."""

    name: str
    source: str
    why: list[str]
    reached_by: int
    commanded_by: int
    commanded_by_today: int
    chain: list[Step]
    choke: list[str]


class BridgeEntry(TypedDict):
    """A machine that flows join to many levels."""

    name: str
    source: str
    levels: list[float]
    flows: int


class GainEntry(TypedDict):
    """What would lower the flatness, and by how much."""

    name: str
    source: str
    lowers: float


class FlatnessDocument(TypedDict):
    """All of it. `gap` is what is promised and not yet kept: today's flatness less the declared one."""

    schema: str
    segc: str
    at: str
    machines: int
    declared: Figures
    today: Figures
    gap: float
    levels: list[LevelEntry]
    widest: list[Widest]
    exposed: list[ExposedEntry]
    bridges: list[BridgeEntry]
    conduits: list[GainEntry] | None
    enforce_next: list[GainEntry] | None


def document(analysis: Analysis) -> FlatnessDocument:
    """The figures of a plant, in both states, with what is behind them."""
    declared, today = analysis.flatness(DECLARED), analysis.flatness(TODAY)
    plant = analysis.plant
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(analysis.at),
        "machines": declared.machines,
        "declared": _figures(declared),
        "today": _figures(today),
        "gap": _round(today.value - declared.value),
        "levels": _levels(analysis),
        "widest": _widest(analysis),
        "exposed": _exposed(analysis),
        "bridges": [
            {
                "name": one.machine.path,
                "source": place(plant, one.machine.span),
                "levels": list(one.levels),
                "flows": one.flows,
            }
            for one in bridges(analysis)
        ],
        "conduits": _gains(analysis, gains.conduits(analysis)) if len(plant.conduits) <= MOST else None,
        "enforce_next": _gains(analysis, gains.zones(analysis)) if len(plant.zones) <= MOST else None,
    }


def _round(number: float) -> float:
    return round(number, 4)


def _figures(one: Flatness) -> Figures:
    return {
        "flatness": _round(one.value),
        "direct": _round(one.direct),
        "transitive": _round(one.transitive),
        "floor": _round(one.floor),
    }


def _levels(analysis: Analysis) -> list[LevelEntry]:
    both = zip(levels(analysis.closure(DECLARED)), levels(analysis.closure(TODAY)), strict=True)
    return [
        {
            "level": one.level,
            "machines": one.flatness.machines,
            "declared": _round(one.flatness.value),
            "today": _round(other.flatness.value),
        }
        for one, other in both
    ]


def _widest(analysis: Analysis) -> list[Widest]:
    """All machines by how far they reach, the widest first."""
    sessions, commands = analysis.closure(DECLARED), analysis.closure(DECLARED, COMMANDS)
    found: list[Widest] = [
        {
            "name": one.path,
            "direct": next(iter(sessions.of(one).by_hop), 0),
            "reached": sessions.of(one).machines,
            "commands": commands.of(one).machines,
        }
        for one in analysis.ways().machines
    ]
    return sorted(found, key=lambda one: (-one["reached"], -one["direct"]))


def _exposed(analysis: Analysis) -> list[ExposedEntry]:
    day = date_of(analysis.plant, analysis.at)
    today = {one.machine.path: one.commanded_by for one in exposed(analysis, day, TODAY)}
    return [_exposed_entry(analysis, one, today[one.machine.path]) for one in exposed(analysis, day)]


def _exposed_entry(analysis: Analysis, one: Exposed, today: int) -> ExposedEntry:
    return {
        "name": one.machine.path,
        "source": place(analysis.plant, one.machine.span),
        "why": list(one.why),
        "reached_by": one.reached_by,
        "commanded_by": one.commanded_by,
        "commanded_by_today": today,
        "chain": steps(analysis, one.chain),
        "choke": [machine.path for machine in one.choke],
    }


def _gains(analysis: Analysis, found: Iterable[Gain]) -> list[GainEntry]:
    plant = analysis.plant
    spans = {name: one.span for table in (plant.zones, plant.conduits, plant.grants) for name, one in table.items()}
    return [{"name": one.name, "source": place(plant, spans[one.name]), "lowers": _round(one.lowers)} for one in found]

"""The blast radius of an asset, a zone or a grant: the document segc/blast/1 (docs/schema/blast-1.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from segc import __version__
from segc.graph.exposure import reasons
from segc.graph.search import Search
from segc.graph.ways import COMMANDS, DECLARED, SESSIONS, TODAY
from segc.model.clock import date_of, utc_text
from segc.report.figures.chains import Step, steps

if TYPE_CHECKING:
    from segc.graph.analysis import Analysis
    from segc.graph.machines import Machine
    from segc.model.plant import Asset, Grant, Zone
    from segc.report.figures.cutting import CutEntry

SCHEMA = "segc/blast/1"


class Extent(TypedDict):
    """Machines reached: by one hop, by any number, by each number of hops; and their share of all weight, 0 to 1."""

    direct: int
    reached: int
    by_hop: list[int]
    weight: float


class Jewel(TypedDict):
    """A crown jewel that is reached, why it is one, and a shortest chain of sessions to it."""

    name: str
    why: list[str]
    hops: int
    chain: list[Step]


class Reached(TypedDict):
    """A machine that is reached: by how many hops, and over which machine before it."""

    name: str
    hops: int
    over: str


class Side(TypedDict):
    """One state of the plant: what sessions can be opened to, what can be commanded, and all machines reached."""

    sessions: Extent
    commands: Extent
    jewels: list[Jewel]
    machines: list[Reached]


class _Cut(TypedDict, total=False):
    cut: CutEntry


class Blast(_Cut):
    """All of it. `of` are the machines that there are besides those asked about; `starts` are these."""

    schema: str
    segc: str
    at: str
    name: str
    kind: str
    starts: list[str]
    of: int
    declared: Side
    today: Side


class Subject(NamedTuple):
    """What is asked about: whoever has these machines; for a grant, whoever uses its flows from one of them."""

    name: str
    kind: str
    starts: tuple[Machine, ...]
    grant: Grant | None = None


def subject(analysis: Analysis, thing: Asset | Zone | Grant, name: str, kind: str) -> Subject:
    """The machines that an asset, zone or grant stands for."""
    if kind == "grant":
        starts = analysis.machines_of(end for flow in thing.flows for end in flow.sources)  # type: ignore[union-attr]
        return Subject(name, kind, tuple(starts), thing)  # type: ignore[arg-type]
    return Subject(name, kind, tuple(analysis.machines_of([thing])))  # type: ignore[list-item]


def document(analysis: Analysis, asked: Subject, cut: CutEntry | None = None) -> Blast:
    """The blast radius of a subject, in both states."""
    found: Blast = {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(analysis.at),
        "name": asked.name,
        "kind": asked.kind,
        "starts": [one.path for one in asked.starts],
        "of": len(analysis.ways().machines) - len(asked.starts),
        "declared": _side(analysis, asked, DECLARED),
        "today": _side(analysis, asked, TODAY),
    }
    if cut is not None:
        found["cut"] = cut
    return found


def search(analysis: Analysis, asked: Subject, state: str, kind: str = SESSIONS) -> Search:
    """From the machines of a subject; the first hop of whoever uses a grant is a flow of it, open or not."""
    if asked.grant is None:
        return analysis.search(asked.starts, state, kind)
    ways = analysis.ways(state, kind, also=asked.grant.flows)
    mine = set(asked.grant.flows)
    return Search(ways, asked.starts, first=[way for way in ways.ways if way.flow in mine])


def _side(analysis: Analysis, asked: Subject, state: str) -> Side:
    sessions = search(analysis, asked, state)
    commands = search(analysis, asked, state, COMMANDS)
    today = date_of(analysis.plant, analysis.at)
    jewels = [one for one in sessions.reached() if one.jewel]
    return {
        "sessions": _extent(sessions),
        "commands": _extent(commands),
        "jewels": [
            {
                "name": one.path,
                "why": list(reasons(one, today)),
                "hops": sessions.hops(one) or 0,
                "chain": steps(analysis, sessions.chain(one)),
            }
            for one in jewels
        ],
        "machines": [
            {"name": one.path, "hops": sessions.hops(one) or 0, "over": sessions.chain(one)[-1].source.path}
            for one in sessions.reached()
        ],
    }


def _extent(found: Search) -> Extent:
    reached = found.reached()
    hops = [found.hops(one) or 0 for one in reached]
    by_hop = [hops.count(number) for number in range(1, max(hops, default=0) + 1)]
    others = sum(one.weight for one in found.ways.machines if found.hops(one) != 0)
    weight = sum(one.weight for one in reached)
    return {
        "direct": by_hop[0] if by_hop else 0,
        "reached": len(reached),
        "by_hop": by_hop,
        "weight": round(weight / others, 4) if others else 0.0,
    }

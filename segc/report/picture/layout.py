"""Where everything of the plant picture stands. Lengths are in pixels; the same document gives the same numbers.

Zones stand in rows, bands of levels from the highest down. Lines run in channels
between the rows and in gutters beside them, each in a lane of its own, and touch
a box only at its edge: so none can pass through one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.report.cells import width as cells
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.report.picture.model import Picture, ZoneEntry

CHAR, LINE, PAD = 7.3, 16, 8  # of a monospaced font of 12 pixels
GRID, LANE, GAP = 8, 6, 24
TITLE = 28  # characters of a zone's title that are shown
LEFT = 96  # for the names of the bands
HEIGHT = 3 * LINE + 2 * PAD


class Edge(NamedTuple):
    """A line to draw: `kind` is conduit, grant or link, `mode` enforce, monitor, mixed, or the state of a grant."""

    kind: str
    name: str
    source: str
    target: str
    mode: str
    both: bool


@dataclass(slots=True)
class Box:
    """A zone's place, and the lines of text in it."""

    zone: ZoneEntry
    texts: tuple[str, str, str]
    width: int
    row: int = 0
    x: int = 0
    y: int = 0


class Band(NamedTuple):
    """A level and where it stands."""

    name: str
    y: int
    height: int


class Line(NamedTuple):
    """An edge and the corners of its way."""

    edge: Edge
    points: tuple[tuple[int, int], ...]


class Layout(NamedTuple):
    """The whole picture."""

    width: int
    height: int
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


class Way(NamedTuple):
    """An edge with its ports: the channels that it leaves and enters by, and the side where it changes rows."""

    edge: Edge
    first: int
    last: int
    start: int
    end: int


def edges(picture: Picture) -> list[Edge]:
    """Every conduit, every pair of zones that a grant joins, every link."""
    made = []
    for one in picture["conduits"]:
        way, modes = one["directions"][0], {each["mode"] for each in one["directions"]}
        mode = modes.pop() if len(modes) == 1 else "mixed"
        made.append(Edge("conduit", one["name"], way["source"], way["target"], mode, len(one["directions"]) > 1))
    for grant in picture["grants"]:
        made += [Edge("grant", grant["name"], a, b, grant["state"], both=False) for a, b in grant["pairs"]]
    made += [
        Edge("link", f"{one['a']} -- {one['b']}", one["a"], one["b"], "open", both=True) for one in picture["links"]
    ]
    return made


def band_of(zone: ZoneEntry) -> tuple[float, str]:
    """Sorts bands from the top down, and names them."""
    if not zone["level"]:
        return (-99.0, "outside") if zone["outside"] else (99.0, "no level")
    return (-float(zone["level"]), "level " + zone["level"])


def texts_of(zone: ZoneEntry) -> tuple[str, str, str]:
    """What a zone's box says: name, title, and its machines with their marks."""
    title = zone["title"] or zone["kind"]
    title = title if cells(title) <= TITLE else _cut(title, TITLE - 1) + "…"
    facts = [count(len(zone["assets"]), "asset"), zone["mode"]]
    signs = [sign for mark, sign in (("safety", "◆ safety"), ("unpatchable", "▲ unpatchable")) if mark in zone["marks"]]
    return zone["name"], title, " · ".join(facts + signs)


def _cut(text: str, most: int) -> str:
    while cells(text) > most:
        text = text[:-1]
    return text


def arrange(picture: Picture) -> Layout:
    """Place everything."""
    drawn = edges(picture)
    rows, names = _rows(picture, drawn)
    boxes = {box.zone["name"]: box for row in rows for box in row}
    ports = _ports(boxes, drawn)
    _across(rows)
    ends = [max(box.x + box.width for box in row) for row in rows]
    ways = [_way(boxes, ports, index, edge) for index, edge in enumerate(drawn)]
    side = _gutters(ways, ends)
    channels = [_channel(ways, side, number) for number in range(len(rows) + 1)]
    tops, y = [], 48
    for _, lanes in channels:
        tops.append(y)
        y += 2 * GAP + LANE * lanes + HEIGHT
    for box in boxes.values():
        box.y = tops[box.row + 1] - HEIGHT
    lines = tuple(_line(boxes, channels, tops, side, index, way) for index, way in enumerate(ways))
    bands = _bands(names, tops)
    width = max([LEFT, *ends, *side.values()]) + GAP
    return Layout(width, y - HEIGHT, bands, tuple(boxes.values()), lines)


def _rows(picture: Picture, drawn: Sequence[Edge]) -> tuple[list[list[Box]], list[str]]:
    """Rows of boxes in bands; more than a screen's width makes a further row."""
    ends: dict[str, int] = {}
    for edge in drawn:
        for name in (edge.source, edge.target):
            ends[name] = ends.get(name, 0) + 1
    by_band: dict[tuple[float, str], list[Box]] = {}
    for zone in picture["zones"]:
        texts = texts_of(zone)
        wide = max(int(max(map(cells, texts)) * CHAR) + 2 * PAD, GRID * (ends.get(zone["name"], 0) + 2))
        by_band.setdefault(band_of(zone), []).append(Box(zone, texts, -(-wide // GRID) * GRID))
    total = sum(box.width + GAP for boxes in by_band.values() for box in boxes)
    limit = max(1000, int((total * 160) ** 0.5))
    rows: list[list[Box]] = []
    names: list[str] = []
    place: dict[str, float] = {}
    for (_, name), boxes in sorted(by_band.items()):
        for row in _wrap(_ordered(boxes, drawn, place), limit):
            for box in row:
                box.row = len(rows)
            rows.append(row)
            names.append(name)
    return rows, names


def _ordered(boxes: list[Box], drawn: Sequence[Edge], place: dict[str, float]) -> list[Box]:
    """By the mean place of the neighbours above, then as written: fewer lines cross."""
    near: dict[str, list[float]] = {}
    for edge in drawn:
        for here, there in ((edge.source, edge.target), (edge.target, edge.source)):
            if there in place:
                near.setdefault(here, []).append(place[there])
    count = len(boxes)
    keys = {}
    for index, box in enumerate(boxes):
        name = box.zone["name"]
        keys[name] = sum(near[name]) / len(near[name]) if name in near else (index + 0.5) / count
    chosen = sorted(boxes, key=lambda box: keys[box.zone["name"]])
    place.update((box.zone["name"], (index + 0.5) / count) for index, box in enumerate(chosen))
    return chosen


def _wrap(boxes: Iterable[Box], limit: int) -> list[list[Box]]:
    rows: list[list[Box]] = [[]]
    used = 0
    for box in boxes:
        if rows[-1] and used + box.width > limit:
            rows.append([])
            used = 0
        rows[-1].append(box)
        used += box.width + GAP
    return rows


def _across(rows: Iterable[Sequence[Box]]) -> None:
    for row in rows:
        x = LEFT
        for box in row:
            box.x = x
            x += box.width + GAP


def _sides(boxes: dict[str, Box], edge: Edge) -> tuple[bool, bool]:
    """Whether an edge leaves its source below, and enters its target below."""
    a, b = boxes[edge.source].row, boxes[edge.target].row
    return a <= b, a >= b


def _ports(boxes: dict[str, Box], drawn: Sequence[Edge]) -> dict[tuple[int, int], int]:
    """The offset of each end of each edge in its box. Ports below and above differ, so that no two lines are one."""
    used: dict[tuple[str, bool], int] = {}
    made = {}
    for index, edge in enumerate(drawn):
        for end, (name, below) in enumerate(zip((edge.source, edge.target), _sides(boxes, edge), strict=True)):
            slot = used.get((name, below), 0)
            used[name, below] = slot + 1
            made[index, end] = GRID * (slot + 1) + (GRID // 2 if below else 0)
    return made


def _way(boxes: dict[str, Box], ports: dict[tuple[int, int], int], index: int, edge: Edge) -> Way:
    a, b = boxes[edge.source], boxes[edge.target]
    below_a, below_b = _sides(boxes, edge)
    return Way(edge, a.row + below_a, b.row + below_b, a.x + ports[index, 0], b.x + ports[index, 1])


def _gutters(ways: Sequence[Way], ends: Sequence[int]) -> dict[int, int]:
    """Where each edge that passes rows does so: as near as it can right of them, a lane for each.

    Lanes stand 2 beside the multiples of 4 on which ports stand, so that neither ever runs along the other.
    """
    taken: dict[int, list[tuple[int, int]]] = {}
    side = {}
    for index, way in enumerate(ways):
        low, high = sorted((way.first, way.last))
        if low == high:
            continue
        x = -(-(max(ends[low:high]) + GAP // 2) // GRID) * GRID + 2
        while any(low <= last and first <= high for first, last in taken.get(x, ())):
            x += GRID // 2
        taken.setdefault(x, []).append((low, high))
        side[index] = x
    return side


def _channel(ways: Sequence[Way], side: dict[int, int], number: int) -> tuple[dict[int, int], int]:
    """The lane of each edge that runs in a channel."""
    spans = []
    for index, way in enumerate(ways):
        if way.first == way.last == number:
            spans.append((way.start, way.end, index))
        elif number == way.first:
            spans.append((way.start, side[index], index))
        elif number == way.last:
            spans.append((way.end, side[index], index))
    return _lanes(spans)


def _lanes(spans: Sequence[tuple[int, int, int]]) -> tuple[dict[int, int], int]:
    """A lane for each span so that no two in a lane touch, and how many lanes that takes."""
    ends: list[int] = []
    lanes: dict[int, int] = {}
    for low, high, index in sorted((min(a, b), max(a, b), index) for a, b, index in spans):
        lane = next((lane for lane, end in enumerate(ends) if end < low), len(ends))
        if lane == len(ends):
            ends.append(high)
        ends[lane] = high
        lanes[index] = lane
    return lanes, len(ends)


def _line(
    boxes: dict[str, Box],
    channels: Sequence[tuple[dict[int, int], int]],
    tops: Sequence[int],
    side: dict[int, int],
    index: int,
    way: Way,
) -> Line:
    a, b = boxes[way.edge.source], boxes[way.edge.target]
    begin = a.y + HEIGHT if way.first > a.row else a.y
    end = b.y + HEIGHT if way.last > b.row else b.y
    levels = [tops[n] + GAP + LANE * channels[n][0][index] for n in (way.first, way.last)]
    middle = [(way.start, levels[0]), (way.end, levels[1])]
    if way.first != way.last:
        middle[1:1] = [(side[index], levels[0]), (side[index], levels[1])]
    return Line(way.edge, ((way.start, begin), *middle, (way.end, end)))


def _bands(names: Sequence[str], tops: Sequence[int]) -> tuple[Band, ...]:
    made: list[Band] = []
    for row, name in enumerate(names):
        top, bottom = tops[row + 1] - HEIGHT - PAD, tops[row + 1] + PAD
        if made and made[-1].name == name:
            made[-1] = made[-1]._replace(height=bottom - made[-1].y)
        else:
            made.append(Band(name, top, bottom - top))
    return tuple(made)

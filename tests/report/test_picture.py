"""The plant picture: nothing overlaps, no line passes through a box, and everything is in every form of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from segc import api
from segc.graph.topology import Topology
from segc.report.cells import width as cells
from segc.report.picture import diagrams, svg, text
from segc.report.picture.layout import CHAR, HEIGHT, PAD, Box, Layout, arrange
from segc.report.picture.model import Picture, document
from segc.response.register import register
from tests.benchmarks.plants import Plant as Big
from tests.plants import plant_of, policies
from tests.report.schema import faults

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
EXAMPLES = ("bottling", "bottling-flat", "water")

SMALL = """segc 1
use "std/ics"
site s "A <b> & 'c'" { timezone "UTC"; owner people }
team people
zone up { level 3; net 10.0.3.0/24; asset server 10.0.3.10 { kind mes; unpatchable "no more updates" } }
zone side { level 3; net 10.0.4.0/24 }
zone low { level 1; net 10.0.1.0/24; asset plc 10.0.1.10 { kind plc } }
conduit down up -> low { mode enforce; allow server -> plc : modbus }
grant visit {
  vendor "V"
  until 2026-10-20
  allow side -> plc : modbus
}
link side -- up
firewall fw { target iptables; interface a up 10.0.3.1/24; interface b low 10.0.1.1/24 }
"""


def picture_of(path: Path) -> Picture:
    plant, _ = api.check(str(path), AT)
    return document(plant, register(plant, Topology(plant), AT, None))


def of_text(source: str) -> Picture:
    with tempfile.TemporaryDirectory() as folder:
        plant = plant_of(source, Path(folder))
        return document(plant, register(plant, Topology(plant), AT, None))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    file = tmp_path_factory.mktemp("big") / "plant.zone"
    Big("star", 220, 50).write(file)
    return picture_of(file)


def crossed(box: Box, a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether an upright or level piece of a line has a point inside a box."""
    (left, right), (top, bottom) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return left < box.x + box.width and right > box.x and top < box.y + HEIGHT and bottom > box.y


def wrong(made: Layout) -> Iterator[str]:
    """Each breach of the laws of the layout."""
    for one, other in combinations(made.boxes, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x or abs(one.y - other.y) >= HEIGHT
        if not apart:
            yield f"{one.zone['name']} and {other.zone['name']} overlap"
    for box in made.boxes:
        if any(cells(line) * CHAR + 2 * PAD > box.width + 1 for line in box.texts):
            yield f"a text leaves {box.zone['name']}"
        if not (box.x >= 0 and box.x + box.width <= made.width and box.y + HEIGHT <= made.height):
            yield f"{box.zone['name']} is outside the picture"
    places = {box.zone["name"]: box for box in made.boxes}
    for edge, points in made.lines:
        for name, (x, y) in ((edge.source, points[0]), (edge.target, points[-1])):
            box = places[name]
            if not (box.x < x < box.x + box.width and y in (box.y, box.y + HEIGHT)):
                yield f"{edge.name} does not end at the edge of {name}"
        for a, b in pairwise(points):
            if a[0] != b[0] and a[1] != b[1]:
                yield f"{edge.name} is askew"
            yield from (f"{edge.name} runs through {box.zone['name']}" for box in made.boxes if crossed(box, a, b))
            if max(a[0], b[0]) > made.width:
                yield f"{edge.name} leaves the picture"
    yield from _shared(made)


def _shared(made: Layout) -> Iterator[str]:
    """Two lines that run along one another, so that nobody could tell which is which."""
    pieces: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    for number, line in enumerate(made.lines):
        for (ax, ay), (bx, by) in pairwise(line.points):
            key = ("x", ax) if ax == bx else ("y", ay)
            low, high = sorted((ay, by) if ax == bx else (ax, bx))
            if low < high:
                pieces.setdefault(key, []).append((low, high, number))
    for key, runs in pieces.items():
        for one, other in combinations(runs, 2):
            if one[2] != other[2] and one[0] < other[1] and other[0] < one[1]:
                yield f"lines {made.lines[one[2]].edge.name} and {made.lines[other[2]].edge.name} are one at {key}"


@settings(max_examples=40, deadline=None)
@given(policies())
def test_layout_of_any_plant(source: str) -> None:
    picture = of_text(source)
    assert list(wrong(arrange(picture))) == []
    complete(picture)


@pytest.mark.parametrize("name", EXAMPLES)
def test_layout_of_examples(name: str) -> None:
    picture = picture_of(ROOT / "examples" / name)
    assert list(wrong(arrange(picture))) == []
    complete(picture)


def test_layout_of_150_zones(big: Picture) -> None:
    assert len(big["zones"]) > 150
    made = arrange(big)
    assert list(wrong(made)) == []
    assert made.width < 4000
    complete(big)


def test_a_plant_without_zones() -> None:
    picture = of_text("segc 1\nsite x { owner p }\nteam p\n")
    complete(picture)
    assert text.render(picture) == "no zones\n"


def test_levels_from_the_highest_down() -> None:
    made = arrange(of_text(SMALL))
    assert [band.name for band in made.bands] == ["level 3", "level 1"]
    assert made.bands[0].y + made.bands[0].height < made.bands[1].y


def complete(picture: Picture) -> None:
    """Every zone, conduit, grant and link is in every form."""
    drawn = ET.fromstring(svg.render(picture))  # noqa: S314 - our own
    for kind, names in (
        ("zone", [one["name"] for one in picture["zones"]]),
        ("conduit", [one["name"] for one in picture["conduits"]]),
        ("grant", [one["name"] for one in picture["grants"] for _ in one["pairs"]]),
        ("link", [f"{one['a']} -- {one['b']}" for one in picture["links"]]),
    ):
        found = [e.get(f"data-{kind}") for e in drawn.iter() if e.get(f"data-{kind}") is not None]
        assert sorted(map(str, found)) == sorted(names)
    dotted, flow, shown = diagrams.dot(picture), diagrams.mermaid(picture), text.render(picture)
    assert all(cells(line) <= text.WIDTH for line in shown.splitlines())
    for zone in picture["zones"]:
        assert re.search(rf'^    "{zone["name"]}" \[', dotted, re.MULTILINE)
        assert re.search(rf'^    z\d+\["{zone["name"]}<br>', flow, re.MULTILINE)
        assert re.search(rf"^  {zone['name']}  ", shown, re.MULTILINE)
    for one in [*picture["conduits"], *picture["grants"]]:
        assert f'[label="{one["name"]}" ' in dotted
        assert f'|"{one["name"]}"|' in flow
        assert re.search(rf" {one['name']}$", shown, re.MULTILINE) or "..." in shown


def test_the_modes_look_different() -> None:
    made = svg.render(of_text(SMALL))
    assert 'class="line enforce"' in made
    assert 'class="line grant"' in made
    assert re.search(r"grant visit, open, until 2026-10-20", made)
    styles = re.findall(r"\.line\.(\w+)\{[^}]*stroke-dasharray:([^;}]*)", made)
    assert len({dash for _, dash in styles}) == len(styles) == 3


def test_titles_cannot_break_out() -> None:
    source = SMALL.replace("zone side {", 'zone side "</title><script>x</script>&\'" {')
    made = svg.render(of_text(source))
    assert "<script" not in made
    names = {element.tag.rpartition("}")[2] for element in ET.fromstring(made).iter()}  # noqa: S314 - our own
    assert names <= {"svg", "title", "desc", "style", "rect", "text", "g", "polyline", "path"}
    assert svg.escape("a\x00\x1b\u202e<") == "a␀␛&lt;U+202E&gt;&lt;"


def test_nothing_is_asked_for_from_outside(big: Picture) -> None:
    made = svg.render(big).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|url\(|@import|href|<script", made)


@pytest.mark.parametrize("name", EXAMPLES)
def test_schema(name: str) -> None:
    schema = json.loads((ROOT / "docs/schema/graph-1.json").read_text(encoding="utf-8"))
    assert faults(json.loads(json.dumps(picture_of(ROOT / "examples" / name))), schema) == []


def test_golden() -> None:
    made = svg.render(of_text(SMALL))
    golden = HERE / "picture" / "small.svg"
    if os.environ.get("SEGC_GOLDEN"):
        golden.write_text(made, encoding="utf-8", newline="\n")
    assert made == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["svg", "dot", "mermaid", "json", "text"])
def test_same_bytes_whatever_the_hash_seed(form: str) -> None:
    runs = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "segc", "graph", "examples/bottling", "--at", "2026-10-01", "-f", form]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        runs.add(subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment).stdout)
    assert len(runs) == 1

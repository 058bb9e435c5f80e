"""Random plants so small that every subset of their flows, or conduits, can be tried; and a walk that knows no ways."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from segc.model.plant import Asset, Endpoint, Flow, Plant

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
ZONES = ("a", "b", "c", "d", "e")
KINDS = ("business", "control", "control", "control", "control")


@st.composite
def small(draw: st.DrawFn, *, essential: bool = True, most: int = 7) -> str:
    """The text of a plant of up to five zones, of which the first is a business network, and a grant or none."""
    sizes = [draw(st.integers(1, 2)) for _ in ZONES[: draw(st.integers(3, 5))]]
    names = ZONES[: len(sizes)]
    lines = ["segc 1", "service x { tcp 80 }"]
    for at, name in enumerate(names):
        lines += [f"zone {name} {{", f"  kind {KINDS[at]}; level {at}; net 10.{at}.0.0/24"]
        lines += [f"  asset {name}{n} 10.{at}.0.{n}" for n in range(1, sizes[at] + 1)]
        lines.append("}")
    pairs = [(one, other) for one in names for other in names if one != other]
    left = most
    for source, target in draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=5, unique=True)):
        flows = set()
        for _ in range(min(left, draw(st.integers(1, 2)))):
            ends = [_end(draw, name, sizes[names.index(name)]) for name in (source, target)]
            flows.add(" -> ".join(ends))
            left -= 1
        facts = " { essential }" if essential and draw(st.integers(0, 4)) == 0 else ""
        lines.append(f"conduit {source}-to-{target} {source} -> {target} {{")
        lines += [f"  allow {flow} : x{facts}" for flow in sorted(flows)]
        lines.append("}")
    source, target = draw(st.sampled_from(pairs))
    ends = [_end(draw, name, sizes[names.index(name)]) for name in (source, target)]
    until = draw(st.sampled_from(["2020-02-02", "2036-01-01"]))
    lines.append(f"grant visit {{ until {until}; allow {' -> '.join(ends)} : x }}")
    return "\n".join([*lines, ""])


def _end(draw: st.DrawFn, zone: str, size: int) -> str:
    return draw(st.sampled_from([zone, *(f"{zone}.{zone}{n}" for n in range(1, size + 1))]))


def assets(ends: Iterable[Endpoint]) -> set[Asset]:
    """The assets of endpoints: of a zone all."""
    return {asset for end in ends for asset in (getattr(end, "assets", None) or (end,))}  # type: ignore[misc]


def reached(
    plant: Plant, flows: Collection[Flow], starts: Iterable[str], first: Collection[Flow] | None = None
) -> dict[str, int]:
    """Hops to every asset that is reached by flows, and inside zones. With `first`, the first hop is one of these."""
    starts = set(starts)
    steps: dict[str, set[str]] = {}
    for zone in plant.zones.values():
        for one in zone.assets:
            steps.setdefault(one.path, set()).update(other.path for other in zone.assets if other is not one)
    for flow in flows:
        for source in assets(flow.sources):
            steps[source.path] |= {target.path for target in assets(flow.targets)}
    found = dict.fromkeys(starts, 0)
    if first is None:
        front, walked = set(starts), set(starts)
    else:
        front, walked = _by(first, starts), set()
    hop = 0 if first is None else 1
    while front:
        walked |= front
        for place in front:
            found.setdefault(place, hop)
        front = {target for place in front for target in steps[place]} - walked
        hop += 1
    return found


def _by(first: Iterable[Flow], starts: set[str]) -> set[str]:
    return {
        target.path
        for flow in first
        for source in assets(flow.sources)
        if source.path in starts
        for target in assets(flow.targets)
        if target.path != source.path
    }

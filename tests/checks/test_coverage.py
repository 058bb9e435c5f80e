"""The arithmetic of boxes, against counting every packet of a tiny network."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from segc.checks.coverage import Box, boxes, subtract
from segc.model.addresses import Addresses, normal
from segc.model.plant import Match

SMALL = 3
Packet = tuple[int, int, int, int, int, int]

bounds = st.tuples(st.integers(0, SMALL), st.integers(0, SMALL)).map(lambda pair: (min(pair), max(pair)))
spans = st.lists(bounds, min_size=1, max_size=2).map(normal)
sets = st.builds(Addresses, spans, st.one_of(st.just(()), spans))
matches = st.builds(
    lambda proto, ports, sources, family: Match(proto, ports[0], ports[1], sources[0], sources[1], family),
    st.sampled_from([6, 6, 17]),
    bounds,
    bounds,
    st.sampled_from([0, 0, 4, 6]),
)
needs = st.tuples(sets, sets, st.lists(matches, min_size=1, max_size=2))


def packets(listed: Iterable[Box]) -> set[Packet]:
    """Every packet of some boxes: family, source, destination, protocol, port and source port."""
    found: set[Packet] = set()
    for box in listed:
        for family in (4, 6):
            found |= {
                (family, a, b, box.match.proto, port, source)
                for (a, b, port, source) in product(range(SMALL + 1), repeat=4)
                if box.sources.holds(family, a)
                and box.targets.holds(family, b)
                and box.match.low <= port <= box.match.high
                and box.match.source_low <= source <= box.match.source_high
            }
    return found


@given(needs, needs)
def test_subtracting_leaves_exactly_the_other_packets(
    need: tuple[Addresses, Addresses, list[Match]], flow: tuple[Addresses, Addresses, list[Match]]
) -> None:
    left = list(boxes(*need))
    for cut in boxes(*flow):
        left = [piece for box in left for piece in subtract(box, cut)]
    assert packets(left) == packets(boxes(*need)) - packets(boxes(*flow))
    assert all(box.sources and box.targets for box in left)


@given(needs, needs)
def test_no_packet_is_in_two_pieces(
    need: tuple[Addresses, Addresses, list[Match]], flow: tuple[Addresses, Addresses, list[Match]]
) -> None:
    for box in boxes(*need):
        for cut in boxes(*flow):
            pieces = [packets([piece]) for piece in subtract(box, cut)]
            assert sum(map(len, pieces)) == len(set().union(*pieces))


@given(needs)
def test_boxes_never_mix_families(need: tuple[Addresses, Addresses, list[Match]]) -> None:
    for box in boxes(*need):
        assert bool(box.sources.v4) != bool(box.sources.v6)
        assert bool(box.sources.v4) == bool(box.targets.v4)
        assert box.match.family in (0, 4 if box.sources.v4 else 6)

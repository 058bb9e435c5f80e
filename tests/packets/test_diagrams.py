"""Diagrams against tables: every operation over a space of a few packets, worked out by hand for each packet."""

from __future__ import annotations

from itertools import pairwise, product
from typing import NamedTuple
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from segc.packets.diagram import Diagrams
from segc.packets.dispatch import dispatch
from segc.packets.fields import DPORT, FIELDS, IIF, SOURCE, SPORT
from segc.packets.meeting import Meeting
from segc.packets.ranks import Ranks, joined, meet, outside
from segc.packets.space import Cuts, Space
from segc.packets.unions import among, sweep, union
from tests.packets.machines import sound

COUNTS = {SOURCE: 5, IIF: 3, DPORT: 2, SPORT: 4}  # classes of the fields that are cut; the others have one
LEAVES = (False, True, 7, "x")


def space() -> Space:
    cuts = Cuts(4)
    for field in (SOURCE, DPORT, SPORT):
        cuts.spans(field, tuple((10 * i, 10 * i + 9) for i in range(COUNTS[field] - 1)))
    cuts.interfaces(IIF, ["eth0", "eth*"])
    cuts.unknown["?"] = None
    return cuts.space()


POINTS = list(product(*(range(COUNTS[field]) for field in COUNTS), (False, True)))


class Function(NamedTuple):
    """A node, and the value it must have at each of the points."""

    node: int
    table: tuple[object, ...]


def ranks(point: tuple[int, ...]) -> list[int]:
    of = dict(zip(COUNTS, point[:-1], strict=True))
    return [of.get(field, 0) for field in range(len(FIELDS))]


def table(diagrams: Diagrams, node: int) -> tuple[object, ...]:
    truth = (lambda _: False), (lambda _: True)
    return tuple(diagrams.at(node, ranks(point), truth[point[-1]]) for point in POINTS)


@st.composite
def pieces(draw: st.DrawFn, count: int) -> Ranks:
    """Disjoint ranges of ranks in order."""
    ends = sorted(draw(st.lists(st.integers(0, count - 1), max_size=count, unique=True)))
    if draw(st.booleans()):
        return [(end, end) for end in ends]
    return list(zip(ends[::2], ends[1::2], strict=False))


def is_boolean(function: Function) -> bool:
    return set(function.table) <= {False, True}


def case(diagrams: Diagrams, data: st.DataObject, known: list[Function]) -> Function:
    at = data.draw(st.integers(0, len(COUNTS) - 1))
    field = list(COUNTS)[at]
    usable = [one for one in known if diagrams.level[one.node] > field]
    default = data.draw(st.sampled_from([one for one in known if diagrams.level[one.node] >= field]))
    chosen = [(*span, data.draw(st.sampled_from(usable))) for span in data.draw(pieces(COUNTS[field]))]
    made = [
        next((one for low, high, one in chosen if low <= point[at] <= high), default).table[i]
        for i, point in enumerate(POINTS)
    ]
    node = diagrams.case(field, [(low, high, one.node) for low, high, one in chosen], default.node)
    return Function(node, tuple(made))


def select(diagrams: Diagrams, data: st.DataObject, known: list[Function]) -> Function:
    which = data.draw(st.sampled_from([one for one in known if is_boolean(one)]))
    yes, no = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(known))
    made = (y if w else n for w, y, n in zip(which.table, yes.table, no.table, strict=True))
    return Function(diagrams.select(which.node, yes.node, no.node), tuple(made))


def boolean(diagrams: Diagrams, data: st.DataObject, known: list[Function]) -> Function:
    asked = data.draw(st.lists(st.sampled_from([one for one in known if is_boolean(one)]), min_size=2, max_size=5))
    a, b = asked[:2]
    match data.draw(st.sampled_from(("both", "either", "negated", "any"))):
        case "both":
            return Function(
                diagrams.both(a.node, b.node), tuple(all(row) for row in zip(a.table, b.table, strict=True))
            )
        case "either":
            return Function(
                diagrams.either(a.node, b.node), tuple(any(row) for row in zip(a.table, b.table, strict=True))
            )
        case "negated":
            return Function(diagrams.negated(a.node), tuple(not value for value in a.table))
    every = zip(*(one.table for one in asked), strict=True)
    return Function(diagrams.any(one.node for one in asked), tuple(any(row) for row in every))


def changed(diagrams: Diagrams, data: st.DataObject, known: list[Function]) -> Function:
    one = data.draw(st.sampled_from(known))
    to = data.draw(st.permutations(LEAVES))
    change = dict(zip(map(repr, LEAVES), to, strict=True))
    node = diagrams.relabel(one.node, ("changed", *map(repr, to)), lambda value: diagrams.leaf(change[repr(value)]))
    return Function(node, tuple(change[repr(value)] for value in one.table))


def dispatched(diagrams: Diagrams, data: st.DataObject, known: list[Function]) -> Function:
    """As a case, but the functions may ask any fields."""
    at = data.draw(st.integers(0, len(COUNTS) - 1))
    field = list(COUNTS)[at]
    default = data.draw(st.sampled_from(known[: len(LEAVES)]))
    chosen = [(*span, data.draw(st.sampled_from(known))) for span in data.draw(pieces(COUNTS[field]))]
    made = [
        next((one for low, high, one in chosen if low <= point[at] <= high), default).table[i]
        for i, point in enumerate(POINTS)
    ]
    node = dispatch(diagrams, field, [(low, high, one.node) for low, high, one in chosen], default.node)
    return Function(node, tuple(made))


def combined(diagrams: Diagrams, data: st.DataObject, known: list[Function]) -> Function:
    a, b = data.draw(st.sampled_from(known)), data.draw(st.sampled_from(known))
    equal = tuple(x == y for x, y in zip(a.table, b.table, strict=True))
    same = data.draw(st.sampled_from((None, diagrams.yes)))
    node = diagrams.combine(a.node, b.node, lambda x, y: diagrams.yes if x == y else diagrams.no, same)
    return Function(node, equal)


OPERATIONS = (case, case, select, select, boolean, changed, combined, dispatched)


@given(st.data())
def test_every_operation_is_what_it_is_for_each_packet(data: st.DataObject) -> None:
    diagrams = Diagrams(space())
    known = [Function(diagrams.leaf(value), (value,) * len(POINTS)) for value in LEAVES]
    known.append(Function(diagrams.unknown("?"), tuple(bool(point[-1]) for point in POINTS)))
    for make in data.draw(st.lists(st.sampled_from(OPERATIONS), max_size=15)):
        with patch("segc.packets.diagram.SPARSE", data.draw(st.sampled_from((0, 1, 4)))):
            known.append(make(diagrams, data, known))
    for one in known:
        assert table(diagrams, one.node) == one.table
        assert {repr(value) for value in diagrams.leaves(one.node)} == {repr(value) for value in one.table}
    assert len({one.node for one in known}) == len({one.table for one in known}), "equal is the same node"
    sound(diagrams)


@given(st.data())
def test_two_meet_exactly_where_both_say_yes(data: st.DataObject) -> None:
    diagrams = Diagrams(space())
    known = [Function(diagrams.leaf(value), (value,) * len(POINTS)) for value in (False, True)]
    known.append(Function(diagrams.unknown("?"), tuple(bool(point[-1]) for point in POINTS)))
    for make in data.draw(st.lists(st.sampled_from((case, case, select, boolean)), max_size=15)):
        known.append(make(diagrams, data, known))
    meeting = Meeting(diagrams)
    for a, b in product(known, repeat=2):
        assert meeting.meet(a.node, b.node) == any(x and y for x, y in zip(a.table, b.table, strict=True))


BOX = st.tuples(*(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).map(sorted) for n in (5, 3, 4)))


@given(st.lists(BOX, max_size=8))
def test_a_union_holds_what_its_boxes_hold(boxes: list[tuple[list[int], ...]]) -> None:
    diagrams = Diagrams(space())
    fields = (SOURCE, IIF, SPORT)
    node = union(diagrams, fields, [tuple(((low, high),) for low, high in box) for box in boxes])
    for point in POINTS:
        at = [ranks(point)[field] for field in fields]
        inside = any(all(low <= x <= high for x, (low, high) in zip(at, box, strict=True)) for box in boxes)
        assert diagrams.at(node, ranks(point)) == inside
    singly = [
        diagrams.both(
            diagrams.both(cube(diagrams, SOURCE, box[0]), cube(diagrams, IIF, box[1])), cube(diagrams, SPORT, box[2])
        )
        for box in boxes
    ]
    assert node == diagrams.any(singly)
    sound(diagrams)


def cube(diagrams: Diagrams, field: int, span: list[int]) -> int:
    return diagrams.case(field, [(span[0], span[1], diagrams.yes)], diagrams.no)


VALUE = st.sampled_from((0, 9, 10, 19, 20, 29))


@given(
    st.lists(st.sampled_from((SOURCE, SPORT)), min_size=1, max_size=3).flatmap(
        lambda fields: st.tuples(
            st.just(fields),
            st.lists(
                st.tuples(*(st.sampled_from(((0, 9), (10, 29), (0, 29), (20, 29), (0, 1 << 40))) for _ in fields))
            ),
        )
    )
)
def test_entries_of_several_fields_in_any_order_even_of_one_field_twice(
    asked: tuple[list[int], list[tuple[tuple[int, int], ...]]],
) -> None:
    fields, entries = asked
    diagrams = Diagrams(space())
    node = among(diagrams, fields, entries)
    sound(diagrams)
    for source, sport in product((5, 15, 25, 35), (5, 15, 25, 35)):
        at = {SOURCE: source, SPORT: sport}
        inside = any(
            all(low <= at[f] <= high for f, (low, high) in zip(fields, entry, strict=True)) for entry in entries
        )
        point = [0] * len(FIELDS)
        point[SOURCE], point[SPORT] = diagrams.space.rank(SOURCE, source), diagrams.space.rank(SPORT, sport)
        assert diagrams.at(node, point) == inside


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)), max_size=8))
def test_a_sweep_gives_disjoint_pieces_of_what_lies_there(spans: list[tuple[int, int, int]]) -> None:
    made = [(min(a, b), max(a, b), node) for a, b, node in spans]
    names: dict[tuple[int, ...], int] = {}
    found = sweep(made, lambda nodes: names.setdefault(tuple(nodes), 100 + len(names)))
    assert found == sorted(found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
    for at in range(10):
        there = sorted(node for low, high, node in made if low <= at <= high)  # one that lies there twice counts twice
        here = [node for low, high, node in found if low <= at <= high]
        expected = [there[0] if len(there) == 1 else names[tuple(there)]] if there else []
        assert here == expected


RANKS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda t: (min(t), max(t))), max_size=6)


@given(RANKS, RANKS)
def test_lists_of_classes_are_sets(a: Ranks, b: Ranks) -> None:
    def held(spans: Ranks) -> set[int]:
        return {i for low, high in spans for i in range(low, high + 1)}

    assert held(joined(a)) == held(a)
    assert held(meet(joined(a), joined(b))) == held(a) & held(b)
    assert held(outside(a, 12)) == set(range(13)) - held(a)
    for made in (joined(a), outside(a, 12)):
        assert all(before[1] + 1 < after[0] for before, after in pairwise(made))


def test_a_union_of_nothing_is_nothing_and_one_of_boxes_without_sides_everything() -> None:
    diagrams = Diagrams(space())
    assert union(diagrams, (), []) == union(diagrams, (SOURCE,), []) == diagrams.no
    assert union(diagrams, (SOURCE,), [((),)]) == diagrams.no
    assert union(diagrams, (), [()]) == diagrams.yes


def test_a_set_is_one_node_whichever_way_it_is_made() -> None:
    diagrams = Diagrams(space())
    last = diagrams.case(SOURCE, [(4, 4, diagrams.yes)], diagrams.no)
    assert last == diagrams.case(SOURCE, [(0, 1, diagrams.no), (2, 3, diagrams.no)], diagrams.yes)
    assert diagrams.level[last] == SOURCE
    assert diagrams.space.values(SOURCE, 4) == (40, (1 << 32) - 1)

"""The second opinion against the first, and against single packets: exactly the same sets, and the same rules."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets.decide import Outcome, Slice
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, FIELDS, IIF, OIF, PROTO, SOURCE, SPORT, TARGET, TIME, Packet
from segc.packets.machine import Accept, Base, Drop, Goto, In, Jump, Machine, Refused, Rule
from segc.packets.trace import trace
from tests.packets.boxes import (
    Axes,
    Box,
    Budget,
    GaveUp,
    difference,
    equal,
    intersection,
    meet,
    sample,
    subtract,
    union,
)
from tests.packets.machines import HOOKS, decider, machines, slices
from tests.packets.pushing import Piece, decide_by_boxes, differing

PLENTY = 1_000_000
SPAN = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda span: (min(span), max(span)))
BOX = st.tuples(SPAN, SPAN, SPAN)
BOXES = st.lists(BOX, max_size=5)


def points(boxes: list[Box]) -> set[tuple[int, ...]]:
    return {at for box in boxes for at in product(*(range(low, high + 1) for low, high in box))}


def disjoint(boxes: list[Box]) -> bool:
    return all(meet(a, b) is None for i, a in enumerate(boxes) for b in boxes[:i])


@given(BOXES, BOXES)
def test_lists_of_boxes_are_sets(a: list[Box], b: list[Box]) -> None:
    a, b = union(a, [], Budget(PLENTY)), union(b, [], Budget(PLENTY))
    for made, expected in (
        (union(a, b, Budget(PLENTY)), points(a) | points(b)),
        (difference(a, b, Budget(PLENTY)), points(a) - points(b)),
        (intersection(a, b, Budget(PLENTY)), points(a) & points(b)),
    ):
        assert points(made) == expected
        assert disjoint(made)
        assert (sample(made) in expected) if expected else sample(made) is None
    assert equal(a, b, Budget(PLENTY)) == (points(a) == points(b))


@given(BOX, BOX)
def test_what_is_taken_from_a_box_is_gone_and_nothing_else(a: Box, b: Box) -> None:
    assert points(subtract(a, b)) == points([a]) - points([b])
    assert disjoint(subtract(a, b))


def node(diagrams: Diagrams, axes: Axes, pieces: list[Piece]) -> int:
    """The diagram that says of each piece's packets what the piece says; of others, nothing."""
    made = diagrams.leaf("nothing")
    for piece in pieces:
        outcome = diagrams.leaf(Outcome(piece.kind, piece.logs))
        made = diagrams.select(inside(diagrams, axes, piece.box), outcome, made)
    return made


def inside(diagrams: Diagrams, axes: Axes, box: Box) -> int:
    made = diagrams.yes
    for field in range(len(FIELDS)):
        if field in axes.names:
            names = axes.names[field][box[field][0] : box[field][1] + 1]
            spans = sorted({(at, at) for at in (rank_of(diagrams, field, name) for name in names)})
        else:
            spans = diagrams.space.ranks(field, (box[field],))
        one = diagrams.case(field, [(low, high, diagrams.yes) for low, high in spans], diagrams.no)
        made = diagrams.both(made, one)
    for text, axis in axes.unknown.items():
        if box[axis] != (0, 1):
            one = diagrams.unknown(text)
            made = diagrams.both(made, one if box[axis] == (1, 1) else diagrams.negated(one))
    return made


def an_interface(name: str) -> str:
    """One of those that a number stands for."""
    return name.removesuffix("*") + "%" if name.endswith("*") else name


def rank_of(diagrams: Diagrams, field: int, name: str) -> int:
    return diagrams.space.interface_rank(field, an_interface(name))


FEW = st.tuples(*(st.sampled_from(list(slices(family))) for family in (4, 6)))  # boxes are slow


@given(machines(), FEW)
def test_boxes_and_diagrams_say_the_same_of_all_packets(machine: Machine, some: tuple[Slice, ...]) -> None:
    for of in some:
        diagrams, (decide,) = decider(of.family, machine)
        axes = Axes(of.family, machine)
        pieces = decide_by_boxes(machine, HOOKS, of, Budget(PLENTY), axes)
        expected = decide.hooks(HOOKS, of)
        assert node(diagrams, axes, pieces) == expected
        assert node(diagrams, axes, pieces[::-1]) == expected, "pieces are disjoint"


@given(machines(), FEW, st.integers(0, 1 << 32))
def test_every_piece_names_the_rule_that_decides_its_packets(
    machine: Machine, some: tuple[Slice, ...], seed: int
) -> None:
    random = Random(seed)
    for of in some:
        axes = Axes(of.family, machine)
        for piece in decide_by_boxes(machine, HOOKS, of, Budget(PLENTY), axes):
            at = [random.choice((low, high)) for low, high in piece.box]
            truth = {text: bool(at[axis]) for text, axis in axes.unknown.items()}
            run = trace(machine, packet(axes, at, of), HOOKS, remembered=of.remembered, unknown=truth.__getitem__)
            assert (run.kind, tuple(sorted(run.logs))) == (piece.kind, piece.logs)
            assert run.last is piece.rule


def packet(axes: Axes, at: list[int], of: Slice) -> Packet:
    iif, oif = (an_interface(axes.names[field][at[field]]) for field in (IIF, OIF))
    ends = at[SOURCE], at[TARGET], at[PROTO], at[DPORT], at[SPORT]
    return Packet(of.family, *ends, iif, oif, at[TIME], of.state, of.reply)


@given(machines(), machines(), FEW)
def test_boxes_and_diagrams_agree_on_whether_machines_differ_and_boxes_show_where(
    one: Machine, two: Machine, some: tuple[Slice, ...]
) -> None:
    for of in some:
        axes = Axes(of.family, one, two)
        _, (first, second) = decider(of.family, one, two)
        try:
            ours, theirs = (decide_by_boxes(m, HOOKS, of, Budget(PLENTY), axes) for m in (one, two))
            found = differing(ours, theirs, Budget(PLENTY))
        except GaveUp:  # says nothing, and takes long
            continue
        assert (found is None) == (first.hooks(HOOKS, of) == second.hooks(HOOKS, of))
        if found is not None:
            at, *said = [low for low, _ in found[0]], *found[1:]
            truth = {text: bool(at[axis]) for text, axis in axes.unknown.items()}
            for machine, piece in zip((one, two), said, strict=True):
                run = trace(machine, packet(axes, at, of), HOOKS, remembered=of.remembered, unknown=truth.__getitem__)
                assert (run.kind, tuple(sorted(run.logs)), run.last) == (piece.kind, piece.logs, piece.rule)


def scattered(count: int) -> Machine:
    """Rules that cut each other to pieces."""
    random = Random(1)
    rules = []
    for line in range(1, count + 1):
        ends = sorted(random.sample(range(1 << 16), 2)), sorted(random.sample(range(1 << 16), 2))
        spans = [In(field, (tuple(end),)) for field, end in zip((SOURCE, DPORT), ends, strict=True)]  # type: ignore[arg-type]
        rules.append(Rule(tuple(spans), random.choice((Accept(), Drop())), line))
    return Machine({"a": rules}, [Base("a", "forward", 0, Drop())])


def test_a_budget_that_is_spent_is_never_an_answer() -> None:
    machine = scattered(60)
    pieces = decide_by_boxes(machine, HOOKS, Slice(4), Budget(PLENTY))
    with pytest.raises(GaveUp):
        decide_by_boxes(machine, HOOKS, Slice(4), Budget(1000))
    boxes = [piece.box for piece in pieces]
    for ask in (equal, union, difference, intersection):
        with pytest.raises(GaveUp):
            ask(boxes, boxes[::-1], Budget(1000))
    with pytest.raises(GaveUp):
        differing(pieces, pieces, Budget(1000))
    assert differing(pieces, pieces, Budget(PLENTY)) is None


def test_chains_that_lead_nowhere_are_refused() -> None:
    loop = Machine({"a": [Rule((), Jump("b"), 1)], "b": [Rule((), Goto("a"), 2)]}, [Base("a", "forward", 0, Drop())])
    nowhere = Machine({"a": [Rule((), Jump("nowhere"), 1)]}, [Base("a", "forward", 0, Drop())])
    for machine in (loop, nowhere):
        with pytest.raises(Refused):
            decide_by_boxes(machine, HOOKS, Slice(4), Budget(PLENTY))

"""What holds whatever the unknown is, and what holds for some value of it: against all values, one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets import diagram
from segc.packets.bounds import always, answers, asked, left_open, sometimes
from segc.packets.decide import Outcome, Slice
from segc.packets.fields import FIELDS, SOURCE, TARGET
from segc.packets.machine import Accept, Base, Drop, Goto, In, Log, Machine, Refused, Rule, State, Unknown
from tests.packets.machines import HOOKS, classes, decider, machines, packets, slices

RULES = 14


@given(machines(), st.integers(0, 1 << 32))
def test_bounds_are_what_all_values_of_the_unknown_give(machine: Machine, seed: int) -> None:
    random = Random(seed)
    diagrams, (decide,) = decider(4, machine)
    texts = sorted(diagrams.space.unknown, key=diagrams.space.unknown.__getitem__)
    first = len(FIELDS)
    for of in slices(4):
        node = decide.hooks(HOOKS, of)
        passes = diagrams.relabel(node, "passes", lambda o: diagrams.leaf(o.kind in ("accept", "go")))
        sure, may = always(diagrams, passes), sometimes(diagrams, passes)
        for packet in packets(random, of, 4):
            ranks = classes(diagrams, packet)
            ways = [dict(zip(texts, way, strict=True)) for way in product((False, True), repeat=len(texts))][:64]
            told = [diagrams.at(passes, ranks, looked_up(texts, first, way)) for way in ways]
            if len(texts) <= 6:
                assert diagrams.at(sure, ranks) == all(told)
                assert diagrams.at(may, ranks) == any(told)
            left = left_open(diagrams, passes, ranks)
            assert set(asked(diagrams, left)) <= set(texts)
            for wanted in (True, False):
                answer = answers(diagrams, left, wanted.__eq__)
                assert (answer is not None) == (wanted in (diagrams.at(may, ranks), diagrams.at(sure, ranks)))
                if answer is not None:
                    found = diagrams.at(node, ranks, looked_up(texts, first, dict.fromkeys(texts, False) | answer))
                    assert isinstance(found, Outcome)
                    assert (found.kind in ("accept", "go")) == wanted


def looked_up(texts: list[str], first: int, way: dict[str, bool]) -> Callable[[int], bool]:
    """The value of the unknown thing that a level asks of."""
    return lambda level: way[texts[level - first]]


def test_rules_that_ask_two_unknown_things_each_stay_small() -> None:
    """Were things unknown asked by name, the first of all rules would come before the second of any: 2^rules nodes."""
    rules = [Rule((Unknown(f"a {i}"), Unknown(f"b {i}")), Accept(), i) for i in range(RULES)]
    ends = [((SOURCE, i), (TARGET, 100 + i)) for i in range(RULES)]
    rules += [Rule(tuple(In(f, ((v, v),), original=True) for f, v in pair), Accept(), i) for i, pair in enumerate(ends)]
    asked_then = Rule((State(frozenset({"related"})),), Goto("asked"), 0)
    machine = Machine({"first": [asked_then], "asked": rules}, [Base("first", "forward", 0, Drop())])
    diagrams, (decide,) = decider(4, machine)
    before = len(diagrams.level)
    decide.hooks(("forward",), Slice(4, "related"))
    assert len(diagrams.level) - before < 100 * RULES


def test_rules_whose_unknown_things_all_bear_on_one_another_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of the first are asked before any of the second: 2^rules nodes, whatever the order. Nobody waits for memory."""
    monkeypatch.setattr(diagram, "MOST", 1000)
    rules = [Rule((Unknown(f"a {i}"),), Log("x"), i) for i in range(RULES)]
    rules += [Rule((Unknown(f"a {i}"), Unknown(f"b {i}")), Accept(), i) for i in range(RULES)]
    machine = Machine({"first": rules}, [Base("first", "forward", 0, Drop())])
    _, (decide,) = decider(4, machine)
    with pytest.raises(Refused):
        decide.hooks(("forward",), Slice(4, "new"))

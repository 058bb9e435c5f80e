"""Diagrams against the evaluator of single packets, on random machines."""

from __future__ import annotations

from itertools import product
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.packets.cutting import cut
from segc.packets.decide import Decider, Outcome, Slice
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, TARGET, Packet, Spans
from segc.packets.machine import (
    Accept,
    Base,
    Drop,
    Goto,
    In,
    Interface,
    Jump,
    Log,
    Machine,
    Refused,
    Return,
    Rule,
    State,
    Switch,
)
from segc.packets.space import Cuts
from segc.packets.trace import trace
from tests.packets.machines import HOOKS, classes, decider, lists, machines, packets, slices, sound

NEW = Slice(4)
PACKET = Packet(4, 1, 2, 6, 502, 40000, "eth0", "eth1")


@given(machines(), st.integers(0, 1 << 32))
def test_diagrams_say_of_every_packet_what_its_trace_says(machine: Machine, seed: int) -> None:
    compare(machine, Random(seed), 12, *slices(4), *slices(6))


@given(lists(), st.integers(0, 1 << 32))
def test_neighbours_that_are_made_as_one_say_the_same_as_one_by_one(machine: Machine, seed: int) -> None:
    compare(machine, Random(seed), 150, NEW, NEW._replace(family=6))


def compare(machine: Machine, random: Random, count: int, *of_all: Slice) -> None:
    """Let both opinions judge packets of slices."""
    for family in (4, 6):
        diagrams, (decide,) = decider(family, machine)
        for of in of_all:
            if of.family != family:
                continue
            with patch("segc.packets.diagram.SPARSE", random.choice((0, 4))):
                node = decide.hooks(HOOKS, of)
            for packet in packets(random, of, count):
                truth = {text: random.random() < 0.5 for text in diagrams.space.unknown}
                found = value(diagrams, node, packet, truth)
                run = trace(machine, packet, HOOKS, remembered=of.remembered, unknown=truth.__getitem__)
                assert found == Outcome(run.kind, tuple(sorted(run.logs))), packet
        sound(diagrams)


def value(diagrams: Diagrams, node: int, packet: Packet, truth: dict[str, bool]) -> Outcome:
    """What a diagram says of a packet, if the unknown is as `truth` has it."""
    texts = {level: text for text, level in diagrams.space.unknown.items()}
    found = diagrams.at(node, classes(diagrams, packet), lambda level: truth[texts[level]])
    assert isinstance(found, Outcome)
    return found


@given(machines(), st.integers(0, 1 << 32))
def test_what_a_slice_does_not_touch_is_made_once(machine: Machine, seed: int) -> None:
    """A decider that has answered for other slices answers as a fresh one."""
    _, (fresh,) = decider(4, machine)
    diagrams, (used,) = decider(4, machine)
    order = list(slices(4))
    Random(seed).shuffle(order)
    for of in order:
        used.hooks(HOOKS, of)
    for of in slices(4):
        mine = fresh.hooks(HOOKS, of)
        theirs = used.hooks(HOOKS, of)
        for packet in packets(Random(seed), of, 5):
            ranks = classes(diagrams, packet)
            assert fresh.diagrams.at(mine, ranks) == diagrams.at(theirs, ranks)


def machine_of(*bases: Base, **chains: list[Rule]) -> Machine:
    return Machine(dict(chains), list(bases))


def outcome(machine: Machine, packet: Packet = PACKET) -> tuple[str, set[str], int | None]:
    """What both opinions say, and the line that decided."""
    diagrams, (decide,) = decider(packet.family, machine)
    found = diagrams.at(decide.hooks(HOOKS, NEW), classes(diagrams, packet))
    run = trace(machine, packet)
    assert (found.kind, list(found.logs)) == (run.kind, sorted(run.logs))
    return found.kind, set(found.logs), run.last.line if run.last else None


def rules(*acts: object) -> list[Rule]:
    return [Rule((), act, line) for line, act in enumerate(acts, 1)]  # type: ignore[arg-type]


def base(chain: str, hook: str = "forward", priority: int = 0, policy: Accept | Drop = Drop()) -> Base:  # noqa: B008
    return Base(chain, hook, priority, policy)


def test_no_base_chain_lets_everything_pass() -> None:
    assert outcome(machine_of(a=rules(Drop()))) == ("accept", set(), None)


def test_return_from_a_base_chain_is_its_policy() -> None:
    assert outcome(machine_of(base("a"), a=rules(Return(), Accept()))) == ("drop", set(), None)


def test_the_end_of_a_chain_that_was_gone_to_is_the_policy_of_the_base_chain() -> None:
    made = machine_of(base("a"), a=rules(Goto("b"), Accept()), b=rules(Log("x")))
    assert outcome(made) == ("drop", {"x"}, None)


def test_a_chain_that_was_gone_to_returns_to_the_caller_of_the_one_that_went() -> None:
    made = machine_of(
        base("a"), a=rules(Jump("b"), Drop(reject=True)), b=rules(Goto("c"), Accept()), c=rules(Log("x"), Return())
    )
    assert outcome(made) == ("reject", {"x"}, 2)


def test_return_from_a_chain_that_was_jumped_to_goes_on_behind_the_jump() -> None:
    made = machine_of(base("a"), a=rules(Jump("b"), Accept()), b=rules(Return(), Drop()))
    assert outcome(made) == ("accept", set(), 2)


def test_accept_goes_on_with_the_next_base_chain_and_keeps_its_records() -> None:
    made = machine_of(
        base("late", "postrouting"),
        base("b", priority=1),
        base("a"),
        a=rules(Log("one"), Accept(), Drop()),
        b=rules(Log("two")),
        late=rules(Drop()),
    )
    assert outcome(made) == ("drop", {"one", "two"}, None)


def test_a_drop_is_final_and_keeps_its_records() -> None:
    made = machine_of(base("a"), base("b", priority=1), a=rules(Log("one"), Drop()), b=rules(Log("two"), Accept()))
    assert outcome(made) == ("drop", {"one"}, 2)


def test_of_two_base_chains_of_one_priority_the_later_comes_first() -> None:
    """As in the kernel: a new hook goes before those of its priority (tried with nft on Linux 6.18)."""
    made = machine_of(base("a"), base("b"), a=rules(Drop()), b=rules(Drop(reject=True)))
    assert outcome(made)[0] == "reject"


def test_two_records_under_one_prefix_are_two() -> None:
    made = machine_of(base("a"), a=rules(Log("x"), Log("x"), Jump("b"), Jump("b")), b=rules(Log("y")))
    assert trace(made, PACKET).logs == ["x", "x", "y", "y"]
    assert outcome(made)[0] == "drop"


def test_rules_that_are_made_as_one_stay_behind_those_before_them() -> None:
    one, wide = In(SOURCE, ((1, 1),)), In(SOURCE, ((0, 9),))
    text = [Rule((one,), Drop(reject=True), 1), Rule((wide,), Accept(), 2), Rule((wide, wide), Accept(), 3)]
    assert outcome(machine_of(base("a"), a=text)) == ("reject", set(), 1)
    assert outcome(machine_of(base("a"), a=text[1:])) == ("accept", set(), 2)


@pytest.mark.parametrize("spans", [((0, 1), (1, 9)), ((1, 9), (0, 1)), ((1, 1), (0, 9)), ((0, 9), (1, 1))])
def test_of_a_dispatch_whose_ranges_overlap_the_first_decides(spans: Spans) -> None:
    first, second = ((In(SOURCE, (span,)),) for span in spans)
    text = [Rule(first, Drop(reject=True), 0), Rule(second, Accept(), 1)]
    assert outcome(machine_of(base("a"), a=text)) == ("reject", set(), 0)


def test_rules_of_a_dispatch_that_look_at_the_same_come_one_after_another() -> None:
    one, two = (In(SOURCE, ((1, 1),)),), (In(SOURCE, ((2, 2),)),)
    acts = rules(Log("x"), Drop(reject=True), Accept())
    text = [Rule(matches, each.action, each.line) for matches in (one, two) for each in acts]
    assert outcome(machine_of(base("a"), a=text)) == ("reject", {"x"}, 2)
    assert outcome(machine_of(base("a"), a=[*text[:1], *text[3:4], *text[:3]]))[1] == {"x"}


def test_a_dispatch_leads_to_chains_that_ask_what_was_asked_before() -> None:
    """Zones by target, and hosts of the source's zone behind that: in the order of fields the source comes first."""
    hosts = [Rule((In(SOURCE, ((host, host),)),), Accept(), host) for host in (1, 3)]
    text = [Rule((In(TARGET, ((low, low + 1),)),), Goto("hosts"), 0) for low in (2, 6)]
    made = machine_of(base("a"), a=text, hosts=[*hosts, Rule((In(TARGET, ((3, 6),)),), Drop(reject=True), 9)])
    for source, target in product(range(5), range(9)):
        packet = PACKET._replace(source=source, target=target)
        expected = "drop" if target not in (2, 3, 6, 7) else ("accept" if source in (1, 3) else None)
        assert outcome(made, packet)[0] == (expected or ("reject" if target in (3, 6) else "drop"))


def test_a_jump_that_came_back_has_not_decided() -> None:
    made = machine_of(base("a"), a=rules(Jump("b")), b=rules(Log("x")))
    assert outcome(made) == ("drop", {"x"}, None)


def test_the_rule_that_let_a_packet_pass_is_named_though_a_later_policy_did_as_well() -> None:
    made = machine_of(
        base("a"), base("b", "postrouting", policy=Accept()), a=rules(Jump("c")), b=rules(Log("x")), c=rules(Accept())
    )
    assert trace(made, PACKET).last is made.chains["c"][0]
    assert trace(made, PACKET).steps == [made.chains["a"][0], made.chains["c"][0], made.chains["b"][0]]


def test_a_switch_in_a_switch_is_cut_and_chosen() -> None:
    inner = Switch(DPORT, (((500, 510), Accept()),))
    made = machine_of(base("a"), a=rules(Switch(SOURCE, (((1, 1), inner), ((2, 5), Drop(reject=True))))))
    assert outcome(made)[0] == "accept"
    assert outcome(made, PACKET._replace(dport=511))[0] == "drop"
    assert outcome(made, PACKET._replace(source=2))[0] == "reject"


LOOP = machine_of(base("a"), a=rules(Jump("b"), Accept()), b=rules(Log("x"), Goto("a")))
NOWHERE = machine_of(base("a"), a=rules(Jump("nowhere")))


@pytest.mark.parametrize("machine", [LOOP, NOWHERE], ids=["a loop", "no such chain"])
def test_chains_that_lead_nowhere_are_refused(machine: Machine) -> None:
    _, (decide,) = decider(4, machine)
    with pytest.raises(Refused):
        decide.hooks(HOOKS, NEW)
    with pytest.raises(Refused):
        trace(machine, PACKET)


def test_a_loop_is_refused_even_where_no_packet_can_take_it() -> None:
    """As kernels do; and what a chain does must not depend on who asked first."""
    machine = machine_of(
        base("a"),
        a=[Rule((State(frozenset({"new"})),), Jump("b"), 1)],
        b=[Rule((State(frozenset({"established"})),), Jump("a"), 2)],
    )
    _, (decide,) = decider(4, machine)
    with pytest.raises(Refused):
        decide.hooks(HOOKS, NEW)


def test_cases_of_a_switch_that_overlap_are_refused() -> None:
    machine = machine_of(base("a"), a=rules(Switch(DPORT, (((1, 9), Accept()), ((9, 20), Drop())))))
    _, (decide,) = decider(4, machine)
    with pytest.raises(Refused):
        decide.hooks(HOOKS, NEW)


def test_values_that_nobody_cut_are_an_error_and_not_the_class_around_them() -> None:
    seen = machine_of(base("a"), a=[Rule((In(SOURCE, ((5, 9),)), Interface(IIF, ("eth0",))), Accept(), 1)])
    cuts = Cuts(4)
    cut(seen, cuts)
    diagrams = Diagrams(cuts.space())
    for match in (In(SOURCE, ((5, 8),)), In(SOURCE, ((6, 9),)), In(TARGET, ((1, 1),)), In(PROTO, ((6, 6),))):
        unseen = machine_of(base("a"), a=[Rule((match,), Accept(), 1)])
        with pytest.raises(KeyError):
            Decider(unseen, diagrams).hooks(HOOKS, NEW)
    for name in ("eth1", "eth*"):
        with pytest.raises(ValueError, match="not in list"):
            diagrams.space.interface_ranks(IIF, (name,))
    assert diagrams.space.interface_ranks(IIF, ("*",)) == [(0, 0), (1, 1)]

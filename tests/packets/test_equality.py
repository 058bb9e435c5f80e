"""Two texts of one meaning are one node; of two meanings, a packet shows the difference."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TypeGuard

from hypothesis import assume, given
from hypothesis import strategies as st

from segc.packets.cutting import cut
from segc.packets.decide import Decider, Slice
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, SOURCE, TIME, Packet, normal, top
from segc.packets.machine import (
    Accept,
    Among,
    Drop,
    Goto,
    In,
    Jump,
    Machine,
    Match,
    Return,
    Rule,
    Switch,
)
from segc.packets.sample import Sampler
from segc.packets.space import Cuts
from segc.packets.trace import trace
from segc.packets.wellformed import cut_protocols, well_formed
from tests.packets.machines import (
    AMONG,
    CONSTANT,
    HOOKS,
    IN,
    INTERFACE,
    PLAIN,
    VALUES,
    classes,
    decider,
    exists,
    machines,
    only,
    slices,
)

TOLD = st.one_of(IN, IN, INTERFACE, AMONG, CONSTANT)  # nothing that is left unknown

# ---- other texts of one meaning ---------------------------------------------------------------------------------------


ENDS = (Accept, Drop, Return, Goto)


def plain(match: Match) -> TypeGuard[In]:
    """Ranges that may be said in another way; of original tuples that nobody knows, other words are another thing."""
    return isinstance(match, In) and not match.original


def split_spans(rule: Rule) -> list[Rule] | None:
    """Several ranges become several rules, if the rule ends the chain: a record must not be made twice."""
    for at, match in enumerate(rule.matches):
        if plain(match) and not match.negate and isinstance(rule.action, ENDS):
            parts = [replace(match, spans=(span,)) for span in match.spans]
            return [replace(rule, matches=(*rule.matches[:at], one, *rule.matches[at + 1 :])) for one in parts]
    return None


def negated_twice(rule: Rule) -> list[Rule] | None:
    """Ranges become the negation of what lies between them."""
    for at, match in enumerate(rule.matches):
        if plain(match):
            other = replace(match, spans=between(match), negate=not match.negate)
            return [replace(rule, matches=(*rule.matches[:at], other, *rule.matches[at + 1 :]))]
    return None


def between(match: In) -> tuple[tuple[int, int], ...]:
    found, at = [], 0
    for low, high in normal(match.spans):
        if low > at:
            found.append((at, low - 1))
        at = high + 1
    return (*found, (at, top(match.field, 6))) if at <= top(match.field, 6) else tuple(found)


def as_entries(rule: Rule) -> list[Rule] | None:
    """Ranges become a set of one field."""
    for at, match in enumerate(rule.matches):
        if plain(match):
            other = Among((match.field,), tuple((span,) for span in match.spans), match.negate)
            return [replace(rule, matches=(*rule.matches[:at], other, *rule.matches[at + 1 :]))]
    return None


def matches_reversed(rule: Rule) -> list[Rule] | None:
    return [replace(rule, matches=rule.matches[::-1])]


def said_twice(rule: Rule) -> list[Rule] | None:
    return [rule, rule] if isinstance(rule.action, ENDS) else None


REWRITINGS = (split_spans, negated_twice, as_entries, matches_reversed, said_twice)


def rewritten(machine: Machine, random: Random) -> Machine:
    """Another text: some rules rewritten, some moved to chains of their own, some looked up."""
    made = Machine({}, list(machine.bases))
    for name, rules in machine.chains.items():
        text: list[Rule] = []
        for rule in rules:
            change = random.choice(REWRITINGS)
            text += (change(rule) if random.random() < 0.6 else None) or [rule]
        made.chains[name] = text
        if random.random() < 0.4:  # the whole of it elsewhere
            made.chains[f"{name} itself"] = text
            made.chains[name] = [Rule((), random.choice((Jump, Goto))(f"{name} itself"), 0)]
        if random.random() < 0.3:  # a lookup that always finds the same
            inner = f"{name} looked up"
            made.chains[inner] = made.chains[name]
            half = random.choice(VALUES[TIME])
            cases = (((0, half), Jump(inner)), ((half + 1, top(TIME, 4)), Jump(inner)))
            made.chains[name] = [Rule((), Switch(TIME, cases if half < top(TIME, 4) else cases[:1]), 0)]
    return made


@given(machines(), st.integers(0, 1 << 32))
def test_another_text_of_one_meaning_is_the_same_node(machine: Machine, seed: int) -> None:
    other = rewritten(machine, Random(seed))
    for family in (4, 6):
        _, (one, two) = decider(family, machine, other)
        for of in slices(family):
            assert one.hooks(HOOKS, of) == two.hooks(HOOKS, of)


# ---- another meaning -------------------------------------------------------------------------------------------------


def changed(machine: Machine, random: Random) -> Machine:
    """One rule dropped, doubled elsewhere, or with another action or one match less."""
    chains = {name: list(rules) for name, rules in machine.chains.items()}
    rules = random.choice([rules for rules in chains.values() if rules])
    at = random.randrange(len(rules))
    rule = rules.pop(at)
    way = random.randrange(4)
    if way == 1:
        rules.insert(random.randint(0, len(rules)), rule)
    elif way == 2:
        rules.insert(at, replace(rule, action=random.choice(PLAIN)))
    elif way == 3 and rule.matches:
        rules.insert(at, replace(rule, matches=rule.matches[1:]))
    return Machine(chains, list(machine.bases))


@given(machines(TOLD), st.integers(0, 1 << 32))
def test_what_differs_is_shown_by_a_packet_that_there_is(machine: Machine, seed: int) -> None:
    assume(any(machine.chains.values()))
    random = Random(seed)
    other = changed(machine, random)
    for of in (*slices(4), *slices(6)):
        packet = difference(machine, other, of)
        if packet is not None:
            assert exists(packet)
            runs = [trace(m, packet, HOOKS, remembered=of.remembered) for m in (machine, other)]
            assert (runs[0].kind, sorted(runs[0].logs)) != (runs[1].kind, sorted(runs[1].logs))


def difference(machine: Machine, other: Machine, of: Slice) -> Packet | None:
    """A packet of which two machines say different things."""
    cuts = Cuts(of.family)
    cut_protocols(cuts)
    cut(machine, cuts)
    cut(other, cuts)
    diagrams = Diagrams(cuts.space())
    a, b = (Decider(m, diagrams).hooks(HOOKS, of) for m in (machine, other))
    differs = diagrams.combine(a, b, lambda x, y: diagrams.yes if x != y else diagrams.no, diagrams.no)
    where = diagrams.both(differs, well_formed(diagrams))
    if where == diagrams.no:
        return None
    packet, ranks = Sampler(diagrams, {}).packet(where, of)
    assert ranks == classes(diagrams, packet)
    return packet


def test_a_mutant_of_one_value_is_another_node_and_is_shown() -> None:
    machine = only(Accept(), In(SOURCE, ((10, 99),)), In(DPORT, ((400, 600),)))
    mutant = only(Accept(), In(SOURCE, ((10, 99),)), In(DPORT, ((400, 601),)))
    packet = difference(machine, mutant, Slice(4))
    assert packet is not None
    assert (packet.source, packet.dport) == (10, 601)

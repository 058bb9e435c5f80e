"""Random machines and packets: few values, so that rules overlap, touch, shadow and contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from segc.packets.cutting import cut
from segc.packets.decide import Decider, Slice
from segc.packets.diagram import LEAF, Diagrams
from segc.packets.fields import (
    DPORT,
    FIELDS,
    ICMP,
    ICMP6,
    IIF,
    LAST_SECOND,
    OIF,
    PORTED,
    PROTO,
    SOURCE,
    SPORT,
    STATES,
    TARGET,
    TIME,
    Packet,
    Spans,
    top,
)
from segc.packets.machine import (
    Accept,
    Action,
    Among,
    Base,
    Continue,
    Drop,
    Family,
    Goto,
    In,
    Interface,
    Jump,
    Log,
    Machine,
    Match,
    Remembered,
    Return,
    Rule,
    State,
    Switch,
    Unknown,
    Whatever,
)
from segc.packets.space import Cuts
from segc.packets.wellformed import EXTENSIONS

ADDRESSES = (0, 1, 2, 167772160, 167772415, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 64, 1 << 127, (1 << 128) - 1)
PORTS = (0, 1, 22, 256, 502, 503, 65535)
VALUES: dict[int, tuple[int, ...]] = {
    SOURCE: ADDRESSES,
    TARGET: ADDRESSES,
    PROTO: (0, 1, 6, 17, 44, 58, 132, 255),
    DPORT: PORTS,
    SPORT: PORTS,
    TIME: (0, 1, 1_000_000_000, LAST_SECOND - 1, LAST_SECOND),
}
NAMES = ("eth0", "eth1", "eth*", "eth1*", "lo", "wan0", "e*", "*", "other", "ethother")
INTERFACES = ("eth0", "eth1", "eth10", "eth", "lo", "wan0", "e", "x", "", "other", "ethother")
HOOKS = ("prerouting", "forward", "postrouting")
LOGS = ("a", "b", "c")
UNKNOWN = ("limit", "mark", "string")


@st.composite
def span(draw: st.DrawFn, field: int) -> tuple[int, int]:
    """A range between two of a field's values."""
    one, other = draw(st.sampled_from(VALUES[field])), draw(st.sampled_from(VALUES[field]))
    return min(one, other), max(one, other)


def spans(field: int) -> st.SearchStrategy[Spans]:
    """Ranges in any order, none or several, that may overlap."""
    return st.lists(span(field), max_size=3).map(tuple)


FIELD = st.sampled_from(tuple(VALUES))
IN = FIELD.flatmap(lambda f: st.builds(In, st.just(f), spans(f), st.booleans()))
ORIGINAL = st.sampled_from((SOURCE, TARGET, PROTO, DPORT, SPORT)).flatmap(
    lambda f: st.builds(In, st.just(f), spans(f), st.booleans(), st.just(True))
)
INTERFACE = st.builds(
    Interface,
    st.sampled_from((IIF, OIF)),
    st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
    st.booleans(),
)
AMONG = st.lists(FIELD, min_size=1, max_size=3).flatmap(
    lambda fields: st.builds(
        Among,
        st.just(tuple(fields)),
        st.lists(st.tuples(*(span(f) for f in fields)), max_size=4).map(tuple),
        st.booleans(),
    )
)
CONSTANT = st.one_of(
    st.builds(State, st.frozensets(st.sampled_from(STATES), max_size=3), st.booleans()),
    st.builds(Family, st.sampled_from((4, 6))),
    st.builds(Remembered, st.just("set"), st.booleans()),
)
UNTOLD = st.builds(Unknown, st.sampled_from(UNKNOWN), st.booleans())
MATCH: st.SearchStrategy[Match] = st.one_of(IN, IN, IN, INTERFACE, AMONG, CONSTANT, ORIGINAL, UNTOLD)
PLAIN: tuple[Action, ...] = (
    Accept(),
    Accept(),
    Drop(),
    Drop(reject=True),
    Return(),
    Continue(),
    Whatever("queue"),
    *(Log(prefix) for prefix in LOGS),
)


def actions(names: tuple[str, ...], deep: int = 2) -> st.SearchStrategy[Action]:
    """What a rule may do that can call the chains `names`."""
    plain: tuple[Action, ...] = (*PLAIN, *(Jump(n) for n in names), *(Goto(n) for n in names))
    made: st.SearchStrategy[Action] = st.sampled_from(plain)
    return st.one_of(made, made, switches(names, deep - 1)) if deep else made


@st.composite
def switches(draw: st.DrawFn, names: tuple[str, ...], deep: int) -> Switch:
    """A lookup with disjoint cases, in any order."""
    field = draw(FIELD)
    ends = sorted(draw(st.lists(st.sampled_from(VALUES[field]), max_size=6, unique=True)))
    cases = [((low, high), draw(actions(names, deep))) for low, high in zip(ends[::2], ends[1::2], strict=False)]
    return Switch(field, tuple(draw(st.permutations(cases))))


@st.composite
def machines(draw: st.DrawFn, match: st.SearchStrategy[Match] = MATCH) -> Machine:
    """Chains that call only later ones, and base chains on several hooks."""
    names = tuple(f"chain{i}" for i in range(draw(st.integers(1, 5))))
    machine = Machine()
    line = 0
    for at, name in enumerate(names):
        rules = []
        for _ in range(draw(st.integers(0, 6))):
            line += 1
            matches = tuple(draw(st.lists(match, max_size=3)))
            rules.append(Rule(matches, draw(actions(names[at + 1 :])), line))
        machine.chains[name] = rules
    policy: st.SearchStrategy[Accept | Drop] = st.sampled_from((Accept(), Drop(), Drop(reject=True)))
    families = st.sampled_from(((4, 6), (4, 6), (4,), (6,)))
    base = st.builds(Base, st.sampled_from(names), st.sampled_from(HOOKS), st.integers(-1, 1), policy, families)
    machine.bases = [*draw(st.lists(base, max_size=4)), Base(names[0], "forward", 0, draw(policy))]
    return machine


@st.composite
def lists(draw: st.DrawFn) -> Machine:
    """First-match lists as most firewalls have them: rules of plain ranges, of which neighbours often do the same."""
    acts: st.SearchStrategy[Action] = st.sampled_from((Accept(), Drop(), Log("a"), Jump("other"), Return()))
    machine = Machine({"list": [], "other": []}, [Base("list", "forward", 0, Drop())])
    for name, length in (("list", 10), ("other", 4)):
        action: Action = Accept()
        for line in range(draw(st.integers(0, length))):
            action = draw(st.one_of(st.just(action), acts if name == "list" else st.sampled_from(PLAIN)))
            matches = draw(st.lists(st.one_of(IN, IN, INTERFACE), min_size=1, max_size=2))
            machine.chains[name].append(Rule(tuple(matches), action, line))
    return machine


def slices(family: int) -> Iterator[Slice]:
    """All that a slice can be."""
    for state in STATES:
        for remembered in (False, True):
            yield Slice(family, state, remembered=remembered)
            if state == "established":
                yield Slice(family, state, reply=True, remembered=remembered)


def packets(random: Random, of: Slice, count: int) -> Iterator[Packet]:
    """Packets on, beside and between the values that machines look at."""

    def value(field: int) -> int:
        last = top(field, of.family)
        if random.random() < 0.1:
            return random.randint(0, last)
        return min(max(random.choice(VALUES[field]) + random.choice((0, 0, 0, -1, 1)), 0), last)

    for _ in range(count):
        source, target, proto = value(SOURCE), value(TARGET), value(PROTO)
        iif, oif = random.choice(INTERFACES), random.choice(INTERFACES)
        ports = value(DPORT), value(SPORT)
        yield Packet(of.family, source, target, proto, *ports, iif, oif, value(TIME), of.state, of.reply)


def classes(diagrams: Diagrams, packet: Packet) -> list[int]:
    """A packet's class in each field."""
    space = diagrams.space
    numbers = {SOURCE: packet.source, TARGET: packet.target, PROTO: packet.proto}
    numbers |= {DPORT: packet.dport, SPORT: packet.sport, TIME: packet.time}
    found = {field: space.rank(field, value) for field, value in numbers.items()}
    found |= {IIF: space.interface_rank(IIF, packet.iif), OIF: space.interface_rank(OIF, packet.oif)}
    return [found[field] for field in range(len(FIELDS))]


def decider(family: int, *readings: Machine) -> tuple[Diagrams, list[Decider]]:
    """Deciders of several machines over one space."""
    cuts = Cuts(family)
    for machine in readings:
        cut(machine, cuts)
    diagrams = Diagrams(cuts.space())
    return diagrams, [Decider(machine, diagrams) for machine in readings]


def only(action: Action, *matches: In | Interface, policy: Accept | Drop = Drop()) -> Machine:  # noqa: B008
    return Machine({"a": [Rule(matches, action, 1)]}, [Base("a", "forward", 0, policy)])


def exists(packet: Packet) -> bool:
    """May such a packet be on a wire?"""
    if packet.proto in PORTED:
        return True
    if packet.proto in (ICMP, ICMP6):
        return packet.sport == 0 and packet.proto == (ICMP if packet.family == 4 else ICMP6)
    return packet.dport == packet.sport == 0 and not (packet.family == 6 and packet.proto in EXTENSIONS)


def sound(diagrams: Diagrams) -> None:
    """Every node asks before its children do, leads on by ranges of which no two neighbours are alike, and is there once."""
    nodes = list(zip(diagrams.level, diagrams.starts, diagrams.kids, strict=True))
    inner = [node for node in nodes if node[0] != LEAF]
    for level, starts, kids in inner:
        assert starts[0] == 0
        assert len(starts) == len(kids) > 1
        assert all(a < b for a, b in pairwise(starts))
        assert all(a != b for a, b in pairwise(kids))
        assert all(level < diagrams.level[kid] for kid in kids)
        assert level >= len(FIELDS) or starts[-1] < len(diagrams.space.starts[level])
    assert len(set(inner)) == len(inner)

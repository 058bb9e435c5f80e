"""What is asked about a machine's own firewall: all that its machine gets, and all that it sends (docs/adr/0015).

Nothing passes through it. What arrives is judged by the zone that it comes from, and what leaves by the zone that it
goes to: the other end is the machine, whatever address of it is meant. Flows speak of its own addresses only. Inside
the machine's zone all passes; so do neighbour discovery, and what is sent to the link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import ENFORCE
from segc.packets.decide import ACCEPT, Slice
from segc.packets.fields import SOURCE, TARGET
from segc.proof import habits
from segc.proof.expected import Expected
from segc.proof.slices import INPUT, NEVER_FORWARDED, OUTPUT, Question
from segc.proof.stateless import Stateless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.decide import Outcome
    from segc.packets.fields import Spans
    from segc.packets.space import Cuts
    from segc.proof.duties import Duties, Policy
    from segc.proof.expected import Space
    from segc.targets.manifest import Capabilities


def cut(policy: Policy, duties: Duties, cuts: Cuts) -> None:
    """Cut a space at the machine's addresses, and at those that are of a link."""
    own = policy.of_host(duties.firewall).of(cuts.family)
    cuts.spans(SOURCE, own)
    cuts.spans(TARGET, (*own, *NEVER_FORWARDED[cuts.family]))


def questions(space: Space, can: Capabilities) -> Iterator[Question]:
    """Packets to the machine, then packets from it: those that open a session, ICMP errors, and those of sessions."""
    diagrams = space.diagrams
    errors = Stateless(space).errors()
    free = space.links() if space.family == 6 else diagrams.no
    to_link = diagrams.either(free, _at(space, TARGET, NEVER_FORWARDED[space.family]))
    for hooks, rest, passing in ((INPUT, _arriving(space), free), (OUTPUT, _leaving(space), to_link)):
        opening = _recorded(space, can, diagrams.select(passing, space.passed, space.judged(space.allowed(), rest)))
        if hooks == INPUT:
            opening = habits.over(can.habits, opening, diagrams, ())
        yield Question(Slice(space.family), hooks, opening, where=diagrams.negated(errors))
        # nobody can tell to which session an error belongs, before the machine's own stack has looked into it
        yield Question(Slice(space.family, "related"), hooks, space.passed, records=False, where=errors)
        for reply in (False, True):
            yield Question(Slice(space.family, "established", reply=reply), hooks, space.passed)


def _arriving(space: Space) -> int:
    """What becomes of packets that no flow allows, by the zone that they come from."""
    (zone,) = space.policy.topology.neighbours(space.duties.firewall)
    pieces = [(*r, space.passed) for r in space.ranks(SOURCE, zone)]
    for a, b in space.duties.pairs:
        if b == zone:
            pieces += [(*r, space.pair(a, b)) for r in space.ranks(SOURCE, a)]
    base = space.diagrams.case(SOURCE, sorted(pieces), space.other(zone))
    return space.shut(base, [pair for pair in space.duties.shut if pair[1] == zone])


def _leaving(space: Space) -> int:
    """The same, by the zone that they go to."""
    (zone,) = space.policy.topology.neighbours(space.duties.firewall)
    known: dict[str | None, int] = {zone: space.passed}
    known |= {b: space.pair(a, b) for a, b in space.duties.pairs if a == zone}
    pieces = []
    for b in space.policy.plant.zones:
        node = known[b] if b in known else space.other(b)
        pieces += [(*r, node) for r in space.ranks(TARGET, b)]
    if None in known:  # addresses of other firewalls that no zone owns: only these are known
        parts = space.duties.pairs[zone, None]
        found = [r for part in parts for r in space.diagrams.space.ranks(TARGET, part.targets.of(space.family))]
        pieces += [(*r, known[None]) for r in dict.fromkeys(found)]
    base = space.diagrams.case(TARGET, sorted(pieces), space.other(None))
    return space.shut(base, [pair for pair in space.duties.shut if pair[0] == zone])


def _recorded(space: Space, can: Capabilities, expected: int) -> int:
    """On a box that records by verdict, all that passes is recorded where something that passes owes a record."""
    if not can.verdicts:
        return expected
    name = frozenset((can.verdicts[0],)) if _owes(space.policy, space.duties) else frozenset()

    def told(one: Expected | Outcome) -> int:
        if one.kind != ACCEPT:
            return space.diagrams.leaf(one)
        return space.diagrams.leaf(Expected(ACCEPT, frozenset(one.logs) or name))

    return space.diagrams.relabel(expected, "by verdict", told)


def _owes(policy: Policy, duties: Duties) -> bool:
    """Is anything in monitor that the machine could get or send, or recorded by a flow of its own?"""
    zones = [zone for zone in policy.plant.zones if policy.own(zone)]
    modes = {policy.mode(None, target) for target in (None, *zones)}
    modes |= {policy.mode(a, b) for a, b in duties.pairs if policy.own(a)}
    return modes != {ENFORCE} or any(part.recorded for parts in duties.pairs.values() for part in parts)


def _at(space: Space, field: int, spans: Spans) -> int:
    """Packets whose field lies in one of the ranges."""
    diagrams = space.diagrams
    ranks = diagrams.space.ranks(field, spans)
    return diagrams.case(field, [(*r, diagrams.yes) for r in sorted(ranks)], diagrams.no)

"""What is asked about one firewall: which slices of which hooks, what is expected there, and of which packets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.decide import Slice
from segc.packets.fields import DPORT, IIF, OIF, TARGET, Spans
from segc.packets.machine import Continue, Log, Remembered
from segc.packets.space import OTHER
from segc.proof import habits, hosts
from segc.proof.slices import FORWARD, INPUT, NEVER_FORWARDED, OUTPUT, Question
from segc.proof.stateless import ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.diagram import Diagrams
    from segc.packets.machine import Machine
    from segc.packets.space import Cuts
    from segc.proof.expected import Space
    from segc.proof.stateless import Stateless
    from segc.targets.manifest import Capabilities

# Other groups: nobody's address, and for the firewall only where it takes part in multicast.
GROUPS: dict[int, Spans] = {
    4: ((0xE0000100, 0xEFFFFFFF),),
    6: ((0xFF << 120, (0xFF02 << 112) - 1), (0xFF03 << 112, (1 << 128) - 1)),
}


def cut(firewall_spans: Spans, can: Capabilities, cuts: Cuts) -> None:
    """Cut a space where own traffic begins, for targets that know it by its address, at ICMP errors, and at habits."""
    if can.own_traffic == "address":
        cuts.spans(TARGET, (*firewall_spans, *NEVER_FORWARDED[cuts.family]))
    elif can.own_traffic == "self":
        cuts.spans(TARGET, (*GROUPS[cuts.family], *NEVER_FORWARDED[cuts.family]))
    if can.errors == "alike":
        cuts.spans(DPORT, tuple((kind * 256, kind * 256 + 255) for kind in ERRORS[cuts.family]))
    habits.cut(can.habits, cuts)


class Questions:
    """All that is asked. Records of what conntrack calls invalid are the target's own affair (docs/adr/0010)."""

    def __init__(self, space: Space, stateless: Stateless, can: Capabilities, machine: Machine) -> None:
        self.space = space
        self.stateless = stateless
        self.can = can
        self.machine = machine
        self.diagrams: Diagrams = space.diagrams
        self.family = space.family
        self.own = space.own_addresses()

    def asked(self) -> Iterator[Question]:
        """One question after another; each is made when its turn comes."""
        if self.can.selects == "host":
            yield from hosts.questions(self.space, self.can)
            return
        through, to_itself = self._domains()
        if self.can.stateful:
            follows = self.can.follows
            opening = self.stateless.opening(follows) if follows else self.space.opening()
            yield from self._opening(FORWARD, opening, through)
            for reply in (False, True):
                of = Slice(self.family, "established", reply=reply)
                yield Question(of, FORWARD, self._session(reply=reply), where=self._followed(through))
        else:
            for state in ("new", "established"):
                expected = self.stateless.through(answers=state == "established")
                yield Question(Slice(self.family, state), FORWARD, expected, where=through)
        yield from self._itself(to_itself)

    def _session(self, *, reply: bool) -> int:
        """Where no rule stops what a grant let in, its sessions are for the box itself, or for the kill commands."""
        return self.space.session(reply=reply) if self.can.at_the_end == "rules" else self.space.passed

    def _itself(self, where: int | None) -> Iterator[Question]:
        passed = self.space.passed
        local = self.space.local()
        established = Slice(self.family, "established")
        if self.can.own_lists == "interface":
            where = self._narrowed(where, self._spoken_of())
        if self.can.stateful:
            yield from self._opening(INPUT, self._near(passed if local is None else local), where)
            yield Question(established, INPUT, passed, where=self._followed(where))
        else:
            for of in (Slice(self.family), established):
                expected = self.stateless.local(answers=of is established)
                yield Question(of, INPUT, self._near(expected), where=where)
        yield Question(Slice(self.family), OUTPUT, passed)

    def _opening(self, hooks: tuple[str, ...], opening: int, where: int | None) -> Iterator[Question]:
        named = [interface.name for interface in self.space.duties.firewall.interfaces]
        opening = habits.over(self.can.habits, opening, self.diagrams, named)
        of_sessions, others = self._by_errors(where)
        for state in self.can.judges:
            if state == "new":
                yield Question(Slice(self.family), hooks, opening, where=others)
            elif state == "related":
                expected = self.space.related(opening)
                yield Question(Slice(self.family, state), hooks, expected, where=of_sessions)
            else:
                records = state != "invalid"
                yield Question(Slice(self.family, state), hooks, opening, records=records, where=where)
        if _memory_decides(self.machine):
            # flows that have been recorded this minute fare as others do; they need no record
            yield Question(Slice(self.family, remembered=True), hooks, opening, records=False, where=where)

    # -- whose packets ----------------------------------------------------

    def _domains(self) -> tuple[int | None, int | None]:
        """Which packets go through, and which are for the firewall itself, where only addresses tell."""
        arrived = self._spoken_of() if self.can.lists == "interface" else None
        if self.can.own_traffic == "hook":
            return (self._between() if self.can.egress == "named" else arrived), arrived
        if self.can.own_traffic == "self":
            never, groups = (self._at(spans[self.family]) for spans in (NEVER_FORWARDED, GROUPS))
            through, own = self.diagrams.negated(never), self.diagrams.negated(groups)
        else:
            own = self._at((*self.own, *NEVER_FORWARDED[self.family]))
            through = self.diagrams.negated(own)
        return self._narrowed(arrived, through), self._narrowed(arrived, own)

    def _by_errors(self, where: int | None) -> tuple[int | None, int | None]:
        """Packets that may be related, and those that may open a session.

        Where rules see all ICMP errors alike, the box has dropped those of no session.
        """
        if self.can.errors == "apart":
            return where, where
        errors = self.stateless.errors()
        return self._narrowed(where, errors), self._narrowed(where, self.diagrams.negated(errors))

    def _followed(self, where: int | None) -> int | None:
        """Packets of sessions that the box keeps; to it, all others open one each."""
        follows = self.can.follows
        return self._narrowed(where, self.stateless.followed(follows)) if follows else where

    def _narrowed(self, where: int | None, also: int) -> int:
        return also if where is None else self.diagrams.both(where, also)

    def _spoken_of(self) -> int:
        """Packets that arrive at an interface which the policy or the file names: no list could be bound to others."""
        names = enumerate(self.diagrams.space.names[IIF])
        known = [(rank, rank, self.diagrams.yes) for rank, name in names if _named(name)]
        return self.diagrams.case(IIF, known, self.diagrams.no)

    def _between(self) -> int:
        """Packets from one interface that policy or file names to another: rules say both, so no others can be said."""
        diagrams = self.diagrams
        names = diagrams.space.names
        pieces = []
        for rank, name in enumerate(names[IIF]):
            if _named(name):
                out = enumerate(names[OIF])
                leaves = [(r, r, diagrams.yes) for r, other in out if _named(other) and other != name]
                pieces.append((rank, rank, diagrams.case(OIF, leaves, diagrams.no)))
        return diagrams.case(IIF, pieces, diagrams.no)

    def _near(self, expected: int) -> int:
        """What is sent to the link passes, where only addresses tell own traffic."""
        if self.can.own_traffic != "address":
            return expected
        return self.diagrams.select(self._at(NEVER_FORWARDED[self.family]), self.space.passed, expected)

    def _at(self, spans: Spans) -> int:
        diagrams = self.diagrams
        found = [diagrams.case(TARGET, [(*r, diagrams.yes)], diagrams.no) for r in diagrams.space.ranks(TARGET, spans)]
        return diagrams.any(found)


def _named(name: str) -> bool:
    """Is it an interface by name, and no loopback?"""
    return not name.endswith(OTHER) and name != "lo"


def _memory_decides(machine: Machine) -> bool:
    """Does any rule decide by what rules have remembered? Else it makes a difference to records only."""
    return any(
        isinstance(match, Remembered) and not isinstance(rule.action, (Log, Continue))
        for rules in machine.chains.values()
        for rule in rules
        for match in rule.matches
    )

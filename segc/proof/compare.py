"""Policy and file, compared over all packets; where they differ, one packet that shows it.

What a reader does not know is bounded from both sides: a difference that is there whatever the unknown is, is certain;
one that is there for some value of it is possible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.bounds import always, answers, left_open, sometimes
from segc.packets.bounds import asked as names_asked
from segc.packets.cutting import cut as cut_machine
from segc.packets.decide import Decider
from segc.packets.diagram import Diagrams
from segc.packets.fields import OIF, TIME
from segc.packets.sample import Sampler
from segc.packets.space import Cuts
from segc.packets.wellformed import cut_protocols, well_formed
from segc.proof.differing import INTERRUPTION, LEAK, RECORD, Difference, differ
from segc.proof.expected import Space
from segc.proof.expected import cut as cut_policy
from segc.proof.hosts import cut as cut_host
from segc.proof.questions import Questions
from segc.proof.questions import cut as cut_own
from segc.proof.stateless import Stateless
from segc.proof.stateless import cut as cut_stateless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.decide import Outcome
    from segc.packets.machine import Machine
    from segc.proof.differing import How
    from segc.proof.duties import Duties, Policy
    from segc.proof.expected import Expected
    from segc.proof.records import Records
    from segc.proof.slices import Question
    from segc.targets.manifest import Capabilities

FAMILIES = (4, 6)


class Comparison:
    """One firewall's policy and machine, in one address family."""

    def __init__(
        self,
        policy: Policy,
        duties: Duties,
        records: Records,
        machine: Machine,
        can: Capabilities,
        family: int,
        period: tuple[int, int],
        preferred: dict[int, list[int]] | None = None,
    ) -> None:
        cuts = Cuts(family)
        cut_protocols(cuts)
        cut_policy(policy, duties, cuts, period)
        own = [a for i in duties.firewall.interfaces for a in i.addresses if a.family == family]
        cut_own(tuple((a.address, a.address) for a in own), can, cuts)
        cut_stateless(duties, can, cuts)
        if can.selects == "host":
            cut_host(policy, duties, cuts)
        if can.egress == "named":
            cuts.interfaces(OIF, [interface.name for interface in duties.firewall.interfaces])
        cut_machine(machine, cuts)
        self.can = can
        self.diagrams = Diagrams(cuts.space())
        self.space = Space(policy, duties, records, self.diagrams)
        self.decider = Decider(machine, self.diagrams)
        self.sampler = Sampler(self.diagrams, preferred or {})
        times = [(*r, self.diagrams.yes) for r in self.diagrams.space.ranks(TIME, (period,))]
        now = self.diagrams.case(TIME, times, self.diagrams.no)
        self.real = self.diagrams.both(well_formed(self.diagrams), now)

    def questions(self) -> Iterator[Question]:
        """All that is asked of this firewall."""
        return Questions(self.space, Stateless(self.space), self.can, self.decider.machine).asked()

    def differences(self, asked: Question) -> Iterator[Difference]:
        """Packets on which policy and file differ, or may differ: one of each kind, the gravest first."""
        read = self.decider.hooks(asked.hooks, asked.of)
        found = self._compared(asked, read)
        if found == self.diagrams.no:
            return
        for kind, certain, where in self._bounds(found):
            if where != self.diagrams.no:
                yield self._shown(asked, read, found, (kind, certain), where)

    def _compared(self, asked: Question, read: int) -> int:
        """How policy and file differ, among the packets that there are: leaves are pairs of `differ`, or no."""
        diagrams, records = self.diagrams, asked.records

        def judged(expected: Expected, outcome: Outcome) -> int:
            how = differ(expected, outcome, records=records)
            return diagrams.leaf(how) if any(how) else diagrams.no

        found = diagrams.combine(asked.expected, read, judged, same=diagrams.no)
        where = self.real if asked.where is None else diagrams.both(self.real, asked.where)
        return diagrams.select(where, found, diagrams.no)

    def _bounds(self, found: int) -> Iterator[tuple[str, bool, int]]:
        """For each kind of difference the packets for which it is certain, then those for which it is possible."""
        diagrams = self.diagrams
        surely = always(diagrams, self._where(found, "some", "", certain=True))
        rest = surely
        for kind in (INTERRUPTION, LEAK, RECORD):
            if kind == RECORD:  # or at least that: not the same for all values of the unknown
                sure = rest
            else:
                sure = always(diagrams, self._where(found, "sure", kind, certain=True))
                rest = diagrams.both(rest, diagrams.negated(sure))
            yield kind, True, sure
            may = sometimes(diagrams, self._where(found, "may", kind, certain=False))
            yield kind, False, diagrams.both(may, diagrams.negated(surely if kind == RECORD else sure))

    def _where(self, found: int, name: str, kind: str, *, certain: bool) -> int:
        """Where there is a difference of a kind (of any, without one): surely, or at all."""

        def holds(how: How) -> int:
            return self.diagrams.leaf(
                bool(how) and (kind in how if not certain else kind in ("", how[0]) and how[0] != "")
            )

        return self.diagrams.relabel(found, (name, kind), holds)

    def _shown(self, asked: Question, read: int, found: int, what: tuple[str, bool], where: int) -> Difference:
        """One packet, and what must hold of the unknown for the difference to be there."""
        kind, certain = what
        diagrams = self.diagrams
        packet, ranks = self.sampler.packet(where, asked.of)
        left = left_open(diagrams, found, ranks)
        sure = kind if certain and kind != RECORD else ""
        holds = answers(diagrams, left, lambda how: bool(how) and (how[0] == sure if sure else certain or kind in how))
        assumed = holds or {}
        levels = {diagrams.space.unknown[text]: yes for text, yes in assumed.items()}
        outcome = diagrams.at(read, ranks, lambda level: levels.get(level, False))
        expected = diagrams.at(asked.expected, ranks)
        open_ = tuple(names_asked(diagrams, left))
        told = tuple(assumed.items())
        return Difference(packet, asked.of, asked.hooks, expected, outcome, kind, certain, told, open_)

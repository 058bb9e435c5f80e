"""Policy and file, compared over all packets; where they differ, one packet that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.packets.cutting import cut as cut_machine
from segc.packets.decide import ACCEPT, GO, Decider, Outcome
from segc.packets.diagram import Diagrams
from segc.packets.fields import TIME
from segc.packets.sample import Sampler
from segc.packets.space import Cuts
from segc.packets.wellformed import cut_protocols, well_formed
from segc.proof.expected import Expected, Space
from segc.proof.expected import cut as cut_policy
from segc.proof.questions import Question, Questions
from segc.proof.questions import cut as cut_own
from segc.proof.stateless import Stateless
from segc.proof.stateless import cut as cut_stateless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segc.packets.decide import Slice
    from segc.packets.fields import Packet
    from segc.packets.machine import Machine
    from segc.proof.duties import Duties, Policy
    from segc.proof.records import Records
    from segc.targets.manifest import Capabilities

FAMILIES = (4, 6)


@dataclass(frozen=True, slots=True)
class Difference:
    """A packet of which the policy says one thing and the file another."""

    packet: Packet
    of: Slice
    hooks: tuple[str, ...]
    expected: Expected
    outcome: Outcome


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
        if not can.stateful:
            cut_stateless(duties, cuts)
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

    def difference(self, asked: Question) -> Difference | None:
        """A packet on which policy and file differ; None where there is none."""
        read = self.decider.hooks(asked.hooks, asked.of)
        where = self._where(asked.expected, read, records=asked.records)
        if asked.where is not None:
            where = self.diagrams.both(where, asked.where)
        if where == self.diagrams.no:
            return None
        packet, ranks = self.sampler.packet(where, asked.of)
        at = self.diagrams.at
        return Difference(packet, asked.of, asked.hooks, at(asked.expected, ranks), at(read, ranks))

    def _where(self, expected: int, read: int, *, records: bool) -> int:
        """Where policy and file differ, among the packets that there are."""
        diagrams = self.diagrams
        differs: Callable[[Expected, Outcome], bool] = _differ if records else _decide_differently
        found = diagrams.combine(
            expected, read, lambda e, o: diagrams.yes if differs(e, o) else diagrams.no, same=diagrams.no
        )
        return diagrams.both(found, self.real)


def _decide_differently(expected: Expected, outcome: Outcome) -> bool:
    return (expected.kind == ACCEPT) != (outcome.kind in (ACCEPT, GO))


def _differ(expected: Expected, outcome: Outcome) -> bool:
    """Another decision, a record too many or none, or one that names something else."""
    if _decide_differently(expected, outcome):
        return True
    if not expected.logs:
        return bool(outcome.logs)
    return len(outcome.logs) != 1 or outcome.logs[0] not in expected.logs

"""Policy and file, compared over all packets; where they differ, one packet that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.packets.cutting import cut as cut_machine
from segc.packets.decide import ACCEPT, GO, Decider, Outcome, Slice
from segc.packets.diagram import Diagrams
from segc.packets.fields import TIME
from segc.packets.machine import Continue, Log, Remembered
from segc.packets.sample import Sampler
from segc.packets.space import Cuts
from segc.packets.wellformed import cut_protocols, well_formed
from segc.proof.expected import Expected, Space
from segc.proof.expected import cut as cut_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segc.packets.fields import Packet
    from segc.packets.machine import Machine
    from segc.proof.duties import Duties, Policy
    from segc.proof.records import Records

FORWARD, INPUT, OUTPUT = ("prerouting", "forward", "postrouting"), ("prerouting", "input"), ("output", "postrouting")
FAMILIES = (4, 6)


@dataclass(frozen=True, slots=True)
class Difference:
    """A packet of which the policy says one thing and the file another."""

    packet: Packet
    of: Slice
    hooks: tuple[str, ...]
    expected: Expected
    outcome: Outcome


class Question:
    """One slice of one hook: what is expected, and whether records count as well."""

    def __init__(self, of: Slice, hooks: tuple[str, ...], expected: int, *, records: bool = True) -> None:
        self.of = of
        self.hooks = hooks
        self.expected = expected
        self.records = records


class Comparison:
    """One firewall's policy and machine, in one address family."""

    def __init__(
        self,
        policy: Policy,
        duties: Duties,
        records: Records,
        machine: Machine,
        family: int,
        period: tuple[int, int],
        preferred: dict[int, list[int]] | None = None,
    ) -> None:
        cuts = Cuts(family)
        cut_protocols(cuts)
        cut_policy(policy, duties, cuts, period)
        cut_machine(machine, cuts)
        self.family = family
        self.diagrams = Diagrams(cuts.space())
        self.space = Space(policy, duties, records, self.diagrams)
        self.decider = Decider(machine, self.diagrams)
        self.sampler = Sampler(self.diagrams, preferred or {})
        times = [(*r, self.diagrams.yes) for r in self.diagrams.space.ranks(TIME, (period,))]
        now = self.diagrams.case(TIME, times, self.diagrams.no)
        self.real = self.diagrams.both(well_formed(self.diagrams), now)

    def questions(self) -> Iterator[Question]:
        """All that is asked. Records of what conntrack calls invalid are the target's own affair (docs/adr/0010)."""
        opening = self.space.opening()
        yield from self._asked(FORWARD, opening)
        for reply in (False, True):
            of = Slice(self.family, "established", reply=reply)
            yield Question(of, FORWARD, self.space.session(reply=reply))
        local = self.space.local()
        passed = self.space.passed
        yield from self._asked(INPUT, passed if local is None else local)
        yield Question(Slice(self.family, "established"), INPUT, passed)
        yield Question(Slice(self.family), OUTPUT, passed)

    def _asked(self, hooks: tuple[str, ...], opening: int) -> Iterator[Question]:
        yield Question(Slice(self.family), hooks, opening)
        yield Question(Slice(self.family, "untracked"), hooks, opening)
        yield Question(Slice(self.family, "related"), hooks, self.space.related(opening))
        yield Question(Slice(self.family, "invalid"), hooks, opening, records=False)
        if _memory_decides(self.decider.machine):
            # flows that have been recorded this minute fare as others do; they need no record
            yield Question(Slice(self.family, remembered=True), hooks, opening, records=False)

    def difference(self, asked: Question) -> Difference | None:
        """A packet on which policy and file differ; None where there is none."""
        read = self.decider.hooks(asked.hooks, asked.of)
        where = self._where(asked.expected, read, records=asked.records)
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


def _memory_decides(machine: Machine) -> bool:
    """Does any rule decide by what rules have remembered? Else it makes a difference to records only."""
    return any(
        isinstance(match, Remembered) and not isinstance(rule.action, (Log, Continue))
        for rules in machine.chains.values()
        for rule in rules
        for match in rule.matches
    )


def _decide_differently(expected: Expected, outcome: Outcome) -> bool:
    return (expected.kind == ACCEPT) != (outcome.kind in (ACCEPT, GO))


def _differ(expected: Expected, outcome: Outcome) -> bool:
    """Another decision, a record too many or none, or one that names something else."""
    if _decide_differently(expected, outcome):
        return True
    if not expected.logs:
        return bool(outcome.logs)
    return len(outcome.logs) != 1 or outcome.logs[0] not in expected.logs

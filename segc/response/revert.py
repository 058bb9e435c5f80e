"""The way back: the policy's own build, applied over an isolation or the end of a grant, must mean the policy and nothing else.

Some boxes replace their rules as a whole, others add lists and bind them. Judged is the worst: a box that keeps every
list and chain of the isolation that the policy's build does not write anew, and every hook and interface on which it
was bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import IIF, OIF
from segc.packets.machine import Interface, Machine
from segc.proof.differing import INTERRUPTION, LEAK, RECORD
from segc.proof.prove import Prover
from segc.proof.why import packet_text
from segc.response.obligations import Proved
from segc.targets.registry import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from segc.model.plant import Plant
    from segc.targets.build import Built

SAYS = "the policy's own build, applied over this one, means the policy again, for every packet"
DOES = {
    INTERRUPTION: "would stop what the policy lets pass",
    LEAK: "would let pass what the policy stops",
    RECORD: "would record otherwise than the policy says",
}


class Return:
    """One firewall's way back from its changed files to those of the policy."""

    def __init__(self, plant: Plant, at: datetime, before: Built, after: Built) -> None:
        self.firewall = before.firewall
        self._before = before
        self._prover = Prover(plant, at)
        self._isolated = self._prover.read(after.firewall, after.texts())
        self._own = self._prover.read(before.firewall, before.texts())
        self._bound = targets()[before.target].can.lists == "interface"
        left = set(self._isolated.chains) - set(self._own.chains)
        self.left = tuple(sorted(left)) if self._bound else ()  # the others replace their rules as a whole

    def wrong(self) -> Iterator[str]:
        """What shows that something of the isolation would stay in force."""
        by_interface = targets()[self._before.target].can.lists == "interface"
        bound = _doors(self._isolated) - _doors(self._own) if by_interface else set()
        yield from (
            f"{self.firewall} would keep a list on {name}, of which the policy's build says nothing"
            for name in sorted(bound)
        )
        proof = self._prover.prove_machine(self.firewall, self._both(), self._before.entry)
        for one in proof.found:
            packet = packet_text(self._prover.plant, one.packet)
            yield f"{self.firewall} {DOES[one.kind]}, e.g. {packet}"
        yield from (f"{self.firewall}: not understood: {text}" for text, _, _ in proof.unread)

    def _both(self) -> Machine:
        """The policy's own rules, and whatever of the isolation they do not replace."""
        mine, its = self._own, self._isolated
        hooked = {(one.chain, one.hook) for one in mine.bases}
        kept = [one for one in its.bases if (one.chain, one.hook) not in hooked]
        return Machine({**its.chains, **mine.chains}, [*kept, *mine.bases], mine.unknown)


def _doors(machine: Machine) -> set[str]:
    """The interfaces of which any rule speaks."""
    return {
        name
        for rules in machine.chains.values()
        for rule in rules
        for match in rule.matches
        if isinstance(match, Interface) and match.field in (IIF, OIF)
        for name in match.names
    }


def revert(ways: Iterable[Return]) -> Proved:
    """Whether going back is exact, on all firewalls that change."""
    shown = tuple(line for way in ways for line in way.wrong())
    return Proved("revert", SAYS, not shown, shown)

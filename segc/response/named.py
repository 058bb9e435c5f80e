"""Whether commands end just the sessions that must end: they are read back, and compared over all packets.

A target says what its commands name in `kill_reader.py`, which shares nothing with what writes them. Where there is
none, or a command cannot name just this, the file and the guide say that it is not proved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES
from segc.model.parts import cut
from segc.packets.fields import SOURCE, TARGET
from segc.proof.sessions import sessions, space_of
from segc.targets import registry
from segc.targets.ended import Named, Unclear

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.model.plant import Flow
    from segc.proof.duties import Policy

CONNTRACK = "conntrack -D"


def why_not_proved(target: str, text: str, gone: Iterable[Flow], policy: Policy, firewall: str) -> str:
    """Empty where the commands of one firewall end the sessions of these flows that cross it, and no others."""
    try:
        there = "_shared" if registry.targets()[target].can.session_kill == CONNTRACK else target
        reader = registry.module(there, "conntrack_kill_reader" if there == "_shared" else "kill_reader")
    except ModuleNotFoundError:
        return "nobody reads these commands back"
    try:
        found: list[Named] = list(reader.named(text))
    except Unclear as line:
        return f"not understood: {line}"
    wanted = [
        Named(family, sources, targets, match)
        for flow in gone
        for pair, sources, targets in cut(flow, policy.own)
        if firewall in policy.topology.crossed(*pair) or any(h.name == firewall for h in policy.topology.at_ends(*pair))
        for family in FAMILIES
        for service in flow.services
        for match in service.matches
        if sources.of(family) and targets.of(family) and match.family in (0, family)
    ]
    if all(_same(family, found, wanted) for family in FAMILIES):
        return ""
    return "these commands do not name just the sessions that must end"


def _same(family: int, found: Iterable[Named], wanted: Iterable[Named]) -> bool:
    both = [[one for one in some if one.family == family] for some in (found, wanted)]
    every = [one for some in both for one in some]
    ends = {
        SOURCE: tuple(span for one in every for span in one.sources.of(family)),
        TARGET: tuple(span for one in every for span in one.targets.of(family)),
    }
    diagrams = space_of(family, (), ends, [one.match for one in every])
    made = [
        diagrams.any(
            sessions(diagrams, {SOURCE: one.sources.of(family), TARGET: one.targets.of(family)}, [one.match])
            for one in some
        )
        for some in both
    ]
    return made[0] == made[1]

"""What a reader did not understand: where it stands, and what of it a packet's fate hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.packets.decide import WHATEVER
from segc.packets.machine import UNTOLD, In, Log, Switch, Unknown, Whatever, original_text
from segc.proof.replay import replayed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from segc.packets.machine import Machine, Match, Rule
    from segc.proof.differing import Difference
    from segc.proof.prove import Proof
    from segc.proof.texts import Files


class Place(NamedTuple):
    """Words that are not understood, and where they stand."""

    text: str
    where: str


def unread(proof: Proof, files: Files, apart: Collection[tuple[str, int]] = ()) -> list[Place]:
    """All that was not understood, each place once; without the lines that are told apart from it, by file."""
    told = [(text, role, line) for text, line, role in proof.unread if (role, line) not in apart]
    places = (Place(text, files.place(role, line)) for text, role, line in told)
    return list(dict.fromkeys(places))


def unbounded(machine: Machine) -> list[tuple[str, int, str]]:
    """What was not understood and stands in no rule, so that no bound takes it into account: it may mean anything.

    A vendor's setting that changes how all packets fare is such a line, as NAT is, or another firewall on the same box.
    """
    bounded = {(rule.file, rule.line) for rules in machine.chains.values() for rule in rules if _is_open(rule)}
    return [place for place in machine.unknown if (place[2], place[1]) not in bounded]


def _is_open(rule: Rule) -> bool:
    """Does a rule say itself that something of it cannot be told?"""
    if isinstance(rule.action, Whatever) or rule.action == Log(UNTOLD):
        return True
    if isinstance(rule.action, Switch) and any(isinstance(one, Whatever) for _, one in rule.action.cases):
        return True
    return any(_text(match) is not None for match in rule.matches)


def assumptions(proof: Proof, one: Difference, files: Files) -> Iterator[str]:
    """What of that a difference hangs on, as sentences: which line, and whether it is taken to hold."""
    for text, holds in one.assumed:
        where = next((files.line(rule.file, rule.line) for rule in _asking(proof.machine, text)), f"`{text}`")
        yield f"if this {'holds' if holds else 'does not hold'} for the packet, which cannot be told: {where}"
    run = replayed(proof.machine, one)
    if one.outcome.kind == WHATEVER and run.last is not None:
        where = files.of(run.last)
        yield f"what this does with the packet cannot be told: {where}"
    for rule in run.steps:
        if rule.action == Log(UNTOLD):
            yield f"the name of this record cannot be told: {files.line(rule.file, rule.line)}"


def _asking(machine: Machine, text: str) -> Iterator[Rule]:
    return (rule for rules in machine.chains.values() for rule in rules for m in rule.matches if _text(m) == text)


def _text(match: Match) -> str | None:
    if isinstance(match, Unknown):
        return match.text
    return original_text(match) if isinstance(match, In) and match.original else None

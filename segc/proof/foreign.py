"""Rules of a running configuration that segc does not write for its firewall: named, whatever they do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from segc.diagnostics import finding
from segc.packets.decide import called
from segc.proof.texts import TARGET, few, many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.diagnostics import Diagnostic
    from segc.packets.machine import Machine, Rule
    from segc.proof.prove import Proof
    from segc.proof.texts import Files


def foreign(proof: Proof, ours: Machine, files: Files) -> Iterator[Diagnostic]:
    """Rules that a packet can come to and that are not rendered, with their lines: a hint, for packets are the judge."""
    lines = list(dict.fromkeys(files.of(rule) for rule in _others(proof.machine, ours)))
    if not lines:
        return
    firewall = proof.firewall
    because = f"because of {'it' if len(lines) == 1 else 'them'}"
    effect = "" if proof.found else f", and no packet fares otherwise {because}"
    message = f"`{firewall.name}`: {many(len(lines))} not of segc's making{effect}"
    yield finding("foreign-rule", message, firewall.target_span, TARGET, notes=few(lines))


def _others(machine: Machine, ours: Machine) -> Iterator[Rule]:
    """In each chain that is called, what is not among the rules of ours. What a box does of itself is nobody's rule."""
    for name in _reached(machine):
        known = Counter(map(_meaning, ours.chains.get(name, ())))
        for rule in machine.chains[name]:
            if known[_meaning(rule)] > 0:
                known[_meaning(rule)] -= 1
            elif rule.line:
                yield rule


def _meaning(rule: Rule) -> object:
    return frozenset(rule.matches), rule.action


def _reached(machine: Machine) -> dict[str, None]:
    """Chains that hooks lead to, in the order in which they do."""
    found: dict[str, None] = {}
    stack = [base.chain for base in reversed(machine.bases)]
    while stack:
        name = stack.pop()
        if name not in found:
            found[name] = None
            stack += [chain for rule in reversed(machine.chains[name]) for chain in called(rule.action)]
    return found

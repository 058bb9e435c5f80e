"""What runs on one firewall, whoever wrote it, compared with the policy: nothing of it is ignored.

What is rendered for that policy serves to call things by name: under which names records are due, which sets the rules
fill by themselves, and which rules are not segc's.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, SegcError, Severity, finding
from segc.packets.machine import Machine, Refused, Remembered, Unknown
from segc.proof.compare import FAMILIES
from segc.proof.findings import findings, refused
from segc.proof.foreign import foreign
from segc.proof.prove import Prover
from segc.proof.texts import TARGET, Files, few, many
from segc.proof.verified import Verified, captured, in_words, no
from segc.targets import registry
from segc.targets.build import DECLARED, build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from segc.model.plant import Firewall, Plant
    from segc.packets.machine import Rule
    from segc.targets.build import Built

DEEPEST = 100_000  # Python's own frames: they take memory, and no stack of the system's
LONGEST = 100  # characters of a line that is left out


def running(plant: Plant, paths: Sequence[str], at: datetime, mode: str, name: str) -> Verified:
    """Compare files of one firewall with the policy. Raises `SegcError` (code 2) where nothing can be said."""
    built = build(plant, at, mode, [name]).built[0]
    prover = Prover(plant, at, None if mode == DECLARED else mode)
    names: dict[str, str] = {}
    try:
        with _deep():
            return _compared(prover, built, [Path(path) for path in paths], names)
    except Refused as why:
        known = Refused(why.why, why.line, names.get(why.file, why.file), why.text)
        raise SegcError([refused(prover, name, known)], code=2) from None


@contextmanager
def _deep() -> Iterator[None]:
    """Room for diagrams as deep as there are lines that nobody understands: each of them is a question of its own."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _compared(prover: Prover, built: Built, paths: Sequence[Path], names: dict[str, str]) -> Verified:
    name = built.firewall
    texts, found = _gathered(prover.plant.firewalls[name], built.target, paths, names)
    families = [f for f in FAMILIES if any(role == "rules" or role.endswith(f"ipv{f}") for role in texts)]
    if not families:
        raise no("sets alone decide nothing", "give the rules that use them as well")
    ours = prover.read(name, built.texts())
    machine = _unsettled(prover.read(name, texts, running=True), ours)
    proof = prover.prove_machine(name, machine, built.entry, families)
    files = Files(texts, names)
    found += findings(prover, proof, files, strict=False)
    found += foreign(proof, ours, files)
    return Verified(name, built.target, in_words(found, proof.families), tuple(found))


def _gathered(
    firewall: Firewall, target: str, paths: Sequence[Path], names: dict[str, str]
) -> tuple[dict[str, str], list[Diagnostic]]:
    """Texts by role, and what is left out of files that hold more than rules. `names` are filled with files by role."""
    texts: dict[str, str] = {}
    found: list[Diagnostic] = []
    for path in paths:
        text = captured(path)
        cut, left_out = _cut(target, path, text)
        if not cut:
            raise no(f"`{path}` is no file of {target}'s")
        for role, part in cut.items():
            if role in texts:
                help_text = f"the first one is in `{names[role]}`: give one of them"
                raise no(f"`{path}` holds a second listing of the same kind ({role})", help_text)
            texts[role], names[role] = part, str(path)
        if left_out:
            found.append(_left_out(firewall, path, text, left_out))
    return texts, found


def _cut(target: str, path: Path, text: str) -> tuple[dict[str, str], list[int]]:
    try:
        return registry.sections(target, path.name, text)
    except Refused as why:
        raise Refused(why.why, why.line, why.file or str(path), why.text) from None


def _left_out(firewall: Firewall, path: Path, text: str, numbers: Sequence[int]) -> Diagnostic:
    """Prompts and banners: named, since nobody but a person can tell that nothing is missed."""
    lines = text.replace("\r\n", "\n").split("\n")
    message = f"`{firewall.name}`: {path}: {many(len(numbers))} no part of a rule set, and left out"
    notes = few(f"line {at}: `{lines[at - 1].strip()[:LONGEST]}`" for at in numbers)
    return finding("unread-line", message, firewall.target_span, TARGET, notes=notes).at(Severity.HINT)


def _unsettled(machine: Machine, ours: Machine) -> Machine:
    """A machine in which it is unknown what sets hold that somebody else fills.

    One memory stands for all sets that segc's own rules fill, since a packet asks for one of them.
    """
    known = {(name, match) for name, rules in ours.chains.items() for rule in rules for match in rule.matches}
    unknown = list(machine.unknown)
    chains = {}
    for name, rules in machine.chains.items():
        mine = [tuple(m for m in r.matches if isinstance(m, Remembered) and (name, m) not in known) for r in rules]
        chains[name] = [_open(rule, sets, unknown) if sets else rule for rule, sets in zip(rules, mine, strict=True)]
    return Machine(chains, machine.bases, unknown)


def _open(rule: Rule, sets: tuple[Remembered, ...], unknown: list[tuple[str, int, str]]) -> Rule:
    """A rule that asks for what is in sets, each as a thing of its own."""
    for match in sets:
        text = f"what the set `{match.name}` holds"
        unknown.append((text, rule.line, rule.file))
        other = Unknown(f"{text} ({rule.file}, line {rule.line})", match.negate)
        rule = replace(rule, matches=tuple(other if one == match else one for one in rule.matches))
    return rule

"""From a comparison to what a draft is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.baseline import managed
from segc.baseline.draft.evidence import Unexplained, atom
from segc.baseline.judged import Class

if TYPE_CHECKING:
    from segc.baseline.compare import Comparison, Entry
    from segc.baseline.draft.evidence import Atom
    from segc.baseline.store import Ledger


def unexplained(compared: Comparison, ledger: Ledger) -> list[Unexplained]:
    """Keys that enforcement would stop, without those of which segc.toml says that they shall be stopped."""
    who = ledger.who_saw()
    found = compared.unexplained()
    beside = _permitted(compared, {(entry.seen.src, entry.seen.dst) for entry in found})
    return [
        Unexplained(
            entry.judged,
            entry.seen,
            who.get(entry.seen.key, frozenset()),
            _crowd(compared, entry),
            beside.get((entry.seen.src, entry.seen.dst), frozenset()),
            managed.why_not(compared.classifier.covering, entry.seen.key),
        )
        for entry in found
    ]


def _permitted(compared: Comparison, ways: set[tuple[str, str]]) -> dict[tuple[str, str], frozenset[Atom]]:
    """What was seen on these ways and is permitted: a service's own port may be, where those that it negotiates are not."""
    found: dict[tuple[str, str], set[Atom]] = {}
    for entry in compared.entries:
        way, asked = (entry.seen.src, entry.seen.dst), atom(entry.seen.key)
        if entry.judged.verdict is Class.PERMITTED and way in ways and asked is not None:
            found.setdefault(way, set()).add(asked)
    return {way: frozenset(atoms) for way, atoms in found.items()}


def _crowd(compared: Comparison, entry: Entry) -> str:
    return next((address for address in (entry.seen.src, entry.seen.dst) if address in compared.crowds), "")

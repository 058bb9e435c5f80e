"""Commands that end the sessions of grants, and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.plant import PORTED

from .policies import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.rules.ir import Rule, RuleSet

HEAD = (
    "# Ends the sessions of grants. One block a time: look at what `filter` and `list` answer before `clear`.",
    "# A clear behind an empty filter ends every session of the box.",
)
TABLES = {4: "session", 6: "session6"}


def kill(rules: RuleSet) -> str:
    """The commands for every grant's rule, open or over; empty where there is none."""
    found = [line for pair in rules.pairs for rule in pair.rules if rule.granted for line in _rule(rule)]
    return "\n".join([*HEAD, *found]) + "\n" if found else ""


def _rule(rule: Rule) -> Iterator[str]:
    yield f"# {rule.within}: {rule.text}"
    for family in FAMILIES:
        for source in rule.sources.of(family):
            for target in rule.targets.of(family):
                for match in rule.matches:
                    if match.family in (0, family):
                        yield from _block(family, source, target, match)


def _block(family: int, source: tuple[int, int], target: tuple[int, int], match: Match) -> Iterator[str]:
    command = f"diagnose sys {TABLES[family]}"
    yield f"{command} filter clear"
    yield f"{command} filter src {' '.join(address_text(family, one) for one in source)}"
    yield f"{command} filter dst {' '.join(address_text(family, one) for one in target)}"
    yield f"{command} filter proto {match.proto} {match.proto}"
    if match.proto in PORTED:
        yield f"{command} filter dport {match.low} {match.high}"
        if (match.source_low, match.source_high) != (0, 65535):
            yield f"{command} filter sport {match.source_low} {match.source_high}"
    yield f"{command} filter"
    yield f"{command} list"
    yield f"{command} clear"

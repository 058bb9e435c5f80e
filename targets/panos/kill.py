"""`clear session all filter` for every session that a grant may have opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, texts
from segc.model.plant import PORTED
from segc.rules.words import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.rules.ir import Rule
    from segc.targets.job import Job

MOST_PORTS = 32  # of one range; a filter takes one port


def kill(job: Job) -> list[str]:
    """The commands, grant by grant; empty where the policy has none."""
    found: list[str] = []
    for pair in job.rules.pairs:
        for rule in pair.rules:
            if rule.granted:
                found += [f"# {rule.within}.{rule.id}: {sentence(rule.text, 200)}", *dict.fromkeys(_commands(rule))]
    return found


def _commands(rule: Rule) -> Iterator[str]:
    for match in rule.matches:
        for family in FAMILIES:
            if match.family not in (0, family):
                continue
            for source in texts(rule.sources, family):
                for target in texts(rule.targets, family):
                    ends = f"source {source} destination {target} protocol {match.proto}"
                    for ports in _ports(match):
                        yield f"clear session all filter {ends}{ports}"


def _ports(match: Match) -> list[str]:
    """Port by port; all of the protocol where they are too many, which ends more than the grant let in."""
    if match.proto not in PORTED or match.high - match.low >= MOST_PORTS:
        return [""]
    return [f" destination-port {port}" for port in range(match.low, match.high + 1)]

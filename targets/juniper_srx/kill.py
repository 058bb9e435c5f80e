"""`clear security flow session` for every session that a grant may have opened, and for no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, texts
from segc.model.plant import PORTED
from segc.rules.words import sentence

from .objects import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.rules.ir import Rule
    from segc.targets.job import Job

CLEAR = "clear security flow session"
MOST_PORTS = 64  # that are worth a command each


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
        protocol = f"protocol {PROTOCOLS.get(match.proto, match.proto)}"
        for family in FAMILIES if match.family == 0 else (match.family,):
            for source in texts(rule.sources, family):
                for target in texts(rule.targets, family):
                    ends = f"source-prefix {source} destination-prefix {target} {protocol}"
                    yield from (f"{start}{CLEAR} {ends}{ports}" for start, ports in _ports(match))


def _ports(match: Match) -> Iterator[tuple[str, str]]:
    """What goes behind the protocol. What cannot be told apart from others' sessions is a remark, not a command."""
    if match.proto not in PORTED:
        yield ("", "") if (match.low, match.high) in ((0, 255), (0, 65535)) else ("# also ends others' sessions: ", "")
        return
    narrow = match.high - match.low < MOST_PORTS
    whole = (match.low, match.high) == (0, 65535)
    if (match.source_low, match.source_high) != (0, 65535) or not (narrow or whole):
        yield f"# ports {match.low}-{match.high} only, which this cannot say: ", ""
    elif whole:
        yield "", ""
    else:
        yield from (("", f" destination-port {port}") for port in range(match.low, match.high + 1))

"""`clear conn` for every session that a grant may have opened, and for no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES
from segc.model.plant import PORTED
from segc.rules.words import sentence

from .objects import WORDS
from .texts import span_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Match
    from segc.rules.ir import Rule
    from segc.targets.job import Job


def kill(job: Job) -> list[str]:
    """The commands, grant by grant; empty where the policy has none."""
    found = []
    for pair in job.rules.pairs:
        for rule in pair.rules:
            if rule.granted:
                found += [f"! {rule.within}.{rule.id}: {sentence(rule.text, 200)}", *_commands(rule)]
    return list(dict.fromkeys(found))


def _commands(rule: Rule) -> Iterator[str]:
    for match in rule.matches:
        if match.proto not in PORTED:
            word = WORDS.get(match.proto, f"protocol {match.proto}")
            yield f"! {word}: `clear conn` cannot tell it from others; what is left ends by its idle timeout"
            continue
        for family in FAMILIES:
            for source in rule.sources.of(family):
                for target in rule.targets.of(family):
                    ends = f"{span_text(family, *source)}{{}} {span_text(family, *target)}{{}}"
                    yield f"clear conn protocol {WORDS[match.proto]} {ends.format(*_ports(match))}"


def _ports(match: Match) -> tuple[str, str]:
    """The ports behind each address; nothing where all are meant."""
    spans = ((match.source_low, match.source_high), (match.low, match.high))
    one, other = ("" if s == (0, 65535) else f" port {s[0]}" + (f"-{s[1]}" if s[1] > s[0] else "") for s in spans)
    return one, other

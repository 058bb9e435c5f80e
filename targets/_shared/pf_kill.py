"""Commands that end the sessions of grants: `pfctl -k SOURCE -k TARGET`, which takes hosts and networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, texts
from segc.rules.words import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.ir import Rule, RuleSet

REMARK = 200


def commands(rules: RuleSet) -> Iterator[str]:
    """A comment for each granted rule, and the commands that end its sessions."""
    granted = {(rule.id, pair.id): rule for pair in rules.pairs for rule in pair.rules if rule.granted}
    for identity in sorted(granted):
        rule = granted[identity]
        yield f"# {sentence(f'{rule.within}.{rule.id}: {rule.text}', REMARK)}"
        yield from _rule(rule)


def _rule(rule: Rule) -> Iterator[str]:
    for family in FAMILIES:
        for source in texts(rule.sources, family):
            for target in texts(rule.targets, family):
                yield f"pfctl -k {source} -k {target}"

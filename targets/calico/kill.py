"""Commands that end the sessions of grants on the host: `conntrack -D`, by the packet that opened them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, texts
from segc.model.plant import PORTED
from segc.rules.expand import ALL_PORTS, services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.expand import Service
    from segc.rules.ir import Rule, RuleSet

WORDS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp"}


def commands(rules: RuleSet) -> Iterator[str]:
    """For each granted rule its text, as a comment, and what ends its sessions."""
    granted = {(rule.id, pair.id): rule for pair in rules.pairs for rule in pair.rules if rule.granted}
    for identity in sorted(granted):
        yield f"# {granted[identity].within}: {granted[identity].text}"
        yield from dict.fromkeys(command for family in FAMILIES for command in _ended(granted[identity], family))


def _ended(rule: Rule, family: int) -> Iterator[str]:
    for service in services(rule.matches, family):
        start = f"conntrack -D -f ipv{family} -p {WORDS.get(service.proto, str(service.proto))}"
        for source in texts(rule.sources, family):
            for target in texts(rule.targets, family):
                yield from _by_port(f"{start} -s {source} -d {target}", service)


def _by_port(command: str, service: Service) -> Iterator[str]:
    """One port a command: it takes no lists and no ranges."""
    if service.proto not in PORTED or ALL_PORTS in service.ranges:
        yield command
        return
    for low, high in service.ranges:
        one = f"{command} --dport"
        yield f"{one} {low}" if low == high else f"for p in $(seq {low} {high}); do {one} $p; done"

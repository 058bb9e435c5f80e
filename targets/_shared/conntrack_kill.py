"""Commands that end the sessions of grants: `conntrack -D`, by the two ends of the packet that opened them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES, texts
from segc.model.plant import PORTED
from segc.rules.expand import ALL_PORTS, services

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.rules.expand import Service
    from segc.rules.ir import Rule, RuleSet

NAMES = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", 132: "sctp"}

FEW = 64  # source ports; beyond that, sessions from any are ended


def commands(rules: RuleSet, program: str = "conntrack") -> Iterator[str]:
    """A comment for each granted rule, and the commands that end its sessions; `program` is how conntrack is called."""
    granted = {(rule.id, pair.id): rule for pair in rules.pairs for rule in pair.rules if rule.granted}
    for identity in sorted(granted):
        rule = granted[identity]
        yield f"# {rule.within}: {rule.text}"
        for family in FAMILIES:
            yield from dict.fromkeys(_rule(rule, family, program))


def _rule(rule: Rule, family: int, program: str) -> Iterator[str]:
    for service in services(rule.matches, family):
        for source in texts(rule.sources, family):
            for target in texts(rule.targets, family):
                ends = f"-s {source} -d {target}"
                command = f"{program} -D -f ipv{family} -p {NAMES.get(service.proto, str(service.proto))} {ends}"
                yield from _ports(command, service)


def _ports(command: str, service: Service) -> Iterator[str]:
    """One port at a time: conntrack takes no more. Of source ports, only few are worth naming."""
    if service.proto not in PORTED:
        yield command
        return
    low, high = service.sources
    spans = [("--sport", "from", service.sources)] if high - low < FEW else []
    for span in (ALL_PORTS,) if ALL_PORTS in service.ranges else service.ranges:
        yield _looped(command, [*spans, ("--dport", "port", span)])


def _looped(command: str, spans: Iterable[tuple[str, str, tuple[int, int]]]) -> str:
    loops = ""
    for option, name, (low, high) in spans:
        if (low, high) == ALL_PORTS:
            continue
        if low == high:
            command += f" {option} {low}"
        else:
            command += f" {option} ${name}"
            loops += f"for {name} in $(seq {low} {high}); do "
    return f"{loops}{command}{'; done' * loops.count('do ')}"

"""Commands that end the sessions of grants: what `/ip firewall connection` lists, found by patterns of text.

The table shows `10.1.0.5:51234` for the two ends of a session, the one that opened it first, so that a prefix or a
range of ports has to be said as a regular expression (POSIX, with each backslash written twice).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.model.addresses import FAMILIES, prefixes, texts
from segc.model.plant import PORTED
from segc.rules.expand import services

from .filters import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.addresses import Addresses
    from segc.rules.expand import Service
    from segc.rules.ir import Rule, RuleSet

MENU = {4: "/ip firewall connection", 6: "/ipv6 firewall connection"}
FEW = 16  # hosts of IPv6 that are named one by one
END = "(:|/|\\$)"


def commands(rules: RuleSet) -> Iterator[str]:
    """A comment for each granted rule, and the commands that end its sessions."""
    granted = {(rule.id, pair.id): rule for pair in rules.pairs for rule in pair.rules if rule.granted}
    for identity in sorted(granted):
        rule = granted[identity]
        yield f"# {rule.within}: {rule.text}"
        for family in FAMILIES:
            yield from dict.fromkeys(_rule(rule, family))


def _rule(rule: Rule, family: int) -> Iterator[str]:
    sources, targets = (_patterns(side, family) for side in (rule.sources, rule.targets))
    if sources is None or targets is None:
        yield f"# IPv6, by hand: {', '.join(texts(rule.sources, 6))} -> {', '.join(texts(rule.targets, 6))}"
        return
    for service in services(rule.matches, family):
        for source in sources:
            for target in targets:
                yield _remove(family, service, source, target)


def _remove(family: int, service: Service, source: str, target: str) -> str:
    end = END
    if service.proto in PORTED and (0, 65535) not in service.ranges:
        ports = "|".join(p for low, high in service.ranges for p in numbers(low, high))
        end = f":({ports})\\$"
    protocol = NAMES.get(service.proto, str(service.proto))
    found = f'protocol={protocol} src-address~"^{source}{END}" dst-address~"^{target}{end}"'
    return f"{MENU[family]} remove [find where {found}]"


def _patterns(side: Addresses, family: int) -> list[str] | None:
    """Patterns for one side; None for networks of IPv6, whose short forms no pattern tells apart."""
    found: list[str] = []
    for low, high in side.of(family):
        if family == 4:
            found += [_prefix4(start, length) for start, length in prefixes(4, low, high)]
        elif high - low < FEW:
            found += [f"\\\\[?{address_text(6, host)}\\\\]?" for host in range(low, high + 1)]
        else:
            return None
    return found


def _prefix4(start: int, length: int) -> str:
    """A prefix as octets: those that are fixed, the one that is cut, and any others."""
    octets = []
    for at in range(4):
        bits = min(max(length - 8 * at, 0), 8)
        low = start >> (24 - 8 * at) & 255
        found = list(numbers(low, low + (1 << (8 - bits)) - 1)) if bits else ["[0-9]+"]
        octets.append(found[0] if len(found) == 1 else f"({'|'.join(found)})")
    return "\\\\.".join(octets)


def numbers(low: int, high: int) -> Iterator[str]:
    """Patterns for the decimal numbers of a range: `502`, `50[2-9]`, `5[1-9][0-9]`."""
    while low <= high:
        size = 1
        # the widest block of 10, 100 ... that begins here and does not go beyond
        while low % (size * 10) == 0 and low + size * 10 - 1 <= high and low >= size * 10:
            size *= 10
        digit = low // size % 10
        last = min(9, digit + (high - low + 1) // size - 1)
        head = str(low // size // 10) if low // size >= 10 else ""
        own = str(digit) if last == digit else f"[{digit}-{last}]"
        yield head + own + "[0-9]" * (len(str(size)) - 1)
        low += (last - digit + 1) * size

"""Lines for the sessions that rules have let in, by the addresses with which conntrack saw them begin.

The match takes one prefix a line, and no set: "the internet" to a zone with some
ports would be as many lines as all three multiplied, which every established
packet has to go through. So beyond a few lines, source, target and service are
asked in chains of their own, which are as long as the three together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import texts

from .matches import original_services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.rules.ir import Rule

FEW = 24  # lines that read better in a row than as three chains
ASKED = "-m conntrack"


class Sessions:
    """Makes the lines of one family. `chains` are those that the lines lead to; equal ones are made once."""

    def __init__(self, family: int) -> None:
        self.family = family
        self.chains: dict[str, list[str]] = {}
        self._names: dict[tuple[str, ...], str] = {}

    def lines(self, rule: Rule, ends: Sequence[str]) -> list[str]:
        """Do `ends`, one after another, with packets of a rule's sessions, in either direction. Others come back."""
        sources, targets = texts(rule.sources, self.family), texts(rule.targets, self.family)
        kinds = original_services(rule.matches, self.family)
        if len(sources) * len(targets) * len(kinds) * len(ends) <= FEW:
            return [
                f"{proto} {ASKED} --ctorigsrc {source} --ctorigdst {target}{ports} {end}"
                for proto, ports in kinds
                for source in sources
                for target in targets
                for end in ends
            ]
        services = [(f"{proto} {ASKED}{ports}" if ports else proto) for proto, ports in kinds]
        last = self._chain([f"{service} {end}" for service in services for end in ends])
        then = self._chain([f"{ASKED} --ctorigdst {target} -g {last}" for target in targets])
        return [f"{ASKED} --ctorigsrc {source} -j {then}" for source in sources]

    def _chain(self, lines: list[str]) -> str:
        key = tuple(lines)
        if key not in self._names:
            name = self._names[key] = f"segc-t{len(self._names) + 1}"
            self.chains[name] = [*lines, "-j RETURN"]
        return self._names[key]

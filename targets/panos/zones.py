"""Zones of PAN-OS: interfaces right behind which the same zones of the policy lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.rules.ir import RuleSet

    from .names import Names


class Zones:
    """A zone for all interfaces with the same zones behind them: no line tells these apart.

    Rules say where packets come from, not where they go: `to any` holds whatever routing does.
    """

    def __init__(self, rules: RuleSet, names: Names) -> None:
        found: dict[str, list[str]] = {}
        for interface in rules.firewall.interfaces:
            found.setdefault(names.zone("_".join(sorted(interface.zones))), []).append(interface.name)
        self.members = {name: tuple(interfaces) for name, interfaces in found.items()}

    def of(self, ingress: tuple[str, ...] | None) -> list[str]:
        """The zones to which some interfaces belong; `any` where a line does not ask."""
        if ingress is None:
            return ["any"]
        return [name for name, members in self.members.items() if members[0] in ingress]

"""Zones of PAN-OS: interfaces behind which the same zones of the policy lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segc.model.plant import Interface
    from segc.rules.ir import RuleSet

    from .names import Names


class Zones:
    """A zone a set of interfaces that no line tells apart, called as what lies right behind them.

    Rules say where packets come from, not where they go: `to any` holds whatever routing does.
    """

    def __init__(self, rules: RuleSet, names: Names) -> None:
        self._ingress = [side.ingress for side in rules.sides]
        self._ingress += [ingress for _, ingress in rules.local.rules] if rules.local is not None else []
        groups: dict[tuple[object, ...], list[Interface]] = {}
        for interface in rules.firewall.interfaces:
            groups.setdefault(self._kind(interface), []).append(interface)
        texts = ["+".join(key[0]) for key in groups if isinstance(key[0], tuple)]
        self.members: dict[str, tuple[str, ...]] = {}
        for text, interfaces in zip(texts, groups.values(), strict=True):
            alone = texts.count(text) == 1
            name = names.zone((text if alone else f"{text}+{interfaces[0].name}").replace("+", "_"))
            self.members[name] = tuple(interface.name for interface in interfaces)

    def _kind(self, interface: Interface) -> tuple[object, ...]:
        return interface.zones, tuple(interface.name in ingress for ingress in self._ingress)

    def of(self, ingress: tuple[str, ...] | None) -> list[str]:
        """The zones to which some interfaces belong; `any` where a line does not ask."""
        if ingress is None:
            return ["any"]
        return [name for name, members in self.members.items() if members[0] in ingress]

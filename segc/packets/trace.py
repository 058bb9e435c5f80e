"""One packet through a machine, step by step: slow, obvious, and without a diagram.

It says which lines decided, and it is the second opinion on every counterexample.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, IIF, PROTO, SOURCE, SPORT, TARGET, TIME
from segc.packets.machine import (
    Accept,
    Among,
    Continue,
    Drop,
    Family,
    Goto,
    In,
    Interface,
    Jump,
    Log,
    Refused,
    Remembered,
    Return,
    State,
    Switch,
    Unknown,
    original_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from segc.packets.fields import Packet
    from segc.packets.machine import Action, Machine, Match, Rule

TRACKED = ("new", "established")  # states in which conntrack's original tuple is known


@dataclass(slots=True)
class Trace:
    """What became of a packet: accept, drop, reject or whatever; its records; the rules that acted, in order.

    `last` is the rule that decided: for an accept, the last one that let it pass its base chain; None where a policy
    decided.
    """

    kind: str = "accept"
    logs: list[str] = field(default_factory=list)
    steps: list[Rule] = field(default_factory=list)
    last: Rule | None = None


def trace(
    machine: Machine,
    packet: Packet,
    hooks: Iterable[str] = ("prerouting", "forward", "postrouting"),
    *,
    remembered: bool = False,
    unknown: Callable[[str], bool] = lambda _: False,
) -> Trace:
    """Run a packet through the base chains of hooks. `unknown` decides what the machine does not know."""
    found = Trace()
    order = {name: at for at, name in enumerate(hooks)}
    bases = [b for b in reversed(machine.bases) if b.hook in order and packet.family in b.families]
    runner = _Runner(machine, packet, found, unknown, remembered=remembered)
    for base in sorted(bases, key=lambda b: (order[b.hook], b.priority)):
        kind = runner.chain(base.chain)
        if kind is None:
            kind = "accept" if isinstance(base.policy, Accept) else _dropped(base.policy)
            found.last = found.last if kind == "accept" else None
        found.kind = kind
        if kind != "accept":
            break
    return found


class _Runner:
    def __init__(
        self, machine: Machine, packet: Packet, found: Trace, unknown: Callable[[str], bool], *, remembered: bool
    ) -> None:
        self.machine = machine
        self.packet = packet
        self.found = found
        self.unknown = unknown
        self.remembered = remembered

    def chain(self, name: str, within: tuple[str, ...] = ()) -> str | None:
        """How a chain decides; None where it returns."""
        if name not in self.machine.chains:
            raise Refused(f"there is no chain `{name}`")
        if name in within:
            raise Refused(f"chain `{name}` leads back to itself")
        for rule in self.machine.chains[name]:
            if not all(self.holds(match) for match in rule.matches):
                continue
            self.found.steps.append(rule)
            action = self._chosen(rule.action)
            if isinstance(action, Return):
                return None
            kind = self._do(rule, action, (*within, name))
            if kind is not None or isinstance(action, Goto):
                return kind
        return None

    def _chosen(self, action: Action) -> Action:
        """A switch's action for this packet, if it has one; else the action itself."""
        if not isinstance(action, Switch):
            return action
        value = self._value(action.field, original=False)
        for (low, high), one in action.cases:
            if low <= value <= high:
                return self._chosen(one)
        return Continue()

    def _do(self, rule: Rule, action: Action, within: tuple[str, ...]) -> str | None:
        match action:
            case Log(prefix):
                self.found.logs.append(prefix)
                return None
            case Jump(chain) | Goto(chain):
                return self.chain(chain, within)
            case Continue():
                return None
        self.found.last = rule
        if isinstance(action, Drop):
            return _dropped(action)
        return "accept" if isinstance(action, Accept) else "whatever"

    def holds(self, match: Match) -> bool:
        """Does a match hold for the packet?"""
        match match:
            case In(_, _, _, True) if self.packet.state not in TRACKED:
                return self.unknown(original_text(match))
            case In(at, spans, negate, original):
                value = self._value(at, original=original)
                return any(low <= value <= high for low, high in spans) != negate
            case Interface(at, names, negate):
                name = self.packet.iif if at == IIF else self.packet.oif
                return any(_called(name, one) for one in names) != negate
            case Among(fields, entries, negate):
                values = [self._value(at, original=False) for at in fields]
                return any(_inside(values, entry) for entry in entries) != negate
            case State(states, negate):
                return (self.packet.state in states) != negate
            case Family(family):
                return family == self.packet.family
            case Remembered(_, negate):
                return self.remembered != negate
            case Unknown(text, negate):
                return self.unknown(text) != negate

    def _value(self, at: int, *, original: bool) -> int:
        packet = self.packet
        if original and packet.reply:
            at = {SOURCE: TARGET, TARGET: SOURCE, DPORT: SPORT, SPORT: DPORT}.get(at, at)
        return {
            SOURCE: packet.source,
            TARGET: packet.target,
            PROTO: packet.proto,
            DPORT: packet.dport,
            SPORT: packet.sport,
            TIME: packet.time,
        }[at]


def _inside(values: list[int], entry: tuple[tuple[int, int], ...]) -> bool:
    return all(low <= value <= high for value, (low, high) in zip(values, entry, strict=True))


def _called(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _dropped(drop: Drop) -> str:
    return "reject" if drop.reject else "drop"

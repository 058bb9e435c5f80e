"""The values that a machine looks at, as cuts of a space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Among, In, Interface, Switch, Unknown, original_text
from segc.packets.matching import SWAPPED

if TYPE_CHECKING:
    from segc.packets.machine import Action, Machine, Match
    from segc.packets.space import Cuts


def cut(machine: Machine, cuts: Cuts) -> None:
    """Cut a space at every value that a machine looks at."""
    seen: set[int] = set()
    for rules in machine.chains.values():
        for rule in rules:
            for match in rule.matches:
                if id(match) not in seen:
                    seen.add(id(match))
                    _cut(match, cuts)
            _cut_switch(rule.action, cuts)


def _cut_switch(action: Action, cuts: Cuts) -> None:
    if isinstance(action, Switch):
        cuts.spans(action.field, tuple(span for span, _ in action.cases))
        for _, one in action.cases:
            _cut_switch(one, cuts)


def _cut(match: Match, cuts: Cuts) -> None:
    match match:
        case In(field, spans, _, original):
            cuts.spans(field, spans)
            if original:
                cuts.spans(SWAPPED.get(field, field), spans)
                cuts.unknown[original_text(match)] = None
        case Interface(field, names):
            cuts.interfaces(field, names)
        case Among(fields, entries):
            for at, field in enumerate(fields):
                cuts.spans(field, tuple(entry[at] for entry in entries))
        case Unknown(text):
            cuts.unknown[text] = None
        case _:
            pass

"""What holds whatever the unknown is, and what holds for some value of it.

Things unknown are the last variables of a space: below all fields, a diagram is
what is left to be known about one packet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.diagram import LEAF
from segc.packets.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from segc.packets.diagram import Diagrams


def always(diagrams: Diagrams, node: int) -> int:
    """Where a Boolean diagram says yes whatever is unknown."""
    return _bound(diagrams, node, diagrams.no, {})


def sometimes(diagrams: Diagrams, node: int) -> int:
    """Where a Boolean diagram says yes for some value of what is unknown."""
    return _bound(diagrams, node, diagrams.yes, {})


def _bound(diagrams: Diagrams, node: int, opened: int, known: dict[int, int]) -> int:
    """A diagram is reduced: what still asks something is neither yes nor no, but `opened`."""
    level = diagrams.level[node]
    if level == LEAF:
        return node
    if level >= len(FIELDS):
        return opened
    if node not in known:
        known[node] = diagrams.mapped(node, lambda kid: _bound(diagrams, kid, opened, known))
    return known[node]


def left_open(diagrams: Diagrams, node: int, ranks: Sequence[int]) -> int:
    """What is left of a diagram when a packet's class in each field is known."""
    while diagrams.level[node] < len(ranks):
        node = diagrams.within(node, ranks[diagrams.level[node]])
    return node


def answers(diagrams: Diagrams, node: int, wanted: Callable[[Any], bool]) -> dict[str, bool] | None:
    """What must hold of the unknown for a wanted value; None where nothing leads there."""
    texts = {level: text for text, level in diagrams.space.unknown.items()}
    return _answers(diagrams, node, wanted, texts, set())


def _answers(
    diagrams: Diagrams, node: int, wanted: Callable[[Any], bool], texts: Mapping[int, str], dead: set[int]
) -> dict[str, bool] | None:
    if diagrams.level[node] == LEAF:
        return {} if wanted(diagrams.value[node]) else None
    if node in dead:
        return None
    for holds, part in zip((False, True), diagrams.kids[node], strict=True):
        found = _answers(diagrams, part, wanted, texts, dead)
        if found is not None:
            return {texts[diagrams.level[node]]: holds, **found}
    dead.add(node)
    return None


def asked(diagrams: Diagrams, node: int) -> list[str]:
    """The unknown things that a diagram asks of, sorted."""
    texts = {level: text for text, level in diagrams.space.unknown.items()}
    seen: set[int] = set()
    found: set[str] = set()
    stack = [node]
    while stack:
        one = stack.pop()
        if one not in seen and diagrams.level[one] != LEAF:
            seen.add(one)
            if diagrams.level[one] in texts:
                found.add(texts[diagrams.level[one]])
            stack += diagrams.kids[one]
    return sorted(found)

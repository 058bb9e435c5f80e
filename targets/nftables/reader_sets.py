"""Sets and maps, with or without a name, and what their elements are on the axes that they are looked up with."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from segc.packets.fields import normal
from segc.packets.machine import Refused

from .reader_tokens import Group
from .reader_values import ALL, Span, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .reader_keys import Key
    from .reader_tokens import Word

Element = tuple["Word", ...]
# What may stand behind an element's value; none of it says what the element is.
ANNOTATIONS = {"comment", "timeout", "expires", "counter", "limit", "quota", "last", "ct"}


@dataclass(slots=True)
class Set:
    """A set or map: its elements as they stand, and whether rules fill it while they run."""

    name: str
    dynamic: bool = False
    elements: list[Element] = field(default_factory=list)
    made: dict[object, object] = field(default_factory=dict)

    def spans(self, kind: str) -> tuple[Span, ...]:
        """All elements on one axis. What is made of a set is kept: many rules may look into it."""
        found = self.made.get(kind)
        if found is None:
            values = (alone(parts(element)) for element in self.elements)
            found = self.made[kind] = normal([span for value in values for span in spans(kind, value)])
        return found  # type: ignore[return-value]

    def entries(self, keys: Sequence[Key]) -> tuple[tuple[Span, ...], ...]:
        """All elements, each as a range for every field."""
        kinds = tuple(key.kind for key in keys)
        found = self.made.get(kinds)
        if found is None:
            found = self.made[kinds] = tuple(e for element in self.elements for e in entries(kinds, parts(element)))
        return found  # type: ignore[return-value]


def parts(element: Sequence[Word]) -> tuple[str, ...]:
    """An element's values, between dots, without what is said of it behind."""
    found: list[list[str]] = [[]]
    for word in element:
        if word in ANNOTATIONS or word == ":":
            break
        if isinstance(word, Group):
            raise Refused("a brace stands in an element")
        if word == ".":
            found.append([])
        else:
            found[-1].append(word)
    if not all(found):
        raise Refused("an element is no value")
    return tuple("".join(one) for one in found)


def alone(values: tuple[str, ...]) -> str:
    """The one value of an element."""
    if len(values) != 1:
        raise Refused("an element does not fit the field that is looked up")
    return values[0]


def entries(kinds: Sequence[str], values: tuple[str, ...]) -> Iterable[tuple[Span, ...]]:
    """One element as entries of ranges: one, unless it holds codes of ICMP, or the times of no packet."""
    if values == (ALL,):
        values = (ALL,) * len(kinds)
    if len(values) != len(kinds):
        raise Refused("an element does not fit the fields that are looked up")
    return product(*(spans(kind, value) for kind, value in zip(kinds, values, strict=True)))


def mapped(element: Element) -> tuple[tuple[str, ...], tuple[Word, ...]]:
    """An element of a verdict map: its values, and its verdict."""
    if ":" not in element:
        raise Refused("a verdict map has an element without a verdict")
    at = element.index(":")
    return parts(element[:at]), element[at + 1 :]

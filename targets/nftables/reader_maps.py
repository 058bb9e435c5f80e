"""Verdict maps: one lookup that picks a verdict."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from segc.packets.fields import normal, top, without
from segc.packets.machine import (
    Accept,
    Action,
    Among,
    Continue,
    Drop,
    Goto,
    Jump,
    Match,
    Refused,
    Return,
    Switch,
    Whatever,
)

from . import reader_undecided as undecided
from .reader_expressions import limited, only_ported
from .reader_keys import WITH_PORTS, WITHOUT_PORTS, Key
from .reader_sets import Set, alone, entries, mapped
from .reader_tokens import Group
from .reader_values import ALL, Span, spans
from .reader_words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .reader_expressions import Expressions, Matches
    from .reader_tokens import Word
    from .reader_words import Words

Step = tuple[tuple[Match, ...], Action]
Case = tuple[tuple[str, ...], Action]
SIMPLE: dict[str, Action] = {"accept": Accept(), "drop": Drop(), "return": Return(), "continue": Continue()}


def verdict(words: Sequence[Word], name: Callable[[str], str]) -> Action:
    """A verdict, as it stands behind a colon."""
    if len(words) == 1 and isinstance(words[0], str) and words[0] in SIMPLE:
        return SIMPLE[words[0]]
    if len(words) == 2 and words[0] in ("jump", "goto") and isinstance(words[1], str):
        return Jump(name(words[1])) if words[0] == "jump" else Goto(name(words[1]))
    raise Refused(f"`{shown(words)}` is no verdict")


class Maps:
    """Reads verdict maps of one table. `name` makes a chain's name unique."""

    def __init__(self, expressions: Expressions, name: Callable[[str], str]) -> None:
        self.expressions = expressions
        self.name = name
        self.shared: dict[tuple[str, Key], Switch] = {}

    def steps(self, words: Words, before: Sequence[Matches]) -> list[Step] | None:
        """The cases of a verdict map, each with what has to hold for it; None where none stands here."""
        begun = words.at
        keys = self.expressions.keys(words)
        if keys is None:
            words.at = begun
            if not undecided.begins(words) or not self.expressions.skip_field(words):
                return None
        text = words.since(begun)
        if not words.skip("vmap"):
            return None
        word = words.next()
        if not isinstance(word, Group) and not str(word).startswith("@"):
            raise Refused("no map stands behind `vmap`")
        found = Set("", elements=word.elements()) if isinstance(word, Group) else self.expressions.named(str(word))
        if found.dynamic:
            self.expressions.open(f"{text} vmap @{found.name}")
            return [((), Whatever(f"{text} vmap @{found.name}"))]
        return self._steps(keys, found, before, text)

    def _steps(self, keys: list[Key] | None, found: Set, before: Sequence[Matches], text: str) -> list[Step]:
        if keys is not None and len(keys) == 1 and keys[0].numeric:
            return self._switch(keys[0], found, before, text)
        cases = [(values, verdict(words, self.name)) for values, words in map(mapped, found.elements)]
        if keys is None:
            return self._open(cases, text)
        if all(key.numeric for key in keys) and (limited(before) or only_ported(keys, [v for v, _ in cases])):
            return _entries(keys, cases)
        return self._apart(keys, cases, text)

    def _switch(self, key: Key, found: Set, before: Sequence[Matches], text: str) -> list[Step]:
        made = self.shared.get((found.name, key)) if found.name else None
        if made is None:
            cases = [(alone(values), verdict(words, self.name)) for values, words in map(mapped, found.elements)]
            made = Switch(key.field, _cases(key, cases))
            self.shared[found.name, key] = made
        if not key.any_header or limited(before):
            return [(key.implied, made)]
        return [
            ((WITH_PORTS,), made),
            *(((WITHOUT_PORTS, *some), action) for some, action in self._open(_verdicts(made), text)),
        ]

    def _open(self, cases: list[Case], text: str) -> list[Step]:
        """A map of what is not known: any of its verdicts, or none."""
        return [(self.expressions.open(f"{text} vmap {shown(values)}")[0], action) for values, action in cases]

    def _apart(self, keys: list[Key], cases: list[Case], text: str) -> list[Step]:
        """A map of names, states and the like: one rule for each element."""
        steps: list[Step] = []
        for values, action in cases:
            if values == (ALL,):
                values = (ALL,) * len(keys)  # noqa: PLW2901
                steps += [(self.expressions.open(f"{text} vmap *")[0], action)] if len(cases) > 1 else [((), action)]
            else:
                steps += [(matches, action) for matches in self.expressions.element(keys, values, text)]
        return steps


def _verdicts(made: Switch) -> list[Case]:
    return [((), action) for action in dict.fromkeys(action for _, action in made.cases)]


def _cases(key: Key, cases: list[tuple[str, Action]]) -> tuple[tuple[Span, Action], ...]:
    """Cases of one field, which must be disjoint; what no other case has is the star's."""
    made = [(span, action) for value, action in dict.fromkeys(cases) if value != ALL for span in spans(key.kind, value)]
    made.sort(key=lambda case: case[0])
    for (one, _), (other, _) in pairwise(made):
        if other[0] <= one[1]:
            raise Refused("elements of a verdict map overlap")
    rest = [action for value, action in cases if value == ALL]
    if rest:
        family = 6 if key.kind == "ip6" else 4
        open_spans = without(((0, top(key.field, family)),), normal([span for span, _ in made]))
        made += [(span, rest[0]) for span in open_spans]
    return tuple(made)


def _entries(keys: list[Key], cases: list[Case]) -> list[Step]:
    """A map of numbers: one rule for each element."""
    kinds = [key.kind for key in keys]
    fields = tuple(key.field for key in keys)
    known = tuple(dict.fromkeys(match for key in keys for match in key.implied))
    rest = [action for values, action in cases if values == (ALL,)]
    made = [(tuple(entries(kinds, values)), action) for values, action in cases if values != (ALL,)]
    steps: list[Step] = [((*known, Among(fields, one)), action) for one, action in made]
    if rest:
        every = tuple(entry for one, _ in made for entry in one)
        steps.append(((*known, Among(fields, every, negate=True)), rest[0]))
    return steps

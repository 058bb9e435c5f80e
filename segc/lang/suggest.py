"""Did you mean: the nearest of a few names, by restricted Damerau-Levenshtein distance; and names that are free."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def distance(a: str, b: str, limit: int) -> int:
    """Edits (insert, drop, replace, swap neighbours) from `a` to `b`; more than `limit` if it is more."""
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > limit:
            return limit + 1
        before, row = row, now
    return row[-1]


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that is close to `word`; None where nothing is, or where it is a toss-up of far ones."""
    limit = max(len(word), 3) // 3
    scored = sorted((distance(word.lower(), c.lower(), limit), c) for c in candidates if c != word)
    if not scored or scored[0][0] > limit:
        return None
    return scored[0][1]


def with_word(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate of several words of which `word` is one: `scada` for `scada-server`."""
    found = [c for c in candidates if word.lower() in c.split("-")]
    return found[0] if len(found) == 1 else None


def unused(name: str) -> str:
    """A name of the current folder that nothing has: this one, else with a number behind it."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(one for one in names if not (Path(one).exists() or Path(one).is_symlink()))


def alike(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that is read aloud as `word` is, however it is spelt: `sight` for `site`."""
    heard = [c for c in candidates if c != word and _sound(c) == _sound(word)]
    return heard[0] if len(heard) == 1 else None


def _sound(word: str) -> str:
    """A word without what English spells and does not say."""
    text = word.lower()
    for written, said in (("gh", ""), ("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("y", "i")):
        text = text.replace(written, said)
    return re.sub(r"(.)\1+", r"\1", text).removesuffix("e")

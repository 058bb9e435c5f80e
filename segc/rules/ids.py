"""Short ids that survive a 29-character log prefix, unique over the plant, stable when lines move.

A prefix is `segc:`, a class (A alerted, B blocked, L allowed and logged; a and b
for packets that came in where their source does not lie), `:`, the id and a
blank, since the kernel writes `IN=` right behind it.
"""

from __future__ import annotations

from segc.model.flows import short_id
from segc.rules.ir import LONGEST_PREFIX, PREFIX

LONGEST_ID = LONGEST_PREFIX - len(PREFIX) - len("A:") - len(" ")


class Ids:
    """Hands out one id a text, and never the same one twice."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self._taken: dict[str, str] = {}

    def pair(self, source: str, target: str) -> str:
        """Id of an ordered pair of zones (`*` and `?` stand for any other and for none)."""
        return self._give(f"{source}>{target}", (source, ">", target))

    def name(self, text: str) -> str:
        """Id of anything that has a name of its own."""
        return self._give(text, (text, "", ""))

    def rule(self, within: str, rule: str) -> str:
        """Id of a rule that is recorded: as much of its conduit's name as there is room for, and its own id."""
        text = f"{within}.{rule}"
        self.of[text] = f"{within[: LONGEST_ID - 1 - len(rule)]}.{rule}"
        return self.of[text]

    def _give(self, text: str, parts: tuple[str, str, str]) -> str:
        known = self.of.get(text)
        if known is not None:
            return known
        found = text if len(text) <= LONGEST_ID and text not in self._taken else ""
        length = 3
        while not found or found in self._taken:
            found = _cut(parts, short_id(text, length))
            length += 1
        self._taken[found] = text
        self.of[text] = found
        return found


def _cut(parts: tuple[str, str, str], mark: str) -> str:
    """Both names shortened evenly, then `~` and the mark that makes it unique."""
    first, arrow, second = parts
    room = LONGEST_ID - len(mark) - 1 - len(arrow)
    if not arrow:
        return f"{first[:room]}~{mark}"
    half = room // 2
    second = second[: max(half, room - len(first))]
    first = first[: room - len(second)]
    return f"{first}{arrow}{second}~{mark}"


def prefix(kind: str, identity: str) -> str:
    """The whole log prefix, its last blank included."""
    return f"{PREFIX}{kind}:{identity} "

"""Lines of `key=value` in any order, quoted or not, as FortiGate writes them.

Three ways give the same: with care, by the blanks where no value has one, and by the layouts that a log was seen to have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

PAIR = re.compile(r'(?<!\w)(\w+)=(?:"([^"\\]*(?:\\.[^"\\]*)*)"|(\S*))')
_BLANK = re.compile(r'="[^"]* ')  # a quoted value with a blank in it
_BEFORE = r"(?:[^=]* )?(?:[^=> ]*>)?"  # a syslog header, a priority
_QUOTED = r'[^"\\\s]*+(?: [^"\\\s]*+)*+'
_PLAIN = r'[^\s"]*+'
LAYOUTS = 8  # that are kept of a log; to make one takes as long as to read a hundred lines


def pairs(text: str) -> dict[str, str]:
    """The keys and values of a line."""
    if "\\" not in text and _BLANK.search(text) is None:
        start = text.rfind(" ", 0, text.find("=")) + 1
        start = max(start, text.find(">", start, text.find("=")) + 1)  # behind a priority
        try:
            return dict([pair.split("=", 1) for pair in text[start:].replace('"', "").split()])
        except ValueError:  # a word without a value: look at each pair
            pass
    return {key: quoted or plain for key, quoted, plain in PAIR.findall(text)}


class Layouts:
    """Reads lines of one log: those that have the keys of an earlier one, in its order, in one go."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.wanted = wanted
        self._known: list[tuple[re.Pattern[str], tuple[str, ...]]] = []  # the one that was met last stands first

    def read(self, text: str) -> dict[str, str]:
        """What `pairs` gives, of the wanted keys at least."""
        for place, (pattern, names) in enumerate(self._known):
            found = pattern.fullmatch(text)
            if found is not None:
                if place:
                    self._known.insert(0, self._known.pop(place))
                return dict(zip(names, found.groups(), strict=True))
        if len(self._known) < LAYOUTS:
            self._known.append(_layout(text, self.wanted))
        return pairs(text)


def _layout(text: str, wanted: Collection[str]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The keys of a line as a pattern, and those whose values it captures. Of a key that comes twice the last counts."""
    found = [(pair[1], pair[2] is not None) for pair in PAIR.finditer(text)]
    last = {key: place for place, (key, _) in enumerate(found) if key in wanted}
    parts = []
    for place, (key, quoted) in enumerate(found):
        value = _QUOTED if quoted else _PLAIN
        value = f"({value})" if last.get(key) == place else value
        parts.append(f'{key}="{value}"' if quoted else f"{key}={value}")
    names = tuple(sorted(last, key=last.__getitem__))
    return re.compile(_BEFORE + " ".join(parts) + r"\s*"), names

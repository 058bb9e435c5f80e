"""A configuration as its paths: what `set` makes and `delete` takes away, each with the line that said so.

VyOS, "Command line interface": `show configuration commands` prints the running configuration in this form. A value
in single or double quotes is one word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from segc.packets.machine import Refused

from .._shared.reader_shell import words as split


class Path(NamedTuple):
    """One path of the configuration, its value included."""

    words: tuple[str, ...]
    line: int
    text: str


# Around commands, in a script or a session that was recorded: they set nothing.
PLAIN = re.compile(
    r"configure|commit|save|exit|end|top|source /opt/vyatta/etc/functions/script-template|#.*|!.*|\[edit\]|"
)


def paths(text: str) -> tuple[list[Path], list[Path]]:
    """All paths, and the lines that are no commands of this form."""
    found: dict[tuple[str, ...], Path] = {}
    unknown: list[Path] = []
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = raw.strip()
        if PLAIN.fullmatch(line):
            continue
        try:
            words = tuple(split(line))
        except ValueError:
            raise Refused("has a quote without its other half", number, text=line) from None
        path = Path(words[1:], number, line)
        if words[0] == "set" and len(words) > 1:
            found.setdefault(words[1:], path)
        elif words[0] == "delete" and len(words) > 1:
            below = len(words) - 1
            found = {known: one for known, one in found.items() if known[:below] != words[1:]}
        else:
            unknown.append(path)
    return list(found.values()), unknown


class Node:
    """A part of the configuration: what stands below a word. `line` is the first that spoke of it."""

    def __init__(self, line: int = 0) -> None:
        self.line = line
        self.below: dict[str, Node] = {}

    def add(self, path: Path) -> None:
        """Put a path into the tree."""
        node = self
        for word in path.words:
            node = node.below.setdefault(word, Node(path.line))

    def at(self, *words: str) -> Node | None:
        """The node at a path, if there is one."""
        node: Node | None = self
        for word in words:
            node = node.below.get(word) if node is not None else None
        return node

    def value(self, *words: str) -> str | None:
        """The one value at a path; None where there is none."""
        node = self.at(*words)
        if node is None or not node.below:
            return None
        if len(node.below) > 1:
            raise Refused(f"`{words[-1]}` is said more than once", max(one.line for one in node.below.values()))
        return next(iter(node.below))

    def values(self, *words: str) -> list[str]:
        """All values at a path."""
        node = self.at(*words)
        return list(node.below) if node is not None else []

    def numbered(self) -> list[tuple[int, Node]]:
        """Rules by their number."""
        found = []
        for word, node in self.below.items():
            if not (word.isascii() and word.isdecimal() and 0 < int(word) < 1000000):
                raise Refused(f"`{word}` is no number of a rule", node.line)
            found.append((int(word), node))
        return sorted(found, key=lambda entry: entry[0])

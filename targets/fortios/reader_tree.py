"""A FortiOS configuration as a tree: sections, their entries, and what is set in each.

The commands do what they do on the box: `edit` of an entry that is there goes on
with it, `set` takes the place of an earlier one, `unset` goes back to the default,
`append`, `move`, `delete`, `purge` and the others change what stands above them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_words import lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .reader_words import Line


@dataclass(slots=True)
class Node:
    """A section, or an entry of one: settings, entries by their names, sections by their paths."""

    line: int
    settings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # of settings
    entries: dict[str, Node] = field(default_factory=dict)
    sections: dict[str, Node] = field(default_factory=dict)

    def one(self, key: str, default: str) -> str:
        """A setting of one word."""
        words = self.settings.get(key, (default,))
        if len(words) != 1:
            raise Refused(f"`{key}` takes one word", self.lines[key])
        return words[0]

    def on(self, key: str, default: str = "disable") -> bool:
        """A switch."""
        value = self.one(key, default)
        if value not in ("enable", "disable"):
            raise Refused(f"`{key}` is enable or disable", self.lines[key])
        return value == "enable"

    def many(self, key: str) -> tuple[str, ...]:
        """A list; empty where it is not set, or to an empty text."""
        return tuple(word for word in self.settings.get(key, ()) if word)

    def at(self, key: str) -> int:
        """The line of a setting, or else the entry's own."""
        return self.lines.get(key, self.line)

    def section(self, path: str) -> Node:
        """A section that may not be there."""
        return self.sections.get(path) or Node(self.line)


def tree(text: str) -> Node:
    """All sections of a text. Raises `Refused`."""
    parser = _Parser()
    for line in lines(text):
        parser.take(line)
    if len(parser.stack) > 1:
        raise Refused("the text ends within a section", parser.stack[-1][1].line)
    return parser.root


class _Parser:
    """Follows commands. The stack holds what is open: its kind, section or entry, and the node."""

    def __init__(self) -> None:
        self.root = Node(0)
        self.stack: list[tuple[str, Node]] = [("root", self.root)]

    def take(self, line: Line) -> None:
        """One command."""
        word, *rest = line.words
        kind, node = self.stack[-1]
        if word == "config" and rest:
            path = " ".join(rest)
            self.stack.append(("section", node.sections.setdefault(path, Node(line.number))))
        elif kind == "root":
            raise _unknown(line)
        elif word == "end" and not rest:
            self._end()
        elif word == "next" and not rest and kind == "entry":
            self.stack.pop()
        elif kind == "section" and word in _TABLE:
            self._table(node, word, rest, line)
        elif word in _SETTING and rest:
            _set(node, word, rest[0], rest[1:], line)
        else:
            raise _unknown(line)

    def _end(self) -> None:
        """Ends the section, and with it the entry in which it is said."""
        if self.stack.pop()[0] == "entry":
            self.stack.pop()

    def _table(self, node: Node, word: str, rest: list[str], line: Line) -> None:
        if word == "edit" and len(rest) == 1:
            if rest[0] == "0" and "0" not in node.entries:
                raise Refused("`edit 0` takes whatever number is free", line.number)
            self.stack.append(("entry", node.entries.setdefault(rest[0], Node(line.number))))
        elif word == "purge" and not rest:
            node.entries.clear()
        elif word == "delete" and len(rest) == 1 and rest[0] in node.entries:
            del node.entries[rest[0]]
        elif word == "move" and len(rest) == 3 and rest[1] in ("before", "after"):
            _move(node, rest[0], rest[2], line, behind=rest[1] == "after")
        else:
            raise _unknown(line)


_TABLE = ("edit", "purge", "delete", "move")
_SETTING = ("set", "unset", "append", "unselect", "select")


def _set(node: Node, word: str, key: str, values: Iterable[str], line: Line) -> None:
    before = node.settings.get(key, ())
    new = tuple(values)
    if word in ("unset", "set") and bool(new) == (word == "unset"):
        raise _unknown(line)
    node.lines[key] = line.number
    if word in ("set", "select"):
        node.settings[key] = new
    elif word == "append":
        node.settings[key] = (*before, *new)
    elif word == "unselect":
        node.settings[key] = tuple(one for one in before if one not in new)
    if word == "unset" or not node.settings[key]:
        node.settings.pop(key, None)


def _move(node: Node, what: str, where: str, line: Line, *, behind: bool) -> None:
    names = [name for name in node.entries if name != what]
    if what not in node.entries or where not in names:
        raise _unknown(line)
    names.insert(names.index(where) + behind, what)
    kept = dict(node.entries)
    node.entries.clear()
    node.entries.update((name, kept[name]) for name in names)


def _unknown(line: Line) -> Refused:
    return Refused("is no command that belongs here", line.number, text=" ".join(line.words))

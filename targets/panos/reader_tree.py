"""The tree that a configuration of PAN-OS is: `set` commands are paths into it, XML is the tree itself.

Both forms are read into the same nodes by the same schema, so that everything
behind this module knows one language, and two files can be held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from segc.packets.machine import Refused


class Kind(Enum):
    """What stands at the end of a path."""

    LEAF = "one value"
    LIST = "several values"
    ANY = "whatever: it has nothing to do with filtering, or is noted as a whole"


@dataclass(frozen=True)
class Entries:
    """Named entries, each with what it may hold."""

    of: Schema


class Open(dict[str, "Schema"]):
    """A container of which only some keys matter; any other is passed over."""


Schema = Kind | Entries | dict[str, "Schema"]


class Value(NamedTuple):
    """A text of the file and its line."""

    text: str
    line: int


@dataclass(slots=True)
class Node:
    """A container, an entry, a leaf or a list. What is empty says nothing, and is as good as absent."""

    line: int = 0
    children: dict[str, Node] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)

    def child(self, name: str, line: int) -> Node:
        """The child of a name, made where there is none."""
        if name not in self.children:
            self.children[name] = Node(line)
        return self.children[name]

    def at(self, *path: str) -> Node:
        """The node at the end of a path; an empty one where there is nothing."""
        node = self
        for name in path:
            node = node.children.get(name, _NONE)
        return node

    def entries(self, *path: str) -> dict[str, Node]:
        """The entries of a section, in order."""
        return self.at(*path).children

    def texts(self, name: str) -> tuple[str, ...]:
        """The values of a list."""
        return tuple(value.text for value in self.at(name).values)

    def leaf(self, name: str, default: str = "") -> str:
        """The value of a leaf."""
        found = self.at(name).values
        return found[-1].text if found else default

    def yes(self, name: str, *, default: bool = False) -> bool:
        """A leaf that is yes or no."""
        text = self.leaf(name)
        if text not in ("", "yes", "no"):
            raise Refused(f"`{name}` is yes or no", self.at(name).line, text=text)
        return text == "yes" if text else default

    @property
    def empty(self) -> bool:
        """Does it say anything?"""
        return not self.values and all(child.empty for child in self.children.values())


_NONE = Node()
ORDERED = ("rules",)  # sections whose entries are looked through from the top


def differs(a: Node, b: Node, path: tuple[str, ...] = ()) -> tuple[tuple[str, ...], int, int] | None:
    """Where two trees first say different things: the path, and the lines in either. The order of members is nothing."""
    if {v.text for v in a.values} != {v.text for v in b.values}:
        return path, _line(a), _line(b)
    left = {name: node for name, node in a.children.items() if not node.empty}
    right = {name: node for name, node in b.children.items() if not node.empty}
    for name in [*left, *right]:
        if name not in left or name not in right:
            return (*path, name), _line(left.get(name, a)), _line(right.get(name, b))
    if path[-1:] == ORDERED and list(left) != list(right):
        moved = next(one for one, other in zip(left, right, strict=True) if one != other)
        return (*path, moved), left[moved].line, right[moved].line
    for name, node in left.items():
        found = differs(node, right[name], (*path, name))
        if found is not None:
            return found
    return None


def _line(node: Node) -> int:
    return node.values[0].line if node.values else node.line

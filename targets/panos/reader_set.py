"""`set` commands, as `show` prints them under `set cli config-output-format set`, and as people type them.

One command may set several leaves one behind the other: after a value, the next
word belongs to the nearest container that knows it.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_schema import SECTIONS
from .reader_tree import Entries, Kind, Node, Open, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader_tree import Schema

TOKEN = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\[\]])|([^\s\[\]]+))""")
LONGEST = 1_000_000  # characters of one command: a quote that is never closed must not eat the file


class Token(str):
    """A word of a command."""

    __slots__ = ("quoted",)
    quoted: bool


def read(text: str) -> Node:
    """The tree that commands make, one after another. Raises `Refused`."""
    root = Node()
    vsys: list[str] = []
    for line, command in _commands(text):
        if not command or command.startswith("#"):
            continue
        tokens = deque(_tokens(command, line))
        verb = tokens.popleft()
        if verb not in ("set", "delete") or not tokens:
            raise Refused("is no `set` command", line, text=command)
        _scope(tokens, vsys, line)
        if verb == "delete":
            _delete(root, list(tokens), line)
            continue
        _fill(SECTIONS, root, tokens, line)
        if tokens:
            raise Refused(f"`{tokens[0]}` is not known here", line, text=command)
    return root


def _commands(text: str) -> Iterator[tuple[int, str]]:
    """Each command with its line; a quoted text may go on for several."""
    held, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        if held:
            held += "\n" + line
        else:
            held, start = line.strip(), number
        if held.count('"') % 2 and not held.startswith("#"):
            if len(held) > LONGEST:
                break
            continue
        yield start, held.strip()
        held = ""
    if held:
        raise Refused("a quote is not closed", start, text=held[:80])


def _tokens(command: str, line: int) -> Iterator[Token]:
    at = 0
    while at < len(command):
        found = TOKEN.match(command, at)
        if found is None:
            if command[at:].strip():
                raise Refused("cannot be split into words", line, text=command)
            return
        at = found.end()
        token = Token(next(part for part in found.groups() if part is not None))
        token.quoted = found[1] is not None or found[2] is not None
        yield token


def _scope(tokens: deque[Token], vsys: list[str], line: int) -> None:
    """`set vsys vsys1 …` and `set shared …` come to the same here; two virtual systems are two firewalls."""
    if tokens[0] == "vsys" and len(tokens) > 2:
        tokens.popleft()
        vsys.append(tokens.popleft())
        if len(set(vsys)) > 1:
            raise Refused("several virtual systems in one file", line)
    elif tokens[0] == "shared" and len(tokens) > 1:
        tokens.popleft()


def _fill(schema: Schema, node: Node, tokens: deque[Token], line: int) -> None:
    """Take from the words what belongs here."""
    match schema:
        case Kind.LEAF:
            node.values = _values(tokens, line)
            if len(node.values) != 1:
                raise Refused("one value is meant here", line)
        case Kind.LIST:
            known = {value.text for value in node.values}
            node.values += [value for value in _values(tokens, line) if value.text not in known]
        case Kind.ANY:
            node.values += [Value(token, line) for token in tokens]
            tokens.clear()
        case Entries(of):
            if not tokens or tokens[0] in ("[", "]"):
                raise Refused("a name is missing", line)
            _fill(of, node.child(tokens.popleft(), line), tokens, line)
        case dict():
            _container(schema, node, tokens, line)


def _container(schema: dict[str, Schema], node: Node, tokens: deque[Token], line: int) -> None:
    if tokens and tokens[0] not in schema and not isinstance(schema, Open):
        raise Refused(f"`{tokens[0]}` is not known here", line)
    if tokens and tokens[0] not in schema:
        tokens.clear()
    while tokens and tokens[0] in schema:
        key = tokens.popleft()
        _fill(schema[key], node.child(key, line), tokens, line)


def _values(tokens: deque[Token], line: int) -> list[Value]:
    """One word, or several in brackets."""
    if not tokens:
        raise Refused("a value is missing", line)
    first = tokens.popleft()
    if first != "[" or first.quoted:
        return [Value(first, line)]
    found = []
    while tokens and (tokens[0] != "]" or tokens[0].quoted):
        found.append(Value(tokens.popleft(), line))
    if not tokens:
        raise Refused("a bracket is not closed", line)
    tokens.popleft()
    return found


def _delete(root: Node, path: list[Token], line: int) -> None:
    """Take away what earlier commands set; what a box held before is not in the file."""
    if path[0] not in SECTIONS:
        raise Refused(f"`{path[0]}` is not known here", line)
    node = root
    for name in path[:-1]:
        if name not in node.children:
            return
        node = node.children[name]
    node.values = [value for value in node.values if value.text != path[-1]]
    node.children.pop(path[-1], None)

"""A configuration as XML: an export, a partial one, or what the API answers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from segc.packets.machine import Refused

from .reader_schema import SECTIONS
from .reader_tree import Entries, Kind, Node, Open, Value

if TYPE_CHECKING:
    from .reader_tree import Schema

# Elements around the sections, which mean nothing by themselves. Each vsys and device is an entry.
AROUND: dict[str, tuple[str, ...]] = {
    "": ("config", "response"),
    "response": ("result",),
    "result": ("config",),
    "config": ("devices", "shared"),
    "devices": ("entry",),
    "vsys": ("entry",),
}


def read(text: str) -> Node:
    """The tree. Raises `Refused`."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: reader.start(name, attributes, parser.CurrentLineNumber)
    parser.EndElementHandler = lambda _: reader.end(parser.CurrentLineNumber)
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = lambda *_: reader.doctype(parser.CurrentLineNumber)
    try:
        parser.Parse(text.encode(errors="backslashreplace"), True)
    except expat.ExpatError as problem:
        raise Refused(f"is no XML: {expat.errors.messages[problem.code]}", problem.lineno) from None
    return reader.root


class _Reader:
    """Goes down and up with the elements; each has a schema, and a node where what is below is read."""

    def __init__(self) -> None:
        self.root = Node()
        self.names: list[str] = [""]
        self.stack: list[tuple[Schema | None, Node]] = [(None, self.root)]
        self.text = ""
        self.vsys: set[str] = set()

    def doctype(self, line: int) -> None:
        """PAN-OS writes none, and one could make any text of any other."""
        raise Refused("has a document type", line)

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """An element begins."""
        if self.text.strip():
            raise Refused("has text where elements are meant", line, text=self.text.strip())
        self.text = ""
        schema, node = self.stack[-1]
        self.names.append(name)
        self.stack.append(
            self._around(name, attributes, line)
            if schema is None
            else self._below(schema, node, name, attributes, line)
        )

    def _around(self, name: str, attributes: dict[str, str], line: int) -> tuple[Schema | None, Node]:
        parent, above = self.names[-2], self.names[-3] if len(self.names) > 2 else ""
        if name in AROUND.get(parent, ()):
            if name == "entry" and parent == "vsys":
                self.vsys.add(attributes.get("name", ""))
                if len(self.vsys) > 1:
                    raise Refused("several virtual systems in one file", line)
            return None, self.root
        if parent == "entry" and above == "devices" and name == "vsys":
            return None, self.root
        inside = parent in ("shared", "config") or (parent == "entry" and above in ("devices", "vsys"))
        if not inside or name not in SECTIONS:
            raise Refused(f"`{name}` is not known here", line)
        return SECTIONS[name], self.root.child(name, line)

    def _below(
        self, schema: Schema, node: Node, name: str, attributes: dict[str, str], line: int
    ) -> tuple[Schema, Node]:
        match schema:
            case Kind.ANY:
                if name in ("entry", "member"):
                    node.values.append(Value(attributes.get("name", name), line))
                return schema, node
            case Entries(of) if name == "entry" and attributes.get("name"):
                if attributes["name"] in node.children:
                    raise Refused(f"`{attributes['name']}` stands twice", line)
                return of, node.child(attributes["name"], line)
            case Kind.LIST if name == "member":
                return Kind.LEAF, node
            case dict() if name in schema:
                if name in node.children:
                    raise Refused(f"`{name}` stands twice", line)
                return schema[name], node.child(name, line)
            case Open():
                return Kind.ANY, Node(line)
        raise Refused(f"`{name}` is not known here", line)

    def characters(self, text: str) -> None:
        """A piece of an element's text."""
        self.text += text

    def end(self, line: int) -> None:
        """An element ends."""
        schema, node = self.stack.pop()
        self.names.pop()
        text, self.text = self.text.strip(), ""
        if schema is Kind.ANY:
            node.values += [Value(text, line)] if text else []
        elif schema is Kind.LEAF and text:
            node.values.append(Value(text, line))
        elif text:
            raise Refused("has text where elements are meant", line, text=text)

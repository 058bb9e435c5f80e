"""XML as pfSense and OPNsense write it: elements with text or children. Each knows its line, which xml.etree would not tell.

Nothing is expanded: a document with a DTD, or with entities of its own, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Node:
    """One element. `text` is what stands in it, without the blanks around it."""

    tag: str
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def all(self, tag: str) -> Iterator[Node]:
        """Children of one name."""
        return (child for child in self.children if child.tag == tag)

    def one(self, tag: str) -> Node | None:
        """The child of that name; pfSense reads no file where one that is no list stands twice."""
        found = list(self.all(tag))
        if len(found) > 1:
            raise Refused(f"<{tag}> stands twice in <{self.tag}>", found[1].line, text=f"<{tag}>")
        return found[0] if found else None

    def value(self, tag: str) -> str:
        """The text of a child; empty where there is none."""
        found = self.one(tag)
        if found is not None and found.children:
            raise Refused(f"<{tag}> holds elements where text is due", found.line, text=f"<{tag}>")
        return found.text if found is not None else ""

    def has(self, tag: str) -> bool:
        """Is there such a child? To most of pfSense's switches it does not matter what stands in it."""
        return self.one(tag) is not None


class _Builder:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.open: list[Node] = []
        self.root: Node | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        strange = set(attributes) - {"uuid", "version", "persisted_at", "description"}
        if strange:
            raise Refused(
                f"<{tag}> has an attribute `{min(strange)}`, which no export has", self.parser.CurrentLineNumber
            )
        node = Node(tag, self.parser.CurrentLineNumber, attributes=attributes)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _: str) -> None:
        """An element ends."""
        node = self.open.pop()
        node.text = node.text.strip()
        if node.text and node.children:
            raise Refused(f"text between the elements of <{node.tag}>", node.line, text=node.text)

    def data(self, text: str) -> None:
        """Text, within CDATA or not."""
        self.open[-1].text += text

    def refuse(self, *_: object) -> None:
        """A DTD, or an entity."""
        raise Refused("has a DTD or entities, which no export has", self.parser.CurrentLineNumber)


def parse(text: str) -> Node:
    """The root element. Raises `Refused` where the text is no XML."""
    builder = _Builder()
    try:
        builder.parser.Parse(text.encode(errors="surrogatepass"), True)
    except expat.ExpatError as why:
        lines = text.split("\n")
        shown = lines[why.lineno - 1].strip() if why.lineno <= len(lines) else ""
        raise Refused(f"is no XML: {expat.errors.messages.get(why.code, '')}", why.lineno, text=shown) from None
    if builder.root is None:
        raise Refused("holds no element")
    return builder.root

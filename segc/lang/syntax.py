"""The tree of a .zone file: statements, lists and tokens, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.source import Span

if TYPE_CHECKING:
    from segc.source import Source

# Kinds of token, as grammar/zone.lark calls its terminals.
WORD, LITERAL, STRING, OP, OPEN_STRING, JUNK = "WORD", "LITERAL", "STRING", "OP", "OPEN_STRING", "JUNK"
COMMA, LBRACE, RBRACE, END = "COMMA", "LBRACE", "RBRACE", "END"

# Scopes within scopes, files that use files, services that include services, groups in groups: nobody needs more
# than a few levels, and this bounds time, memory and the stack.
DEEPEST = 64


class Token(NamedTuple):
    """A terminal: its kind, its text and the offset at which it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset just behind the token."""
        return self.start + len(self.text)

    def span(self, source: Source) -> Span:
        """Where the token stands."""
        return Span(source, self.start, self.start + len(self.text))


# An operator stands alone; everything else comes as a list, most often of one.
Item = Token | list[Token]


@dataclass(slots=True)
class Statement:
    """A word, its items, and perhaps a scope (`body` is None where there is none)."""

    word: Token
    items: list[Item]
    body: list[Statement] | None = None

    def head_end(self) -> int:
        """Offset behind the last item, before any scope."""
        last = self.items[-1] if self.items else self.word
        token = last if isinstance(last, Token) else last[-1]
        return token.start + len(token.text)

    def span(self, source: Source) -> Span:
        """From the word to the last item, without the scope."""
        return Span(source, self.word.start, self.head_end())


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A parsed file."""

    source: Source
    statements: list[Statement]

"""The one way to lay out a .zone file. Works on tokens; never changes what they say.

Two spaces a level, one statement a line. A scope that was written on one line
stays on it while it fits. Values and trailing comments begin at fixed columns,
never at their neighbours': a change to one line is a change to no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, SegcError
from segc.lang.comments import SPACE, Comment, comments
from segc.lang.parser import parse
from segc.lang.reader import read, tokens
from segc.lang.shapes import bad_token
from segc.lang.syntax import COMMA, END, LBRACE, OP, RBRACE, WORD, Statement, Token
from segc.lang.vocabulary import SCOPES, UNPADDED
from segc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 110
VALUE_COLUMN = 13  # behind the word's start
ASSERTED_COLUMN = 12  # behind the start of the assertion's kind
COMMENT_COLUMN = 50


class MeaningChanged(Exception):
    """The formatted text does not say what the text said: a fault of segc. Nothing may be written."""


def format_text(source: Source) -> str:
    """The text, laid out. Raises `SegcError` where it does not parse, `MeaningChanged` rather than change it."""
    before = read(source)
    if before is None:
        raise SegcError(_why_not(source))
    text = _lay_out(source.text)
    _verify(source, before, text)
    return text


def _why_not(source: Source) -> list[Diagnostic]:
    """What keeps a file from being read; characters that the grammar takes and no shape does are found here."""
    tree, found = parse(source)
    left = list(tree.statements)
    while left:
        statement = left.pop()
        left += statement.body or []
        atoms = [atom for item in statement.items if isinstance(item, list) for atom in item]
        found += [bad for atom in atoms if (bad := bad_token(source, atom)) is not None]
    return sorted(found, key=Diagnostic.sort_key)


def _verify(source: Source, before: list[Statement], text: str) -> None:
    after = read(Source(source.path, text))
    if after is None or list(_outline(after)) != list(_outline(before)):
        raise MeaningChanged(f"formatting `{source.path}` would change its statements")
    if [c.words for c in comments(text)] != [c.words for c in comments(source.text)]:
        raise MeaningChanged(f"formatting `{source.path}` would change its comments")
    if _lay_out(text) != text:
        raise MeaningChanged(f"formatting `{source.path}` twice would change it twice")


def _outline(statements: list[Statement]) -> Iterator[object]:
    """A tree as a flat sequence, without places. No recursion: scopes may be nested at will."""
    left: list[Statement | str] = list(reversed(statements))
    while left:
        entry = left.pop()
        if isinstance(entry, str):
            yield entry
            continue
        yield entry.word.text
        for item in entry.items:
            yield [(a.kind, a.text) for a in item] if isinstance(item, list) else item.text
        if entry.body is not None:
            yield "{"
            left.append("}")
            left += reversed(entry.body)
        yield ";"


def _lay_out(text: str) -> str:
    ended = text if text.endswith("\n") else text + "\n"
    printer = _Printer([token for token in tokens(ended) if token is not None])
    return printer.run()


class _Printer:
    """One pass over the tokens, line by line."""

    def __init__(self, listed: list[Token]) -> None:
        self.tokens = listed
        self.partner = _partners(listed)
        self.lines: list[str] = []
        self.depth = 0
        self.head: list[Token] = []  # of the statement that is being read
        self.code = ""  # of the line that is being written
        self.moved: dict[int, Comment] = {}  # END tokens whose first comment was put elsewhere
        self.opened = True  # no blank line at the start of a file or scope
        self.blank = False

    def run(self) -> str:
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.kind == END:
                self._end(index, token)
            elif token.kind == LBRACE:
                index = self._open(index)
            elif token.kind == RBRACE:
                self._close()
            else:
                if not self.head:
                    self._flush()
                self.head.append(token)
            index += 1
        return "".join(line + "\n" for line in self.lines)

    def _end(self, index: int, token: Token) -> None:
        """A statement's end, with the comments and blank lines that follow it."""
        first, *rest = token.text.split("\n")
        on_line = next(comments(first), None) if self.head or self.code else None
        if on_line is None and "#" in first:
            rest.insert(0, first)  # nothing stands before it: a comment of its own
        self._flush(None if index in self.moved else on_line)
        for line in rest[:-1]:
            own = next(comments(line), None)
            if own is None:
                self.blank = True
            else:
                self._write("  " * self.depth + _spaced(own.text))

    def _open(self, index: int) -> int:
        """A scope's start; the index of the token up to which the text is written."""
        if not self.head:
            self._flush()
        last = self.partner[index]
        flat = self._flat(index, last)
        if flat is not None:
            self.code, self.head = flat, []
            return last
        follower = last + 1
        moved: Comment | None = None
        if not self._broken(index, last) and self.tokens[follower].kind == END:
            # The scope fits on its line no more. Its comment goes where the statement begins: it may be a
            # suppression, which counts for that line.
            moved = next(comments(self.tokens[follower].text.split("\n")[0]), None)
        self.code, self.head = self._statement() + " {", []
        if moved is not None:
            self.moved[follower] = moved
        if moved is not None or self.tokens[index + 1].kind != END:
            self._flush(moved)
        elif not _first_comment(self.tokens[index + 1]):
            self._flush()
        self._indent()
        return index

    def _indent(self) -> None:
        self.depth += 1
        self.opened = True

    def _close(self) -> None:
        self._flush()
        self.blank = False
        self.depth -= 1
        self.code = "  " * self.depth + "}"

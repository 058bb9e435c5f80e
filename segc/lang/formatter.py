"""The one way to lay out a .zone file. Works on tokens; never changes what they say.

Two spaces a level, one statement a line. A scope that was written on one line
stays on it while it fits. Values and trailing comments begin at fixed columns,
never at their neighbours': a change to one line is a change to no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.diagnostics import Diagnostic, SegcError
from segc.lang.comments import SPACE, comments
from segc.lang.parser import parse
from segc.lang.reader import read, tokens
from segc.lang.shapes import bad_token
from segc.lang.syntax import COMMA, END, LBRACE, RBRACE, WORD, Statement, Token
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
        found += [bad for atom in atoms if atom.text and (bad := bad_token(source, atom)) is not None]
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
    listed = [token for token in tokens(ended) if token is not None]
    return "".join(str(line) + "\n" for line in _Printer(listed).run())


@dataclass(slots=True)
class _Line:
    depth: int
    code: str = ""
    comment: str = ""

    def __str__(self) -> str:
        code = "  " * self.depth + self.code if self.code else ""
        if not self.comment:
            return code
        if not code:
            return "  " * self.depth + self.comment
        return code.ljust(COMMENT_COLUMN - 2) + "  " + self.comment


class _Printer:
    """One pass over the tokens of a well-formed text."""

    def __init__(self, listed: list[Token]) -> None:
        self.tokens = listed
        self.lines: list[_Line] = []
        self.open: list[tuple[int, int]] = []  # of each open scope: the line it began on, here and in the source
        self.spoken = 0  # the line that a trailing comment belongs to
        self.partner, self.row = _places(listed)

    def run(self) -> list[_Line]:
        """The lines of the result."""
        head: list[Token] = []
        index = 0
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.kind not in (END, LBRACE, RBRACE):
                head.append(token)
                index += 1
                continue
            if head:
                self._put(_statement(head, len(self.open)))
                head = []
            if token.kind == END:
                self._rest_of_line(token, behind=index > 0)
            elif token.kind == RBRACE:
                self._close(index)
            else:
                index = self._scope(index)
            index += 1
        self._no_blank()
        return self.lines

    def _put(self, code: str, comment: str = "") -> None:
        self.lines.append(_Line(len(self.open), code, comment))
        self.spoken = len(self.lines) - 1

    def _rest_of_line(self, end: Token, *, behind: bool) -> None:
        """A statement's end, with the comments and blank lines that follow. `behind`: on a statement's line."""
        for line in end.text.split("\n")[:-1]:
            comment = next(comments(line), None)
            if comment is None:
                if not behind:
                    self._blank()
            elif behind:
                self.lines[self.spoken].comment = _spaced(comment.text)
            else:
                self._put("", _spaced(comment.text))
            behind = False

    def _blank(self) -> None:
        last = self.lines[-1] if self.lines else None
        if last is not None and (last.code or last.comment) and not last.code.endswith("{"):
            self.lines.append(_Line(0))

    def _no_blank(self) -> None:
        if self.lines and not (self.lines[-1].code or self.lines[-1].comment):
            self.lines.pop()

    def _scope(self, index: int) -> int:
        """A scope's start. A flat one is written at once; gives the index of the last token that is done with."""
        line, last = self.lines[-1], self.partner[index]
        if self._may_be_flat(index, last):
            text = f"{line.code} {_joined(self.tokens[index : last + 1])}"
            if 2 * line.depth + len(text) <= WIDTH:
                line.code = text
                return last
        line.code += " {"
        self.open.append((len(self.lines) - 1, self.row[index]))
        return index

    def _may_be_flat(self, index: int, last: int) -> bool:
        if last - index > 2 * WIDTH:
            return False
        inside = self.tokens[index + 1 : last]
        empty = all(token.kind == END and "#" not in token.text for token in inside)
        return empty or self.row[index] == self.row[last]

    def _close(self, index: int) -> None:
        self._no_blank()
        began, row = self.open.pop()
        self._put("}")
        if row == self.row[index]:
            # The scope was on one line, which it outgrew. Its comment goes where the statement begins: it may be
            # a suppression, which counts for that line.
            self.spoken = began


def _places(listed: list[Token]) -> tuple[dict[int, int], list[int]]:
    """For each `{` the index of its `}`, and for each token the row it is in."""
    partner: dict[int, int] = {}
    waiting: list[int] = []
    rows = []
    row = 0
    for index, token in enumerate(listed):
        rows.append(row)
        if token.kind == LBRACE:
            waiting.append(index)
        elif token.kind == RBRACE:
            partner[waiting.pop()] = index
        elif token.kind == END:
            row += token.text.count("\n")
    return partner, rows


def _statement(head: list[Token], depth: int) -> str:
    """A statement up to its scope."""
    word, rest = head[0].text, head[1:]
    if depth > 0 and word not in UNPADDED:
        word = word.ljust(VALUE_COLUMN - 1)
    elif word == "assert" and len(rest) > 1 and rest[0].text in SCOPES["assert"] and rest[1].kind == WORD:
        word += " " + rest[0].text.ljust(ASSERTED_COLUMN - 1)
        rest = rest[1:]
    return f"{word} {_joined(rest)}" if rest else head[0].text


def _joined(listed: list[Token]) -> str:
    """Tokens on one line; a statement's end is a `;` where another one follows."""
    parts: list[str] = []
    for index, token in enumerate(listed):
        if token.kind == COMMA:
            parts[-1] += ","
        elif token.kind != END:
            parts.append(token.text)
        elif listed[index - 1].kind != LBRACE and listed[index + 1].kind != RBRACE:
            parts[-1] += ";"
    return " ".join(parts)


def _spaced(comment: str) -> str:
    """A comment with a space behind its `#`; rulers (`##`) and `#!` are left alone."""
    return comment if comment[1:2] in ("", "#", "!", *SPACE) else "# " + comment[1:]

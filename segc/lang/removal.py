"""Taking a statement out of its file, as a fix: with its scope and its lines, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.diagnostics import Edit, Fix
from segc.lang.comments import SPACE, comments
from segc.lang.reader import tokens
from segc.lang.syntax import END, LBRACE, RBRACE
from segc.source import Span

if TYPE_CHECKING:
    from segc.source import Source

_SUPPRESSION = "# segc:"


def removal(head: Span, title: str, *, safe: bool) -> tuple[Fix, ...]:
    """The fix that takes out the statement with this head, if it stands on lines of its own; else none.

    There is none either where a comment would go with it, or where one that silences findings stands above it: that
    one would then speak of the next statement.
    """
    text, start, end = head.source.text, head.start, _end(head)
    while start > 0 and text[start - 1] in SPACE:
        start -= 1
    while end < len(text) and text[end] in SPACE:
        end += 1
    alone = (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n")
    if not alone or head.source.builtin or any(comments(text[start:end])) or _silenced(head.source, start):
        return ()
    whole = Span(head.source, start, min(end + 1, len(text)))
    return (Fix(title, (Edit(whole, ""),), safe),)


def _end(head: Span) -> int:
    """Offset behind the statement: behind its scope, where it has one."""
    depth = 0
    for token in tokens(head.source.text[head.end :]):
        if token is None or (depth == 0 and token.kind != LBRACE):
            return head.end
        depth += (token.kind == LBRACE) - (token.kind == RBRACE)
        if depth == 0 and token.kind != END:
            return head.end + token.end
    return head.end


def _silenced(source: Source, start: int) -> bool:
    """Does a comment on the lines right above silence findings?"""
    line = source.line_column(start)[0] - 1
    while source.line_text(line).lstrip(SPACE).startswith("#"):
        if source.line_text(line).lstrip(SPACE).startswith(_SUPPRESSION):
            return True
        line -= 1
    return False

"""Edits a conduit's mode in the text of its file: one statement, and a comment behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.lang.comments import comments
from segc.lang.formatter import format_text
from segc.lang.parser import parse
from segc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.lang.syntax import Statement, Token
    from segc.model.plant import Conduit

# What `segc promote` writes, and no comment of a person that begins like it.
OURS = re.compile(r"(?:, )?promoted \d{4}-\d\d-\d\d(?:[^;]*)(?:; agreed[^;]*)?; baseline [0-9a-f]{12}")


def with_mode(source: Source, conduit: Conduit, mode: str, comment: str) -> str:
    """The file's text with this mode in the conduit. `comment` goes behind it; empty takes out one of ours.

    A text that was laid out as `segc fmt` does stays so.
    """
    statement = _find(source, conduit)
    own = next((one for one in statement.body or () if one.word.text == "mode"), None)
    text = _set(source.text, own, mode, comment) if own else _put(source.text, statement, mode, comment)
    return _laid_out(source, text)


def _find(source: Source, conduit: Conduit) -> Statement:
    """The conduit's statement. Its span begins at its word or its name."""
    tree, _ = parse(source)
    inside = [one for one in _all(tree.statements) if one.word.text == "conduit" and _within(one, conduit)]
    return inside[0]


def _within(statement: Statement, conduit: Conduit) -> bool:
    return statement.word.start <= conduit.span.start < statement.head_end()


def _all(statements: list[Statement]) -> Iterator[Statement]:
    for one in statements:
        yield one
        yield from _all(one.body or [])


def _set(text: str, own: Statement, mode: str, comment: str) -> str:
    """Another value for a mode that is there."""
    value = _value(own)
    end = text.find("\n", value.end)
    end = len(text) if end < 0 else end
    rest = _without_ours(text[value.end : end])
    if comment:
        rest = _with(rest, comment)
    return text[: value.start] + mode + rest + text[end:]


def _without_ours(line: str) -> str:
    """The rest of a line without our comment, or our part of one. What stands in strings is none."""
    for one in comments(line):
        said = OURS.sub("", one.text)
        if said != one.text:
            before, after = line[: one.start], line[one.start + len(one.text) :]
            return (before.rstrip() if said.strip("# \t") == "" else before + said) + after
    return line


def _with(line: str, comment: str) -> str:
    """The rest of a line with our comment behind it. It ends as it did: files with CR LF keep them."""
    end = "\r" if line.endswith("\r") else ""
    return f"{line.rstrip()}{', ' if any(comments(line)) else '  # '}{comment}{end}"


def _value(own: Statement) -> Token:
    item = own.items[0]
    return item[0] if isinstance(item, list) else item


def _put(text: str, statement: Statement, mode: str, comment: str) -> str:
    """A mode where there is none: the first line of the scope, or the first statement of one that is on one line."""
    head = statement.head_end()
    brace = text.find("{", head)
    if statement.body is None or brace < 0:
        return f"{text[:head]} {{ mode {mode} }}{_behind(comment)}{text[head:]}"
    line = text[brace + 1 :].split("\n", 1)[0]
    if "\n" in text[brace:] and not line.split("#")[0].strip():
        start = text.rfind("\n", 0, statement.word.start) + 1
        indent = text[start : statement.word.start]
        at = text.index("\n", brace) + 1
        end_of_line = "\r\n" if text[at - 2 : at] == "\r\n" else "\n"
        return f"{text[:at]}{indent}  {'mode':<13}{mode}{_behind(comment)}{end_of_line}{text[at:]}"
    end = text.find("\n", brace)
    end = len(text) if end < 0 else end
    rest = text[brace + 1 : end]
    return f"{text[: brace + 1]} mode {mode};{_with(rest, comment) if comment else rest}{text[end:]}"


def _behind(comment: str) -> str:
    return f"  # {comment}" if comment else ""


def _laid_out(source: Source, text: str) -> str:
    """As `segc fmt` would write it, if the file was."""
    if format_text(source) != source.text:
        return text
    return format_text(Source(source.path, text))

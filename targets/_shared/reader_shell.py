"""Words of a line, parted as a shell does it."""

from __future__ import annotations

import re
import shlex

_WORD = r"""[!$-&(-\[\]-~]+|'[^']*'|"[^"\\]*\""""
_WORDS = re.compile(_WORD)
_PLAIN = re.compile(rf"[ \t]*(?:(?:{_WORD})(?:[ \t]+|\Z))*")


def words(line: str, *, comments: bool = False) -> list[str]:
    """What `shlex.split` says, which takes twenty times as long. ValueError where a text does not end."""
    if not _PLAIN.fullmatch(line):  # a comment, a backslash, or a word of several pieces
        return shlex.split(line, comments=comments)
    return [word[1:-1] if word[0] in "'\"" else word for word in _WORDS.findall(line)]

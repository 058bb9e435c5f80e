"""FortiOS's words: quoted names, tables of entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.rules.words import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_NAME, LONGEST_POLICY, LONGEST_COMMENT = 79, 35, 1023  # the CLI reference of 7.6, "Maximum length"
MOST_NAMES = 20  # in one line
# A `?` asks the command line for help, even between quotes.
_ODD = r"[^\x20-\x7e]|[?\"'\\]"


def quoted(names: Iterable[str]) -> str:
    """Names as a list of the command line's."""
    return " ".join(f'"{name}"' for name in names)


def listed(key: str, names: Sequence[str]) -> list[str]:
    """A setting that is a list: in several lines where it is long, since a terminal takes no line of any length."""
    chunks = [names[start : start + MOST_NAMES] for start in range(0, len(names), MOST_NAMES)]
    return [f"{'append' if at else 'set'} {key} {quoted(chunk)}" for at, chunk in enumerate(chunks)]


def comment(text: str) -> str:
    """A text for `set comments`, between quotes."""
    return '"' + sentence(re.sub(_ODD, "*", text), LONGEST_COMMENT) + '"'


def remark(text: str) -> str:
    """A line that the command line passes over."""
    return "    # " + sentence(re.sub(_ODD, "*", text), 100)


def entry(name: str, settings: Iterable[str]) -> list[str]:
    """One entry of a table."""
    return [f"    edit {name}", *(f"        {one}" for one in settings), "    next"]


def table(path: str, lines: Sequence[str]) -> list[str]:
    """A table with its entries; nothing where it would be empty."""
    return [f"config {path}", *lines, "end"] if lines else []

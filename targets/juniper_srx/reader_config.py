"""A Junos configuration as commands that build a candidate, one after another: the set form, or the one with braces.

`display set` prints only `set` and `deactivate`; a file for `load set` may also
delete and insert. What is left at the end is what a commit would take.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from segc.packets.machine import Refused

from .reader_braces import commands

Words = tuple[str, ...]
# What the CLI prints around a configuration beside prompts: `{primary:node0}`.
_AROUND = re.compile(r"\{[a-z-]+(:[a-z0-9-]+)?\}(\[edit.*\])?|\[edit.*\]|/\*.*\*/")
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)|(")')
_BRACES = re.compile(r"[^#\"]*(\{|;)\s*(##.*)?$")  # of the first statement
_RELATIVE = (
    "edit",
    "top",
    "up",
    "exit",
    "quit",
    "rollback",
    "commit",
    "load",
    "show",
    "run",
    "copy",
    "rename",
    "replace",
)
_HARMLESS = ("annotate", "protect", "unprotect")  # a comment; who may change a statement


class Statement(NamedTuple):
    """One statement of the candidate, and the line that set it last. Of a choice, such as an action, the last one holds."""

    words: Words
    line: int
    turn: int


def statements(text: str, file: str) -> list[Statement]:
    """The statements that a text leaves active, in the order in which they stand. Raises `Refused`."""
    candidate = _Candidate()
    lines = [line.strip() for line in text.split("\n")]
    kept = [("" if line.startswith("#") or _AROUND.fullmatch(line) else line) for line in lines]
    number = 0
    try:
        if _BRACES.match(next(filter(None, kept), "")):
            for one in commands("\n".join(kept)):
                number = one.line
                candidate.command(one.verb, [*one.words], number)
        else:
            for number, line in enumerate(kept, 1):
                if line:
                    candidate.line(line, number)
    except Refused as why:
        number = why.line or number
        raise Refused(why.why, number, file, lines[number - 1]) from None
    return candidate.active()


class _Candidate:
    """The candidate configuration while commands change it."""

    def __init__(self) -> None:
        self._found: dict[Words, tuple[int, int]] = {}  # in which line, and when
        self._turn = 0
        self._inactive: dict[Words, None] = {}

    def line(self, line: str, number: int) -> None:
        """One line of the set form."""
        verb, *words = _tokens(line)
        for one in _listed(words):
            self.command(verb, one, number)

    def command(self, verb: str, words: list[str], number: int) -> None:
        """One command, whole."""
        if verb == "set":
            self._turn += 1
            self._found[tuple(words)] = (number, self._turn)  # one that is there already keeps its place
        elif verb == "delete":
            self._delete(tuple(words))
        elif verb == "deactivate":
            self._inactive[tuple(words)] = None
        elif verb == "activate":
            self._inactive.pop(tuple(words), None)
        elif verb == "insert":
            self._insert(words)
        elif verb in _HARMLESS:
            return
        elif verb in _RELATIVE:
            raise Refused(f"`{verb}` depends on what went before: only whole set commands are read")
        else:
            raise Refused(f"`{verb}` is no command that this reader knows")

    def _delete(self, path: Words) -> None:
        if not path:
            raise Refused("deletes the whole configuration")
        self._found = {words: line for words, line in self._found.items() if words[: len(path)] != path}
        self._inactive = {words: None for words in self._inactive if words[: len(path)] != path}

    def _insert(self, words: list[str]) -> None:
        """`insert PATH KIND A before KIND B`: everything of A goes before, or behind, everything of B."""
        where = next((word for word in ("before", "after") if word in words[2:-1]), None)
        if where is None:
            raise Refused("an insert needs `before` or `after`")
        at = words.index(where, 2)
        moved = tuple(words[:at])
        beside = moved[:-2] + tuple(words[at + 1 :]) if len(words) - at == 3 else moved[:-1] + tuple(words[at + 1 :])
        block = {w: n for w, n in self._found.items() if w[: len(moved)] == moved}
        others = [(w, n) for w, n in self._found.items() if w not in block]
        places = [i for i, (w, _) in enumerate(others) if w[: len(beside)] == beside]
        if not block or not places:
            raise Refused("inserts what is not there, or beside what is not there")
        cut = places[0] if where == "before" else places[-1] + 1
        self._found = dict([*others[:cut], *block.items(), *others[cut:]])

    def active(self) -> list[Statement]:
        """What is not deactivated."""
        gone = list(self._inactive)
        return [
            Statement(words, *when)
            for words, when in self._found.items()
            if not any(words[: len(path)] == path for path in gone)
        ]


def _tokens(line: str) -> list[str]:
    found = []
    for match in _TOKEN.finditer(line):
        if match[3]:
            raise Refused("a quote is not closed")
        found.append(re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2])
    return found


def _listed(words: list[str]) -> list[list[str]]:
    """`match source-address [ a b ]` is two statements."""
    if "[" not in words:
        return [words]
    first = words.index("[")
    if words[-1] != "]" or words.count("[") > 1 or first == len(words) - 2:
        raise Refused("a list in brackets stands at the end, and is not empty")
    return [[*words[:first], one] for one in words[first + 1 : -1]]

"""Reads the service library, grammar/std, by a few lines of its own and not by the product's parser, so that a fault
in the parser cannot hide a fault in the library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

STD = Path(__file__).parent.parent / "grammar" / "std"
VALUE_COLUMN = 13


@dataclass
class Scope:
    """A service, or a further connection of one."""

    name: str
    title: str
    file: str
    words: dict[str, str] = field(default_factory=dict)
    follow_on: Scope | None = None

    def text(self, word: str) -> str:
        """A quoted value without its quotes; empty where the word is absent."""
        return self.words.get(word, "").strip('"')

    def ports(self, word: str) -> set[str]:
        """The ports and ranges of tcp or udp, as written."""
        return set(self.words[word].split(", ")) if word in self.words else set()


@dataclass
class Library:
    """Services in the order of the files, and which file uses which."""

    services: list[Scope] = field(default_factory=list)
    uses: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


SERVICE = re.compile(r'service ([a-z0-9]+(?:-[a-z0-9]+)*) "([^"\\]+)" \{')
USE = re.compile(r'use "std/([a-z0-9-]+)"')
SETTING = re.compile(r"( +)([a-z0-9-]+)(?:( +)(\S.*))?")


@cache
def library() -> Library:
    """Reads all files; whatever does not look like the library's one way of writing is a fault."""
    found = Library()
    for path in sorted(STD.glob("*.zone")):
        found.uses[path.stem] = []
        _read(path, found)
    return found


def _read(path: Path, found: Library) -> None:
    service: Scope | None = None
    inner: Scope | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.name}:{number}: {line}"
        if service is None:
            if head := SERVICE.fullmatch(line):
                service = Scope(head[1], head[2], path.stem)
                found.services.append(service)
            elif use := USE.fullmatch(line):
                found.uses[path.stem].append(use[1])
            elif line and not line.startswith("# "):
                found.faults.append(where)
        elif line == "}" and inner is None:
            service = None
        elif line == "  }" and inner is not None:
            inner = None
        else:
            scope = inner or service
            word = _setting(line, 2 if inner is None else 4, scope)
            if word is None:
                found.faults.append(where)
            elif word == "follow-on":
                inner = service.follow_on = Scope(service.name, "", path.stem)
    if service is not None:
        found.faults.append(f"{path.name}: `{service.name}` is not closed")


def _setting(line: str, indent: int, scope: Scope) -> str | None:
    """Takes one line into `scope`; None where it is misshapen, misplaced or said twice."""
    match = SETTING.fullmatch(line)
    if match is None or len(match[1]) != indent or match[2] in scope.words:
        return None
    word, gap, value = match[2], match[3] or "", match[4] or ""
    if value and len(word) + len(gap) != VALUE_COLUMN:
        return None
    if word == "follow-on":
        if not value.endswith(" {"):
            return None
        value = value.removesuffix(" {")
    elif value.count('"') % 2 or "{" in value or "\\" in value:
        return None
    scope.words[word] = value
    return word

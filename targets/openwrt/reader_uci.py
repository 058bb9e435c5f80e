"""Sections of a UCI file: `config rule 'name'`, then `option key 'value'` and `list key 'value'`, one a line.

OpenWrt user guide, "The UCI system": single or double quotes, or none; `#` begins a comment. `uci export` puts
`package firewall` before it. There is no grammar: each line stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from segc.packets.machine import Refused

from .._shared.reader_shell import words as split


@dataclass(slots=True)
class Section:
    """One section; options have one value each, lists several."""

    kind: str
    name: str
    line: int
    options: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    package: str = ""  # whose it is, in the output of `uci export`

    def values(self, key: str) -> list[str]:
        """All values of a key: a list's entries, or the words of an option."""
        if key in self.lists:
            return self.lists[key]
        return self.options.get(key, "").split()

    def keys(self) -> set[str]:
        """All that is said."""
        return {*self.options, *self.lists}


def sections(text: str) -> list[Section]:
    """All sections of a file."""
    found: list[Section] = []
    package = ""
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        try:
            words = split(raw, comments=True)
        except ValueError:
            raise Refused("has a quote without its other half", number, text=raw.strip()) from None
        if not words:
            continue
        if words[0] == "package" and len(words) == 2:
            package = words[1]
            continue
        if words[0] == "config" and len(words) in (2, 3):
            found.append(Section(words[1], words[2] if len(words) == 3 else "", number, package=package))
        elif words[0] in ("option", "list") and len(words) == 3 and found:
            _say(found[-1], words[0], words[1], words[2], number)
        else:
            raise Refused("is no line of a UCI file", number, text=raw.strip())
    return found


def _say(section: Section, word: str, key: str, value: str, line: int) -> None:
    if key in section.options or (word == "option" and key in section.lists):
        raise Refused(f"`{key}` is said twice", line)
    if word == "list":
        section.lists.setdefault(key, []).append(value)
    else:
        section.options[key] = value

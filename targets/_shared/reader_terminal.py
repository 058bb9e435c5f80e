"""A terminal's text as the file that a reader takes: without prompts, and without what a pager left.

A line goes only where it is plainly the terminal's: a prompt with a command that shows something or leaves, a prompt
alone that stands so elsewhere or at either end of the text, a pager's mark. Anything else stays, to be judged by the
reader. Lines keep their numbers. Vendors say what their prompts look like; the group `host` is whose it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

# A pager takes its mark back with blanks and backspaces before it goes on in the same line.
_PAGER = re.compile(
    r"[ \t]*(?:-- ?[Mm]ore ?--|<--- More --->|---\(more(?: \d+%)?\)---|-- \[Q quit\|[^\]]*\])"
    r"(?:[ \t]*$|[ \b]*\b|[ \b]*(?:\x1b\[[0-9;]*[A-Za-z])+)"
)


class Prompt:
    """What a vendor's prompts look like, and which commands change nothing."""

    def __init__(self, prompt: str, commands: str) -> None:
        self._whole = re.compile(rf"(?P<prompt>{prompt})[ \t]*(?P<command>(?:{commands})?)[ \t]*")

    def read(self, line: str) -> re.Match[str] | None:
        """The line as a prompt; None where it is none, or one with another command."""
        return self._whole.fullmatch(line)


def cut(text: str, prompt: Prompt) -> tuple[str, list[int]]:
    """The text without what is the terminal's, and the numbers of the lines that are. Raises `Refused`."""
    lines = text.replace("\r\n", "\n").split("\n")
    left_out: list[int] = []
    for at, line in enumerate(lines):
        lines[at] = _PAGER.sub("", line) if _PAGER.match(line) else line
        if lines[at] != line and not lines[at].strip():
            left_out.append(at + 1)
    found = {at: one for at, line in enumerate(lines) if (one := prompt.read(line)) is not None}
    said = {one["prompt"].rstrip() for one in found.values() if one["command"]}
    filled = [at for at, line in enumerate(lines) if line.strip()]
    prompts = {at: one for at, one in found.items() if one["prompt"].rstrip() in said or at in (filled[0], filled[-1])}
    _of_one_device(prompts)
    text = "\n".join("" if at in prompts else line for at, line in enumerate(lines))
    return text, sorted([*left_out, *(at + 1 for at in prompts)])


def sections(
    name: str, text: str, prompt: Prompt, role: Callable[[str, str], str | None]
) -> tuple[dict[str, str], list[int]]:
    """As a reader offers it whose exports are one file."""
    kept, left_out = cut(text, prompt)
    known = role(name, kept)
    return ({} if known is None else {known: kept}), left_out


def _of_one_device(prompts: dict[int, re.Match[str]]) -> None:
    """Two devices in one file would be read as one."""
    first = next(iter(prompts.values()), None)
    for at, one in prompts.items():
        if first is not None and one["host"] != first["host"]:
            why = f"is another device's: `{first['host']}` stands above, and one file is read as one device's"
            raise Refused(why, at + 1, text=one[0].strip())


_ON_CISCO = r"(?:do )?sh(?:ow?)? .+|sh|show|more system:.+|term(?:inal)? .+|en(?:able)?|exit|quit|logout|end"
CISCO = Prompt(r"(?P<host>[\w.-]+(?:/[\w./-]+)?)(?:\([\w -]+\))?[#>]", _ON_CISCO)

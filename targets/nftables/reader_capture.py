"""A terminal's or a backup's text, which may hold other lines beside a rule set, as the file that the reader takes.

A command is kept with all lines until its braces are closed; so is any line that begins as a command does, so that
the reader may refuse it. Lines keep their numbers.
"""

from __future__ import annotations

import re

from .reader_json import as_text
from .reader_tables import ROLE

_COMMANDS = {
    "table", "flush", "add", "create", "insert", "replace", "delete", "destroy", "define", "redefine", "undefine",
    "include", "rename", "reset",
}  # fmt: skip
_JSON = re.compile(r'^\{\s*"nftables"', re.MULTILINE)
_QUOTED = re.compile(r'"[^"]*"')


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The rule set, and the numbers of the lines that belong to none. Raises `Refused`."""
    del name
    lines = text.replace("\r\n", "\n").split("\n")
    listing = _JSON.search(text)
    if listing is not None:  # a line is then an object of the listing
        start, end = text.count("\n", 0, listing.start()), text.count("\n", 0, text.rfind("}"))
        outside = [at + 1 for at, line in enumerate(lines) if line.strip() and not start <= at <= end]
        return {ROLE: as_text(text[listing.start() : text.rfind("}") + 1])}, outside
    kept = [""] * len(lines)
    left_out: list[int] = []
    depth = 0
    for at, line in enumerate(lines):
        bare = _QUOTED.sub("", line).partition("#")[0]
        if depth or _is_command(bare):
            kept[at] = line
            depth = max(0, depth + bare.count("{") - bare.count("}"))
        elif bare.strip():
            left_out.append(at + 1)
    return ({ROLE: "\n".join(kept)} if any(kept) else {}), left_out


def _is_command(bare: str) -> bool:
    return bare.strip().partition(" ")[0] in _COMMANDS

"""A terminal's or a backup's text, which may hold several listings and other lines, as the files that the reader takes.

What stands between `*table` and `COMMIT` is kept as it is, and so is every line elsewhere that looks like a command, so
that the reader may refuse it. Lines keep their numbers.
"""

from __future__ import annotations

import re

_SET = re.compile(r"(create|add|flush|destroy)[ \t]+\S+")
_WHOSE = re.compile(r"ip(6?)tables(?:-legacy|-nft)?-save")


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """Texts by role, and the numbers of the lines that belong to none. A prompt or comment says whose rules follow."""
    lines = text.replace("\r\n", "\n").split("\n")
    texts: dict[str, list[str]] = {}
    left_out: list[int] = []
    rules, inside = "rules-ipv6" if name.startswith("ip6") else "rules-ipv4", False
    for at, line in enumerate(lines):
        role: str | None = rules
        if not inside and (line[:1] == "#" or not _is_command(line)):
            named = _WHOSE.search(line)
            rules = (f"rules-ipv{named[1] or 4}") if named else rules
            role = None
        elif not inside and _SET.match(line):
            role = "sets"
        inside = line[:1] == "*" or (inside and line.rstrip() != "COMMIT")
        if role is not None:
            texts.setdefault(role, [""] * len(lines))[at] = line
        elif line.strip() and line[:1] != "#":
            left_out.append(at + 1)
    return {role: "\n".join(found) for role, found in texts.items()}, left_out


def _is_command(line: str) -> bool:
    return (
        line[:1] in ("*", ":", "[") or line.lstrip(" \t")[:1] == "-" or _SET.match(line) is not None or line == "COMMIT"
    )

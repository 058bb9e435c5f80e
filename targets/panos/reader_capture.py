"""A terminal's text as the file that the reader takes: what is no command, and can be none, is left out and named.

Lines keep their numbers. What begins as a command does is kept, so that the reader may refuse it; so is any line that
nobody here knows.
"""

from __future__ import annotations

import re

PROMPT = re.compile(r"\s*[\w.-]+@[\w.-]+(?:\([\w-]+\))?[>#]\s*")  # admin@PA-220(active)#
# What a terminal shows between commands, and commands that show or only move about.
SHOWN = re.compile(
    r"\[edit.*\]|(?:Entering|Exiting) configuration mode|configure|exit|quit|run .*|show(?: .*)?|set cli .*"
    r"|save config .*|validate full|commit(?: .*)?|Warning: .*|Last login: .*|Number of failed attempts .*"
)
COMMAND = re.compile(r"^(?:set|delete) ", re.MULTILINE)
XML = re.compile(r"<\?xml|<(?:config|response)\b")


def cut(text: str) -> tuple[str, list[int]]:
    """The configuration in a text, and the numbers of the lines that belong to none."""
    lines = text.replace("\r\n", "\n").split("\n")
    start = XML.search(text)
    if start is not None and not COMMAND.search(text, 0, start.start()):
        return _xml(lines)
    kept, left_out = list(lines), []
    quoted = False
    for at, line in enumerate(lines):
        bare = PROMPT.sub("", line, count=1)
        if not quoted and not bare.startswith("#") and (bare != line or bare.strip()):
            kept[at] = "" if not bare.strip() or SHOWN.fullmatch(bare.strip()) else bare
            left_out += [] if kept[at] else [at + 1]
        quoted ^= line.count('"') % 2 == 1 and not bare.startswith("#")
    return "\n".join(kept), left_out


def _xml(lines: list[str]) -> tuple[str, list[int]]:
    """From the line where the document begins to the one where it ends."""
    first = next(at for at, line in enumerate(lines) if XML.search(line))
    last = next(at for at in range(len(lines) - 1, -1, -1) if lines[at].rstrip().endswith(">") and "<" in lines[at])
    outside = [at for at in (*range(first), *range(last + 1, len(lines))) if lines[at].strip()]
    text = "\n".join("" if at in outside else line for at, line in enumerate(lines))
    # a declaration must be the first thing in a document
    return re.sub(r"<\?xml.*?\?>", "", text, count=1), [at + 1 for at in outside]

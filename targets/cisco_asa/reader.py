"""What a Cisco ASA (software 9.x) does with packets: read from its running configuration, or from a part of it.

The language is flat: a command a line, words between blanks, the lines of an object indented below it. Each command
says by its first words what comes next, so a grammar would only repeat what `Words` does; this is read by hand.
Sections that cannot change what passes are skipped by name (`reader_words.UNRELATED`); any other command that the
reader does not know is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .._shared import reader_terminal
from ..cisco_ios.reader_times import TimeRanges
from . import reader_config, reader_machine
from .reader_lines import commands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.machine import Machine

RULES = "rules"


def role(_name: str, text: str) -> str | None:
    """A running configuration says which software it is of; a part of one has lists and binds them."""
    if re.search(r"^(: )?ASA Version \d", text, re.MULTILINE):
        return RULES
    bound = re.search(r"^access-group \S+ (in interface|out interface|global)", text, re.MULTILINE)
    listed = re.search(r"^access-list \S+ (line \d+ )?extended ", text, re.MULTILINE)
    return RULES if bound and listed else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a box, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, reader_terminal.CISCO, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """What the file means on a box whose clock shows this time zone. Raises `Refused`."""
    unexpected = sorted(set(files) - {RULES})
    if unexpected or RULES not in files:
        raise Refused(
            "is no file of an ASA's" if unexpected else "there is no configuration", file="".join(unexpected[:1])
        )
    config = reader_config.Config(times=TimeRanges(clock, running=running))
    text = files[RULES]
    lines = text.split("\n")
    at = 0
    try:
        ended = ""
        for command in commands(text):
            at = command.line
            _not_behind(ended, command.text)
            ended = command.text if command.text in ("end", "exit", "quit") else ended
            config.take(command)
        at = 0
        return reader_machine.build(config, RULES)
    except Refused as why:
        at = why.line or at
        raise Refused(why.why, at, RULES, why.text or (lines[at - 1].strip() if at else "")) from None


def _not_behind(ended: str, text: str) -> None:
    """Behind what leaves the configuration nothing is configured any more: it would never come to be."""
    if ended and text.startswith(("access-", "object", "interface ", "class-map", "policy-map", "service-policy")):
        raise Refused(f"stands behind `{ended}`, where nothing is configured any more")

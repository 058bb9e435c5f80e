"""What makes a finding the same finding in the next run, although lines have moved and days have passed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segc.report.shape import DiagnosticEntry

VERSION = "segc/v1"  # another way to make them gets another name, since those who store them compare by it
_MOVES = re.compile(r"\blines? \d+|(?<=\.zone)(?::\d+){1,2}|\b\d+ days?\b|\b(?:yesterday|today|tomorrow)\b")
_LENGTH = 32  # hexadecimal digits: 128 bits


def fingerprints(found: Sequence[DiagnosticEntry]) -> list[str]:
    """One for each finding: of its code, its message, the text of the line that it is about, and a number.

    Numbers of lines and days count for nothing, nor does white space. Findings that are equal otherwise are numbered
    in their order, so that no two of a run have the same.
    """
    seen: Counter[str] = Counter()
    made = []
    for one in found:
        key = "\0".join((one["code"], _MOVES.sub("", one["message"]), _line(one)))
        seen[key] += 1
        text = f"{key}\0{seen[key]}"
        made.append(hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:_LENGTH])
    return made


def _line(one: DiagnosticEntry) -> str:
    if not one["labels"]:
        return ""
    first = one["labels"][0]
    return " ".join(first["lines"].get(str(first["line"]), "").split())

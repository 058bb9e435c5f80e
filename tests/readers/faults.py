"""Faults of other compilers, put into our own files."""

from __future__ import annotations

import re


def change(pattern: str, to: str, text: str) -> str:
    """Change the first place that the pattern matches, with `^` and `$` at every line; there must be one."""
    new, count = re.subn(pattern, to, text, count=1, flags=re.MULTILINE)
    assert count, pattern
    return new

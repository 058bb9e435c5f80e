"""Paths as formats for other programs write them: with slashes, relative where they can be, as URIs."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import quote


def slashes(path: str) -> str:
    """A path as this system writes it, with slashes."""
    return path.replace(os.sep, "/")


def below(path: str) -> str | None:
    """A path below the current folder, relative to it and with slashes; None of any other."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return None
    return None if PurePath(relative).parts[:1] == (os.pardir,) else slashes(relative)


def uri(path: str) -> tuple[str, bool]:
    """A URI reference (RFC 3986), and whether it is relative to the current folder."""
    inside = below(path)
    if inside is not None:
        # A colon in the first part would make it a scheme.
        return quote(os.fsencode(inside), safe="/"), True
    absolute = slashes(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    lead = "file://" if absolute.startswith("/") else "file:///"
    return lead + quote(os.fsencode(absolute), safe="/:"), False

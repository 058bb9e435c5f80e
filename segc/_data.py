"""Finds the trees that are data and plug-ins: grammar/, targets/ and docs/checks/.

In a wheel they lie in segc/_data; in a checkout, beside the package. A folder
counts only if it holds its marker file, so a stray `targets` in site-packages
is never taken for ours.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_MARKERS = {"grammar": "zone.lark", "targets": "README.md", "docs/checks": "README.md"}


class MissingData(Exception):
    """The installation is broken: one of the data trees is not there."""


@cache
def data_root(tree: str) -> Path:
    """Folder of a data tree; the checkout wins, so that edits are seen at once."""
    for base in (_HERE.parent, _HERE / "_data"):
        folder = base / tree
        if (folder / _MARKERS[tree]).is_file():
            return folder
    raise MissingData(f"the folder `{tree}` is missing from this installation of segc")


def data_file(path: str) -> Path:
    """A file in a data tree, named from the top, such as `grammar/zone.lark`."""
    tree = next(name for name in _MARKERS if path == name or path.startswith(name + "/"))
    return data_root(tree) / path[len(tree) + 1 :]


def data_text(path: str) -> str:
    """Text of a file in a data tree."""
    return data_file(path).read_text(encoding="utf-8")

"""What no answer may be written over: the plant, logs that are read, and folders that segc keeps as a whole."""

from __future__ import annotations

import os
import re
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

import click

from segc.diagnostics import SegcError, finding
from segc.settings import FILE as SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# What verbs call their arguments and options, by what these name.
PLANTS = ("path", "plant", "old", "new", "against")
READ = ("logs", "files", "oui")
KEPT = ("folder", "place")  # a build, a baseline or files that end a grant, also ones that are yet to be made
# How what says whose a folder is begins: the manifest of a build, and the logs of a baseline. Others call files so, too.
MARKS = {
    "manifest.json": re.compile(rb'"segc/manifest/'),
    "sources.json": re.compile(rb'\s*\{\s*"(version"\s*:\s*\d+\s*,\s*"sources|sources)"\s*:\s*\['),
}
HEAD = 200


def refuse(files: Iterable[Path], *, drafts: bool = False) -> None:
    """Raises SegcError (exit code 2) where an answer in one of `files` would take away what the verb that runs was asked
    about, or what only a person can write again.

    With `drafts`, the verb writes `.zone` files itself, and knows its own older ones.
    """
    asked = click.get_current_context().params
    for file in files:
        why = next(_reasons(file, asked, drafts=drafts), "")
        if why:
            message = f"`{file}` {why}"
            raise SegcError([finding("output-in-use", message, help="write to another file")], code=2)


def _reasons(file: Path, asked: Mapping[str, object], *, drafts: bool) -> Iterator[str]:
    real = Path(os.path.realpath(file))
    for name in _named(asked, READ):
        if real.is_relative_to(os.path.realpath(name)):
            yield f"lies in `{name}`, which is read" if _is(Path(name), S_ISDIR) else "is read, and would be lost"
        elif _is_linked(real, name):
            yield f"is read, by a link in `{name}`, and would be lost"
    kept = [name for name in _named(asked, KEPT) if real.is_relative_to(os.path.realpath(name))]
    kept += [str(folder) for folder in real.parents if _is_kept(folder)]
    if kept:
        yield f"lies in `{kept[0]}`, which holds a baseline or a build, and nothing else"
    if _is(real, S_ISREG):
        if real.name == SETTINGS or any(_is_in(real, Path(name)) for name in _named(asked, PLANTS)):
            yield "is a file of the plant, and would be lost"
        if not drafts and ".zone" in {file.suffix.lower(), real.suffix.lower()}:
            yield "is a policy, and would be lost"


def _named(asked: Mapping[str, object], names: Iterable[str]) -> Iterator[str]:
    """The values of these arguments and options, one or several each, without those that were not given."""
    for name in names:
        value = asked.get(name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and one not in ("", "-"):
                yield one


def _is_linked(file: Path, folder: str) -> bool:
    """Does a link in a folder, or in one below, lead to a file that is there?"""
    if not _is(file, S_ISREG):
        return False
    links = (Path(place, name) for place, _, names in os.walk(folder) for name in names)
    return any(link.is_symlink() and os.path.realpath(link) == str(file) for link in links)


def _is_in(file: Path, plant: Path) -> bool:
    """Is an existing file one of a plant's? What a plant uses lies below its folder."""
    from segc.lang.loader import files

    folder = plant if _is(plant, S_ISDIR) else plant.parent
    return file.is_relative_to(os.path.realpath(folder)) and file in files(plant)


def _is_kept(folder: Path) -> bool:
    """Is it a baseline, or a build? One that may not be read is taken for one."""
    return any(_begins(folder / name, mark) for name, mark in MARKS.items())


def _begins(file: Path, mark: re.Pattern[bytes]) -> bool:
    if not _is(file, S_ISREG):
        return False
    try:
        with file.open("rb") as data:
            return mark.search(data.read(HEAD)) is not None
    except OSError:
        return True


def _is(path: Path, kind: Callable[[int], bool]) -> bool:
    """Is there such a thing? Where nobody may look, nothing can be written either."""
    try:
        return kind(path.stat().st_mode)
    except OSError:
        return False

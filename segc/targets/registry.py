"""Finds targets: every folder of targets/ that holds a target.toml is one."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, cast

from segc._data import data_root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from segc.packets.machine import Machine
    from segc.targets.job import Artefact, Job
    from segc.targets.manifest import Manifest

_PACKAGE = "segc_targets"


class Renderer(Protocol):
    """What a target folder's render.py offers."""

    def render(self, job: Job) -> list[Artefact]:
        """The files of one firewall. Names under which it records go to `job.records`, where they are its own."""


class Reader(Protocol):
    """What a target folder's reader.py offers."""

    def read(self, files: Mapping[str, str]) -> Machine:
        """What files mean, given by their role in the manifest. Raises `Refused` where they mean nothing."""

    def role(self, name: str, text: str) -> str | None:
        """The role of a file that stands by itself, such as a running configuration; None for any other file."""

    # sections(name: str, text: str) -> tuple[dict[str, str], list[int]]
    # It may offer this as well: texts by role out of what was captured from a device, and the numbers of the lines that
    # belong to none, such as a banner. What may be a command must not be among them. targets/_shared/reader_terminal.py
    # does it for prompts and pagers.


class TimedReader(Protocol):
    """What reader.py offers where rules tell the time by the clock of the box."""

    def read(self, files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
        """As `Reader.read`; `clock` is the IANA zone that the policy says the box shows, None where it says none.

        `running`: the files were taken from a box, and show what they say themselves, or their vendor's default.
        """


@cache
def targets() -> dict[str, Manifest]:
    """All targets by name, sorted."""
    from segc.targets.manifest import read  # pydantic: `segc check` asks for names only

    folders = sorted(p.parent for p in data_root("targets").glob("*/target.toml"))
    found = {name_of(path): read(path / "target.toml") for path in folders}
    for name, manifest in found.items():
        if name != manifest.name:
            raise ValueError(f"targets/{folder(name)}/target.toml calls itself {manifest.name}")
    return found


def folder(name: str) -> str:
    """A target's folder: its name, with underscores, so that it spells a module."""
    return name.replace("-", "_")


def name_of(path: Path) -> str:
    """The target whose folder it is."""
    return path.name.replace("_", "-")


def names() -> list[str]:
    """Names of all targets, without reading them: cheap enough for `segc check`."""
    return sorted(name_of(path.parent) for path in data_root("targets").glob("*/target.toml"))


def renderer(name: str) -> Renderer:
    """A target's render.py, loaded from its folder."""
    return cast("Renderer", module(name, "render"))


def reader(name: str) -> Reader:
    """A target's reader.py, loaded from its folder. It shares nothing with the renderer."""
    return cast("Reader", module(name, "reader"))


def read(target: str, files: Mapping[str, str], clock: str | None, *, running: bool = False) -> Machine:
    """What a target's files mean on a box whose clock shows this time zone, as the policy says. Raises `Refused`.

    `running`: they were taken from a box, so that what they say of its clock counts, and their silence, too.
    """
    one = reader(target)
    if targets()[target].can.clock == "local":
        return cast("TimedReader", one).read(files, clock, running=running)
    return one.read(files)


def sections(target: str, name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """Texts by role out of a file that came from a device, and the lines of it that belong to none."""
    one = reader(target)
    cut = getattr(one, "sections", None)
    if cut is not None:
        return cast("tuple[dict[str, str], list[int]]", cut(name, text))
    role = one.role(name, text)
    return ({} if role is None else {role: text}), []


def module(target: str, name: str) -> ModuleType:
    """A file of a target's folder, as a module. Raises `ModuleNotFoundError` where there is none."""
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(data_root("targets"))]
        sys.modules[_PACKAGE] = package
    return importlib.import_module(f"{_PACKAGE}.{folder(target)}.{name}")

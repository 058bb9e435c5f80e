"""Finds targets: every folder of targets/ that holds a target.toml is one."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, cast

from segc._data import data_root

if TYPE_CHECKING:
    from segc.targets.job import Artefact, Job
    from segc.targets.manifest import Manifest

_PACKAGE = "segc_targets"


class Renderer(Protocol):
    """What a target folder's render.py offers."""

    def render(self, job: Job) -> list[Artefact]:
        """The files of one firewall."""


@cache
def targets() -> dict[str, Manifest]:
    """All targets by name, sorted."""
    from segc.targets.manifest import read  # pydantic: `segc check` asks for names only

    folders = sorted(p.parent for p in data_root("targets").glob("*/target.toml"))
    found = {folder.name: read(folder / "target.toml") for folder in folders}
    for folder, manifest in found.items():
        if folder != manifest.name:
            raise ValueError(f"targets/{folder}/target.toml calls itself {manifest.name}")
    return found


def names() -> list[str]:
    """Names of all targets, without reading them: cheap enough for `segc check`."""
    return sorted(path.parent.name for path in data_root("targets").glob("*/target.toml"))


def renderer(name: str) -> Renderer:
    """A target's render.py, loaded from its folder."""
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(data_root("targets"))]
        sys.modules[_PACKAGE] = package
    return cast("Renderer", importlib.import_module(f"{_PACKAGE}.{name}.render"))

"""The ends of all grants, made beside a build: `kills/NAME/`, to shut a vendor out without waiting for anything.

The rules in it stop nothing that another window opens later. The commands name what nobody else is permitted at the
moment, so each folder says until when that is so: until a grant that shares packets with it opens or closes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc.diagnostics import SegcError
from segc.model.clock import expired, zone_of
from segc.response.isolation import overridden
from segc.response.kill import failures, killed
from segc.response.kill_text import files
from segc.targets.build import DECLARED

if TYPE_CHECKING:
    from datetime import datetime

    from segc.model.plant import Plant
    from segc.targets.job import Artefact

FOLDER = "kills"


class Listed(TypedDict):
    """What the manifest says of a grant's end: the folder, and until when it is true; or why there is none."""

    folder: str | None
    until: str | None
    because: str


def kills(plant: Plant, at: datetime, mode: str) -> tuple[dict[str, Artefact], dict[str, Listed]]:
    """The folders of all grants that are open or may open yet, and what the manifest says of each.

    A grant that cannot be ended stops no build: the manifest says why, and `segc grants --kill` says it again.
    """
    base = plant if mode == DECLARED else overridden(plant, mode)
    found: dict[str, Artefact] = {}
    listed: dict[str, Listed] = {}
    for name, grant in plant.grants.items():
        if expired(grant, zone_of(plant), at):
            continue
        try:
            done = killed(base, name, at)
            problems = failures(done)
        except SegcError as problem:
            problems = list(problem.diagnostics)
        if problems:
            listed[name] = {"folder": None, "until": None, "because": problems[0].message}
            continue
        folder = f"{FOLDER}/{name}"
        found |= {f"{folder}/{path}": file for path, file in files(done, at).items()}
        listed[name] = {"folder": folder, "until": done.manifest["next-change"], "because": ""}
    return found, listed

"""All playbooks of a plant, compiled beside a build: `playbooks/NAME/` with a runbook and the files to apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segc.diagnostics import SegcError
from segc.response.compile import Compiled, compiled, failures
from segc.response.isolation import of_playbook, overridden
from segc.response.runbook import runbook
from segc.response.runbook_words import sheet
from segc.response.sheet_html import html
from segc.response.sheet_text import markdown
from segc.targets.build import DECLARED
from segc.targets.job import Artefact
from segc.targets.jsontext import json_text
from segc.targets.output import MANIFEST

if TYPE_CHECKING:
    from datetime import datetime

    from segc.diagnostics import Diagnostic
    from segc.model.plant import Plant

RUNBOOK = "RUNBOOK.md"
PAGE = "RUNBOOK.html"
FOLDER = "playbooks"


def files(done: Compiled, at: datetime) -> dict[str, Artefact]:
    """The folder of one isolation: firewalls' files, runbook and manifest, which names what it is."""
    manifest: dict[str, Any] = done.manifest | {
        "isolation": {"name": done.isolation.name, "zones": sorted(done.isolation.inside)},
        "documents": [RUNBOOK, PAGE],
    }
    told = sheet(runbook(done, at))
    return {
        **done.files,
        RUNBOOK: Artefact(RUNBOOK, markdown(told), "runbook"),
        PAGE: Artefact(PAGE, html(told), "runbook"),
        MANIFEST: Artefact(MANIFEST, json_text(manifest) + "\n", "manifest"),
    }


def playbooks(plant: Plant, at: datetime, mode: str) -> dict[str, Artefact]:
    """The folders of all playbooks. Raises `SegcError` with all that does not hold, before anything is written."""
    base = plant if mode == DECLARED else overridden(plant, mode)
    problems: list[Diagnostic] = []
    found: dict[str, Artefact] = {}
    for book in plant.playbooks.values():
        done = compiled(of_playbook(base, book), at)
        problems += failures(done)
        found |= {f"{FOLDER}/{book.name}/{path}": file for path, file in files(done, at).items()}
    if problems:
        raise SegcError(problems, code=1)
    return found

"""One configuration fragment for a Nexus switch: lists under new names, then their binding to interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.aces import Dialect
from segc.targets.acl import bound
from segc.targets.job import Artefact

if TYPE_CHECKING:
    from segc.targets.job import Job

# `show running-config` prints single addresses as prefixes; the log's words are those of its ACE Action.
NXOS = Dialect(wildcards=False, host=False, permitted="Permit", denied="Deny")


def render(job: Job) -> list[Artefact]:
    """The fragment, and the guide for who applies it."""
    lists = bound(job, NXOS)
    return [
        Artefact("rules.nxos", job.template("rules.nxos.j2", bound=lists), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", bound=lists), "guide"),
    ]

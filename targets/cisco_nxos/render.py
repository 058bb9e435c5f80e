"""One configuration fragment for a Nexus switch: lists under new names, then their binding to interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.aces import Dialect
from segc.targets.acl import bound
from segc.targets.job import Artefact
from segc.targets.timerange import every

if TYPE_CHECKING:
    from segc.targets.job import Job

# `show running-config` prints single addresses as prefixes; the log's words are those of its ACE Action.
NXOS = Dialect(wildcards=False, host=False, permitted="Permit", denied="Deny", seconds=True)


def render(job: Job) -> list[Artefact]:
    """The fragment, and the guide for who applies it."""
    lists = bound(job, NXOS)
    timed = every(job, [rule for pair in job.rules.pairs for rule in pair.rules], seconds=NXOS.seconds)
    return [
        Artefact("rules.nxos", job.template("rules.nxos.j2", bound=lists, timed=timed), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", bound=lists), "guide"),
    ]

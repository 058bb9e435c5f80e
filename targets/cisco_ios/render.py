"""One configuration fragment for a router or switch: lists under new names, then their binding to interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.aces import Dialect
from segc.targets.acl import bound
from segc.targets.job import Artefact
from segc.targets.timerange import every

if TYPE_CHECKING:
    from segc.targets.job import Job

IOS = Dialect(wildcards=True)


def render(job: Job) -> list[Artefact]:
    """The fragment, and the guide for who applies it."""
    lists = bound(job, IOS)
    timed = every(job, [rule for pair in job.rules.pairs for rule in pair.rules])
    return [
        Artefact("rules.ios", job.template("rules.ios.j2", bound=lists, timed=timed), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", bound=lists), "guide"),
    ]

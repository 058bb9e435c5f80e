"""As for cisco-ios, with object groups for addresses: groups, lists, and their binding to interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.acl import bound
from segc.targets.job import Artefact
from segc.targets.timerange import every

from .groups import Grouped, Groups

if TYPE_CHECKING:
    from segc.targets.job import Job


def render(job: Job) -> list[Artefact]:
    """The fragment, and the guide for who applies it."""
    groups = Groups()
    lists = bound(job, Grouped(wildcards=True, groups=groups))
    # hardware holds an entry for each pair of members
    expanded = {one.name: sum(map(groups.entries, one.aces)) for both in lists.values() for one in both}
    job.rules_made(sum(expanded.values()))
    timed = every(job, [rule for pair in job.rules.pairs for rule in pair.rules])
    values = {"timed": timed, "bound": lists, "groups": groups.listed(), "expanded": expanded}
    return [
        Artefact("rules.ios", job.template("rules.ios.j2", **values), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", **values), "guide"),
    ]

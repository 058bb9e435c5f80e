"""One file of set commands, the guide for who applies it, and the commands that end the sessions of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES
from segc.targets.job import Artefact

from .._shared import conntrack_kill as kill
from .._shared.nft_time import unsaid
from .groups import Groups
from .rulesets import RuleSets

if TYPE_CHECKING:
    from segc.targets.job import Job

__all__ = ["render", "unsaid"]  # the latter for segc/targets/clocks.py


def render(job: Job) -> list[Artefact]:
    """Groups, then the rule sets of both families, in the form of `show configuration commands`."""
    groups = Groups([*job.table.lines, *job.table.local()])
    sets = [RuleSets(job, family, groups) for family in FAMILIES]
    job.rules_made(sum(one.size for one in sets))
    text = job.template("rules.vyos.j2", sets=sets, groups=list(groups.commands()), families=FAMILIES)
    sessions = list(kill.commands(job.rules, "sudo conntrack"))
    names = [f"`{interface.name}`" for interface in job.rules.firewall.interfaces]
    guide = job.template("APPLY.md.j2", size=sum(one.size for one in sets), sessions=sessions, names=names)
    files = [Artefact("segc.vyos", text, "rules"), Artefact("APPLY.md", guide, "guide")]
    if sessions:
        files.append(Artefact("kill.sh", job.template("kill.sh.j2", sessions=sessions), "kill"))
    return files

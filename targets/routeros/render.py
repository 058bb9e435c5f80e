"""One script for `/import`, the guide for who applies it, and the commands that end the sessions of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.addresses import FAMILIES
from segc.targets.job import Artefact

from . import kill
from .filters import Filters
from .lists import Lists
from .times import ends

if TYPE_CHECKING:
    from segc.targets.job import Job

MENUS = {4: "/ip firewall", 6: "/ipv6 firewall"}


def render(job: Job) -> list[Artefact]:
    """Address lists first, then the rules that name them, in the order of an export."""
    lists = Lists([*job.table.lines, *job.table.local()])
    filters = {family: Filters(job, family, lists).commands for family in FAMILIES}
    sections = [
        (f"{MENUS[family]} {name}", found)
        for family in FAMILIES
        for name, found in (("address-list", list(lists.commands(family))), ("filter", filters[family]))
        if found
    ]
    size = sum(line.startswith("add ") for found in filters.values() for line in found)
    job.rules_made(size)
    names = [f"`{interface.name}`" for interface in job.rules.firewall.interfaces]
    sessions = list(kill.commands(job.rules))
    guide = job.template("APPLY.md.j2", size=size, names=names, sessions=sessions, ends=ends(job))
    files = [
        Artefact("segc.rsc", job.template("rules.rsc.j2", sections=sections), "rules"),
        Artefact("APPLY.md", guide, "guide"),
    ]
    if sessions:
        files.append(Artefact("kill.rsc", job.template("kill.rsc.j2", sessions=sessions), "kill"))
    return files

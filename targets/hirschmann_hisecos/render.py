"""One command script of a HiSecOS device, the guide to apply it, and what to do about the sessions of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .rules import Rules

if TYPE_CHECKING:
    from segc.targets.job import Job


def render(job: Job) -> list[Artefact]:
    """Rules in the order in which they are tried, each with the interfaces at which it holds."""
    rules = Rules(job)
    job.rules_made(rules.count)
    interfaces = [interface.name for interface in job.rules.firewall.interfaces]
    values = {"interfaces": interfaces, "count": rules.count, "managed": job.rules.local is not None}
    granted = {rule.id: rule for pair in job.rules.pairs for rule in pair.rules if rule.granted}
    grants = [f"{granted[each].within}: {granted[each].text}" for each in sorted(granted)]
    files = [
        Artefact("hisecos.cli", job.template("hisecos.cli.j2", blocks=rules.blocks), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", grants=grants, **values), "guide"),
    ]
    if grants:
        files.append(Artefact("kill.txt", job.template("kill.txt.j2", grants=grants), "kill"))
    return files

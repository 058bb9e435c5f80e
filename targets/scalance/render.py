"""One SCALANCE: its IP rules as commands, the worksheet of their services, and the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .rules import Rules

if TYPE_CHECKING:
    from segc.targets.job import Job


def render(job: Job) -> list[Artefact]:
    """Services come first when they are entered: a rule can name only those that are there."""
    rules = Rules(job)
    job.rules_made(rules.count)
    granted = {rule.id: rule for pair in job.rules.pairs for rule in pair.rules if rule.granted}
    grants = [f"{granted[each].within}: {granted[each].text}" for each in sorted(granted)]
    vlans = [interface.name for interface in job.rules.firewall.interfaces]
    managed = job.rules.local is not None
    services = rules.services.rows()
    values = {"count": rules.count, "grants": grants, "vlans": vlans, "managed": managed, "services": services}
    files = [
        Artefact("services.csv", job.template("services.csv.j2", **values), "sets"),
        Artefact("scalance.cli", job.template("scalance.cli.j2", blocks=rules.blocks, closed=rules.closed), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", **values), "guide"),
    ]
    if grants:
        files.append(Artefact("kill.txt", job.template("kill.txt.j2", **values), "kill"))
    return files

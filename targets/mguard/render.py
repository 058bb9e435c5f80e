"""One mGuard: the tables of its packet filter as a worksheet, and the guide to enter it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .tables import NAMES, Tables

if TYPE_CHECKING:
    from segc.targets.job import Job


def render(job: Job) -> list[Artefact]:
    """All tables in one sheet, in the order of the web interface."""
    tables = Tables(job)
    job.rules_made(sum(tables.sizes.values()))
    granted = {rule.id: rule for pair in job.rules.pairs for rule in pair.rules if rule.granted}
    grants = [f"{granted[each].within}: {granted[each].text}" for each in sorted(granted)]
    sizes = [(NAMES[table], count) for table, count in tables.sizes.items()]
    values = {"grants": grants, "lines": tables.lines, "sizes": sizes}
    files = [
        Artefact("firewall.csv", job.template("firewall.csv.j2", **values), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", **values), "guide"),
    ]
    if grants:
        files.append(Artefact("kill.txt", job.template("kill.txt.j2", **values), "kill"))
    return files

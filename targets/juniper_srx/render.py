"""The set commands of one SRX, the guide to apply them, and the commands that end grants' sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .guide import values
from .kill import kill
from .policies import Policies

if TYPE_CHECKING:
    from segc.targets.job import Job

FILE = "srx.set"


def render(job: Job) -> list[Artefact]:
    """Zones, address book, applications and policies in one file for `load set`."""
    policies = Policies(job)
    through, itself = policies.through(), policies.itself()
    text = job.template(
        "srx.set.j2",
        zones=policies.zones.lines(),
        book=policies.book.lines(),
        applications=policies.applications.lines(),
        schedulers=policies.schedulers.lines(),
        through=through,
        itself=itself,
        default="deny-all" if job.rules.enforces_only else "permit-all",
    )
    job.rules_made(sum(line.endswith((" then permit", " then deny")) for line in text.splitlines()))
    commands = kill(job)
    guide = job.template("APPLY.md.j2", file=FILE, kill=bool(commands), **values(job, policies))
    found = [Artefact(FILE, text, "rules"), Artefact("APPLY.md", guide, "guide")]
    if commands:
        found.append(Artefact("kill.txt", "\n".join(commands) + "\n", "kill"))
    return found

"""The files of one PAN-OS firewall: set commands, the same as XML, the guide, and commands that end grants' sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .kill import kill
from .rules import Rules

if TYPE_CHECKING:
    from segc.targets.job import Job


def render(job: Job) -> list[Artefact]:
    """Both forms come from one configuration; the reader is given both."""
    made = Rules(job)
    config = made.build()
    job.rules_made(len(config.sections["rulebase security rules"]))
    job.schedules_made(len(config.sections["schedule"]))
    killed = kill(job)
    guide = job.template(
        "APPLY.md.j2",
        firewall=job.rules.firewall.name,
        zones=made.zones.members,
        overrides=bool(config.sections["rulebase application-override rules"]),
        sctp=any("sctp" in str(entry) for entry in config.sections["service"].values()),
        ipv6=config.ipv6,
        manages=job.rules.local is not None,
        kills=bool(killed),
    )
    files = [
        Artefact("panos.set", config.commands(), "rules"),
        Artefact("panos.xml", config.xml(), "rules-xml"),
        Artefact("APPLY.md", guide, "guide"),
    ]
    return [*files, Artefact("kill.txt", "\n".join(killed) + "\n", "kill")] if killed else files

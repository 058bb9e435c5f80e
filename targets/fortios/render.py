"""A FortiOS configuration: objects and policies, to be pasted in workspace mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import MONITOR
from segc.targets.job import Artefact

from .addresses import SUFFIX
from .cli import table
from .kill import kill
from .policies import FAMILIES, Policies

if TYPE_CHECKING:
    from segc.targets.job import Job

FILE = "fortios.conf"


def render(job: Job) -> list[Artefact]:
    """The configuration and the guide; and, where there are grants, the commands that end their sessions."""
    policies = Policies(job)
    forward = table("firewall policy", policies.forward())
    tables = {f"firewall local-in-policy{SUFFIX[family]}": policies.local(family) for family in FAMILIES}
    local = [line for path, lines in tables.items() for line in table(path, lines)]
    # Several schedules of a grant are several policies.
    job.rules_made(sum(line.strip().startswith("edit ") for line in (*forward, *local)))
    release = "7.6" if local else "7.2" if job.keeps_time else "7.0"  # local-in logs, policy-expiry
    values = {"objects": list(policies.objects()), "forward": forward, "local": local, "release": release}
    ending = kill(job.rules)
    interfaces = ", ".join(f"`{one.name}`" for one in job.rules.firewall.interfaces)
    opens = job.rules.local is not None and job.rules.local.mode == MONITOR
    guide = job.template(
        "APPLY.md.j2", local=bool(local), kill=bool(ending), interfaces=interfaces, opens=opens, release=release
    )
    files = [
        Artefact(FILE, job.template("fortios.conf.j2", **values), "rules"),
        Artefact("APPLY.md", guide, "guide"),
    ]
    return [*files, Artefact("kill.txt", ending, "kill")] if ending else files

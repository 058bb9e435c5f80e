"""The resources of one host as a List for kubectl, the guide, a preview of enforce, and the commands of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.rules.words import Words
from segc.targets.job import Artefact

from . import kill
from .objects import API, resource, text
from .policies import INTERFACE, TIER, Policies, preview
from .sets import FIREWALL, ODD, Sets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.targets.job import Job

    from .objects import Json

TIER_ORDER = 100  # before the tier `default`, which is at 1,000,000
NAME = 60


def render(job: Job) -> list[Artefact]:
    """What rules name comes before them, and the host endpoints, which put them to work, at the end."""
    sets = Sets(job.rules.firewall.name, [*job.table.lines, *job.table.local()])
    made = Policies(job, sets)
    policies = list(made.resources())
    job.rules_made(made.count)
    tier = resource("Tier", TIER, {"order": TIER_ORDER, "defaultAction": "Deny"}, {})
    every = [_felix(job), tier, *sets.resources(), *policies, *_endpoints(job)]
    staged = preview(policies)
    sessions = list(kill.commands(job.rules))
    names = [f"`{interface.name}`" for interface in job.rules.firewall.interfaces]
    guide = job.template("APPLY.md.j2", size=made.count, names=names, staged=staged, sessions=sessions, api=API)
    files = [Artefact("calico.json", text(every), "rules"), Artefact("APPLY.md", guide, "guide")]
    if staged:
        files.append(Artefact("staged.json", text(staged), "preview"))
    if sessions:
        files.append(Artefact("kill.sh", job.template("kill.sh.j2", sessions=sessions), "kill"))
    return files


def _felix(job: Job) -> Json:
    """What Felix on this host must do: log under the policy's name, and leave no packet to anybody but the policies."""
    spec: Json = {"logPrefix": "%n", "disableConntrackInvalidCheck": True}
    if job.rules.local is not None:
        spec["failsafeInboundHostPorts"] = []
    return resource("FelixConfiguration", f"node.{job.rules.firewall.name}", spec, {})


def _endpoints(job: Job) -> Iterator[Json]:
    """A host endpoint for each interface. Its profile allows in directions of which no policy speaks."""
    firewall = job.rules.firewall.name
    words = Words(NAME, ODD)
    for interface in job.rules.firewall.interfaces:
        spec = {"node": firewall, "interfaceName": interface.name, "profiles": ["projectcalico-default-allow"]}
        labels = {FIREWALL: firewall, INTERFACE: interface.name}
        yield resource("HostEndpoint", f"segc.{words(f'{interface.name}@{firewall}')}", spec, labels)

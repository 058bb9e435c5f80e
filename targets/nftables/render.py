"""The nft file of one firewall, and the scripts that apply it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .chains import KEY, SHORT_KEY, Chains

if TYPE_CHECKING:
    from segc.targets.job import Job

SCRIPTS = ("preflight", "apply", "confirm", "rollback")


def render(job: Job) -> list[Artefact]:
    """One table for both families, and four scripts."""
    chains = Chains(job)
    made = chains.build()
    text = job.template(
        "rules.j2",
        chains=made,
        sets=chains.sets,
        windows=chains.windows,
        keys=KEY,
        short_keys=SHORT_KEY,
        policy="drop" if job.rules.enforces_only else "accept",
    )
    return [Artefact("nftables.nft", text, "rules"), *(_script(job, name) for name in SCRIPTS)]


def _script(job: Job, name: str) -> Artefact:
    text = job.template(
        f"{name}.sh.j2",
        firewall=job.rules.firewall.name,
        interfaces=[interface.name for interface in job.rules.firewall.interfaces],
        has_ipset=False,
        expect_confirm_seconds=120,
        monitor_only=job.rules.monitors_only,
        manages_input=job.rules.local is not None,
        policy_digest=job.digest,
        at="",
    )
    return Artefact(name, text, name, executable=True)

"""The nft file of one firewall, and the scripts that apply it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .chains import KEY, SHORT_KEY, Chains

if TYPE_CHECKING:
    from segc.targets.job import Job


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
    return [Artefact("nftables.nft", text, "rules"), *job.scripts(has_ipset=False)]

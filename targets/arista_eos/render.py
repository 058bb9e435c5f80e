"""One configuration fragment for an EOS switch: lists under new names, then their binding to interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.aces import Dialect
from segc.targets.acl import bound
from segc.targets.job import Artefact

if TYPE_CHECKING:
    from segc.targets.job import Job

# The names that EOS documents; types without one are written by number.
TYPES6 = {
    1: "unreachable",
    2: "packet-too-big",
    3: "time-exceeded",
    4: "parameter-problem",
    128: "echo-request",
    129: "echo-reply",
    133: "router-solicitation",
    134: "router-advertisement",
    135: "neighbor-solicitation",
    136: "neighbor-advertisement",
    137: "redirect-message",
}
EOS = Dialect(wildcards=False, icmp6="icmpv6", types6=TYPES6)


def render(job: Job) -> list[Artefact]:
    """The fragment, and the guide for who applies it."""
    lists = bound(job, EOS)
    return [
        Artefact("rules.eos", job.template("rules.eos.j2", bound=lists), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", bound=lists), "guide"),
    ]

"""One configuration fragment for a router or switch: lists under new names, then their binding to interfaces."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from segc.rules.words import Words
from segc.targets.job import Artefact

from .lists import ListOf

if TYPE_CHECKING:
    from segc.targets.job import Job

FAMILIES = {4: "", 6: "-6"}  # a list of one family may not be called as one of the other
LONGEST = 64


class Bound:
    """One list, and the interface at which it filters what comes in."""

    def __init__(self, job: Job, interface: str, family: int) -> None:
        made = ListOf(job, interface, family)
        self.interface = interface
        self.family = family
        self.aces = made.aces
        # The name changes with the text: a list that is bound is never edited, since packets would meet half of it.
        mark = blake2b("\n".join(self.aces).encode(), digest_size=4).hexdigest()
        words = Words(LONGEST - len("segc--6") - len(mark) - 1, r"[^A-Za-z0-9-]")
        self.name = f"segc-{words(interface)}{FAMILIES[family]}-{mark}"
        for line in made.recorded:
            job.record(f"{self.name} {'permitted' if line.permit else 'denied'}", line)

    @property
    def size(self) -> int:
        """How many entries it takes, remarks apart."""
        return sum(not ace.startswith("remark ") for ace in self.aces)


def render(job: Job) -> list[Artefact]:
    """The fragment, and the guide for who applies it."""
    interfaces = [interface.name for interface in job.rules.firewall.interfaces]
    bound = {name: [Bound(job, name, family) for family in FAMILIES] for name in interfaces}
    job.rules_made(sum(one.size for both in bound.values() for one in both))
    return [
        Artefact("rules.ios", job.template("rules.ios.j2", bound=bound), "rules"),
        Artefact("APPLY.md", job.template("APPLY.md.j2", bound=bound), "guide"),
    ]

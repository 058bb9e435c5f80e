"""iptables-restore files of one firewall, and the scripts that apply them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .chains import Chains
from .sets import Sets

if TYPE_CHECKING:
    from segc.targets.job import Job

FILES = {4: "iptables.rules", 6: "ip6tables.rules"}


def render(job: Job) -> list[Artefact]:
    """Both families' rules, the sets they name, and four scripts."""
    sets = Sets()
    found = [_rules(job, family, sets) for family in FILES]
    lines = sets.lines()
    if lines:
        found.insert(0, Artefact("ipset.rules", "\n".join(lines) + "\n", "sets"))
    return found + job.scripts(has_ipset=bool(lines))


def _rules(job: Job, family: int, sets: Sets) -> Artefact:
    chains = Chains(job, family, sets).build()
    text = job.template(
        "rules.j2",
        family=family,
        chains={name: _chain(name, lines) for name, lines in chains.items()},
        policy="DROP" if job.rules.enforces_only else "ACCEPT",
    )
    return Artefact(FILES[family], text, f"rules-ipv{family}")


def _chain(name: str, lines: list[str]) -> str:
    """A chain's lines with its name before each that is no comment. (The template would take ten times as long.)"""
    start = f"\n-A {name} "
    return (start + start.join(lines)).replace(f"{start}#", "\n#") if lines else ""

"""Aliases and rules of OPNsense's models, what merges them into config.xml, the guide, and what ends sessions of grants."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from segc.targets.job import Artefact

from .._shared import pf_kill
from .._shared.pf_aliases import Aliases
from .._shared.pf_names import PREFIX
from .._shared.pf_rules import Part, Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.targets.job import Job

    from .._shared.pf_aliases import Alias
    from .._shared.pf_rules import Rule

LONGEST_DESCR = 120
STEP = 10  # between sequences, so that somebody has room for a rule in an emergency


def render(job: Job) -> list[Artefact]:
    """One file with both models, as they stand in config.xml."""

    def identity(text: str) -> str:
        return str(uuid5(NAMESPACE_OID, f"segc {job.rules.firewall.name} {text}"))

    aliases = Aliases([*job.table.lines, *job.table.local()])
    rules = Rules(job, aliases, identity, LONGEST_DESCR).all()
    sessions = list(pf_kill.commands(job.rules))
    words = {"identity": identity, "kind": _kind, "protocol": _protocol}
    text = job.template("segc.xml.j2", aliases=aliases, rules=list(_numbered(rules)), **words)
    names = [interface.name for interface in job.rules.firewall.interfaces]
    guide = job.template("APPLY.md.j2", size=len(rules), names=names, sessions=bool(sessions))
    files = [
        Artefact("segc.xml", text, "rules"),
        Artefact("merge", job.template("merge.j2"), "merge", executable=True),
        Artefact("APPLY.md", guide, "guide"),
    ]
    if sessions:
        files.append(Artefact("kill.sh", job.template("pf_kill.sh.j2", sessions=sessions), "kill", executable=True))
    return files


def _numbered(rules: Iterable[Rule]) -> Iterator[tuple[int, Rule]]:
    """Sequences count anew at each interface: a new rule moves those of its own interface only."""
    for _, group in groupby(rules, key=lambda rule: rule.interface):
        yield from ((STEP * (at + 1), rule) for at, rule in enumerate(group))


def _kind(alias: Alias) -> str:
    grouped = alias.kind == "network" and all(value.startswith(PREFIX) for value in alias.values)
    return "networkgroup" if grouped else alias.kind


def _protocol(part: Part) -> str:
    """OPNsense's names are those of /etc/protocols, in capitals."""
    if part.protocol == "icmp" and part.ipprotocol == "inet6":
        return "IPV6-ICMP"
    return part.protocol.upper() or "any"

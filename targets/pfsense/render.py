"""Two sections of config.xml, a playbook of the same, the guide for who applies them, and what ends sessions of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .._shared import pf_kill as kill
from .._shared.pf_aliases import Aliases
from .._shared.pf_names import Trackers
from .._shared.pf_rules import SELF, Rules
from .._shared.pf_schedules import unsaid
from . import playbook

if TYPE_CHECKING:
    from segc.targets.job import Job

    from .._shared.pf_rules import Rule
    from .._shared.pf_schedules import Schedule

__all__ = ["render", "unsaid"]  # the latter for segc/targets/clocks.py


def render(job: Job) -> list[Artefact]:
    """Aliases first: without them pfSense leaves out the rules that name them."""
    aliases = Aliases([*job.table.lines, *job.table.local()])
    made = Rules(job, aliases, Trackers())
    rules = made.all()
    schedules = list(made.schedules)
    sessions = list(kill.commands(job.rules))
    left_out = [rule for rule in rules if not playbook.says(rule)]
    files = [
        Artefact("aliases.xml", job.template("aliases.xml.j2", aliases=aliases), "sets"),
        Artefact("filter.xml", job.template("filter.xml.j2", rules=rules, side=_side), "rules"),
        Artefact("playbook.yml", playbook.text(job, aliases, rules, left_out), "playbook"),
        Artefact("APPLY.md", _guide(job, rules, len(left_out), schedules, sessions=bool(sessions)), "guide"),
    ]
    if schedules:
        files.append(Artefact("schedules.xml", job.template("schedules.xml.j2", schedules=schedules), "sets-schedules"))
    if sessions:
        files.append(Artefact("kill.sh", job.template("pf_kill.sh.j2", sessions=sessions), "kill", executable=True))
    return files


def _side(name: str) -> str:
    if not name:
        return "<any></any>"
    return f"<network>{name}</network>" if name == SELF else f"<address>{name}</address>"


def _guide(job: Job, rules: list[Rule], left_out: int, schedules: list[Schedule], *, sessions: bool) -> str:
    names = [interface.name for interface in job.rules.firewall.interfaces]
    values = {"size": len(rules), "names": names, "left_out": left_out, "schedules": schedules, "sessions": sessions}
    return job.template("APPLY.md.j2", **values)

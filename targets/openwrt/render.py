"""The whole of /etc/config/firewall, the guide for who applies it, and the commands that end sessions of grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact

from .._shared import conntrack_kill as kill
from .._shared import nft_time
from .sections import EARLY, Sections

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from segc.model.clock import Interval
    from segc.targets.job import Job


def render(job: Job) -> list[Artefact]:
    """Defaults that agree with the last rules, and the rules."""
    sections = Sections(job)
    size = len(sections.through) + len(sections.itself)
    job.rules_made(size)
    local = job.rules.local
    values = {
        "forward": "ACCEPT" if job.table.lines[-1].permit else "DROP",
        "input": "DROP" if local is not None and local.mode == "enforce" else "ACCEPT",
    }
    sessions = list(kill.commands(job.rules))
    names = [f"`{interface.name}`" for interface in job.rules.firewall.interfaces]
    guide = job.template("APPLY.md.j2", size=size, sessions=sessions, names=names)
    text = job.template("firewall.j2", sections=[*sections.through, *sections.itself], **values)
    files = [Artefact("firewall", text, "rules"), Artefact("APPLY.md", guide, "guide")]
    if sessions:
        files.append(Artefact("kill.sh", job.template("kill.sh.j2", sessions=sessions), "kill"))
    return files


def unsaid(when: Iterable[Interval], zone: ZoneInfo, at: datetime, horizon: int) -> str:
    """Why a window cannot be kept; see segc/targets/clocks.py."""
    return nft_time.unsaid(when, zone, at, horizon, EARLY)

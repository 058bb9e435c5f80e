"""The configuration of one Cisco ASA, the guide to apply it, and the commands that end grants' sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.targets.job import Artefact
from segc.targets.timerange import every

from .kill import kill
from .lists import ECHO, GLOBAL, INSPECTED, Lists, inbound, to_itself

if TYPE_CHECKING:
    from segc.targets.job import Job

FILE = "asa.cfg"


def render(job: Job) -> list[Artefact]:
    """Objects, lists and their bindings in one file."""
    lists = Lists(job)
    lists.check()
    names = lists.interfaces
    made = [lists.at(name) for name in names]
    made.append(lists.everywhere())
    bindings = [f"{inbound(name)} in interface {name}" for name in names]
    # Between two of these lines the implicit deny may stand open: nothing that monitor permits must fall into it, and
    # where something is enforced, flows come first.
    bindings.insert(0 if lists.stops_nothing_elsewhere else len(bindings), f"{GLOBAL} global")
    if lists.local:
        made += [lists.itself(name) for name in names]
        bindings += [f"{to_itself(name)} in interface {name} control-plane" for name in names]
    uninspected = lists.uninspected()
    text = job.template(
        "asa.cfg.j2",
        objects=lists.objects.text(),
        timed=every(job, [rule for pair in job.rules.pairs for rule in pair.rules]),
        lists=made,
        bindings=bindings,
        uninspected=uninspected,
        echo=ECHO,
        inspected=INSPECTED,
    )
    guide = job.template(
        "APPLY.md.j2",
        file=FILE,
        interfaces=names,
        lists=[b.split()[0] for b in bindings],
        managed=bool(lists.local),
        plain=bool(uninspected),
        monitors=job.rules.monitors_only,
        granted=any(rule.granted for pair in job.rules.pairs for rule in pair.rules),
    )
    found = [Artefact(FILE, text, "rules"), Artefact("APPLY.md", guide, "guide")]
    commands = kill(job)
    if commands:
        found.append(Artefact("kill.txt", "\n".join(commands) + "\n", "kill"))
    return found

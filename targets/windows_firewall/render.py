"""A script of rules for one machine, the scripts around it, and the guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.lang.literals import address_text
from segc.rules.hosts import HostTable
from segc.targets.job import Artefact, remark

from .rules import INBOUND, OUTBOUND, Rules

if TYPE_CHECKING:
    from segc.rules.table import Line
    from segc.targets.job import Job

SCRIPTS = ("preflight", "apply", "confirm", "rollback")


def render(job: Job) -> list[Artefact]:
    """The rules, make before break: what is allowed first, and the default actions as the last line."""
    firewall = job.rules.firewall
    if firewall.host is None:
        raise job.unsupported(firewall.target_span, "is a machine's own firewall")  # `place` has told more of it
    table = HostTable(job.rules, job.ids)
    rules = Rules(job)
    rules.always()
    open_by_default = {}
    for direction, lines in ((INBOUND, table.inbound()), (OUTBOUND, table.outbound())):
        open_by_default[direction] = _open(lines)
        rules.lines(direction, lines, default=_open(lines))
    size = sum(map(len, rules.commands.values()))
    job.rules_made(size)
    granted = {rule.id: rule for pair in job.rules.pairs for rule in pair.rules if rule.granted}
    values = {
        "nets": list(rules.nets.values()),
        "commands": list(zip(("What the machine may get", "What it may send"), rules.commands.values(), strict=True)),
        "size": size,
        "profile": _profile(open_by_default, records=table.records),
        "records": table.records,
        "open": open_by_default,
        "grants": [f"{granted[each].within}: {granted[each].text}" for each in sorted(granted)],
        "own": [
            address_text(family, value)
            for family, low, high in firewall.host.addresses.ranges()
            for value in range(low, high + 1)
        ],
        "remark": remark,
    }
    files = [Artefact("rules.ps1", job.template("rules.ps1.j2", **values), "rules")]
    files += [Artefact(f"{name}.ps1", job.template(f"{name}.ps1.j2", **values), name) for name in SCRIPTS]
    files.append(Artefact("APPLY.md", job.template("APPLY.md.j2", **values), "guide"))
    if granted:
        files.append(Artefact("kill.txt", job.template("kill.txt.j2", **values), "kill"))
    return files


def _open(lines: list[Line]) -> bool:
    """Does everything pass in this direction, allowed or not?"""
    return all(line.permit for line in lines)


def _profile(opened: dict[str, bool], *, records: bool) -> str:
    """All profiles alike, closed to rules from elsewhere on the machine."""
    words = {True: "Allow", False: "Block"}
    return (
        "Set-NetFirewallProfile -PolicyStore localhost -All -Enabled True"
        f" -DefaultInboundAction {words[opened[INBOUND]]} -DefaultOutboundAction {words[opened[OUTBOUND]]}"
        " -AllowInboundRules True -AllowLocalFirewallRules False -AllowUserApps False -AllowUserPorts False"
        " -AllowUnicastResponseToMulticast False -NotifyOnListen False"
        f" -LogAllowed {records} -LogBlocked True -LogMaxSizeKilobytes 32767"
    )

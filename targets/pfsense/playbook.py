"""The same rules as a playbook for the Ansible collection pfsensible.core, which edits config.xml over SSH."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.targets.job import Job

    from .._shared.pf_aliases import Aliases
    from .._shared.pf_rules import Rule

# The module's choices for `protocol`, and the names that it takes for types of ICMP
PROTOCOLS = ("", "tcp", "udp", "icmp", "igmp", "ospf", "esp", "ah", "gre", "pim", "sctp")
TYPES4 = {0: "echorep", 3: "unreach", 4: "squench", 5: "redir", 6: "althost", 8: "echoreq", 9: "routeradv"}
TYPES4 |= {10: "routersol", 11: "timex", 12: "paramprob", 13: "timereq", 14: "timerep", 15: "inforeq", 16: "inforep"}
TYPES4 |= {17: "maskreq", 18: "maskrep", 30: "trace", 31: "dataconv", 32: "mobredir", 40: "photuris"}
TYPES6 = {1: "unreach", 2: "toobig", 3: "timex", 4: "paramprob", 128: "echoreq", 129: "echorep", 130: "listqry"}
TYPES6 |= {131: "listenrep", 132: "listendone", 133: "routersol", 134: "routeradv", 135: "neighbrsol"}
TYPES6 |= {136: "neighbradv", 137: "redir", 138: "routrrenum", 139: "niqry", 140: "nirep"}


def says(rule: Rule) -> bool:
    """Can the module say this rule?"""
    known = _types(rule)
    return rule.part.protocol in PROTOCOLS and all(int(one) in known for one in _numbers(rule))


def text(job: Job, aliases: Aliases, rules: Sequence[Rule], left_out: Iterable[Rule]) -> str:
    """The playbook. Rules that the module cannot say stand in it as remarks."""
    said = [(rule, _options(rule)) for rule in rules if says(rule)]
    return job.template("playbook.yml.j2", aliases=aliases, rules=said, left_out=list(left_out))


def _options(rule: Rule) -> dict[str, str]:
    """Values in the module's words; each is quoted by the template."""
    part = rule.part
    found = {"name": rule.descr, "action": rule.type, "interface": rule.interface, "ipprotocol": part.ipprotocol}
    found |= {"protocol": part.protocol or "any", "source": rule.source or "any", "destination": rule.target or "any"}
    found |= {"source_port": part.source_port, "destination_port": part.port}
    if part.protocol == "icmp":
        found["icmptype"] = ",".join(_types(rule)[int(one)] for one in _numbers(rule)) or "any"
    found |= {"sched": rule.sched, "tracker": rule.identity}
    return {name: value.replace("'", "''") for name, value in found.items() if value}


def _types(rule: Rule) -> dict[int, str]:
    return TYPES6 if rule.part.ipprotocol == "inet6" else TYPES4


def _numbers(rule: Rule) -> list[str]:
    return rule.part.icmptype.split(",") if rule.part.icmptype else []

"""What pfSense's config.xml does: a whole export, or the sections aliases and filter.

The machine holds what pfSense generates beside the user's rules (filter_rules_generate in filter.inc), in its order:
quick rules first match, then what is not quick, the last one first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.clock import shown
from segc.packets.machine import Accept, Base, Drop, Log, Machine, Refused, Rule

from .._shared import reader_pf_own as reader_own
from .._shared.reader_pf_box import Box
from .._shared.reader_pf_schedules import Schedules
from .._shared.reader_xml import Node, parse
from .reader_aliases import Aliases
from .reader_box import box
from .reader_rules import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.machine import Match

    from .reader_rules import Made

ROOTS = {"pfsense": "rules", "filter": "rules", "aliases": "sets", "schedules": "sets-schedules"}
BESIDE_RULES = ("separator",)
UNSAID = "Etc/UTC"  # what a box shows whose whole configuration names no time zone (system_timezone_configure)


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself: a whole configuration, or a section of one."""
    del name
    try:
        root = parse(text)
    except Refused:
        return None
    if root.tag == "filter" and not any(root.all("rule")):
        return None
    return ROOTS.get(root.tag)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """What the files mean, by role: sets (aliases), sets-schedules, and rules (filter, or everything).

    `clock` is the time zone whose time the box shows. Raises `Refused`.
    """
    unexpected = sorted(set(files) - {"sets", "sets-schedules", "rules"})
    if unexpected or "rules" not in files:
        raise Refused("is no file of pfSense's", file=(unexpected or ["rules"])[0])
    roots: dict[str, Node] = {}
    at = "rules"
    try:
        for at, text in sorted(files.items(), reverse=True):
            roots[at] = parse(text)
        at = "sets-schedules"
        times = _section(roots[at], "schedules") if at in roots else None
        at = "sets"
        given = _section(roots[at], "aliases") if at in roots else None
        at = "rules"
        root = roots[at]
        if root.tag != "pfsense":
            return _machine(
                _section(root, "filter"),
                Rules(Aliases(given), Box(), Schedules(times, shown(clock, "", running=running))),
            )
        found = box(root)
        system = root.one("system")
        said = (system.value("timezone") if system is not None else "") or UNSAID
        times = times if times is not None else root.one("schedules") or Node("schedules", 0)
        aliases = Aliases(given if given is not None else root.one("aliases"))
        return _machine(
            root.one("filter"), Rules(aliases, found, Schedules(times, shown(clock, said, running=running)))
        )
    except Refused as why:
        raise Refused(why.why, why.line, at, why.text) from None


def _section(root: Node, tag: str) -> Node:
    if root.tag != tag:
        raise Refused(f"<{root.tag}> is no section <{tag}>", root.line, text=f"<{root.tag}>")
    return root


def _machine(section: Node | None, rules: Rules) -> Machine:
    found = rules.box
    made: list[Made] = []
    for node in section.children if section is not None else ():
        if node.tag == "rule":
            made += rules.made(node)
        elif node.tag == "bypassstaticroutes":
            rules.unknown.append(("rules for statically routed networks", node.line))
        elif node.tag not in BESIDE_RULES:
            raise Refused(f"<{node.tag}> is nothing that this reader knows of the filter", node.line, text=node.tag)
    machine = Machine()
    machine.unknown = [(text, line, "rules") for text, line in [*found.unknown, *rules.unknown]]
    ordered = [*(one for one in made if one.floating), *(one for one in made if not one.floating)]
    for hook in ("forward", "input"):
        machine.chains[hook] = [*reader_own.before(found, hook), *_user(ordered, hook), *reader_own.behind()]
        machine.bases.append(Base(hook, hook, 0, Drop()))
    machine.chains["output"] = []
    machine.bases.append(Base("output", "output", 0, Accept()))
    return machine


def _user(made: list[Made], hook: str) -> list[Rule]:
    """Quick rules and those that only log, in their order; then the others, of which the last one that matches counts."""
    found: list[Rule] = []
    for one in [*(m for m in made if m.quick or m.action is None), *(m for m in reversed(made) if not _early(m))]:
        matches: tuple[Match, ...] | None = one.forward if hook == "forward" else one.input
        if matches is not None:
            if one.log is not None:
                found.append(Rule(matches, Log(one.log), one.line, "rules"))
            if one.action is not None:
                found.append(Rule(matches, one.action, one.line, "rules"))
    return found


def _early(made: Made) -> bool:
    return made.quick or made.action is None

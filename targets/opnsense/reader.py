"""What OPNsense's config.xml does: the models Firewall/Filter and Firewall/Alias, alone or in a whole export.

The order is OPNsense's: rules of several interfaces or none, of groups, of one interface; within each by sequence.
Quick rules first match, then what is not quick, the last one first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Accept, Base, Drop, Log, Machine, Refused, Rule

from .._shared import reader_pf_own
from .._shared.reader_xml import Node, parse
from .reader_aliases import Aliases
from .reader_box import box
from .reader_rules import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .reader_rules import Made


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself: a whole configuration, or segc's part of one."""
    del name
    try:
        root = parse(text)
    except Refused:
        return None
    return "rules" if root.tag == "opnsense" and root.has("OPNsense") else None


def read(files: Mapping[str, str]) -> Machine:
    """What the file means. Raises `Refused`."""
    if set(files) != {"rules"}:
        raise Refused("is no file of OPNsense's", file=next(iter(sorted(set(files) - {"rules"})), "rules"))
    try:
        return _machine(parse(files["rules"]))
    except Refused as why:
        raise Refused(why.why, why.line, "rules", why.text) from None


def _machine(root: Node) -> Machine:
    if root.tag != "opnsense":
        raise Refused(f"<{root.tag}> is no configuration of OPNsense", root.line, text=f"<{root.tag}>")
    found = box(root)
    models = root.one("OPNsense")
    firewall = models.one("Firewall") if models is not None else None
    rules = Rules(Aliases(_inner(firewall, "Alias", "aliases")), found)
    section = _inner(firewall, "Filter", "rules")
    made = [one for node in (section.children if section is not None else ()) for one in rules.made(node)]
    made = rules.in_order(made)
    machine = Machine()
    machine.unknown = [(text, line, "rules") for text, line in [*found.unknown, *rules.unknown]]
    for hook in ("forward", "input"):
        own = [*reader_pf_own.before(found, hook), *reader_pf_own.behind()]
        machine.chains[hook] = [*own, *_user(made, hook)]
        machine.bases.append(Base(hook, hook, 0, Drop()))
    machine.chains["output"] = []
    machine.bases.append(Base("output", "output", 0, Accept()))
    return machine


def _inner(firewall: Node | None, model: str, tag: str) -> Node | None:
    node = firewall.one(model) if firewall is not None else None
    return node.one(tag) if node is not None else None


def _user(made: list[Made], hook: str) -> list[Rule]:
    """Quick rules in their order; then the others, of which the last one that matches counts."""
    found: list[Rule] = []
    for one in [*(m for m in made if m.quick), *(m for m in reversed(made) if not m.quick)]:
        matches = one.forward if hook == "forward" else one.input
        if matches is not None:
            if one.log is not None:
                found.append(Rule(matches, Log(one.log), one.line, "rules"))
            found.append(Rule(matches, one.action, one.line, "rules"))
    return found

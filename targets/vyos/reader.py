"""What the firewall of a VyOS configuration means: read from `show configuration commands`, not from what segc writes.

    delete and set        paths (reader_tree)
    firewall group        address, network, port and interface groups
    ipv4 forward filter   a base chain; so are input, output, prerouting raw and output raw
    ipv4 name X           a chain that rules jump to; its default action is drop where none is said
    global-options        state-policy stands before the rules of every hook of filter

There is no grammar: each line is one path. Sources: vyos-1x, `data/templates/firewall/nftables.j2`,
`vyos.firewall.parse_rule`, `vyos.template.nft_default_rule`, `conf_mode/firewall.py`; VyOS documentation, "Firewall".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from segc.packets.clock import shown
from segc.packets.machine import Accept, Base, Drop, Log, Machine, Refused, Return, Rule, State, Whatever

from .._shared import reader_terminal
from . import reader_other, reader_tree
from .reader_groups import Groups
from .reader_rules import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segc.packets.machine import Action

    from .reader_tree import Node

FAMILIES = {"ipv4": 4, "ipv6": 6}
HOOKS = {
    ("forward", "filter"): ("forward", 0, "FWD"),
    ("input", "filter"): ("input", 0, "INP"),
    ("output", "filter"): ("output", 0, "OUT"),
    ("prerouting", "raw"): ("prerouting", -300, "PRE"),
    ("output", "raw"): ("output", -300, "OUT"),
}
PROMPT = reader_terminal.Prompt(
    r"[\w.-]+@(?P<host>[\w.-]+):?[\w~/.-]*[$#]",
    r"(?:run )?show(?: .*)?|cat [\w/.]+|configure|set terminal .+|exit(?: discard)?|logout",
)
IN_SET = ("default-action", "default-jump-target", "default-log", "description", "rule")
STATES = ("established", "invalid", "related")  # in the order in which VyOS asks for them


def role(name: str, text: str) -> str | None:
    """The set commands of a running configuration stand by themselves."""
    del name
    return "rules" if re.search(r"^set (firewall|interfaces|system) \S", text, re.MULTILINE) else None


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a router, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, PROMPT, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """The machine of one configuration, on a router whose clock shows the time zone `clock`."""
    unexpected = sorted(set(files) - {"rules"})
    if unexpected:
        raise Refused("is no configuration of VyOS", file=unexpected[0])
    machine = Machine()
    for file, text in files.items():
        try:
            _Configuration(machine, text, file, clock, running=running).read()
        except Refused as why:
            line = text.split("\n")[why.line - 1].strip() if why.line else why.text
            raise Refused(why.why, why.line, file, line) from None
    return machine


class _Configuration:
    """Reads the paths of one file."""

    def __init__(self, machine: Machine, text: str, file: str, clock: str | None, *, running: bool) -> None:
        self.machine = machine
        self.file = file
        self.clock, self.running = clock, running
        found, unknown = reader_tree.paths(text)
        self.root = reader_tree.Node()
        for path in found:
            self.root.add(path)
        unknown += [path for path in found if not reader_other.understood(path.words)]
        machine.unknown += [(path.text, path.line, file) for path in unknown]
        self.groups = Groups(self.root.at("firewall", "group"))
        machine.unknown += [(text, line, file) for text, line in self.groups.unknown()]

    def read(self) -> None:
        """All rule sets of both families."""
        system = self.root.at("system")
        said = "" if system is None else system.value("time-zone") or "UTC"  # which is what VyOS has by itself
        clock = shown(self.clock, said, running=self.running)
        policy = self._state_policy()
        for word, family in FAMILIES.items():
            firewall = self.root.at("firewall", word)
            if firewall is None:
                continue
            names = set(firewall.values("name"))
            for (hook, table), (called, priority, short) in HOOKS.items():
                node = firewall.at(hook, table)
                if node is not None:
                    rules = Rules(family, f"{short}-{table}", f"{word} name ", self.groups, names, clock)
                    chain = f"{word} {hook} {table}"
                    before = policy if table == "filter" else []
                    self.machine.chains[chain] = [*before, *self._rules(node, rules)]
                    default = self._base_default(node, chain, f"[{word}-{f'{short}-{table}'[:19]}-default")
                    self.machine.bases.append(Base(chain, called, priority, default, (family,)))
            for name in sorted(names):
                node = firewall.at("name", name) or reader_tree.Node()
                rules = Rules(family, f"NAM-{name}", f"{word} name ", self.groups, names, clock)
                self.machine.chains[f"{word} name {name}"] = [
                    *self._rules(node, rules),
                    *self._default(node, rules, name),
                ]

    def _rules(self, node: Node, rules: Rules) -> list[Rule]:
        self._known(node)
        found: list[Rule] = []
        listed = node.at("rule")
        for number, rule in listed.numbered() if listed is not None else ():
            try:
                made = rules.made(number, rule)
            except Refused as why:
                raise Refused(why.why, why.line or rule.line) from None
            if any(isinstance(one.action, Whatever) for one in made):
                self._unknown(f"rule {number}: {rule.value('action')}", rule.line)
            if rules.clock.zone is None and rule.at("time") is not None:
                self._unknown(f"rule {number}, time: {rules.clock.why}", rule.line)
            found += [replace(one, file=self.file) for one in made]
        return found

    def _known(self, node: Node) -> None:
        for word, below in node.below.items():
            if word not in IN_SET:
                self._unknown(word, below.line)

    # -- what happens at the end -------------------------------------------

    def _base_default(self, node: Node, chain: str, prefix: str) -> Accept | Drop:
        name = node.value("default-action") or "accept"
        if name not in ("accept", "drop"):
            raise Refused(f"`{name}` is no default action of a hook", node.line)
        if node.at("default-log") is not None:
            self.machine.chains[chain].append(Rule((), Log(f"{prefix}-{name[0].upper()}]"), node.line, self.file))
        return Accept() if name == "accept" else Drop()

    def _default(self, node: Node, rules: Rules, name: str) -> list[Rule]:
        word = node.value("default-action") or "drop"
        target = node.value("default-jump-target")
        if (word == "jump") != (target is not None):
            raise Refused("a jump needs a `default-jump-target`, and nothing else has one", node.line)
        actions: dict[str, Action] = {
            "accept": Accept(),
            "drop": Drop(),
            "reject": Drop(reject=True),
            "return": Return(),
            "continue": Return(),
        }
        action = rules.jump(target) if target is not None else actions.get(word)
        if action is None:
            raise Refused(f"`{word}` is no default action", node.line)
        found = [Rule((), action, node.line, self.file)]
        if node.at("default-log") is not None:
            family = f"ipv{rules.family}"
            prefix = f"[{family}-{name[:19]}-default-{word[0].upper()}]"
            found.insert(0, Rule((), Log(prefix), node.line, self.file))
        return found

    def _state_policy(self) -> list[Rule]:
        """What global-options says of states, before any rule."""
        policy = self.root.at("firewall", "global-options", "state-policy")
        found: list[Rule] = []
        for state in STATES:
            node = policy.at(state) if policy is not None else None
            if node is None:
                continue
            matches = (State(frozenset((state,))),)
            name = node.value("action")
            actions: dict[str, Action] = {"accept": Accept(), "drop": Drop(), "reject": Drop(reject=True)}
            if name is not None and name not in actions:
                raise Refused(f"`{name}` is no action of the state policy", node.line)
            log = node.at("log")
            if log is not None and "disable" not in log.below:
                prefix = f"[STATE-POLICY-{state[:3].upper()}-{(name or 'accept')[0].upper()}]"
                found.append(Rule(matches, Log(prefix), node.line, self.file))
            if name is not None:
                found.append(Rule(matches, actions[name], node.line, self.file))
        return found

    def _unknown(self, text: str, line: int) -> None:
        self.machine.unknown.append((text, line, self.file))

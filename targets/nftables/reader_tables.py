"""Tables: their sets, and their chains with the rules that wait to be read."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import STATES
from segc.packets.machine import Accept, Base, Drop, Machine, Refused, Rule, State, Whatever

from .reader_names import PRIORITIES
from .reader_rules import Made, Reader
from .reader_sets import Set
from .reader_tokens import Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reader_tokens import Word

ROLE = "rules"
FAMILIES = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}
HOOKS = ("prerouting", "input", "forward", "output", "postrouting")
# What stands in a table and holds no rule. Rules name what they use of it.
OBJECTS = {"counter", "quota", "limit", "ct", "synproxy", "secmark", "flowtable"}
SETTINGS = {"type", "typeof", "flags", "size", "timeout", "gc-interval", "policy", "auto-merge", "comment", "counter"}
# Chains of type nat see the packets that open a session, and no others (nft(8), "Chains").
SEEN_BY_NAT = State(frozenset(STATES) - {"new", "related"})


@dataclass(slots=True)
class Chain:
    """A chain: where it hangs, and its rules, each with its line."""

    rules: deque[tuple[tuple[Word, ...], int]] = field(default_factory=deque)
    kind: str = ""
    hook: str = ""
    priority: int = 0
    policy: Accept | Drop = field(default_factory=Accept)
    line: int = 0


class Table:
    """One table, as its blocks and commands have made it so far."""

    def __init__(self, family: str, name: str) -> None:
        self.families = FAMILIES[family]
        self.prefix = f"{family}/{name}/"
        self.sets: dict[str, Set] = {}
        self.chains: dict[str, Chain] = {}
        self.dormant = False

    def chain(self, name: str) -> Chain:
        """A chain that has to be there."""
        if name not in self.chains:
            raise Refused(f"no chain is called `{name}`")
        return self.chains[name]

    # -- members ----------------------------------------------------------

    def member(self, words: Sequence[Word], line: int) -> None:
        """What stands in the table's block."""
        match list(words):
            case ["chain", str(name)]:
                self.chains.setdefault(name, Chain())
            case ["chain", str(name), Group() as body]:
                self._chain(name, body, line)
            case ["set" | "map", str(name), Group() as body]:
                self._set(name, body, line)
            case ["flags", *flags]:
                self.dormant = "dormant" in flags
            case [str(word), *_] if word in OBJECTS or word == "comment":
                return
            case _:
                raise Refused(f"{_quoted(words)} is nothing that a table holds")

    def _set(self, name: str, body: Group, line: int) -> None:
        found = self.sets.setdefault(name, Set(name))
        timed = False
        for words, at in body.statements(line):
            if words[0] == "elements" and len(words) == 3 and words[1] == "=" and isinstance(words[2], Group):
                found.elements += words[2].elements()
            elif words[0] not in SETTINGS:
                raise Refused(f"{_quoted(words)} is nothing that a set has", at)
            elif words[0] == "flags":
                found.dynamic = found.dynamic or "dynamic" in words
            timed = timed or words[0] == "timeout"
        # older versions list a set that rules fill as one with a time-out, and do not say that rules fill it
        found.dynamic = found.dynamic or (timed and not found.elements)

    def _chain(self, name: str, body: Group, line: int) -> None:
        chain = self.chains.setdefault(name, Chain())
        rules = chain.rules
        for words, at in body.statements(line):
            first = words[0]
            if first == "type" and "hook" in words:
                chain.line = at
                _hang(chain, words)
            elif first == "policy" and len(words) == 2:
                if words[1] not in ("accept", "drop"):
                    raise Refused(f"{_quoted(words[1:])} is no policy", at)
                chain.policy = Drop() if words[1] == "drop" else Accept()
            elif first not in ("comment", "devices", "flags"):
                rules.append((words, at))

    # -- rules ------------------------------------------------------------

    def fills(self, changed: set[str]) -> None:
        """Look through the rules for what they fill and change while they run: they may stand behind what asks for it."""
        for chain in self.chains.values():
            for words, _ in chain.rules:
                for verb in ("add", "update", "delete"):
                    if verb in words and words.index(verb) + 1 < len(words):
                        name = words[words.index(verb) + 1]
                        if isinstance(name, str) and name[:1] == "@" and name[1:] in self.sets:
                            self.sets[name[1:]].dynamic = True
                if "set" in words:
                    before = words[words.index("set") - 1]
                    changed.add(str(before))
                elif "target" in words and "xt" in words:
                    changed.add("mark")

    def into(self, machine: Machine, changed: set[str]) -> dict[str, int]:
        """Put chains and rules into a machine. The chains that are called, each with a line that calls it."""
        reader = Reader(self.sets, self.families, self.full, changed)
        known: dict[tuple[Word, ...], Made] = {}
        for name, chain in self.chains.items():
            rules = machine.chains[self.full(name)] = []
            self._hang(machine, name, chain, rules)
            for words, line in chain.rules:
                made = known.get(words)
                if made is None:
                    made = _read(reader, words, line)
                    if made.shared:
                        known[words] = made
                for matches, action in made.steps:
                    rules.append(Rule(matches, action, line, ROLE))
                for text in made.unknown:
                    machine.unknown.append((text, line, ROLE))
        return reader.called

    def full(self, chain: str) -> str:
        """A chain's name, unique over all tables."""
        return self.prefix + chain

    def _hang(self, machine: Machine, name: str, chain: Chain, rules: list[Rule]) -> None:
        if not chain.hook or self.dormant:
            return
        if chain.hook not in HOOKS:
            if chain.rules or isinstance(chain.policy, Drop):
                what = f"chain {name} at {chain.hook}"
                machine.unknown.append((what, chain.line, ROLE))
                at_device(machine, what, chain.line, "prerouting" if chain.hook == "ingress" else "postrouting")
            return
        machine.bases.append(Base(self.full(name), chain.hook, chain.priority, chain.policy, self.families))
        if chain.kind == "nat":
            rules.append(Rule((SEEN_BY_NAT,), Accept(), chain.line, ROLE))


def _read(reader: Reader, words: Sequence[Word], line: int) -> Made:
    try:
        return reader.read(words, line)
    except Refused as why:
        from .reader_words import shown

        raise Refused(why.why, why.line or line, why.file, why.text or shown(words)) from None


def at_device(machine: Machine, what: str, line: int, *hooks: str) -> None:
    """What a device's own chains do is not followed: it may be anything, before the first hook or behind the last."""
    for hook in hooks:
        name = f"{what} ({hook}, line {line})"
        machine.chains[name] = [Rule((), Whatever(what), line, ROLE)]
        machine.bases.append(Base(name, hook, -(1 << 31) if hook == "prerouting" else 1 << 31, Accept()))


def _hang(chain: Chain, words: Sequence[Word]) -> None:
    """`type filter hook forward priority filter + 10`."""
    text = [word for word in words if isinstance(word, str)]
    at = text.index("hook") + 1
    kind, hook = text[1], "".join(text[at : at + 1])
    if kind not in ("filter", "nat", "route") or hook not in (*HOOKS, "ingress", "egress"):
        raise Refused(f"`type {kind} hook {hook}` is no hook that this reader knows")
    chain.kind, chain.hook = kind, hook
    chain.priority = _priority(text[text.index("priority") + 1 :] if "priority" in text else [])


def _priority(words: Sequence[str]) -> int:
    priority, sign = 0, 1
    for word in words:
        if word in ("+", "-"):
            sign = -1 if word == "-" else 1
        elif word in PRIORITIES:
            priority = PRIORITIES[word]
        elif word.lstrip("+-").isdecimal():
            priority += sign * int(word)
        else:
            raise Refused(f"`{word}` is no priority")
    return priority


def _quoted(words: Sequence[Word]) -> str:
    return f"`{words[0]}`" if words and isinstance(words[0], str) else "a brace"

"""What the packet filter of a HiSecOS device does, from the commands of a script or a running configuration.

Rules have no effect before they are assigned to an interface, and none before a commit. At an interface they are tried
by their priority, the first that applies decides; where none does, the default policy. There is no grammar: a command
is one line of words.

Source: Hirschmann, RM GUI HiSecOS EAGLE20/30, release 3.0, section 4.2 to 4.7 (packet filter: global, rule, assignment,
overview), for all values and defaults. How the commands are spelt is not documented publicly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import IIF, OIF
from segc.packets.machine import Accept, Base, Drop, Interface, Jump, Log, Machine, Refused, Rule, State, Whatever

from .._shared.reader_shell import words as split
from .reader_other import unrelated
from .reader_rules import RuleText, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEFAULTS: dict[str, Accept | Drop] = {"accept": Accept(), "drop": Drop(), "reject": Drop(reject=True)}
WAYS = {"ingress": IIF, "egress": OIF}
INTERFACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*")


class Place(NamedTuple):
    """A rule at an interface: the lower priority is tried first."""

    interface: str
    way: str
    number: int


def role(name: str, text: str) -> str | None:
    """A script or running configuration stands by itself."""
    del name
    return "rules" if re.search(r"^\s*packet-filter l3 \S", text, re.MULTILINE) else None


def read(files: Mapping[str, str]) -> Machine:
    """The machine of one device."""
    machine = Machine()
    unexpected = sorted(set(files) - {"rules"})
    if unexpected:
        raise Refused("is no command script of HiSecOS", file=unexpected[0])
    for file, text in files.items():
        _Script(machine, file).read(text)
    return machine


class _Script:
    """Reads the commands of one file in their order, as the device would."""

    def __init__(self, machine: Machine, file: str) -> None:
        self.machine = machine
        self.file = file
        self.rules: dict[int, RuleText] = {}
        self.places: dict[Place, tuple[int, int]] = {}  # priority and line
        self.taken: dict[tuple[str, str, int], Place] = {}  # the other way round: interface, way and priority
        self.off: set[Place] = set()
        self.default = "accept"
        self.open = 0  # the line of a change that no commit follows
        self.inside = ""  # of which part of the configuration the commands are

    def read(self, text: str) -> None:
        """All lines; then chains, one for each interface and way."""
        for line, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
            command = raw.strip()
            if command and not command.startswith(("!", "#")):
                try:
                    self._command(command, line)
                except Refused as why:
                    raise Refused(why.why, line, self.file, command) from None
        if self.open:
            self.machine.unknown.append(("a change that no `packet-filter l3 commit` follows", self.open, self.file))
        self._chains()

    def _command(self, command: str, line: int) -> None:
        try:
            words = split(command)
        except ValueError:
            raise Refused("a text does not end") from None
        if words[:2] == ["packet-filter", "l3"] and len(words) > 2:
            self._filter(words[2], words[3:], line)
        else:
            known, self.inside = unrelated(words, self.inside)
            if not known:
                self.machine.unknown.append((command, line, self.file))

    def _filter(self, verb: str, words: list[str], line: int) -> None:
        if verb == "commit":
            _count(words, 0)
            self.open = 0
            return
        self.open = line
        if verb == "defaultpolicy":
            _count(words, 1)
            if words[0] not in DEFAULTS:
                raise Refused("a default policy is accept, drop or reject")
            self.default = words[0]
        elif verb in ("addrule", "modifyrule"):
            self._rule(verb, words, line)
        elif verb in ("delrule", "enablerule", "disablerule"):
            _count(words, 1)
            self._known(number(words[0], 1, 1 << 16), verb)
        elif verb in ("addif", "delif", "enableif", "disableif"):
            self._place(verb, words, line)
        else:
            raise Refused(f"`{verb}` is no command of the packet filter that this reader knows")

    def _rule(self, verb: str, words: list[str], line: int) -> None:
        if not words:
            raise Refused("a rule needs a number")
        index = number(words[0], 1, 1 << 16)
        if verb == "addrule":
            if index in self.rules:
                raise Refused(f"there is a rule {index} already")
            self.rules[index] = RuleText(index)
        elif index not in self.rules:
            raise Refused(f"there is no rule {index}")
        self.rules[index].take(words[1:], line)

    def _known(self, index: int, verb: str) -> None:
        if index not in self.rules:
            raise Refused(f"there is no rule {index}")
        if verb == "delrule":
            del self.rules[index]
        else:
            self.rules[index].active = verb == "enablerule"

    def _place(self, verb: str, words: list[str], line: int) -> None:
        _count(words, 4 if verb == "addif" else 3)
        name, way, index = words[0], words[1], number(words[2], 1, 1 << 16)
        if way not in WAYS or not INTERFACE.fullmatch(name):
            raise Refused("needs an interface, and ingress or egress")
        if index not in self.rules:
            raise Refused(f"there is no rule {index}")
        place = Place(name, way, index)
        if verb == "addif":
            priority = number(words[3], 1, 1 << 16)
            if self.taken.get((name, way, priority), place) != place:
                raise Refused(f"two rules have priority {priority} at `{name}`")
            self._leave(place)
            self.places[place] = priority, line
            self.taken[name, way, priority] = place
            self.off.discard(place)
        elif place not in self.places:
            raise Refused(f"rule {index} is not assigned there")
        elif verb == "delif":
            self._leave(place)
        else:
            (self.off.discard if verb == "enableif" else self.off.add)(place)

    def _leave(self, place: Place) -> None:
        if place in self.places:
            priority, _ = self.places.pop(place)
            del self.taken[place.interface, place.way, priority]

    # -- chains -----------------------------------------------------------

    def _chains(self) -> None:
        chains: dict[tuple[str, str], list[tuple[int, int, RuleText]]] = {}
        for place, (priority, line) in self.places.items():
            rule = self.rules.get(place.number)
            if rule is not None and rule.active and place not in self.off:
                chains.setdefault((place.interface, place.way), []).append((priority, line, rule))
        for (interface, way), found in chains.items():
            self.machine.chains[f"{way} {interface}"] = [one for entry in sorted(found) for one in self._made(entry[2])]
        for hook in ("forward", "input"):
            self._base(hook, hook, "ingress", chains)
        if any(way == "egress" for _, way in chains):
            self._base("egress", "postrouting", "egress", chains)

    def _base(self, name: str, hook: str, way: str, chains: Mapping[tuple[str, str], object]) -> None:
        """Sessions first, then what is assigned, then the default policy."""
        decided = DEFAULTS[self.default]
        rules = [Rule((State(frozenset(("established", "related"))),), Accept(), 0, self.file)]
        rules += [
            Rule((Interface(WAYS[way], (interface,)),), Jump(f"{way} {interface}"), 0, self.file)
            for interface, found in chains
            if found == way
        ]
        if way == "egress" and not isinstance(decided, Accept):
            # whether the default policy judges a packet again on its way out is not documented
            rules.append(Rule((), Whatever("the default policy on the way out"), 0, self.file))
            self.machine.unknown.append(("the default policy on the way out", 0, self.file))
        self.machine.chains[name] = rules
        self.machine.bases.append(Base(name, hook, 0, decided, (4,)))

    def _made(self, rule: RuleText) -> Iterator[Rule]:
        """A logged rule records, then decides."""
        matches, action = rule.matches(), rule.action()
        if isinstance(action, Whatever):
            self.machine.unknown.append((action.text, rule.line, self.file))
        if rule.logs:
            yield Rule(matches, Log(rule.name), rule.line, self.file)
        yield Rule(matches, action, rule.line, self.file)


def _count(words: list[str], count: int) -> None:
    if len(words) != count:
        raise Refused(f"takes {count} words, and there are {len(words)}")

"""The whole file: commands and blocks, in the order in which nft runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Machine, Refused

from .reader_sets import parts
from .reader_tables import FAMILIES, OBJECTS, ROLE, Table, at_device
from .reader_tokens import Group, statements_of
from .reader_words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .reader_tokens import Word

ELSEWHERE = ("arp", "bridge", "netdev")
MEMBERS = {"chain", "set", "map", "rule", "element", *OBJECTS}
VERBS = ("add", "create", "insert", "delete", "destroy", "flush")


class RuleSet:
    """Tables, as the commands so far have made them."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], Table] = {}
        self.unknown: list[tuple[str, int, str]] = []

    def read(self, text: str) -> Machine:
        """All commands first, then all rules: sets and chains may stand behind the rules that use them."""
        for words, line in statements_of(text):
            _at(line, self._command, words, line)
        machine = Machine(unknown=list(self.unknown))
        changed: set[str] = set()
        for table in self.tables.values():
            table.fills(changed)
        for what, line, _ in self.unknown:  # at a device: before all else, and behind it
            at_device(machine, what, line, "prerouting", "postrouting")
        for table in self.tables.values():
            for chain, line in table.into(machine, changed).items():
                if chain not in machine.chains:
                    raise Refused(f"no chain is called `{chain.rpartition('/')[2]}`", line)
        return machine

    def _command(self, words: Sequence[Word], line: int) -> None:
        verb = words[0] if isinstance(words[0], str) else "a brace"
        if verb == "table":
            self._named("add", "table", words[1:], line)
        elif verb == "flush" and words[1:2] == ("ruleset",):
            family = words[2] if len(words) > 2 else None
            self.tables = {key: table for key, table in self.tables.items() if family not in (None, key[0])}
            if family is None:
                self.unknown.clear()
        elif verb in VERBS and len(words) > 2 and (words[1] == "table" or words[1] in MEMBERS):
            self._named(verb, str(words[1]), words[2:], line)
        else:
            raise Refused(f"`{verb}` is no command that this reader knows")

    def _named(self, verb: str, what: str, words: Sequence[Word], line: int) -> None:
        """A command about something in a table; ip is the family of those that do not say."""
        if what == "ct":
            words = words[1:]  # helper, timeout or expectation
        family = str(words[0]) if words[0] in (*FAMILIES, *ELSEWHERE) and isinstance(words[1:2], tuple) else "ip"
        names = words[1:] if words[0] == family else words
        if not names or not isinstance(names[0], str):
            raise Refused(f"`{verb} {what}` names nothing")
        if family in ELSEWHERE:
            self._elsewhere(verb, family, what, names, line)
        elif what == "table":
            self._table(verb, family, names, line)
        else:
            self._member(verb, self._existing(family, names[0]), what, names[1:], line)

    def _existing(self, family: str, name: str) -> Table:
        if (family, name) not in self.tables:
            raise Refused(f"there is no table `{family} {name}`")
        return self.tables[family, name]

    def _table(self, verb: str, family: str, words: Sequence[Word], line: int) -> None:
        name = str(words[0])
        if verb in ("add", "create"):
            table = self.tables.get((family, name)) or Table(family, name)
            self.tables[family, name] = table
            if len(words) > 1 and isinstance(words[1], Group):
                for inner, at in words[1].statements(line):
                    _at(at, table.member, inner, at)
        elif verb == "destroy":
            self.tables.pop((family, name), None)
        elif verb == "delete" and name != "handle":
            self._existing(family, name)
            del self.tables[family, name]
        elif verb == "flush":
            for chain in self._existing(family, name).chains.values():
                chain.rules.clear()
        else:
            raise Refused(f"`{verb} table` is no command that this reader knows")

    def _elsewhere(self, verb: str, family: str, what: str, words: Sequence[Word], line: int) -> None:
        """Frames that are bridged, and ARP: none of it is routed IP. What a device's own chains do comes before."""
        if family != "netdev" or verb in ("delete", "destroy", "flush"):
            return
        body = words[-1]
        if what == "rule" or (isinstance(body, Group) and what in ("table", "chain") and _decides(body)):
            self.unknown.append((f"{what} netdev {words[0]}", line, ROLE))

    def _member(self, verb: str, table: Table, what: str, words: Sequence[Word], line: int) -> None:
        name = words[0] if words and isinstance(words[0], str) else ""
        rest = words[1:]
        body = rest[0] if rest and isinstance(rest[0], Group) else None
        if what == "rule" and verb in ("add", "insert"):
            _add_rule(table, name, rest, line, first=verb == "insert")
        elif what in ("chain", "set", "map") and verb in ("add", "create"):
            table.member([what, name, body] if body is not None else [what, name], line)
        elif what == "element" and body is not None and name in table.sets:
            _elements(table, name, verb, body)
        elif what == "chain" and verb in ("delete", "destroy", "flush"):
            table.chain(name).rules.clear()
            if verb != "flush":
                del table.chains[name]
        elif what in ("set", "map") and verb in ("delete", "destroy", "flush") and name in table.sets:
            table.sets[name].elements.clear()
            if verb != "flush":
                del table.sets[name]
        elif what not in OBJECTS:
            raise Refused(f"`{verb} {what} {name}` is no command that this reader knows")


def _at(line: int, do: object, *arguments: object) -> None:
    try:
        do(*arguments)  # type: ignore[operator]
    except Refused as why:
        raise Refused(why.why, why.line or line, why.file, why.text) from None


def _add_rule(table: Table, chain: str, words: Sequence[Word], line: int, *, first: bool) -> None:
    if not words or words[0] in ("index", "position", "handle"):
        raise Refused("a rule's place by its handle is not known here")
    entry = (tuple(words), line)
    rules = table.chain(chain).rules
    rules.appendleft(entry) if first else rules.append(entry)


def _elements(table: Table, name: str, verb: str, body: Group) -> None:
    found = table.sets[name]
    if verb in ("add", "create"):
        found.elements += body.elements()
        return
    gone = [parts(element) for element in body.elements()]
    there = [parts(element) for element in found.elements]
    if any(one not in there for one in gone):
        raise Refused(f"`{shown([body])}` is not in `{name}` as it stands there")
    found.elements[:] = [element for element, one in zip(found.elements, there, strict=True) if one not in gone]


def _decides(body: Group) -> bool:
    """Does anything that hangs at a device have a rule, or drop by itself?"""
    words = [word for piece in body.pieces for word in piece]
    if "hook" in words or "policy" in words:
        settings = ("type", "policy", "comment", "flags", "devices")
        drops = any(piece == ("policy", "drop") for piece, _ in body.statements(0))
        return drops or any(piece[0] not in settings for piece, _ in body.statements(0))
    return any(_decides(word) for word in words if isinstance(word, Group))

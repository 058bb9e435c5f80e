"""What nftables rule sets do: read from nft's own language, not from what segc writes.

It takes what `nft -f` takes (tables in blocks, or commands), what `nft list
ruleset` prints, and its JSON; other people's tables included. What it does not
know it refuses by name, or keeps as unknown for its caller to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.machine import Accept, Base, Drop, Goto, Jump, Machine, Refused, Rule, Switch

from .reader_names import PRIORITIES
from .reader_rules import Reader, Set, Step
from .reader_tokens import END, Group, Word, statements
from .reader_tokens import read as cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segc.packets.machine import Action

ROLE = "rules"
FAMILIES = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}
ELSEWHERE = ("arp", "bridge", "netdev")
# What stands in a table and holds no rule. Helpers and the like are told by name, where a rule uses them.
OBJECTS = {"counter", "quota", "limit", "ct", "synproxy", "secmark", "flowtable"}
SETTINGS = {"type", "typeof", "flags", "size", "timeout", "gc-interval", "policy", "auto-merge", "comment", "counter"}


def role(name: str, text: str) -> str | None:
    """The role of a file that stands by itself."""
    del name
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return ROLE if first.startswith(("table", "{", "flush", "add", "delete", "destroy", "define")) else None


def read(files: Mapping[str, str]) -> Machine:
    """What the file in the role `rules` means. Raises `Refused`."""
    if set(files) != {ROLE}:
        raise Refused("is no file of nftables'", file=min(set(files) ^ {ROLE}))
    text = files[ROLE]
    try:
        if text.lstrip().startswith("{"):
            from .reader_json import as_text

            text = as_text(text)
        return _RuleSet().read(text)
    except Refused as why:
        raise Refused(why.why, why.line, why.file or ROLE, why.text) from None


class _Table:
    """One table: its sets, and where its chains' names are made unique."""

    def __init__(self, family: str, name: str) -> None:
        self.families = FAMILIES[family]
        self.prefix = f"{family}/{name}/"
        self.sets: dict[str, Set] = {}
        self.reader = Reader(self.sets, self.full)
        self.known: dict[tuple[Word, ...], tuple[list[Step], list[str]]] = {}
        self.waiting: list[tuple[str, tuple[Word, ...], int]] = []

    def full(self, chain: str) -> str:
        """A chain's name, unique over all tables."""
        return self.prefix + chain


class _RuleSet:
    def __init__(self) -> None:
        self.machine = Machine()
        self.tables: dict[tuple[str, str], _Table] = {}

    def read(self, text: str) -> Machine:
        """All statements first, then all rules: sets and chains may stand behind the rules that use them."""
        whole = cut(text)
        for words, line in statements(whole.words, whole.lines):
            self._at(line, self._command, words)
        for table in self.tables.values():
            for chain, words, line in table.waiting:
                self._at(line, self._rule, table, chain, words, line)
        for rules in self.machine.chains.values():
            for rule in rules:
                for chain in _called(rule.action):
                    if chain not in self.machine.chains:
                        raise Refused(f"no chain is called `{chain.rpartition('/')[2]}`", rule.line)
        return self.machine

    def _at(self, line: int, do: object, *arguments: object) -> None:
        try:
            do(*arguments)  # type: ignore[operator]
        except Refused as why:
            raise Refused(why.why, why.line or line, why.file, why.text) from None

    # -- commands ---------------------------------------------------------

    def _command(self, words: Sequence[Word]) -> None:
        match list(words):
            case ["flush", "ruleset"]:
                self.machine, self.tables = Machine(), {}
            case ["table" | "add" | "create", *_] if words[0] == "table" or words[1:2] == ("table",):
                self._table_block([word for word in words if word not in ("add", "create")])
            case ["delete" | "destroy" | "flush", "table", str(family), str(name)]:
                self._remove(family, name, whole=words[0] != "flush")
            case ["add" | "create" | "insert", str(what), str(family), str(table), str(name), *rest]:
                self._add(self._table(family, table), words[0] == "insert", what, name, rest)
            case _:
                raise Refused(
                    f"`{words[0] if isinstance(words[0], str) else 'a brace'}` is no command that this reader knows"
                )

    def _remove(self, family: str, name: str, *, whole: bool) -> None:
        table = self.tables.get((family, name))
        if table is None:
            raise Refused(f"there is no table `{family} {name}`")
        for chain in [chain for chain in self.machine.chains if chain.startswith(table.prefix)]:
            if whole:
                del self.machine.chains[chain]
            else:
                self.machine.chains[chain].clear()
        table.waiting.clear()
        if whole:
            self.machine.bases[:] = [b for b in self.machine.bases if not b.chain.startswith(table.prefix)]
            del self.tables[family, name]

    def _table(self, family: str, name: str) -> _Table:
        if family not in FAMILIES:
            raise Refused(f"`{family}` is no family of tables that this reader knows")
        return self.tables.setdefault((family, name), _Table(family, name))

    def _table_block(self, words: Sequence[Word]) -> None:
        names = [word for word in words[1:] if isinstance(word, str)]
        family, name = names if len(names) == 2 else ("ip", *names)
        body = words[-1] if isinstance(words[-1], Group) else None
        if family in ELSEWHERE:
            if family == "netdev" and body is not None and _has_rules(body):
                self.machine.unknown.append((f"table netdev {name}", 0, ROLE))
            return  # frames that are bridged, and ARP: none of it is routed IP
        table = self._table(family, name)
        for inner, line in body.statements() if body is not None else ():
            self._at(line, self._member, table, inner)

    def _member(self, table: _Table, words: Sequence[Word]) -> None:
        match list(words):
            case ["chain", str(name), Group() as body]:
                self._chain(table, name, body)
            case ["set" | "map", str(name), Group() as body]:
                self._set(table, name, body)
            case [str(word), *_] if word in OBJECTS or word in ("comment", "flags"):
                return
            case _:
                raise Refused(f"`{words[0] if isinstance(words[0], str) else 'a brace'}` is nothing that a table holds")

    def _add(self, table: _Table, first: bool, what: str, name: str, rest: list[Word]) -> None:  # noqa: FBT001
        if what == "rule":
            while rest[:1] in (["index"], ["position"], ["handle"]):
                raise Refused("a rule's place by its handle is not known here")
            entry = (table.full(name), tuple(rest), 0)
            table.waiting.insert(0, entry) if first else table.waiting.append(entry)
        elif what in ("chain", "set", "map") and rest and isinstance(rest[0], Group):
            self._member(table, [what, name, rest[0]])
        elif what == "chain" and not rest:
            self.machine.chains.setdefault(table.full(name), [])
        elif what == "element" and rest and isinstance(rest[0], Group) and name in table.sets:
            table.sets[name].elements += rest[0].elements()
        elif what not in OBJECTS:
            raise Refused(f"`{what}` cannot be added here")

    # -- what a table holds -----------------------------------------------

    def _set(self, table: _Table, name: str, body: Group) -> None:
        found = table.sets.setdefault(name, Set(name, dynamic=False))
        for words, _ in body.statements():
            if words[0] == "elements" and len(words) == 3 and words[1] == "=" and isinstance(words[2], Group):
                found.elements += words[2].elements()
            elif words[0] not in SETTINGS:
                raise Refused(f"`{words[0] if isinstance(words[0], str) else 'a brace'}` is nothing that a set has")
            elif words[0] == "flags":
                # listed as `dynamic` or, by older versions, as a set with a time-out that has no elements of its own
                found.dynamic = found.dynamic or "dynamic" in words
        timed = any(words[0] == "timeout" for words, _ in body.statements())
        found.dynamic = found.dynamic or (timed and not found.elements)

    def _chain(self, table: _Table, name: str, body: Group) -> None:
        full = table.full(name)
        self.machine.chains.setdefault(full, [])
        policy: Accept | Drop = Accept()
        hook: tuple[str, int] | None = None
        for words, line in body.statements():
            if words[0] == "type" and "hook" in words:
                hook = self._at_hook(words)
            elif words[0] == "policy" and len(words) == 2:
                if words[1] not in ("accept", "drop"):
                    raise Refused(f"`{words[1]}` is no policy", line)
                policy = Drop() if words[1] == "drop" else Accept()
            elif words[0] not in ("comment", "devices", "flags"):
                table.waiting.append((full, words, line))
        if hook is not None:
            self.machine.bases[:] = [base for base in self.machine.bases if base.chain != full]
            self.machine.bases.append(Base(full, hook[0], hook[1], policy, table.families))

    def _at_hook(self, words: Sequence[Word]) -> tuple[str, int]:
        """`type filter hook forward priority filter + 10`."""
        text = [word for word in words if isinstance(word, str)]
        hook, rest = text[text.index("hook") + 1], text[text.index("priority") + 1 :] if "priority" in text else []
        if hook not in ("prerouting", "input", "forward", "output", "postrouting"):
            raise Refused(f"`{hook}` is no hook that this reader knows")
        priority, sign = 0, 1
        for word in rest:
            if word in ("+", "-"):
                sign = -1 if word == "-" else 1
            elif word in PRIORITIES:
                priority = PRIORITIES[word]
            elif word.lstrip("+-").isdecimal():
                priority += sign * int(word)
            else:
                raise Refused(f"`{word}` is no priority")
        return hook, priority

    def _rule(self, table: _Table, chain: str, words: tuple[Word, ...], line: int) -> None:
        if chain not in self.machine.chains:
            raise Refused(f"no chain is called `{chain.rpartition('/')[2]}`")
        bare = _without_handle(words)
        made = table.known.get(bare)
        if made is None:
            made = table.known[bare] = (table.reader.steps(bare), table.reader.unknown)
        steps, unknown = made
        self.machine.unknown += [(text, line, ROLE) for text in unknown]
        self.machine.chains[chain] += [Rule(matches, action, line, ROLE) for matches, action in steps]


def _without_handle(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(word for word in words if word != END)


def _has_rules(body: Group) -> bool:
    return any(
        words[0] == "chain" and isinstance(words[-1], Group) and words[-1].words for words, _ in body.statements()
    )


def _called(action: Action) -> list[str]:
    if isinstance(action, (Jump, Goto)):
        return [action.chain]
    if isinstance(action, Switch):
        return [chain for _, one in action.cases for chain in _called(one)]
    return []

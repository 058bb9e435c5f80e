"""One rule's text into its matches and its action.

Most rules of a large file have one form, in which only addresses, comment and
prefix change: the rest of such a rule is read once. All others are read flag by
flag. A property test holds the two equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import SOURCE, TARGET
from segc.packets.machine import Action, Goto, In, Jump, Log, Match, Refused, Whatever

from . import reader_targets
from .reader_flags import ALIASES, GENERAL, MODULES, NEEDS, SAME
from .reader_lines import Flag, flags
from .reader_matches import Around, general, module, one
from .reader_values import network, protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_FORM = re.compile(
    r'(?:-s ([^\s"!-][^\s"]*) )?(?:-d ([^\s"!-][^\s"]*) )?((?:[^\s"]+ )*?)'
    r'(?:-m comment --comment (?:"[^"\\]*"|[^\s"!-][^\s"]*) )?(-[jg] [^\s"]+(?: [^"]*(?:"[^"\\]*")?)?)'
)
_OF_PROTOCOL = {number: name for name, number in NEEDS.items()}


class Made(NamedTuple):
    """What a rule's text means. `flags` are the general ones that it has; `lasting`: it means that on every line."""

    matches: tuple[Match, ...]
    action: Action
    unknown: tuple[str, ...]
    calls: str
    flags: frozenset[str]
    lasting: bool


@dataclass(slots=True)
class _Owner:
    """A module or a target that a rule has named, with its flags; `own` are those that it may have, None if any."""

    name: str
    own: set[str] | None
    target: Flag | None = None
    flags: list[Flag] = field(default_factory=list)


class Rules:
    """Reads the rules of one table. `around` says what they are read with, `full` names a chain in full."""

    def __init__(self, around: Callable[[int], Around], full: Callable[[str], str], chains: dict[str, object]) -> None:
        self._around = around
        self._full = full
        self._chains = chains
        self._made: dict[str, Made] = {}
        self._parts: dict[str, Made] = {}
        self._ends: dict[tuple[int, str], In] = {}

    def made(self, text: str, line: int) -> Made:
        """A rule's meaning, from all that stands behind `-A CHAIN`."""
        found = self._made.get(text)
        if found is None:
            found = self.quickly(text) or self.slowly(text, line)
            if found.lasting:
                self._made[text] = found
        return found

    def quickly(self, text: str) -> Made | None:
        """The same as slowly, for rules of the usual form whose parts are understood; None for any other."""
        form = _FORM.fullmatch(text)
        if form is None:
            return None
        source, target, conditions, verdict = form.groups()
        try:
            rest = self._parts.get(conditions) or self._part(conditions)
            action, calls = self._verdict(verdict)
            ends = []
            if source is not None:
                ends.append(self._end(SOURCE, source))
            if target is not None:
                ends.append(self._end(TARGET, target))
        except Refused:
            return None
        if action is None or not rest.lasting:
            return None
        if (source is not None and "-s" in rest.flags) or (target is not None and "-d" in rest.flags):
            return None
        return Made((*ends, *rest.matches) if ends else rest.matches, action, rest.unknown, calls, rest.flags, True)

    def _verdict(self, text: str) -> tuple[Action | None, str]:
        """An action and the chain that it calls; no action where there is more to it than the target and its options."""
        name = text[3:]
        full = self._full(name)
        if full in self._chains:
            return (Goto(full) if text[1] == "g" else Jump(full)), full
        head, quote, prefix = text[:-1].partition('"')
        if quote and text[-1] == '"' and head.endswith("-prefix ") and "\\" not in prefix:
            made = self._parts.get(f"{head}x") or self._part(f"{head}x")
            action: Action = Log(prefix)
        else:
            made = self._parts.get(text) or self._part(text)
            action = made.action
        if made.matches or made.flags or not made.lasting or (quote and made.action != Log("x")):
            return None, ""
        return action, made.calls

    def _part(self, text: str) -> Made:
        found = self.slowly(text, 0)
        if found.lasting:
            self._parts[text] = found
        return found

    def _end(self, at: int, text: str) -> In:
        found = self._ends.get((at, text))
        if found is None:
            if "," in text:
                raise Refused("a list")
            found = self._ends[at, text] = In(at, (network(text, self._around(0).family),))
        return found

    def slowly(self, text: str, line: int) -> Made:
        """Flag by flag."""
        around = self._around(line)
        usual, owners = self._sorted(flags(text))
        matches: list[Match] = []
        for flag in usual:
            matches += general(flag, around) if GENERAL[flag.name] != "-c" else []
        action: Action = reader_targets.CONTINUED
        for owner in owners:
            if owner.target is not None:
                action = reader_targets.action(owner.target, owner.flags, self._full, self._chains)
                matches += reader_targets.only(action)
            else:
                matches += module(owner.name, owner.flags, around)
        if isinstance(action, Whatever):
            around.unknown.append(action.text)
            around.lasting = False  # later on, a chain may have that name
        calls = action.chain if isinstance(action, (Jump, Goto)) else ""
        used = frozenset(GENERAL[flag.name] for flag in usual)
        return Made(tuple(matches), action, tuple(around.unknown), calls, used, around.lasting)

    # -- whose flag is it? --------------------------------------------------

    def _sorted(self, listed: tuple[Flag, ...]) -> tuple[list[Flag], list[_Owner]]:
        """Flags that every rule may have, and modules and the target with theirs."""
        usual: dict[str, Flag] = {}
        owners: list[_Owner] = []
        for flag in listed:
            name = GENERAL.get(flag.name)
            if name == "-m":
                owners.append(_module(_plain(flag)))
            elif name in ("-j", "-g"):
                if any(owner.target for owner in owners):
                    raise Refused("a rule has one target")
                owners.append(_Owner(_plain(flag), self._options(flag), flag))
            elif name is not None:
                if name in usual:
                    raise Refused(f"`{flag.name}` stands twice")
                usual[name] = flag
            else:
                _give(flag, owners, usual.get("-p"))
        return list(usual.values()), owners

    def _options(self, flag: Flag) -> set[str] | None:
        target = flag.values[0]
        if flag.name in ("-g", "--goto"):
            return set()
        if target in reader_targets.OPTIONS:
            return reader_targets.OPTIONS[target]
        chain = self._full(target) in self._chains and target not in reader_targets.OTHER
        return set() if chain or target != target.upper() else None


def _plain(flag: Flag) -> str:
    if flag.negate:
        raise Refused(f"`{flag.name}` cannot be negated")
    return one(flag)


def _module(name: str) -> _Owner:
    name = SAME.get(name, name)
    return _Owner(name, MODULES.get(name))


def _give(flag: Flag, owners: list[_Owner], proto: Flag | None) -> None:
    """To what was named last and has such a flag; else to the protocol's module; else to what may have any flag."""
    names = (ALIASES.get(flag.name, flag.name), flag.name)
    for name in names:
        for owner in reversed(owners):
            if owner.own is not None and name in owner.own:
                _add(owner, flag._replace(name=name))
                return
    implied = _implied(proto)
    if implied is not None and names[0] in (implied.own or ()):
        owners.append(implied)
        _add(implied, flag._replace(name=names[0]))
        return
    for owner in reversed(owners):
        if owner.own is None:
            owner.flags.append(flag)
            return
    raise Refused(f"`{flag.name}` stands behind no module that has it")


def _add(owner: _Owner, flag: Flag) -> None:
    if any(known.name == flag.name for known in owner.flags):
        raise Refused(f"`{flag.name}` stands twice")
    owner.flags.append(flag)


def _implied(proto: Flag | None) -> _Owner | None:
    """The module that -p loads."""
    number = protocol(one(proto)) if proto is not None else None
    return _module(_OF_PROTOCOL[number]) if number in _OF_PROTOCOL else None

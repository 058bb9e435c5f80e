"""Expressions: comparisons as matches, and verdict maps as cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import PORTED, PROTO, STATES
from segc.packets.machine import Among, Family, In, Interface, Match, Refused, Remembered, State, Unknown

from . import reader_undecided as undecided
from .reader_keys import (
    BITWISE,
    COMPARISONS,
    FAMILIES,
    FAMILY_OF,
    ICMP6S,
    ICMPS,
    KEYS,
    LONGEST,
    SHORT,
    WITH_PORTS,
    WITHOUT_PORTS,
    Key,
    of,
)
from .reader_names import STATE_BITS
from .reader_sets import Set, alone, parts
from .reader_tokens import Group
from .reader_values import ALL, number, spans
from .reader_words import Words, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

Matches = tuple[Match, ...]
NEVER = In(PROTO, ())
ALWAYS: Matches = ()


class Right(NamedTuple):
    """What a field is compared with. `group`: one of a set is meant; else values between commas are bits of one."""

    values: Set
    group: bool


class Expressions:
    """Reads the expressions of one table's rules. What stays open is gathered in `unknown`."""

    def __init__(self, sets: dict[str, Set], families: tuple[int, ...], changed: set[str]) -> None:
        self.sets = sets
        self.families = families
        self.changed = changed  # words of what some rule of the file sets: marks, priorities …
        self.unknown: list[str] = []
        self.fickle = False  # does this rule mean something of its own, which no other rule of the same words does?
        self.line = 0
        self.words, self.begun = Words(()), 0  # of the expression that is being read

    def text(self) -> str:
        """The expression that is being read, as far as it has been."""
        return self.words.since(self.begun)

    def begin(self, line: int) -> None:
        """A new rule begins."""
        self.unknown, self.fickle, self.line = [], False, line

    # -- keys -------------------------------------------------------------

    def keys(self, words: Words) -> list[Key] | None:
        """The fields that an expression reads together; None where one of them is not known here."""
        found = []
        while True:
            key = self._key(words)
            if key is None:
                return None
            found.append(key)
            if not words.skip("."):
                return found

    def _key(self, words: Words) -> Key | None:
        first = words.peek()
        if not isinstance(first, str):
            raise Refused("a brace stands where an expression is due")
        for length in range(LONGEST.get(first, 0), 0, -1):
            some = tuple(words.all[words.at : words.at + length])
            key = KEYS.get(some)  # type: ignore[arg-type]
            if key is not None:
                words.at += length
                return key
        if first == "ct" and words.peek(1) == "original" and words.peek(2) in SHORT and len(self.families) == 1:
            words.at += 3
            return KEYS["ct", "original", "ip" if self.families == (4,) else "ip6", str(words.peek(-1))]
        return None

    # -- what is not decided ----------------------------------------------

    def open(self, text: str, known: Matches = ()) -> list[Matches]:
        """A match that may hold or not. Of what counts or changes, the same words elsewhere are another one."""
        self.unknown.append(text)
        some = set(text.replace("{", " ").split())
        if some & undecided.FICKLE or some & self.changed:
            self.fickle = True
            text = f"{text} (line {self.line})"
        return [(*known, Unknown(text))]

    def leave_open(self, words: Words, begun: int) -> list[Matches]:
        """The expression that began there, whatever it is."""
        words.at = begun
        if self.skip_field(words) and not undecided.rest(words):
            raise Refused("a verdict map stands where none is expected")
        return self.open(words.since(begun), implied(words.all[begun]))

    def skip_field(self, words: Words) -> bool:
        """Go past fields, joined by dots. Does a value stand behind?"""
        compared = undecided.field(words)
        while compared and words.skip("."):
            undecided.field(words)
        return compared

    # -- comparisons ------------------------------------------------------

    def right(self, words: Words) -> Right:
        """The right side of a comparison: a set, its name, or values."""
        begun = words.at
        word = words.next()
        if isinstance(word, Group):
            return Right(Set("", elements=word.elements()), True)
        if word.startswith("@"):
            return Right(self.named(word), True)
        words.at = begun
        found: list[list[str]] = [[]]
        while True:
            found[-1].append(words.text())
            if words.skip("-"):
                found[-1][-1] += "-" + words.text()
            if words.peek() in (",", "|"):
                found.append([])
            elif words.peek() == ".":
                found[-1].append(".")
            else:
                return Right(Set("", elements=[tuple(one) for one in found]), False)
            words.next()

    def named(self, word: str) -> Set:
        """A set by its name."""
        if word[1:] not in self.sets:
            raise Refused(f"no set is called `{word[1:]}`")
        return self.sets[word[1:]]

    def compared(self, words: Words, before: Sequence[Matches]) -> list[Matches]:
        """A comparison's matches: one list, or several of which a packet fulfils at most one."""
        begun = words.at
        self.words, self.begun = words, begun
        keys = self.keys(words)
        if keys is None or words.peek() in BITWISE:
            return self.leave_open(words, begun)
        operator = words.text() if words.peek() in COMPARISONS else ""
        right = self.right(words)
        if words.peek() in BITWISE:
            return self.leave_open(words, begun)
        if right.values.dynamic:
            known = tuple(dict.fromkeys(match for key in keys for match in key.implied))
            return [(*known, Remembered(right.values.name, operator == "!="))]
        if len(keys) > 1:
            return self._joined(keys, operator, right, before)
        return self._single(keys[0], operator, right, before)

    def _single(self, key: Key, operator: str, right: Right, before: Sequence[Matches]) -> list[Matches]:
        elements = right.values.elements
        if key.kind == "state":
            return [_state(operator, right)]
        if len(elements) > 1 and not right.group:
            raise Refused(f"`{self.text()}` has commas, and its values are no bits")
        if operator == "!" or (operator not in ("", "==", "!=") and (right.group or key.field < 0)):
            raise Refused(f"`{operator}` does not fit what is compared")
        if key.kind in FAMILIES:
            return [_family(key.kind, operator, [alone(parts(element)) for element in elements])]
        if key.kind in ("name", "index"):
            match = interface(key, [alone(parts(element)) for element in elements], negate=operator == "!=")
            return self.open(self.text()) if match is None else [(match,)]
        if right.group:
            match = In(key.field, right.values.spans(key.kind), operator == "!=", key.original)
        else:
            value = alone(parts(elements[0]))
            made = spans(key.kind, value, operator or "==")
            match = In(key.field, made, operator == "!=", key.original)
        return self.guarded(key, before, (*key.implied, match))

    def guarded(self, key: Key, before: Sequence[Matches], matches: Matches) -> list[Matches]:
        """Matches of ports. `th` reads them where other protocols have something else, which nobody knows."""
        if not key.any_header or limited(before):
            return [matches]
        return [(WITH_PORTS, *matches), *self.open(self.text(), (WITHOUT_PORTS,))]

    def _joined(self, keys: list[Key], operator: str, right: Right, before: Sequence[Matches]) -> list[Matches]:
        if operator not in ("", "==", "!="):
            raise Refused("joined fields are less or more than nothing")
        known = tuple(dict.fromkeys(match for key in keys for match in key.implied))
        negate = operator == "!="
        if not all(key.numeric for key in keys):
            if negate:
                return self.open(self.text(), known)
            return [one for element in right.values.elements for one in self.element(keys, parts(element), self.text())]
        match = Among(tuple(key.field for key in keys), right.values.entries(keys), negate)
        if only_ported(keys, [parts(element) for element in right.values.elements]):
            return [(*known, match)]
        if any(key.field == PROTO for key in keys):
            return self.open(self.text(), known)
        return self.guarded(next(key for key in keys if key.any_header), before, (*known, match))

    def element(self, keys: list[Key], values: tuple[str, ...], text: str) -> list[Matches]:
        """One element of joined fields of any kind, as matches that must all hold."""
        if len(values) != len(keys):
            raise Refused("an element does not fit the fields that are looked up")
        found: list[Match] = []
        for key, value in zip(keys, values, strict=True):
            one = self._part(key, value)
            if one is None:
                return self.open(f"{text} {shown(values)}")
            found += one
        return [tuple(dict.fromkeys(found))]

    def _part(self, key: Key, value: str) -> Matches | None:
        if value == ALL or key.any_header:
            return ALWAYS if value == ALL else None
        if key.kind == "state":
            return _state("", Right(Set("", elements=[(value,)]), True))
        if key.kind in FAMILIES:
            return _family(key.kind, "", [value])
        if key.kind in ("name", "index"):
            match = interface(key, [value], negate=False)
            return None if match is None else (match,)
        return (*key.implied, In(key.field, spans(key.kind, value), original=key.original))


def implied(word: object) -> Matches:
    """What nft asks of a packet before it reads a header's field."""
    if word in FAMILY_OF:
        return (FAMILY_OF[str(word)],)
    if word in ("tcp", "udp", "sctp", "dccp", "udplite"):
        return (of(str(word)),)
    return {"icmp": ICMPS, "icmpv6": ICMP6S}.get(str(word), ())


def limited(before: Sequence[Matches]) -> bool:
    """Do matches let through protocols with ports alone?"""
    return all(any(map(_limits, some)) for some in before)


def _limits(match: Match) -> bool:
    return isinstance(match, In) and match.field == PROTO and not match.negate and all(map(_ported, match.spans))


def _ported(span: tuple[int, int]) -> bool:
    return all(proto in PORTED for proto in range(span[0], span[1] + 1))


def only_ported(keys: Sequence[Key], values: Sequence[tuple[str, ...]]) -> bool:
    """Is nothing asked of what stands at a port's place in protocols without ports? Their protocol is in no element."""
    if not any(key.any_header for key in keys):
        return True
    at = next((at for at, key in enumerate(keys) if key.field == PROTO and key.numeric), None)
    if at is None or any(len(one) != len(keys) for one in values):
        return False
    return all(_ported(span) for one in values for span in spans("proto", one[at]))


def interface(key: Key, names: list[str], *, negate: bool) -> Match | None:
    """A match of an interface's name; None for what is no name: a number, or a star that is meant as such."""
    if any("\\" in name or (key.kind == "index" and name.isdecimal()) for name in names):
        return None
    found = tuple(name.strip('"') for name in names)
    if ALL in found:
        raise Refused("`*` is no name of an interface")
    return Interface(key.field, found, negate)


def _family(kind: str, operator: str, values: list[str]) -> Matches:
    if operator not in ("", "==", "!="):
        raise Refused("a family is less or more than nothing")
    if kind == "family" and not all(value in FAMILIES[kind] for value in values):
        raise Refused("`meta nfproto` is compared with something else than ipv4 or ipv6")
    found = {FAMILIES[kind].get(value, 0) for value in values} & {4, 6}
    if operator == "!=":
        found = {4, 6} - found
    return (ALWAYS if len(found) == 2 else (NEVER,)) if len(found) != 1 else (Family(found.pop()),)


def _state(operator: str, right: Right) -> Matches:
    """A connection's state is one bit: of values that are joined by commas one is meant, unless `==` or `!=` compares
    with all their bits together, which no state has.
    """
    elements = [_bits(alone(parts(element))) for element in right.values.elements]
    if operator not in ("", "==", "!=", "!"):
        raise Refused("a state is less or more than nothing")
    if right.group or operator in ("", "!"):
        single = [one for one in elements if len(one) == 1] if right.group else elements
        return (State(frozenset(name for one in single for name in one), operator in ("!=", "!")),)
    together = frozenset(name for one in elements for name in one)
    if len(together) == 1:
        return (State(together, operator == "!="),)
    return (NEVER,) if operator == "==" else ALWAYS


def _bits(text: str) -> list[str]:
    if text.startswith("0x") or text.isdecimal():
        bits = number(text)
        return [name for name, bit in STATE_BITS.items() if bits & bit]
    if text not in STATES:
        raise Refused(f"`{text}` is no state of a connection")
    return [text]

"""One rule: expressions and statements from left to right, as nft takes them (nft(8))."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import IIF, LAST_SECOND, OIF, normal
from segc.packets.fields import STATES as KNOWN_STATES
from segc.packets.machine import (
    Action,
    Among,
    Continue,
    Drop,
    Family,
    Goto,
    In,
    Interface,
    Jump,
    Log,
    Match,
    Refused,
    Remembered,
    State,
    Switch,
    Unknown,
    Whatever,
)

from .reader_keys import COMPARISONS, FAMILIES, FOREIGN, KEYS, PORTS, SIMPLE, SPECIAL, STARTS, UNDECIDED, Key
from .reader_names import STATES
from .reader_tokens import Group, Word
from .reader_values import Span, span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Step = tuple[tuple[Match, ...], Action]


@dataclass(slots=True)
class Set:
    """A named set or map: its elements as they stand, and whether rules fill it while they run."""

    name: str
    dynamic: bool
    elements: list[tuple[Word, ...]] = field(default_factory=list)


class Reader:
    """Reads rules of one table. `name` makes a chain's name unique; what is not known is gathered in `unknown`."""

    def __init__(self, sets: dict[str, Set], name: Callable[[str], str]) -> None:
        self.sets = sets
        self.name = name
        self.unknown: list[str] = []
        self.words: Sequence[Word] = ()
        self.at = 0

    def steps(self, words: Sequence[Word]) -> list[Step]:
        """A rule as steps: each an action, with all matches before it."""
        self.words, self.at, self.unknown = words, 0, []
        matches: list[Match] = []
        found: list[Step] = []
        while self.at < len(self.words):
            action = self._statement()
            if action is not None:
                found.append((tuple(matches), action))
                continue
            more, cases = self._expression()
            matches += more
            found += [((*matches, *inner), action) for inner, action in cases]
        return found or [(tuple(matches), Continue())]

    # -- words ------------------------------------------------------------

    def _peek(self, offset: int = 0) -> Word:
        return self.words[self.at + offset] if self.at + offset < len(self.words) else ""

    def _next(self) -> Word:
        word = self._peek()
        self.at += 1
        return word

    def _text(self) -> str:
        word = self._next()
        if not isinstance(word, str) or not word:
            raise Refused("something is missing at the end, or a brace stands where a word is due")
        return word

    def _skip(self, *wanted: str) -> bool:
        """Are these the next words? Then go past them."""
        if all(self._peek(i) == word for i, word in enumerate(wanted)):
            self.at += len(wanted)
            return True
        return False

    # -- statements -------------------------------------------------------

    def _statement(self) -> Action | None:
        """The action of a statement; None where the next words are an expression."""
        word = self._peek()
        if not isinstance(word, str):
            raise Refused("a brace stands where a statement is due")
        simple = SIMPLE.get(word)
        if simple is not None:
            self.at += 1
            return simple
        match word:
            case "jump" | "goto":
                self.at += 1
                chain = self.name(self._text())
                return Jump(chain) if word == "jump" else Goto(chain)
            case "counter":
                self.at += 1
                if self._skip("packets"):
                    self._text()
                    if not self._skip("bytes"):
                        raise Refused("`counter packets` has no bytes")
                    self._text()
                elif self._skip("name"):
                    self._text()
                return Continue()
            case "comment":
                self.at += 2
                return Continue()
            case "log":
                return self._log()
            case "reject":
                self.at = len(self.words)
                return Drop(reject=True)
            case "add" | "update" | "delete":
                if isinstance(self._peek(2), Group) and str(self._peek(1)).startswith("@"):
                    self.at += 3
                    return Continue()
        return self._other(word)

    def _other(self, word: str) -> Action | None:
        """Statements that change a packet without deciding about it, and those that nobody can follow."""
        if word in ("meta", "ct", "ip", "ip6", "tcp", "udp") and "set" in self.words[self.at : self.at + 4]:
            before = ("mark", "priority", "zone", "dscp", "ttl", "hoplimit", "maxseg", "pkttype", "nftrace", "helper")
            if self._peek(1) in (*before, "option"):
                self._until_statement()
                return Continue()
        if word in FOREIGN:
            text = " ".join(_shown(one) for one in self.words[self.at :])
            self.at = len(self.words)
            self.unknown.append(text)
            return Whatever(text)
        return None

    def _log(self) -> Log:
        self.at += 1
        prefix = ""
        while self.at < len(self.words):
            if self._skip("prefix"):
                prefix = self._text().strip('"')
            elif self._peek() in ("group", "level", "snaplen", "queue-threshold", "flags"):
                self.at += 2
                while self._skip(","):
                    self.at += 1
            else:
                break
        return Log(prefix)

    def _until_statement(self) -> list[Word]:
        """Words up to the next that begins a statement or an expression."""
        found: list[Word] = [self._next()]
        while self.at < len(self.words) and not (isinstance(self._peek(), str) and self._peek() in STARTS):
            found.append(self._next())
        return found

    # -- expressions ------------------------------------------------------

    def _expression(self) -> tuple[list[Match], list[Step]]:
        """A comparison's matches, or a verdict map's cases."""
        begun = self.at
        keys = [self._key()]
        while self._skip("."):
            keys.append(self._key())
        known = [key for key in keys if key is not None]
        if len(known) < len(keys):
            return [self._undecided(begun)], []
        if self._skip("vmap"):
            return [], self._vmap(known)
        word = self._peek()
        operator = self._text() if isinstance(word, str) and word in COMPARISONS else "=="
        if len(known) > 1:
            return self._concatenated(_numeric(known), operator), []
        return self._compared(known[0], operator), []

    def _key(self) -> Key | str | None:
        """A field, or the name of what is special; None for what is not known here."""
        for length in (4, 3, 2, 1):
            words = tuple(word for word in self.words[self.at : self.at + length] if isinstance(word, str))
            if len(words) < length:
                continue
            found = KEYS.get(words) or SPECIAL.get(words)
            if found is not None:
                self.at += length
                return found
            if words in UNDECIDED:
                return None
        if self._peek() in ("limit", "quota", "fib", "socket", "osf", "rt", "numgen", "jhash", "exthdr"):
            return None
        raise Refused(f"`{_shown(self._peek())}` is no word that this reader knows here")

    def _undecided(self, begun: int) -> Match:
        self.at = begun
        words = self._until_statement()
        text = " ".join(_shown(word) for word in words)
        self.unknown.append(text)
        return Unknown(text)

    def _compared(self, key: Key | str, operator: str) -> list[Match]:
        right = self._right()
        if isinstance(key, str):
            return [self._special(key, right, negate=operator == "!=")]
        name = _set_name(right)
        if name is not None and self._set(name).dynamic:
            return [*key.implied, Remembered(name, operator == "!=")]
        if operator in ("<", ">", "<=", ">="):
            return [*key.implied, In(key.field, _compare(key.kind, operator, right), original=key.original)]
        spans = tuple(span(key.kind, _one(element)) for element in self._elements(right))
        return [*key.implied, In(key.field, normal(spans), operator == "!=", original=key.original)]

    def _special(self, key: str, right: tuple[Word, ...], *, negate: bool) -> Match:
        values = [_one(element) for element in self._elements(right)]
        if key in ("iif", "oif"):
            names = tuple(value.strip('"') for value in values)
            return Interface(IIF if key == "iif" else OIF, names, negate)
        if key == "state":
            return State(frozenset(state for value in values for state in _states(value)), negate)
        if len(values) != 1 or values[0] not in FAMILIES:
            raise Refused("`meta nfproto` is compared with something else than ipv4 or ipv6")
        family = FAMILIES[values[0]]
        return Family(10 - family if negate else family)

    def _right(self) -> tuple[Word, ...]:
        """The right side of a comparison: a set, or values between commas."""
        if isinstance(self._peek(), Group):
            return (self._next(),)
        found: list[Word] = [self._text()]
        if self._skip("-"):  # a range of what stands in quotes
            found = [f"{found[0]}-{self._text()}"]
        while self._skip(","):
            found += [",", self._text()]
        return tuple(found)

    def _elements(self, right: tuple[Word, ...]) -> list[tuple[Word, ...]]:
        if isinstance(right[0], Group):
            return right[0].elements()
        name = _set_name(right)
        if name is not None:
            return self._set(name).elements
        return [(word,) for word in right if word != ","]

    def _set(self, name: str) -> Set:
        if name not in self.sets:
            raise Refused(f"no set is called `{name}`")
        return self.sets[name]

    def _concatenated(self, keys: list[Key], operator: str) -> list[Match]:
        if operator not in ("==", "!="):
            raise Refused("joined fields are less or more than nothing")
        implied = tuple(dict.fromkeys(m for key in keys for m in key.implied if m != PORTS or len(keys) < 3))
        right = self._right()
        name = _set_name(right)
        if name is not None and self._set(name).dynamic:
            return [*implied, Remembered(name, operator == "!=")]
        entries = tuple(_entry(keys, element) for element in self._elements(right))
        return [*implied, Among(tuple(key.field for key in keys), entries, operator == "!=")]

    # -- verdict maps -----------------------------------------------------

    def _vmap(self, keys: list[Key | str]) -> list[Step]:
        cases = []
        for element in self._elements((self._next(),)):
            if ":" not in element:
                raise Refused("a verdict map has an element without a verdict")
            at = element.index(":")
            cases.append((element[:at], _verdict(element[at + 1 :], self.name)))
        key = keys[0]
        if len(keys) == 1 and isinstance(key, str):
            return [((self._special(key, element, negate=False),), action) for element, action in cases]
        joined = _numeric(keys)
        implied = tuple(dict.fromkeys(m for k in joined for m in k.implied))
        if len(joined) == 1:
            only = joined[0]
            return [(implied, Switch(only.field, tuple((span(only.kind, _one(e)), a) for e, a in cases)))]
        fields = tuple(k.field for k in joined)
        return [((*implied, Among(fields, (_entry(joined, element),))), action) for element, action in cases]


def _numeric(keys: Sequence[Key | str]) -> list[Key]:
    """Fields that are looked up together: all of them numbers of this packet."""
    found = [key for key in keys if isinstance(key, Key) and not key.original]
    if len(found) < len(keys):
        raise Refused("fields are joined that this reader cannot join")
    return found


def _shown(word: Word) -> str:
    return word if isinstance(word, str) else "{ " + " ".join(_shown(w).strip() for w in word.words) + " }"


def _one(element: Sequence[Word]) -> str:
    """An element's value, without what is said of it behind."""
    words = [word for word in element if isinstance(word, str)]
    for at, word in enumerate(words):
        if word in ("comment", "timeout", "expires", "counter"):
            words = words[:at]
            break
    if not words:
        raise Refused("an element is no value")
    return "".join(words)


def _entry(keys: Sequence[Key], element: Sequence[Word]) -> tuple[Span, ...]:
    parts: list[list[Word]] = [[]]
    for word in element:
        if word == ".":
            parts.append([])
        else:
            parts[-1].append(word)
    if len(parts) != len(keys):
        raise Refused("an element does not fit the fields that are looked up")
    return tuple(span(key.kind, _one(part)) for key, part in zip(keys, parts, strict=True))


def _set_name(right: Sequence[Word]) -> str | None:
    word = right[0]
    return word[1:] if isinstance(word, str) and word.startswith("@") else None


def _compare(kind: str, operator: str, right: Sequence[Word]) -> tuple[Span, ...]:
    """Less and more, of a number. Times are compared to the nanosecond; a second is inside only as a whole."""
    value = span(kind, _one(right))[0]
    last = LAST_SECOND if kind == "time" else 65535
    fine = kind == "time"
    low, high = {
        "<": (0, value - 1),
        "<=": (0, value - 1 if fine else value),
        ">": (value if fine else value + 1, last),
        ">=": (value, last),
    }[operator]
    return ((low, high),) if low <= high else ()


def _states(text: str) -> list[str]:
    if text.startswith("0x"):
        bits = int(text, 16)
        return [name for name, bit in STATES.items() if bits & bit]
    if text not in KNOWN_STATES:
        raise Refused(f"`{text}` is no state of a connection")
    return [text]


def _verdict(words: Sequence[Word], name: Callable[[str], str]) -> Action:
    text = [word for word in words if isinstance(word, str)]
    if len(text) == 1 and text[0] in SIMPLE:
        return SIMPLE[text[0]]
    if len(text) == 2 and text[0] in ("jump", "goto"):
        return Jump(name(text[1])) if text[0] == "jump" else Goto(name(text[1]))
    raise Refused(f"`{' '.join(text)}` is no verdict")

"""One rule: statements and expressions from left to right, as nft takes them (nft(8))."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.packets.machine import Action, Continue, Refused, Unknown

from . import reader_undecided as undecided
from .reader_expressions import Expressions, Matches, limited
from .reader_keys import JOINED
from .reader_maps import Maps, Step
from .reader_statements import FOREIGN, STATEMENTS, whatever
from .reader_words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .reader_sets import Set
    from .reader_tokens import Word

# Fields of a packet that may be set and decide nothing here; any other (an address, a port) makes it another packet.
HARMLESS = {"dscp", "ttl", "hoplimit", "ecn", "flowlabel", "option"}
NOTHING: Matches = ()
ALTERNATIVES = 100_000  # of one rule; more are somebody's mistake


class Made(NamedTuple):
    """What a rule does: actions, each with all matches before it, and what of it was not understood."""

    steps: list[Step]
    unknown: list[str]
    shared: bool  # does every rule of the same words mean the same?


class Reader:
    """Reads rules of one table. `name` makes a chain's name unique."""

    def __init__(
        self, sets: dict[str, Set], families: tuple[int, ...], name: Callable[[str], str], changed: set[str]
    ) -> None:
        self.expressions = Expressions(sets, families, changed)
        self.name = self._calls(name)
        # Comparisons that were read before, whether they depend on what stands before them, and how long those are that
        # begin with a word.
        self.clauses: dict[tuple[Word, ...], tuple[Matches, bool]] = {}
        self.lengths: dict[str, list[int]] = {}
        self.called: dict[str, int] = {}  # chains, with a line that calls them
        self.maps = Maps(self.expressions, self.name)
        self.words = Words(())
        self.before: list[Matches] = [()]
        self.found: list[Step] = []
        self.first: Matches = NOTHING  # what is asked for before all else
        self.room = ""  # the set that had to take something for this rule to go on
        self.over = False

    def _calls(self, name: Callable[[str], str]) -> Callable[[str], str]:
        def called(chain: str) -> str:
            full = name(chain)
            self.called.setdefault(full, self.expressions.line)
            return full

        return called

    def read(self, words: Sequence[Word], line: int) -> Made:
        """A rule as steps."""
        self.words, self.before, self.found, self.first = Words(words), [()], [], NOTHING
        self.room, self.over = "", False
        self.expressions.begin(line)
        self._rest()
        steps = self.found or [(matches, Continue()) for matches in self.before]
        if self.first:
            steps = [((*self.first, *matches), action) for matches, action in steps]
        return Made(steps, self.expressions.unknown, not self.expressions.fickle)

    def _rest(self) -> None:
        while self.words.left():
            self._next()

    def _next(self) -> None:
        """One statement or expression."""
        words = self.words
        word = words.peek()
        if not isinstance(word, str):
            raise Refused("a brace stands where a statement is due")
        if self.over and word != "comment":
            raise Refused(f"`{word}` stands behind the end of a rule")
        if self._again(word):
            return
        if word in STATEMENTS:
            words.at += 1
            STATEMENTS[word](self, word)
        elif word in FOREIGN:
            whatever(self)
        elif not self._sets_something() and not self._looks_up():
            self.compares()

    def _again(self, word: str) -> bool:
        """A comparison of words that were read before."""
        words = self.words
        for length in self.lengths.get(word, ()):
            known = self.clauses.get(tuple(words.all[words.at : words.at + length]))
            if known is not None and words.peek(length) not in JOINED and not (known[1] and not limited(self.before)):
                words.at += length
                self.before = [(*matches, *known[0]) for matches in self.before]
                return True
        return False

    # -- steps ------------------------------------------------------------

    def act(self, action: Action) -> None:
        """Take an action, where all matches so far hold."""
        if isinstance(action, Continue):
            return
        self.needs_room()
        self.found += [(matches, action) for matches in self.before]

    def needs_room(self) -> None:
        """A rule that puts something into a set ends there if the set is full."""
        if self.room:
            self.match(self.expressions.open(f"room in {self.room}"))
            self.room = ""

    def match(self, more: Sequence[Matches]) -> None:
        """Ask for one of some lists of matches."""
        if len(self.before) * len(more) > ALTERNATIVES:
            raise Refused("a rule has too many alternatives")
        self.before = [(*some, *one) for some in self.before for one in more]

    def compares(self) -> None:
        """A comparison stands here."""
        words, begun = self.words, self.words.at
        more = self.expressions.compared(words, self.before)
        if len(more) == 1 and not any(isinstance(match, Unknown) for match in more[0]):
            text = tuple(words.all[begun : words.at])
            self.clauses[text] = more[0], "th" in text
            lengths = self.lengths.setdefault(str(text[0]), [])
            if len(text) not in lengths:
                lengths.append(len(text))
                lengths.sort(reverse=True)
        self.match(more)

    def _looks_up(self) -> bool:
        """A verdict map. What stands behind it is run for those that it tells to go on."""
        words = self.words
        if "vmap" not in words.all:
            return False
        begun = words.at
        steps = self.maps.steps(words, self.before)
        if steps is None:
            words.at = begun
            return False
        self.needs_room()
        for matches, action in steps:
            self.found += [((*some, *matches), action) for some in self.before]
        if words.left() and words.peek() != "comment":
            if any(isinstance(action, Continue) for _, action in steps):
                raise Refused("a verdict map goes on with the rest of its rule")
            self._discard()
        return True

    def _discard(self) -> None:
        """The rest of a rule that nothing comes to; it has to make sense all the same."""
        found, unknown = list(self.found), list(self.expressions.unknown)
        self._rest()
        self.found, self.expressions.unknown = found, unknown

    def _sets_something(self) -> bool:
        """`meta mark set 1`, `tcp option maxseg size set rt mtu` …"""
        words, begun = self.words, self.words.at
        if "set" not in words.all or not undecided.begins(words):
            return False
        what = (words.peek(), words.peek(1))
        undecided.field(words)
        if not words.skip("set"):
            words.at = begun
            return False
        undecided.operand(words)
        if what[0] in undecided.HEADERS and what[0] != "ether" and what[1] not in HARMLESS:
            words.at = begun
            whatever(self)
        return True

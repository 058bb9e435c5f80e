"""Statements to facts: each one checked against the vocabulary of the scope it stands in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from segc.diagnostics import Diagnostic, finding, replacement
from segc.lang.shapes import Refused, Value, match, usage
from segc.lang.suggest import alike, nearest
from segc.lang.vocabulary import DESCRIBING, SCOPES, Word, scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.lang.syntax import Statement, Token
    from segc.source import Source, Span


class Fact(NamedTuple):
    """A statement that fits its word: `values` has one entry a slot of the shape."""

    source: Source
    statement: Statement
    word: str
    values: list[Any]

    @property
    def span(self) -> Span:
        """The statement, without its scope."""
        return self.statement.span(self.source)

    @property
    def value(self) -> Any:
        """The first slot's value; True for a word that takes none."""
        if not self.values:
            return True
        first = self.values[0]
        return first.value if isinstance(first, Value) else first

    def place(self, value: Value | Token) -> Span:
        """Where one of its values stands."""
        token = value.token if isinstance(value, Value) else value
        return token.span(self.source)

    @property
    def body(self) -> list[Statement]:
        """The statements of its scope."""
        return self.statement.body or []


Facts = dict[str, list[Fact]]


@cache
def _required_words(scope: str) -> tuple[str, ...]:
    return tuple(word for word, row in SCOPES[scope].items() if row.required)


class Reader:
    """Reads scopes; keeps what is wrong."""

    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def scope(self, source: Source, statements: Iterable[Statement], scope: str, owner: Span | None = None) -> Facts:
        """The facts of a scope by word. What does not fit is reported and left out."""
        words = SCOPES[scope]
        facts: Facts = {}
        for statement in statements:
            row = words.get(statement.word.text)
            if row is None:
                self._unknown(source, statement, scope)
                continue
            fact = self._fact(source, statement, row)
            if fact is None:
                facts.setdefault("?" + statement.word.text, [])
                continue
            entry = facts.setdefault(fact.word, [])
            if entry and not row.repeat:
                self._twice(entry[0], fact)
                continue
            entry.append(fact)
        if owner is not None:
            self._required(words, facts, scope, owner)
        return facts

    def _fact(self, source: Source, statement: Statement, row: Word) -> Fact | None:
        word = statement.word.text
        if statement.body is not None and row.scope is None:
            message = f"`{word}` takes no `{{ ... }}`"
            self.found.append(finding("unneeded-scope", message, statement.span(source), "has a scope"))
            return None
        try:
            if word == "assert":
                return self._assertion(source, statement)
            return Fact(source, statement, word, match(source, statement, row.shape))
        except Refused as refusal:
            self.found.append(refusal.diagnostic)
            return None

    def _assertion(self, source: Source, statement: Statement) -> Fact | None:
        """`assert never a -> b`: the second word decides the shape."""
        first = statement.items[0] if statement.items else None
        kinds = SCOPES["assert"]
        token = first[0] if isinstance(first, list) else statement.word
        if token.text not in kinds:
            close = nearest(token.text, kinds)
            fixes = (
                (replacement(token.span(source), close, safe=False),) if close and token is not statement.word else ()
            )
            message = f"`{token.text}` is no assertion"
            help_text = f"write assert {', '.join(kinds)} ..."
            where = token.span(source)
            self.found.append(finding("unknown-word", message, where, "not known", help=help_text, fixes=fixes))
            return None
        values = match(source, statement, kinds[token.text].shape, skip=1)
        return Fact(source, statement, "assert", [Value(token, token.text), *values])

    def _unknown(self, source: Source, statement: Statement, scope: str) -> None:
        token = statement.word
        span = token.span(source)
        elsewhere = scopes_of(token.text)
        close = nearest(token.text, SCOPES[scope]) or (None if elsewhere else alike(token.text, SCOPES[scope]))
        if elsewhere and close is None:
            where = " or ".join("at the top of a file" if s == "file" else f"in `{s}`" for s in elsewhere)
            shape = SCOPES[elsewhere[0]][token.text].shape
            here = "at the top of a file" if scope == "file" else f"in `{scope}`"
            message = f"`{token.text}` has no place {here}"
            help_text = f"it stands {where}: {usage(token.text, shape)}"
            self.found.append(finding("misplaced-word", message, span, "not here", help=help_text))
            return
        here = "a .zone file" if scope == "file" else f"`{scope}`"
        fixes = (replacement(span, close, safe=close in DESCRIBING),) if close else ()
        help_text = "" if close else f"here stand: {', '.join(sorted(SCOPES[scope]))}"
        message = f"`{token.text}` is not a word of {here}"
        self.found.append(finding("unknown-word", message, span, "not known here", help=help_text, fixes=fixes))

    def _twice(self, first: Fact, second: Fact) -> None:
        self.found.append(
            finding(
                "duplicate-setting",
                f"`{second.word}` is given twice",
                second.span,
                "again here",
                also=((first.span, "first given here"),),
                help="keep one of them",
            )
        )

    def _required(self, words: dict[str, Word], facts: Facts, scope: str, owner: Span) -> None:
        for word in _required_words(scope):
            if word not in facts and "?" + word not in facts:
                row = words[word]
                if (scope, word) == ("grant", "until"):
                    continue  # a grant without an end has a finding of its own
                message = f"this `{scope}` needs `{word}`"
                self.found.append(
                    finding(
                        "missing-setting",
                        message,
                        owner,
                        f"`{word}` is due",
                        help=f"add: {usage(word, row.shape)}",
                    )
                )

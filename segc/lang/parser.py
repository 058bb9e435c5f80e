"""Text to tree by lark, with recovery at the newline: the slow, explaining way.

Used when `segc.lang.reader` meets something that it does not take. All faults
of a file are found in one run, at most one a line.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from segc._data import data_text
from segc.diagnostics import Diagnostic, finding
from segc.lang.reader import read
from segc.lang.shapes import shown
from segc.lang.syntax import DEEPEST, JUNK, Item, Statement, Token, Tree
from segc.lang.vocabulary import SCOPES
from segc.source import Span

if TYPE_CHECKING:
    import lark
    from lark.parsers.lalr_interactive_parser import InteractiveParser

    from segc.source import Source

MAX_FAULTS = 50


class _Builder:
    """lark's callbacks: grammar rules to our own tree, without lark's Tree in between."""

    def start(self, children: list[Any]) -> list[Statement]:
        return children

    def scope(self, children: list[Any]) -> list[Statement]:
        return children

    def bare(self, children: list[Any]) -> Statement:
        return Statement(_token(children[0]), [_item(c) for c in children[1:]])

    def scoped(self, children: list[Any]) -> Statement:
        return Statement(_token(children[0]), [_item(c) for c in children[1:-1]], children[-1])

    def list(self, children: list[Any]) -> list[Token]:
        return [_token(c) for c in children if c.type != "COMMA"]


def _token(token: lark.Token) -> Token:
    return Token(token.type, str(token), token.start_pos or 0)


def _item(child: Any) -> Item:
    return child if isinstance(child, list) else _token(child)


@cache
def grammar() -> lark.Lark:
    """The LALR parser of grammar/zone.lark. Never lark's own cache: it unpickles a predictable file."""
    from lark import Lark, Transformer

    class Callbacks(_Builder, Transformer[Any, Any]):
        pass

    return Lark(data_text("grammar/zone.lark"), parser="lalr", lexer="basic", transformer=Callbacks())


def parse(source: Source) -> tuple[Tree, list[Diagnostic]]:
    """Parse one file. The tree holds whatever could be saved; the list says what could not."""
    statements = read(source)
    if statements is not None:
        return Tree(source, statements), []
    return parse_by_grammar(source)


def parse_by_grammar(source: Source) -> tuple[Tree, list[Diagnostic]]:
    """Parse with lark alone, recovering at the end of each line that is wrong."""
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    run = _Recovery(source, grammar().parse_interactive(text))
    return Tree(source, run.statements()), run.faults


class _Recovery:
    """Feeds tokens to lark's interactive parser and steps over what it refuses."""

    def __init__(self, source: Source, machine: InteractiveParser) -> None:
        self.source = source
        self.machine = machine
        self.faults: list[Diagnostic] = []
        self.open: list[lark.Token | None] = []  # braces that wait for their end; None for a refused one
        self.inside: list[str | None] = []  # what they are scopes of; None where nobody knows
        self.word = ""  # with which the statement began
        self.lacking = 0  # so many braces are never closed
        self.skipping = False
        self.lines: set[int] = set()  # on which something is wrong

    def statements(self) -> list[Statement]:
        """Run to the end of the text."""
        last: lark.Token | None = None
        tokens = list(self.machine.lexer_thread.lex(self.machine.parser_state))
        kinds = [token.type for token in tokens]
        self.lacking = kinds.count("LBRACE") - kinds.count("RBRACE")
        for token in tokens:
            if token.type == "WORD" and (last is None or last.type in ("_END", "LBRACE")):
                if self.lacking > 0 and self._belongs_to_the_file(token):
                    self._end_scopes(token)
                self.word = str(token)
            self._step(token)
            last = token
        while self.open:
            brace = self._leave()
            if brace is None:
                continue
            self._fault(brace, "unclosed-scope", "this scope is never closed", "opened here")
            self._close(len(self.source.text))
        tree: list[Statement] = self.machine.feed_eof(last)
        return tree

    def _belongs_to_the_file(self, token: lark.Token) -> bool:
        """Does a statement at the margin begin with a word that stands at the top of files, and not in this scope?"""
        start = token.start_pos or 0
        if not self.open or len(self.faults) >= MAX_FAULTS or (start and self.source.text[start - 1] != "\n"):
            return False
        return token in SCOPES["file"] and token not in SCOPES.get(self.inside[-1] or "", ())

    def _end_scopes(self, token: lark.Token) -> None:
        """Braces are missing before `token`: blame the innermost scope that is open, and close all."""
        blamed = False
        while self.open:
            brace = self._leave()
            self.lacking -= 1
            if brace is None:
                continue
            if not blamed:
                blamed = True
                self._fault(brace, "unclosed-scope", f"this scope is not closed before `{token}`", "opened here")
            self._close(token.start_pos or 0)

    def _enter(self, brace: lark.Token | None) -> None:
        around = self.inside[-1] if self.inside else "file"
        row = SCOPES[around].get(self.word) if around else None
        self.inside.append(row.scope if row and brace is not None else None)
        self.open.append(brace)

    def _leave(self) -> lark.Token | None:
        self.inside.pop()
        return self.open.pop()

    def _step(self, token: lark.Token) -> None:
        if token.type == "RBRACE" and self.open and self.open[-1] is None:
            self._leave()  # the end of a scope that was refused
        elif self.skipping:
            self._skip(token)
        elif self._takes(token.type) and not self._too_deep(token):
            self._feed(token)
        elif token.type == "_END":
            self._incomplete(token)
        else:
            self._refuse(token)

    def _too_deep(self, token: lark.Token) -> bool:
        return token.type == "LBRACE" and len(self.open) >= DEEPEST

    def _takes(self, kind: str) -> bool:
        """May a token of this kind come next? `accepts` says the same of all kinds, a hundred times slower."""
        from lark.parsers.lalr_analysis import Shift

        state = self.machine.parser_state
        table = state.parse_conf.parse_table.states
        action, _ = table[state.position].get(kind, (None, None))
        if action is Shift or action is None:
            return action is not None
        stack = list(state.state_stack)
        while kind in table[stack[-1]]:
            action, rule = table[stack[-1]][kind]
            if action is Shift:
                return True
            del stack[len(stack) - len(rule.expansion) :]
            stack.append(table[stack[-1]][rule.origin.name][1])
        return False

    def _feed(self, token: lark.Token) -> None:
        self.machine.feed_token(token)
        if token.type == "LBRACE":
            self._enter(token)
        elif token.type == "RBRACE":
            self._leave()

    def _refuse(self, token: lark.Token) -> None:
        """The line cannot go on with `token`: say so, and wait for the line's end."""
        name, message, words = self._why(token)
        self._fault(token, name, message, words)
        self.skipping = True
        self._finish_list(token)
        self._skip(token)

    def _skip(self, token: lark.Token) -> None:
        """Inside a broken line only braces and the end of the line count."""
        if token.type == "_END":
            self.skipping = False
            if self._takes("_END"):
                self.machine.feed_token(token)
        elif token.type in ("LBRACE", "RBRACE") and self._takes(token.type) and not self._too_deep(token):
            if token.type == "LBRACE":
                self.skipping = False
            self._feed(token)
        elif token.type == "LBRACE":
            self._enter(None)

    def _incomplete(self, token: lark.Token) -> None:
        """The line ends where something is due: after a comma, or an end that nothing precedes."""
        if self._after_comma():
            self._fault(token, "unfinished-list", "this list ends with a comma", "another value is due here")
            self._finish_list(token)
        self._skip(token)

    def _after_comma(self) -> bool:
        return self._takes("JUNK") and not self._takes("OP")

    def _finish_list(self, token: lark.Token) -> None:
        from lark import Token as LarkToken

        if self._after_comma():
            self.machine.feed_token(LarkToken("JUNK", "", token.start_pos))

    def _close(self, end: int) -> None:
        from lark import Token as LarkToken

        for token in (LarkToken("RBRACE", "}", end), LarkToken("_END", "\n", end)):
            if not self._takes(token.type):
                self.machine.feed_token(LarkToken("_END", "\n", end))
            self.machine.feed_token(token)

    def _why(self, token: lark.Token) -> tuple[str, str, str]:
        text = str(token)
        if self._after_comma():
            return "unfinished-list", f"a value is missing before this `{text}`", "another value is due here"
        if token.type == "RBRACE":
            return "unopened-scope", "this `}` closes nothing", "no scope is open here"
        if token.type == "COMMA":
            return "unfinished-list", "a value is missing before this comma", "a value is due here"
        if self._too_deep(token):
            return "unexpected-text", f"scopes are nested more than {DEEPEST} deep", "one too many"
        if not self._takes("WORD"):
            return (
                "missing-newline",
                "a new line or `;` is due after `}`",
                "this belongs on a line of its own",
            )
        if token.type == "LBRACE":
            return "unexpected-text", "a scope needs a word before its `{`", "no statement opens here"
        what = shown(text) if token.type == JUNK else f"`{text}`" if len(text) <= 40 else f"`{text[:37]}...`"
        return "unexpected-text", f"a statement begins with a word, not with {what}", "expected a word"

    def _fault(self, token: lark.Token, name: str, message: str, words: str) -> None:
        start = token.start_pos or 0
        text = "" if token.type == "_END" else str(token)
        span = Span(self.source, start, max(start + len(text), start + 1))
        if span.line not in self.lines and len(self.faults) < MAX_FAULTS:
            self.lines.add(span.line)
            self.faults.append(finding(name, message, span, words))

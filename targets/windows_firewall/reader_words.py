"""The few words of PowerShell that a rules script has: a line is an assignment or a command, and nothing runs on.

    $name = @('10.1.0.0/24', 'fd00:1::/64')
    Command -Parameter value -Parameter a,b -Parameter $name -Parameter ($name + $other) | Out-Null

Source: about_Parsing, about_Quoting_Rules and about_Arrays of PowerShell 5.1.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from segc.packets.machine import Refused

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<open>@\(|\()|(?P<close>\))|(?P<plus>\+)|(?P<comma>,)|(?P<pipe>\|)|(?P<set>=)"
    r"|(?P<name>\$\w+)|(?P<switch>-[A-Za-z]+(?=\s|$))|(?P<word>[A-Za-z0-9_.:/-]+))"
)
Values = list[str]


class Command(NamedTuple):
    """A command and its parameters, in small letters: the values of each, none for a switch."""

    name: str
    parameters: dict[str, Values]


class Token(NamedTuple):
    """A token, and what kind of one."""

    kind: str
    text: str


class Script:
    """Understands lines one after another; variables stand for what was last put into them."""

    def __init__(self) -> None:
        self.variables: dict[str, Values] = {}

    def line(self, text: str) -> Command | None:
        """The command of a line; None where it is an assignment. Raises `Refused` for all else."""
        tokens = _tokens(text)
        if tokens[0].kind == "name":
            bare = any(token.kind == "word" for token in tokens)  # an expression to PowerShell, and no text
            if len(tokens) < 3 or tokens[1].kind != "set" or bare:
                raise Refused("is no assignment of a list")
            values, rest = self._value(tokens[2:])
            if rest:
                raise Refused(f"`{rest[0].text}` behind a list")
            self.variables[tokens[0].text.lower()] = values
            return None
        if tokens[0].kind != "word":
            raise Refused("is neither a command nor an assignment")
        return Command(tokens[0].text.lower(), self._parameters(tokens[1:]))

    def _parameters(self, tokens: list[Token]) -> dict[str, Values]:
        if tokens[-2:] == [Token("pipe", "|"), Token("word", "Out-Null")]:
            tokens = tokens[:-2]
        found: dict[str, Values] = {}
        while tokens:
            switch, tokens = tokens[0], tokens[1:]
            if switch.kind != "switch":
                raise Refused(f"`{switch.text}` where a parameter is due")
            name = switch.text[1:].lower()
            if name in found:
                raise Refused(f"`{switch.text}` twice")
            if not tokens or tokens[0].kind == "switch":
                found[name] = []
            else:
                found[name], tokens = self._value(tokens)
        return found

    def _value(self, tokens: list[Token]) -> tuple[Values, list[Token]]:
        """A list of items, and what is left behind it."""
        if tokens[0].kind != "open":
            return self._items(tokens)
        values, rest = self._items(tokens[1:])
        while rest and rest[0].kind == "plus" and tokens[0].text == "(":
            more, rest = self._items(rest[1:])
            values += more
        if not rest or rest[0].kind != "close":
            raise Refused("a list that nothing closes")
        return values, rest[1:]

    def _items(self, tokens: list[Token]) -> tuple[Values, list[Token]]:
        values: Values = []
        while tokens:
            values += self._item(tokens[0])
            tokens = tokens[1:]
            if not tokens or tokens[0].kind != "comma":
                return values, tokens
            tokens = tokens[1:]
        raise Refused("a list that ends in nothing")

    def _item(self, token: Token) -> Values:
        if token.kind == "text":
            return [token.text[1:-1].replace("''", "'")]
        if token.kind == "word":
            return [token.text]
        if token.kind == "name":
            values = self.variables.get(token.text.lower())
            if not values:  # to PowerShell it is nothing, and a condition of nothing is Any
                raise Refused(f"`{token.text}` holds nothing")
            return list(values)
        raise Refused(f"`{token.text}` where a value is due")


def _tokens(text: str) -> list[Token]:
    found = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise Refused(f"`{text[at:].strip()[:40]}` is not of the words that are known here")
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found

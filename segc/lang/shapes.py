"""Shapes of statements: what the vocabulary says a word takes, matched against items.

A match gives one result a slot: a `Value` for a slot that holds one, a list of
them for a comma list, None for what was left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from segc.diagnostics import Diagnostic, Fix, finding, replacement
from segc.lang import literals, slips
from segc.lang.icmp import ICMP, ICMP6
from segc.lang.literals import BadLiteral
from segc.lang.suggest import nearest, with_word
from segc.lang.syntax import JUNK, LITERAL, OPEN_STRING, STRING, WORD, Item, Statement, Token
from segc.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from segc.source import Source

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
LONGEST_NAME = 63
_TYPES = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?\Z")


class Value(NamedTuple):
    """A token and what it means."""

    token: Token
    value: Any


class Slot(NamedTuple):
    """One step of a shape: `kind` is a converter's name, "op" or "keyword"."""

    kind: str
    argument: str
    many: bool
    optional: bool

    def shown(self) -> str:
        """The slot as a usage line shows it."""
        text = {"op": self.argument.replace("|", " or "), "keyword": self.argument}.get(self.kind)
        text = text or (self.argument if self.kind == "enum" else SHOWN.get(self.kind, self.kind.upper()))
        text += ", ..." if self.many else ""
        return f"[{text}]" if self.optional else text


class Refused(Exception):
    """A value or shape that does not fit; carries the finding."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


SHOWN = {
    "text": '"text"',
    "ref": "NAME",
    "net": "PREFIX",
    "whole": "NUMBER",
    "level": "NUMBER",
    "ratio": "NUMBER",
    "ifaddress": "ADDRESS",
    "addresses": "ADDRESS",
    "ifname": "INTERFACE",
    "weekdays": "DAYS",
    "icmp": "TYPE",
    "icmp6": "TYPE",
}
_OPS = {"->", "<->", "--", ":", "<=", ">=", "<", ">", "="}


@cache
def slots(shape: str) -> tuple[Slot, ...]:
    """A shape, taken apart."""
    found = []
    for part in shape.split():
        text, optional = (part[:-1], True) if part.endswith("?") else (part, False)
        text, many = (text[:-1], True) if text.endswith("*") else (text, False)
        if text.split("|")[0] in _OPS:
            found.append(Slot("op", text, many, optional))
        elif text.startswith("'"):
            found.append(Slot("keyword", text.strip("'"), many, optional))
        else:
            kind, _, argument = text.rstrip(")").partition("(")
            found.append(Slot(kind, argument, many, optional))
    return tuple(found)


def usage(word: str, shape: str) -> str:
    """How a statement is written, for help lines and the reference."""
    return " ".join([word, *(slot.shown() for slot in slots(shape))])


def match(source: Source, statement: Statement, shape: str, *, skip: int = 0) -> list[Any]:
    """Fit a statement's items (behind the first `skip`) to a shape, or raise `Refused`."""
    items = statement.items
    count = len(items)
    position = skip
    found: list[Any] = []
    for slot in slots(shape):
        kind, _, many, optional = slot
        item = items[position] if position < count else None
        if kind == "ref" and type(item) is list and len(item) == 1 and item[0].kind == WORD:
            value = Value(item[0], item[0].text)  # most values are single names: the short way
            found.append([value] if many else value)
            position += 1
            continue
        if item is None or (optional and not _fits(slot, item)):
            if not optional:
                raise Refused(_missing(source, statement, shape, slot, skip))
            found.append([] if many else None)
            continue
        found.append(_take(source, statement, shape, slot, position))
        position += 1
    if position < len(items):
        raise Refused(_unexpected(source, statement, shape, items[position], position))
    return found


def _take(source: Source, statement: Statement, shape: str, slot: Slot, position: int) -> Any:
    item = statement.items[position]
    if slot.kind == "op":
        if isinstance(item, Token) and (item.text == slot.argument or item.text in _choices(slot.argument)):
            return item
        slip = slips.arrow(source, statement.items[position:], _choices(slot.argument)[0])
        raise Refused(_slipped(source, slip) if slip else _unexpected(source, statement, shape, item, position))
    if isinstance(item, Token):
        raise Refused(_unexpected(source, statement, shape, item, position))
    if len(item) > 1 and not slot.many:
        raise Refused(_unexpected(source, statement, shape, item[1:], position))
    if slot.kind == "keyword":
        if item[0].text != slot.argument:
            raise Refused(_unexpected(source, statement, shape, item, position))
        return Value(item[0], item[0].text)
    try:
        if not slot.many:
            return convert(source, slot, item[0])
        return [convert(source, slot, token) for token in item]
    except Refused:
        slip = slips.port(statement, position) if slot.kind == "ref" else None
        if slip is None:
            raise
        raise Refused(_slipped(source, slip)) from None


def _slipped(source: Source, slip: slips.Slip) -> Diagnostic:
    span = Span(source, slip.start, slip.end)
    fixes = (replacement(span, slip.instead, safe=False),) if slip.instead else ()
    return finding("wrong-shape", slip.message, span, slip.label, help=slip.help, fixes=fixes)


def _fits(slot: Slot, item: Item) -> bool:
    """May an optional slot take this item? Decided by the kind of its first token alone."""
    if isinstance(item, Token):
        return slot.kind == "op" and item.text in _choices(slot.argument)
    kind = item[0].kind
    if slot.kind == "keyword":
        return item[0].text == slot.argument
    if slot.kind == "text":
        return kind in (STRING, OPEN_STRING)
    if slot.kind in ("ifaddress", "port", "hours"):
        return kind == LITERAL
    return kind in (WORD, JUNK)


def _head(source: Source, statement: Statement) -> Span:
    return statement.span(source)


def _missing(source: Source, statement: Statement, shape: str, slot: Slot, skip: int) -> Diagnostic:
    end = statement.head_end()
    span = Span(source, end, end + 1)
    word = _words(statement, skip)
    return finding(
        "wrong-shape",
        f"`{word}` is not complete: {slot.shown()} is due",
        span,
        f"{slot.shown()} is due here",
        help=f"write: {usage(word, shape)}",
    )


def _unexpected(source: Source, statement: Statement, shape: str, item: Item, position: int) -> Diagnostic:
    slip = slips.port(statement, position) or slips.setting(source, statement, item)
    if slip is not None:
        return _slipped(source, slip)
    tokens = [item] if isinstance(item, Token) else item
    bad = bad_token(source, tokens[0])
    if bad is not None:
        return bad
    span = Span(source, tokens[0].start, tokens[-1].end)
    text = span.text if len(span.text) <= 40 else span.text[:37] + "..."
    word = statement.word.text
    return finding(
        "wrong-shape",
        f"`{text}` does not belong here",
        span,
        "not expected here",
        help=f"write: {usage(word, shape)}",
    )


def _words(statement: Statement, skip: int) -> str:
    first = [item[0].text for item in statement.items[:skip] if isinstance(item, list)]
    return " ".join([statement.word.text, *first])


def bad_token(source: Source, token: Token) -> Diagnostic | None:
    """What is wrong with a token that no slot takes, whatever its kind; None where nothing is."""
    if token.kind == OPEN_STRING:
        message = "this string is not closed on its line"
        return finding("unclosed-string", message, token.span(source), 'a `"` is missing')
    if token.kind == JUNK:
        what = f"{shown(token.text)} has no meaning here" if token.text else "a value is missing"
        return finding("unexpected-text", what, Span(source, token.start, token.start + 1), "not understood")
    return None


def shown(character: str) -> str:
    """A character as messages name it: those that cannot be seen by their number."""
    return f"`{character}`" if character.isprintable() and character != " " else f"the character U+{ord(character):04X}"


def convert(source: Source, slot: Slot, token: Token) -> Value:
    """A token's value, by the slot's kind."""
    kind = slot.kind
    if kind == "ref" and token.kind == WORD:
        return Value(token, token.text)
    bad = bad_token(source, token)
    if bad is not None:
        raise Refused(bad)
    try:
        return Value(token, _CONVERTERS[kind](token, slot.argument))
    except BadLiteral as problem:
        span = token.span(source)
        fixes: tuple[Fix, ...] = ()
        if problem.instead is not None:
            fixes = (replacement(span, problem.instead, safe=False),)
        raise Refused(finding(problem.name, problem.message, span, help=problem.help, fixes=fixes)) from None


def _name(token: Token, _: str) -> str:
    text = token.text
    if token.kind == WORD and NAME.match(text) and len(text) <= LONGEST_NAME:
        return text
    if len(text) > LONGEST_NAME:
        raise BadLiteral("not-kebab-case", f"a name has at most {LONGEST_NAME} characters")
    meant = re.sub(r"[^a-z0-9]+", "-", text.strip('"').lower()).strip("-")
    meant = meant if NAME.match(meant) else None  # type: ignore[assignment]
    raise BadLiteral(
        "not-kebab-case",
        f"`{text}` is not a name: small letters, digits and inner hyphens, a letter first",
        instead=meant,
    )


def _text(token: Token, _: str) -> str:
    if token.kind != STRING:
        raise BadLiteral("wrong-value", f'`{token.text}` needs quotes here: "{token.text}"', instead=f'"{token.text}"')
    return token.text[1:-1]


def _ref(token: Token, _: str) -> str:
    if token.kind == LITERAL:
        try:
            literals.addresses(token.text)
        except BadLiteral:
            pass
        else:
            help_text = f"declare it once, in its zone: `asset NAME {token.text} {{ kind ... }}`, and use the name"
            message = f"`{token.text}` is an address; a name is due here"
            raise BadLiteral("literal-endpoint", message, help=help_text)
    raise BadLiteral("wrong-value", f"`{token.text}` is not a name")


@cache
def _choices(argument: str) -> tuple[str, ...]:
    return tuple(argument.split("|"))


def _enum(token: Token, argument: str) -> str:
    choices = _choices(argument)
    if token.text in choices and token.kind == WORD:
        return token.text
    close = nearest(token.text, choices) or with_word(token.text, choices)
    raise BadLiteral("wrong-value", f"`{token.text}` is none of {', '.join(choices)}", instead=close)


def _literal(of: Callable[[str], Any]) -> Callable[[Token, str], Any]:
    """A converter for something that is never a string."""

    def convert_literal(token: Token, _: str) -> Any:
        if token.kind == STRING:
            raise BadLiteral("wrong-value", f"{token.text} needs no quotes here", instead=token.text[1:-1])
        return of(token.text)

    return convert_literal


def _net(text: str) -> Any:
    return "any" if text == "any" else literals.network(text)


def _level(text: str) -> float:
    value = literals.number(text, 0, 5)
    if value not in (0, 1, 2, 3, 3.5, 4, 5):
        raise BadLiteral("wrong-value", f"there is no Purdue level {text}: 0, 1, 2, 3, 3.5, 4 or 5")
    return value


def _icmp(names: dict[str, int]) -> Callable[[str], tuple[int, int]]:
    def types(text: str) -> tuple[int, int]:
        if text in names:
            return names[text], names[text]
        numbers = _TYPES.match(text)
        if numbers is not None:
            low, high = int(numbers[1]), int(numbers[2] or numbers[1])
            if low <= high <= 255:
                return low, high
        raise BadLiteral("wrong-value", f"`{text}` is no ICMP type", instead=nearest(text, names))

    return types


def _bounds(token: Token, argument: str) -> int:
    low, high = argument.split(",")
    return literals.whole(token.text, int(low), int(high))


def _ifname(token: Token, _: str) -> str:
    return token.text[1:-1] if token.kind == STRING else token.text


_CONVERTERS: dict[str, Callable[[Token, str], Any]] = {
    "name": _name,
    "text": _text,
    "ref": _ref,
    "enum": _enum,
    "word": _ifname,
    "ifname": _ifname,
    "whole": _bounds,
    "net": _literal(_net),
    "addresses": _literal(literals.addresses),
    "ifaddress": _literal(literals.interface_address),
    "port": _literal(literals.ports),
    "date": _literal(literals.day),
    "duration": _literal(literals.duration),
    "weekdays": _literal(literals.weekdays),
    "hours": _literal(literals.hours),
    "level": _literal(_level),
    "ratio": _literal(lambda text: literals.number(text, 0, 1)),
    "icmp": _literal(_icmp(ICMP)),
    "icmp6": _literal(_icmp(ICMP6)),
}

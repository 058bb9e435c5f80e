"""Applications and application-sets. A name without an entry, and a set without members, are refused: never any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, PORTED, PROTO, SPORT
from segc.packets.machine import In, Match, Refused, Unknown

from . import reader_values as values
from .reader_names import APPLICATIONS, ICMP_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .reader_config import Statement
    from .reader_names import Known

Term = tuple[Match, ...]
_UNSEEN = {"application-protocol", "alg", "inactivity-timeout", "description"}


@dataclass(slots=True)
class _Application:
    terms: dict[str, dict[str, str]] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    line: int = 0


class Applications:
    """Applications and application-sets, the predefined ones included."""

    def __init__(self) -> None:
        self._entries: dict[str, _Application] = {}
        self._terms: dict[str, list[Term]] = {}

    def statement(self, one: Statement, words: tuple[str, ...]) -> None:
        """What stands behind `applications`."""
        match words:
            case ("application-set", _, "description", *_):
                return
            case ("application-set", name, "application" | "application-set", member):
                self._entry(name, one).members.append(member)
            case ("application", name, *rest):
                self._application(self._entry(name, one), list(rest))
            case _:
                raise Refused("is nothing of applications that this reader knows", one.line)

    def _entry(self, name: str, one: Statement) -> _Application:
        return self._entries.setdefault(name, _Application(line=one.line))

    def _application(self, entry: _Application, rest: list[str]) -> None:
        term = ""
        if rest[:1] == ["term"] and len(rest) > 1:
            term, rest = f"term {rest[1]}", rest[2:]
        found = entry.terms.setdefault(term, {})
        while rest:
            key, *more = rest
            if not more:
                raise Refused(f"`{key}` has no value", entry.line)
            found[key] = more[0]
            rest = more[1:]

    def find(self, name: str, within: tuple[str, ...] = ()) -> list[Term]:
        """The alternatives that a name stands for; an empty one is any packet."""
        if name == "any":
            return [()]
        if name not in self._entries:
            return list(_predefined(name))
        if name in within:
            raise Refused(f"application-set `{name}` holds itself", self._entries[name].line)
        if name not in self._terms:
            self._terms[name] = list(self._made(name, self._entries[name], within))
        return self._terms[name]

    def _made(self, name: str, entry: _Application, within: tuple[str, ...]) -> Iterator[Term]:
        if entry.members and entry.terms:
            raise Refused(f"`{name}` is an application and an application-set", entry.line)
        for member in entry.members:
            if member == "any":
                raise Refused(f"`any` is no member of `{name}`", entry.line)
            yield from self.find(member, (*within, name))
        direct = entry.terms.get("", {})
        if len(entry.terms) > 1 and set(direct) - _UNSEEN:
            raise Refused(f"`{name}` has terms, and matches beside them", entry.line)
        for title, term in entry.terms.items():
            if title or len(entry.terms) == 1:
                try:
                    yield _term(term)
                except Refused as why:
                    raise Refused(f"`{name}`: {why.why}", entry.line) from None

    def check(self) -> None:
        """Every member of a set is there, whether a policy names the set or not: else the commit would fail."""
        for entry in self._entries.values():
            for member in entry.members:
                if member not in self._entries and not member.startswith("junos-"):
                    raise Refused(f"no application is called `{member}`", entry.line)


def _predefined(name: str) -> Iterable[Term]:
    """An application that Junos brings along. Those that are not in the table here are any, or none: unknown."""
    if name in APPLICATIONS:
        return terms(APPLICATIONS[name])
    if not name.startswith("junos-"):
        raise Refused(f"no application is called `{name}`")
    return [(Unknown(f"application {name}"),)]


def _term(term: dict[str, str]) -> Term:
    """One application, or one of its terms."""
    left = {key: value for key, value in term.items() if key not in _UNSEEN}
    if "protocol" not in left:
        raise Refused("has no protocol")
    proto = values.protocol(left.pop("protocol"))
    found: list[Match] = [In(PROTO, ((proto, proto),))]
    for key, at in (("destination-port", DPORT), ("source-port", SPORT)):
        if key in left:
            if proto not in PORTED:
                raise Refused(f"protocol {proto} has no ports")
            found.append(In(at, (values.ports(left.pop(key)),)))
    for word, own in (("icmp", ICMP), ("icmp6", ICMP6)):
        kind, code = left.pop(f"{word}-type", None), left.pop(f"{word}-code", None)
        if kind is None and code is None:
            continue
        if proto != own or kind is None:
            raise Refused(f"{word}-type belongs to protocol {word}, and {word}-code to a type")
        value = ICMP_TYPES[kind] if word == "icmp" and kind in ICMP_TYPES else values.number(kind, 255)
        found.append(In(DPORT, values.types(value, None if code is None else values.number(code, 255))))
    found += [Unknown(f"application with {key} {value}") for key, value in left.items()]
    return tuple(found)


def terms(listed: Known) -> Iterable[Term]:
    """What Junos knows by name, as alternatives."""
    for proto, span in listed:
        found: list[Match] = [In(PROTO, ((proto, proto),))]
        if span is not None:
            low, high = span
            spans = ((low * 256, high * 256 + 255),) if proto in (ICMP, ICMP6) else (span,)
            found.append(In(DPORT, spans))
        yield tuple(found)

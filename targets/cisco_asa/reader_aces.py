"""Lines of extended access lists: what each matches, decides and records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET, TIME, normal
from segc.packets.machine import Accept, Among, Drop, Family, In, Log, Refused, Rule, Unknown

from .reader_objects import KINDS, NETWORK, PORTS, PROTOCOL, SERVICE
from .reader_values import (
    ALL_PORTS,
    ANY,
    COMPARED,
    ICMP,
    ICMP6,
    IP,
    PORTED,
    WHOLE,
    Entry,
    Nets,
    Span,
    entries,
    host,
    icmp,
    network,
    ports,
    protocol,
)
from .reader_words import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.machine import Match

    from ..cisco_ios.reader_times import TimeRanges
    from .reader_lines import Words
    from .reader_objects import Objects

IDENTITY = ("user", "user-group", "object-group-user", "security-group", "object-group-security")
Side = tuple[str, object]  # how a side was written, and what of it must be looked up once all objects are read


@dataclass(slots=True)
class Ace:
    """One line. Objects are looked up late: what is added to them later counts, too."""

    line: int
    permit: bool
    service: tuple[str, str] | int | None = None  # an object by kind and name, a protocol, or all of IP
    source: Nets | str = ANY["any"]
    target: Nets | str = ANY["any"]
    source_ports: tuple[Span, ...] | str = (ALL_PORTS,)
    target_ports: tuple[Span, ...] | str = (ALL_PORTS,)
    level: int | None = None
    silent: bool = False
    active: bool = True
    time: str = ""  # the name of a time range
    unknown: list[str] = field(default_factory=list)


class Reading:
    """Reads lines of access lists; `objects` are those known so far."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects

    def ace(self, words: Words, number: int) -> Ace:
        """A line from its `permit` or `deny` on."""
        action = words.take("permit or deny")
        if action not in ("permit", "deny"):
            raise Refused(f"`{action}` is neither permit nor deny")
        ace = Ace(number, action == "permit")
        ace.service = self._service(words)
        ace.source = self._side(ace, words)
        ace.source_ports = self._ports(ace, words)
        ace.target = self._side(ace, words)
        ace.target_ports = self._targeted(ace, words)
        self._options(ace, words)
        words.done()
        return ace

    def _service(self, words: Words) -> tuple[str, str] | int | None:
        word = words.take("a protocol")
        if word == "object":
            return SERVICE, self.objects.called(words.take("an object"), (SERVICE,), group=False)
        if word == "object-group":
            name = self.objects.called(words.take("a group"), (SERVICE, PROTOCOL), group=True)
            return self.objects.things[name].kind, name
        return protocol(word)

    def _side(self, ace: Ace, words: Words) -> Nets | str:
        self._identity(ace, words)
        word = words.take("an address")
        if word in ANY:
            return ANY[word]
        if word == "host":
            return host(words.take("an address"), self.objects.aliases)
        if word in ("object", "object-group"):
            return self.objects.called(words.take("a name"), (NETWORK,), group=word == "object-group")
        if word == "interface":
            return Nets(unknown=(f"the address of interface {words.take('an interface')}",))
        return network(word, words, self.objects.aliases)

    def _identity(self, ace: Ace, words: Words) -> None:
        """Users and security groups: known to the running box only."""
        while words.peek() in IDENTITY:
            kind = words.take()
            of = [words.take()] if kind == "security-group" else []  # by name or by tag
            ace.unknown.append(" ".join([kind, *of, words.take()]))

    def _has_ports(self, ace: Ace) -> bool:
        """Protocols with ports, by number or by a group of protocols."""
        return ace.service in PORTED or (isinstance(ace.service, tuple) and ace.service[0] == PROTOCOL)

    def _ports(self, ace: Ace, words: Words) -> tuple[Span, ...] | str:
        if not self._has_ports(ace):
            return (ALL_PORTS,)
        if words.peek() in COMPARED:
            return ports(words)
        if words.peek() == "object-group" and self._is_group_of_ports(words):
            words.take()
            name = self.objects.called(words.take(), (PORTS,), group=True)
            if ace.service not in self.objects.things[name].protos and isinstance(ace.service, int):
                raise Refused(f"the ports of `{name}` are of another protocol")
            return name
        return (ALL_PORTS,)

    def _is_group_of_ports(self, words: Words) -> bool:
        thing = self.objects.things.get(words.after())
        return thing is not None and thing.kind == PORTS

    def _targeted(self, ace: Ace, words: Words) -> tuple[Span, ...] | str:
        if ace.service not in (ICMP, ICMP6):
            return self._ports(ace, words)
        if words.peek() == "object-group":
            words.take()
            return self.objects.called(words.take("a group"), (KINDS,), group=True)
        if words.peek() and words.peek() not in ("log", "time-range", "inactive"):
            assert isinstance(ace.service, int)  # noqa: S101 - told by the first line
            return (icmp(words, ace.service),)
        return (ALL_PORTS,)

    def _options(self, ace: Ace, words: Words) -> None:
        self._identity(ace, words)
        if words.takes("log"):
            self._log(ace, words)
        if words.takes("time-range"):
            ace.time = words.take("a time range")
        if words.takes("inactive"):
            ace.active = False

    def _log(self, ace: Ace, words: Words) -> None:
        """`log` alone is message 106100 at level 6; `default` is as if it were not there."""
        if words.takes("disable"):
            ace.silent = True
            return
        if words.takes("default"):
            return
        ace.level = 6
        word = words.peek()
        if word in LEVELS or word in tuple("01234567"):
            words.take()
            ace.level = LEVELS.get(word, -1) if word in LEVELS else int(word)
        if words.takes("interval"):
            seconds = words.take("seconds")
            if not (seconds.isdecimal() and 1 <= int(seconds) <= 600):
                raise Refused(f"`{seconds}` are no seconds between 1 and 600")


class Compiled:
    """Lists as rules of the neutral machine."""

    def __init__(self, objects: Objects, denied: str, times: TimeRanges) -> None:
        self.objects = objects
        self.denied = denied  # how message 106023 begins
        self.times = times

    def rules(self, name: str, aces: list[Ace]) -> Iterator[Rule]:
        """Each line once a family: what it records, then what it decides."""
        for ace in aces:
            if not ace.active:
                continue
            said = self._said(name, ace)
            for matches in self.matches(ace):
                if said:
                    yield Rule(matches, Log(said), ace.line)
                yield Rule(matches, Accept() if ace.permit else Drop(), ace.line)

    def _said(self, name: str, ace: Ace) -> str:
        """The beginning of the message that a line sends, as far as no packet is in it."""
        if ace.level is not None:
            return f"%ASA-{ace.level}-106100: access-list {name} {'permitted' if ace.permit else 'denied'}"
        if ace.permit or ace.silent:
            return ""
        return f'{self.denied} by access-group "{name}"'

    def matches(self, ace: Ace, *, original: bool = False) -> Iterator[tuple[Match, ...]]:
        """What a line matches, once a family in which it can match anything."""
        sides = [self.objects.nets(s) if isinstance(s, str) else s for s in (ace.source, ace.target)]
        unknown = self.unknown(ace)
        service = (*_service_matches(self.services(ace)), *self._time(ace))
        for family in (4, 6):
            spans = [side.of(family) for side in sides]
            if not unknown and not all(spans):
                continue
            found: list[Match] = [Family(family)]
            for at, of, side in zip((SOURCE, TARGET), spans, sides, strict=True):
                if of != (WHOLE[family],) and not side.unknown:
                    found.append(In(at, of, original=original))
            yield (*found, *(Unknown(text) for text in unknown), *service)

    def unknown(self, ace: Ace) -> list[str]:
        """What of a line only the running box can tell."""
        nets = [self.objects.nets(s) if isinstance(s, str) else s for s in (ace.source, ace.target)]
        timed = [self.times.doubt(ace.time)] if ace.time and self.times.spans(ace.time) is None else []
        return [*ace.unknown, *timed, *(text for side in nets for text in side.unknown)]

    def _time(self, ace: Ace) -> Iterator[Match]:
        spans = self.times.spans(ace.time) if ace.time else None
        if spans is not None:
            yield In(TIME, spans)

    def services(self, ace: Ace) -> list[Entry]:
        """Protocols with ports and types."""
        if isinstance(ace.service, tuple) and ace.service[0] == SERVICE:
            return self.objects.services(ace.service[1])
        if isinstance(ace.service, tuple):
            protos: list[int | None] = [low for (low, _), _, _ in self.objects.services(ace.service[1])]
        else:
            protos = [ace.service]
        return [
            entry
            for proto in protos
            for entry in entries(proto, self._spans(ace.target_ports, proto), self._spans(ace.source_ports, proto))
        ]

    def _spans(self, spans: tuple[Span, ...] | str, proto: int | None) -> tuple[Span, ...]:
        if not isinstance(spans, str):
            return spans
        if proto in (ICMP, ICMP6) and proto is not None:
            return tuple(self.objects.types(spans, proto))
        return tuple(self.objects.spans(spans))


def _service_matches(services: list[Entry]) -> Iterator[Match]:
    if IP in services:
        return
    if len(services) == 1:
        for at, span in zip((PROTO, DPORT, SPORT), services[0], strict=True):
            if span != ALL_PORTS:
                yield In(at, (span,))
        return
    if all(entry[1:] == (ALL_PORTS, ALL_PORTS) for entry in services):
        yield In(PROTO, normal([entry[0] for entry in services]))
        return
    yield Among((PROTO, DPORT, SPORT), tuple(services))

"""Objects and groups: `object network`, `object service`, and `object-group` of every kind.

Objects and groups share one name space. One must be there before a command names it, and a group must not be empty
then: the ASA refuses the command otherwise ("Guidelines for Objects" in the configuration guide).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segc.packets.machine import Refused

from .reader_lines import Command, Words
from .reader_values import (
    COMPARED,
    ICMP,
    ICMP6,
    PORTED,
    TCP,
    UDP,
    Entry,
    Nets,
    Span,
    address,
    entries,
    host,
    icmp,
    icmp_type,
    joined,
    network,
    one,
    ports,
    protocol,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NETWORK, SERVICE, PORTS, PROTOCOL, KINDS, OTHER = "network", "service", "port", "protocol", "icmp-type", "other"


@dataclass(slots=True)
class Thing:
    """One object or group. `members` are values, or names of other things within `names`."""

    kind: str
    group: bool
    protos: tuple[int, ...] = ()  # of a group of ports
    nets: list[Nets] = field(default_factory=list)
    services: list[Entry] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)  # of ICMP; names mean other numbers in either family

    def empty(self) -> bool:
        """Has nothing been said of it yet?"""
        return not (self.nets or self.services or self.spans or self.names or self.types)


class Objects:
    """All objects and groups of a configuration."""

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.aliases: dict[str, str] = {}  # of `name` commands

    def define(self, command: Command) -> None:
        """`object …` or `object-group …` with its lines."""
        words = Words(command.text)
        group = words.take() == "object-group"
        kind, name = words.take("a kind"), words.take("a name")
        thing = self._thing(name, kind, words, group=group)
        words.done()
        for line, text in command.below:
            try:
                self._line(thing, Words(text))
            except Refused as why:
                raise Refused(why.why, line, text=text) from None

    def _thing(self, name: str, kind: str, words: Words, *, group: bool) -> Thing:
        protos: tuple[int, ...] = ()
        if group and kind == SERVICE and words.peek():
            of = words.take()
            protos = {"tcp": (TCP,), "udp": (UDP,), "tcp-udp": (TCP, UDP)}.get(of, ())
            if not protos:
                raise Refused(f"`{of}` has no ports here")
            kind = PORTS
        if kind in ("user", "security"):
            kind = OTHER
        known = (NETWORK, SERVICE, PORTS, PROTOCOL, KINDS, OTHER) if group else (NETWORK, SERVICE)
        if kind not in known:
            raise Refused(f"`{kind}` is no kind of object that this reader knows")
        found = self.things.setdefault(name, Thing(kind, group, protos))
        if (found.kind, found.group, found.protos) != (kind, group, protos):
            raise Refused(f"`{name}` is something else already: objects and groups share one name space")
        return found

    def _line(self, thing: Thing, words: Words) -> None:
        word = words.take()
        if word == "description" or (word == "nat" and not thing.group and thing.kind == NETWORK):
            return
        if word == "group-object" and thing.group:
            self._nested(thing, words.take("a group"))
        elif thing.kind == NETWORK and not thing.group:
            thing.nets = [self._address(word, words)]
        elif thing.kind == NETWORK and word == "network-object":
            self._network_member(thing, words)
        elif thing.kind == SERVICE and word == ("service-object" if thing.group else "service"):
            self._service_member(thing, words)
        elif thing.kind == PORTS and word == "port-object":
            thing.spans += ports(words)
        elif thing.kind == PROTOCOL and word == "protocol-object":
            thing.services += entries(protocol(words.take("a protocol")))
        elif thing.kind == KINDS and word == "icmp-object":
            thing.types.append(words.take("a type"))
        elif thing.kind == OTHER:
            words.rest()
        else:
            raise Refused(f"`{word}` is nothing that such an object has")
        words.done()

    def _address(self, word: str, words: Words) -> Nets:
        """The one address of an object; a further one takes its place."""
        if word == "host":
            return host(words.take("an address"), self.aliases)
        if word == "subnet":
            return network(words.take("a network"), words, self.aliases)
        if word == "range":
            (family, low), (other, high) = (address(words.take("an address"), self.aliases) for _ in range(2))
            if family != other or high < low:
                raise Refused("is no range")
            return one(family, low, high)
        if word == "fqdn":
            return Nets(unknown=(f"fqdn {words.rest()}",))
        raise Refused(f"`{word}` is no address of an object")

    def _network_member(self, thing: Thing, words: Words) -> None:
        word = words.take("an address")
        if word == "object":
            thing.names.append(self.called(words.take("an object"), (NETWORK,), group=False))
        elif word == "host":
            thing.nets.append(host(words.take("an address"), self.aliases))
        else:
            thing.nets.append(network(word, words, self.aliases))

    def _service_member(self, thing: Thing, words: Words) -> None:
        if not thing.group:
            thing.services = []
        if thing.group and words.takes("object"):
            thing.names.append(self.called(words.take("an object"), (SERVICE,), group=False))
            return
        word, rest = words.take("a protocol"), words.rest()
        for proto in (TCP, UDP) if word == "tcp-udp" else (protocol(word),):
            again = Words(rest)
            thing.services += _service(proto, again)
            again.done()

    def _nested(self, thing: Thing, name: str) -> None:
        self.called(name, (thing.kind,), group=True)
        if self.things[name] is thing or self.things[name].protos != thing.protos:
            raise Refused(f"group `{name}` cannot be part of this one")
        thing.names.append(name)

    # -- asked by those who name them ---------------------------------------

    def called(self, name: str, kinds: tuple[str, ...], *, group: bool) -> str:
        """The name of an object or group that is there, of such a kind, and not empty."""
        thing = self.things.get(name)
        what = "object-group" if group else "object"
        if thing is None or thing.group != group:
            raise Refused(f"no {what} is called `{name}`")
        if thing.kind not in kinds:
            raise Refused(f"{what} `{name}` is one of kind {thing.kind}")
        if thing.empty() and thing.kind != OTHER:
            raise Refused(f"{what} `{name}` is empty")
        return name

    def nets(self, name: str) -> Nets:
        """The addresses of a network object or group."""
        return joined(part for thing in self._all(name) for part in thing.nets)

    def services(self, name: str) -> list[Entry]:
        """The services of a service object, or of a service or protocol group."""
        return [entry for thing in self._all(name) for entry in thing.services]

    def spans(self, name: str) -> list[Span]:
        """The ports of a group."""
        return [span for thing in self._all(name) for span in thing.spans]

    def types(self, name: str, proto: int) -> list[Span]:
        """The ICMP types of a group, as this protocol has them."""
        numbers = [icmp_type(word, proto) for thing in self._all(name) for word in thing.types]
        return [(number * 256, number * 256 + 255) for number in numbers]

    def _all(self, name: str, within: tuple[str, ...] = ()) -> Iterator[Thing]:
        if name in within:
            raise Refused(f"group `{name}` is part of itself")
        yield self.things[name]
        for member in self.things[name].names:
            yield from self._all(member, (*within, name))


def _service(proto: int | None, words: Words) -> list[Entry]:
    """What stands behind the protocol of a service object: source and destination ports, or an ICMP type."""
    if proto in (ICMP, ICMP6) and words.peek():
        return entries(proto, [icmp(words, proto)])
    found: dict[str, tuple[Span, ...]] = {"source": ((0, 65535),), "destination": ((0, 65535),)}
    if proto in PORTED:
        if words.takes("source"):
            found["source"] = ports(words)
        # `destination` may be left out when a line is typed
        if words.takes("destination") or words.peek() in COMPARED:
            found["destination"] = ports(words)
    return entries(proto, found["destination"], found["source"])

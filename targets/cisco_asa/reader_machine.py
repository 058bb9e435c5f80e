"""A configuration as the neutral machine, with all that the ASA does without being told.

Packets of sessions pass before any list. What opens one goes through its interface's list, then the global one, then
meets the implicit deny, which is not recorded ("Only ACEs in the access list generate logging messages"). Without any
list, security levels decide. Packets to the box itself meet the control-plane list of their interface, but what an
`ssh`, `http` or `telnet` command lets in passes before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, IIF, OIF, PROTO, SOURCE
from segc.packets.machine import (
    Accept,
    Base,
    Drop,
    Family,
    Goto,
    In,
    Interface,
    Jump,
    Machine,
    Refused,
    Return,
    Rule,
    State,
    Whatever,
)

from .reader_aces import Compiled
from .reader_settings import MANAGED
from .reader_values import ICMP, ICMP6, SCTP, TCP, UDP, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.packets.machine import Action, Match

    from .reader_config import Config
    from .reader_inspect import Class

PINGS = ((ICMP, ICMP), (ICMP6, ICMP6))
FOLLOWED = ((TCP, TCP), (UDP, UDP), (SCTP, SCTP))  # of other protocols each packet is one of its own
SESSION = State(frozenset({"established"}))


def build(config: Config, file: str) -> Machine:
    """The machine. What the reader cannot decide is in its `unknown`."""
    return _Build(config, file).machine


class _Build:
    def __init__(self, config: Config, file: str) -> None:
        self.config = config
        self.file = file
        self.machine = Machine()
        settings = config.settings
        self.compiled = Compiled(config.objects, settings.denied, config.times)
        self.machine.unknown += [(text, line, file) for text, line in [*settings.unknown, *config.policies.beyond()]]
        if not settings.vpn_filtered:
            self.machine.unknown += [(f"past all lists: {text}", line, file) for text, line in settings.tunnels]
        self.machine.chains = {
            "forward": list(self._forward()),
            "out": list(self._out()),
            "input": list(self._input()),
            **self.machine.chains,
        }
        # a first base chain's accept goes on to the next one: lists out of an interface come behind those into one
        self.machine.bases = [
            Base("forward", "forward", 0, Drop()),
            Base("out", "forward", 1, Accept()),
            Base("input", "input", 0, Accept()),
        ]

    def _rule(self, matches: tuple[Match, ...], action: Action, line: int = 0) -> Rule:
        return Rule(matches, action, line, self.file)

    def _list(self, name: str) -> Jump:
        """A call of a list, which is compiled when it is first called."""
        chain = f"access-list {name}"
        if chain not in self.machine.chains:
            made = self.compiled.rules(name, self.config.lists[name])
            self.machine.chains[chain] = [replace(rule, file=self.file) for rule in made]
            for ace in self.config.lists[name]:
                found = self.compiled.unknown(ace) if ace.active else []
                self.machine.unknown += [(text, ace.line, self.file) for text in found]
        return Jump(chain)

    # -- through the box --------------------------------------------------

    def _forward(self) -> Iterator[Rule]:
        yield self._rule((SESSION, In(PROTO, FOLLOWED)), Accept())
        self.machine.chains["lists"] = list(self._lists())
        self.machine.chains["classes"] = list(self._followed())
        yield self._rule((SESSION, In(PROTO, PINGS)), Jump("classes"))
        yield self._rule((), Goto("lists"))

    def _lists(self) -> Iterator[Rule]:
        config = self.config
        yield from self._same_level()
        for name, list_name in config.inbound.items():
            yield self._rule((Interface(IIF, (name,)),), self._list(list_name))
            if not config.everywhere:
                yield self._rule((Interface(IIF, (name,)),), Drop())
        if config.everywhere:
            yield self._rule((), self._list(config.everywhere))
        else:
            yield from self._levels()
        yield self._rule((), Drop())

    def _followed(self) -> Iterator[Rule]:
        """Packets of ICMP sessions: the first class that matches and inspects decides whether they are followed."""
        for number, one in enumerate(self.config.policies.inspecting()):
            action = Accept() if one.follows_icmp else Goto("lists")
            if one.odd:
                self.machine.unknown.append((f"class that matches {one.odd}", one.line, self.file))
            elif one.lists:
                yield self._rule((), self._inspected(f"class {number}", one, action), one.line)
            elif not one.never_icmp:
                yield self._rule((), action, one.line)

    def _inspected(self, chain: str, one: Class, action: Accept | Goto) -> Jump:
        """A class's list, held against the packet that opened the session.

        Ports in it do not count beside `default-inspection-traffic`; types of ICMP are taken for ports.
        """
        [name, *more] = one.lists
        if more or name not in self.config.lists:
            raise Refused(f"no extended list is called `{name}`" if not more else "a class has one list", one.line)
        rules = self.machine.chains[chain] = []
        for ace in self.config.lists[name]:
            for matches in self.compiled.matches(ace, original=True) if ace.active else ():
                kept = tuple(match for match in matches if not (isinstance(match, In) and match.field == DPORT))
                if "default-inspection-traffic" in one.matched:
                    kept = tuple(match for match in kept if not (isinstance(match, In) and match.field == PROTO))
                rules.append(Rule(kept, action if ace.permit else Return(), ace.line, self.file))
        return Jump(chain)

    def _same_level(self) -> Iterator[Rule]:
        """Whatever the lists say: not back out of one interface, nor between two of one level, unless permitted."""
        config = self.config
        for name, port in config.ports.items():
            if port.management_only:
                yield self._rule((Interface(IIF, (name,)),), Drop())
                yield self._rule((Interface(OIF, (name,)),), Drop())
            if "intra-interface" not in config.same_level:
                yield self._rule((Interface(IIF, (name,)), Interface(OIF, (name,))), Drop())
        if "inter-interface" in config.same_level:
            return
        for name, port in config.ports.items():
            others = tuple(p.name for p in config.ports.values() if p.name != name and None in (p.level, port.level))
            alike = tuple(p.name for p in config.ports.values() if p.name != name and p.level == port.level is not None)
            if alike:
                yield self._rule((Interface(IIF, (name,)), Interface(OIF, alike)), Drop())
            if others:
                unsaid = Whatever("security levels that the file does not say")
                yield self._rule((Interface(IIF, (name,)), Interface(OIF, others)), unsaid)

    def _levels(self) -> Iterator[Rule]:
        """Interfaces without a list: from higher levels to lower ones, and to the same one where that is permitted."""
        ports = self.config.ports
        for name, port in ports.items():
            if name in self.config.inbound or port.level is None:
                continue
            open_to = [p.name for p in ports.values() if p.level is not None and p.level < port.level]
            if "inter-interface" in self.config.same_level:
                open_to += [p.name for p in ports.values() if p.level == port.level and p.name != name]
            if "intra-interface" in self.config.same_level:
                open_to.append(name)
            if open_to:
                yield self._rule((Interface(IIF, (name,)), Interface(OIF, tuple(open_to))), Accept())
        if not self.config.whole:
            yield self._rule((), Whatever("interfaces that the file does not show"))

    def _out(self) -> Iterator[Rule]:
        yield self._rule((SESSION, In(PROTO, (*FOLLOWED, *PINGS))), Accept())
        for name, list_name in self.config.outbound.items():
            yield self._rule((Interface(OIF, (name,)),), self._list(list_name))
            yield self._rule((Interface(OIF, (name,)),), Drop())

    # -- to the box -------------------------------------------------------

    def _input(self) -> Iterator[Rule]:
        yield self._rule((SESSION, In(PROTO, (*FOLLOWED, *PINGS))), Accept())
        for kind, nets, interface, line in self.config.settings.managers:
            port = self.config.settings.web if kind == "http" else MANAGED[kind]
            for family in (4, 6):
                spans = nets.of(family)
                if spans:
                    where = () if spans == (WHOLE[family],) else (In(SOURCE, spans),)
                    service = (In(PROTO, ((TCP, TCP),)), In(DPORT, ((port, port),)))
                    yield self._rule((Interface(IIF, (interface,)), Family(family), *where, *service), Accept(), line)
            self.machine.unknown += [(text, line, self.file) for text in nets.unknown]
        for name, list_name in self.config.itself.items():
            yield self._rule((Interface(IIF, (name,)),), self._list(list_name))
            yield self._rule((Interface(IIF, (name,)),), Drop())
        for name in self.config.ports:
            if name not in self.config.itself:
                yield self._rule((Interface(IIF, (name,)),), Accept())

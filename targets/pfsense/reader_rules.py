"""One `<rule>`: what pfSense makes of it (filter_generate_user_rule in filter.inc), as matches of the machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, PROTO, SPORT, TCP, UDP
from segc.packets.machine import Accept, Drop, Family, In, Interface, Refused, State, Unknown

from .._shared import reader_pf
from .reader_ends import Ends, Left

if TYPE_CHECKING:
    from segc.packets.fields import Spans
    from segc.packets.machine import Match

    from .._shared.reader_pf_box import Box
    from .._shared.reader_pf_schedules import Schedules
    from .._shared.reader_xml import Node
    from .reader_aliases import Aliases

PLAIN = "id tracker type interface ipprotocol protocol icmptype source destination log disabled statetype descr created"
PLAIN += (
    " sched updated floating direction quick allowopts associated-rule-id tcpflags_any disablereplyto nosync nopfsync"
)
# Elements that exports carry empty; where something stands in them, this reader cannot say what the rule does.
OFTEN_EMPTY = (
    "tag tagged max max-src-nodes max-src-conn max-src-states max-src-conn-rate max-src-conn-rates statetimeout"
)
OFTEN_EMPTY += " os gateway defaultqueue ackqueue dnpipe pdnpipe dscp vlanprio vlanprioset source-track l7container"
OFTEN_EMPTY += " statepolicy tcpflags1 tcpflags2 nottagged"
HARMLESS = ("defaultqueue", "ackqueue", "dnpipe", "pdnpipe", "vlanprioset", "tag", "statetimeout", "statepolicy")
KNOWN = frozenset([*PLAIN.split(), *OFTEN_EMPTY.split()])
MOST = (1 << 32) - 1  # pf keeps trackers in 32 bits
PORTED = ("tcp", "udp", "tcp/udp", "sctp")


@dataclass(frozen=True, slots=True)
class Made:
    """A rule for one family. `log` is its tracker where it logs; `matches` are None where it never holds in a hook."""

    forward: tuple[Match, ...] | None
    input: tuple[Match, ...] | None
    action: Accept | Drop | None  # None: `match`, which decides nothing
    log: str | None
    quick: bool
    floating: bool
    line: int


class Rules:
    """Makes rules; what it cannot say for certain goes to `unknown`."""

    def __init__(self, aliases: Aliases, box: Box, schedules: Schedules) -> None:
        self._aliases = aliases
        self.box = box
        self._schedules = schedules
        self.unknown: list[tuple[str, int]] = []
        self._ends = Ends(aliases, box, self.unknown)

    def made(self, node: Node) -> list[Made]:
        """A rule for each family that it speaks of; none where it is disabled, or left out by pfSense."""
        for child in node.children:
            if child.tag not in KNOWN:
                raise Refused(f"<{child.tag}> is nothing that this reader knows of a rule", child.line, text=child.tag)
            node.one(child.tag)
        if node.has("disabled"):
            return []
        kind = node.value("ipprotocol")
        families = {"inet6": (6,), "inet46": (4, 6)}.get(kind, (4,))
        return [made for family in families if (made := self._family(node, family)) is not None]

    def _family(self, node: Node, family: int) -> Made | None:
        if family == 6 and not self.box.ipv6:
            return None
        tracker = _tracker(node)
        try:
            floating = node.has("floating")
            way = self._arrival(node, floating=floating)
            if way is None:
                return None
            middle = [Family(family), *way, *self._packet(node, family), *self._doubtful(node)]
            action = _action(node)
            if isinstance(action, Accept):
                middle += self._states(node)
            forward, within = self._ends.both(node, family)
        except Left:
            return None
        quick = not floating or (node.has("quick") and action is not None)
        return Made(
            (*middle, *forward) if forward is not None else None,
            (*middle, *within) if within is not None else None,
            action,
            tracker if node.has("log") else None,
            quick,
            floating,
            node.line,
        )

    # -- where ----------------------------------------------------------------

    def _arrival(self, node: Node, *, floating: bool) -> list[Match] | None:
        """Interfaces. None for a rule of the way out, which this reader only names."""
        names = node.value("interface")
        if not floating:
            self._known(node, names)
            if not self.box.exists(names):
                raise Left
            return [Interface(IIF, (_name(names),))]
        if node.value("direction") != "in":
            self.unknown.append((f"a floating rule for packets on their way out: {node.value('descr')}", node.line))
            return None
        if names in ("", "any"):
            return []
        found = [name for name in names.split(",") if self.box.exists(name)]
        for name in found:
            self._known(node, name)
        if not found:
            raise Left
        return [Interface(IIF, tuple(map(_name, found)))]

    def _known(self, node: Node, name: str) -> None:
        if (
            name in self.box.groups
            or name in ("openvpn", "enc0", "l2tp", "pppoe", "wireguard")
            or "," in name
            or not name
        ):
            self.unknown.append((f"rules of a group of interfaces, or of a VPN: {name or 'none'}", node.line))
            raise Left

    # -- what -----------------------------------------------------------------

    def _packet(self, node: Node, family: int) -> list[Match]:
        word = node.value("protocol")
        ports = [self._port(node, side) for side in ("source", "destination")]
        if not word:
            # a port without a protocol: TCP, and the ports are left out
            return [_proto(TCP)] if any(ports) else []
        if word == "any":
            return []
        if word.lower() == "tcp/udp":
            found: list[Match] = [In(PROTO, ((TCP, TCP), (UDP, UDP)))]
        elif word == "icmp":
            found = [_proto(ICMP if family == 4 else ICMP6)]
            types = node.value("icmptype")
            if types and types != "any":
                found.append(In(DPORT, reader_pf.icmp_types(types, family, node.line)))
        else:
            found = [_proto(reader_pf.protocol(word, node.line))]
        if any(ports) and word.lower() not in PORTED:
            raise Refused(f"ports with `{word}`: some releases of pfSense leave them out", node.line, text=word)
        spans = [self._spans(text, node.line) for text in ports]
        return found + [In(at, one) for at, one in zip((SPORT, DPORT), spans, strict=True) if one is not None]

    def _port(self, node: Node, side: str) -> str:
        end = node.one(side)
        return end.value("port") if end is not None else ""

    def _spans(self, text: str, line: int) -> Spans | None:
        if not text:
            return None
        found = reader_pf.port(text, line)
        if found is not None:
            return (found,) if found != (0, 65535) else None
        if text in self._aliases and self._aliases.is_ports(text):
            return self._aliases.ports(text)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", text):  # a service that the box knows, or a rule that it leaves out
            raise Refused(f"`{text}` is no port, and no alias of ports that is defined", line, text=text)
        raise Left

    def _doubtful(self, node: Node) -> list[Match]:
        """A schedule, and elements that narrow a rule by what the machine does not know."""
        found = self._times(node)
        for child in node.children:
            if child.tag in OFTEN_EMPTY.split() and child.text and child.tag not in HARMLESS:
                if child.tag in ("gateway", "dscp", "vlanprio", "l7container") and child.text in ("none", "default"):
                    continue
                text = f"<{child.tag}>{child.text}</{child.tag}>"
                self.unknown.append((text, child.line))
                found.append(Unknown(text))
        if node.value("associated-rule-id"):
            self.unknown.append((f"a rule that belongs to a port forward: {node.value('descr')}", node.line))
        return found

    def _times(self, node: Node) -> list[Match]:
        name = node.value("sched")
        when = self._schedules(name) if name else None
        if isinstance(when, Unknown):
            self.unknown.append((when.text, node.line))
        if when is not None and self.box.outlive:
            self.unknown.append(("sessions outlive their schedule: <schedule_states>", node.line))
        return [when] if when is not None else []

    def _states(self, node: Node) -> list[Match]:
        """Pass rules keep state, and take TCP only with SYN (flags S/SA)."""
        kind = node.value("statetype")
        if kind not in ("", "keep state", "sloppy state"):
            raise Refused(
                f"`{kind}`: answers would be blocked, or sessions would not be what they seem", node.line, text=kind
            )
        if node.has("tcpflags_any") and node.value("protocol") == "tcp":
            return []
        return [State(frozenset({"invalid"}), negate=True)]


def _proto(number: int) -> Match:
    return In(PROTO, ((number, number),))


def _name(name: str) -> str:
    return "lo" if name == "lo0" else name


def _action(node: Node) -> Accept | Drop | None:
    """What pfSense does not know as a type is pass."""
    kind = node.value("type")
    return {"block": Drop(), "reject": Drop(reject=True), "match": None}.get(kind, Accept())


def _tracker(node: Node) -> str:
    """What filterlog writes as the rule's name; 0 where there is none."""
    text = node.value("tracker")
    if text and (not text.isascii() or not text.isdecimal() or not 0 < int(text) <= MOST):
        raise Refused(f"`{text}` is no tracker that pf takes", node.line, text=text)
    return str(int(text)) if text else "0"

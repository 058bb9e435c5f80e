"""One `<rule>` of the model Firewall/Filter: what FilterRule.php and Rule.php make of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, PROTO, SCTP, SOURCE, SPORT, TARGET, TCP, UDP
from segc.packets.machine import Accept, Drop, Family, In, Interface, Refused, State, Unknown

from .._shared import reader_pf
from .._shared.reader_pf_own import GROUPS

if TYPE_CHECKING:
    from segc.packets.fields import Spans
    from segc.packets.machine import Match

    from .._shared.reader_pf_box import Box
    from .._shared.reader_xml import Node
    from .reader_aliases import Aliases

PLAIN = "enabled statetype sequence action quick interface direction ipprotocol protocol icmptype icmp6type source_net"
PLAIN += " source_not source_port destination_net destination_not destination_port log allowopts description categories"
PLAIN += " interfacenot tcpflags_any sort_order prio_group"
HARMLESS = (
    "replyto disablereplyto nosync nopfsync statetimeout udp-first udp-multiple udp-single adaptivestart adaptiveend"
)
HARMLESS += " set-prio set-prio-low tag shaper1 shaper2 state-policy overload"
DOUBTFUL = (
    "gateway divert-to max max-src-nodes max-src-states max-src-conn max-src-conn-rate max-src-conn-rates prio tagged"
)
DOUBTFUL += " tcpflags1 tcpflags2 sched tos max-pkt-rate-number max-pkt-rate-seconds"
KNOWN = frozenset([*PLAIN.split(), *HARMLESS.split(), *DOUBTFUL.split()])
DEFAULTS = {"enabled": "1", "quick": "1", "action": "pass", "direction": "in", "ipprotocol": "inet", "protocol": "any"}
DEFAULTS |= {"statetype": "keep", "sequence": "1"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIDES = ("source_net", "destination_net")
SINGLE, GROUP, SEVERAL = 400000, 300000, 200000  # FilterRuleField::getPriority


class Left(Exception):
    """OPNsense makes a comment of the rule, and loads the rest."""


@dataclass(frozen=True, slots=True)
class Made:
    """A rule of one family, interface, source and target. Matches are None where it never holds in a hook."""

    forward: tuple[Match, ...] | None
    input: tuple[Match, ...] | None
    action: Accept | Drop
    log: str | None
    quick: bool
    place: tuple[int, int]
    interfaces: str
    line: int


class Rules:
    """Makes rules; what it cannot say for certain goes to `unknown`."""

    def __init__(self, aliases: Aliases, box: Box) -> None:
        self._aliases = aliases
        self._box = box
        self._seen: set[str] = set()
        self.unknown: list[tuple[str, int]] = []

    def in_order(self, made: list[Made]) -> list[Made]:
        """By priority and sequence; two rules in one place have no order that anybody could rely on."""
        places: dict[tuple[tuple[int, int], str], int] = {}
        for one in made:
            first = places.setdefault((one.place, one.interfaces if one.place[0] == SINGLE else ""), one.line)
            if first != one.line:
                raise Refused(f"sequence {one.place[1]} stands twice, so their order is chance", one.line)
        return sorted(made, key=lambda one: one.place)

    def made(self, node: Node) -> list[Made]:
        """A rule for each combination of what it lists; none where it is switched off."""
        if node.tag != "rule":
            raise Refused(f"<{node.tag}> is no rule", node.line, text=node.tag)
        for child in node.children:
            if child.tag not in KNOWN:
                raise Refused(f"<{child.tag}> is nothing that this reader knows of a rule", child.line, text=child.tag)
        identity = node.attributes.get("uuid", "")
        if not _UUID.fullmatch(identity) or identity in self._seen:
            raise Refused(f"`{identity}` is no UUID, or that of another rule", node.line, text=identity)
        self._seen.add(identity)
        if _value(node, "enabled") == "0":
            return []
        if _value(node, "direction") != "in":
            self.unknown.append((f"a rule for packets on their way out: {node.value('description')}", node.line))
            return []
        families = {"inet": (4,), "inet6": (6,), "inet46": (4, 6)}.get(_value(node, "ipprotocol"))
        if families is None:
            raise Refused(f"`{_value(node, 'ipprotocol')}` is no family that pf knows", node.line)
        names = [name for name in node.value("interface").split(",") if name]
        sources, targets = (node.value(side).split(",") if node.value(side) else ["any"] for side in SIDES)
        place = self._place(node, names)
        found = []
        for ends, name, family in product(product(sources, targets), names or [""], families):
            if family == 4 or self._box.ipv6:
                try:
                    found.append(self._one(node, ends, name, family, place))
                except Left:
                    continue
        return found

    def _place(self, node: Node, names: list[str]) -> tuple[int, int]:
        text = _value(node, "sequence")
        if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 1000000:
            raise Refused(f"`{text}` is no sequence", node.line, text=text)
        if len(names) != 1:
            return SEVERAL, int(text)
        return GROUP if names[0] in self._box.groups else SINGLE, int(text)

    def _one(self, node: Node, ends: tuple[str, str], name: str, family: int, place: tuple[int, int]) -> Made:
        word = _value(node, "action")
        if word not in ("pass", "block", "reject"):
            raise Refused(f"`{word}` is no action: pf loads nothing then", node.line, text=word)
        action = Accept() if word == "pass" else Drop(reject=word == "reject")
        middle: list[Match] = [Family(family), *self._arrival(node, name), *self._packet(node, family)]
        middle += self._doubtful(node)
        if isinstance(action, Accept):
            middle += _states(node)
        forward, within = self._ends(node, ends, family)
        return Made(
            (*middle, *forward) if forward is not None else None,
            (*middle, *within) if within is not None else None,
            action,
            node.attributes["uuid"] if _on(node, "log") else None,
            _on(node, "quick"),
            place,
            name,
            node.line,
        )

    def _arrival(self, node: Node, name: str) -> list[Match]:
        if _on(node, "interfacenot"):
            self.unknown.append((f"a rule for all interfaces but `{name}`", node.line))
        if name in self._box.groups or name in ("openvpn", "enc0", "ipsec", "wireguard"):
            self.unknown.append((f"rules of a group of interfaces, or of a VPN: {name}", node.line))
            raise Left
        if not name:
            return []
        if not self._box.exists(name):
            raise Left
        return [Interface(IIF, ("lo" if name == "lo0" else name,), _on(node, "interfacenot"))]

    # -- what -----------------------------------------------------------------

    def _packet(self, node: Node, family: int) -> list[Match]:
        word = _value(node, "protocol").lower()
        ports = [self._port(node.value(f"{side}_port"), node.line) for side in ("source", "destination")]
        found: list[Match] = []
        if word == "tcp/udp":
            found, carries = [In(PROTO, ((TCP, TCP), (UDP, UDP)))], True
        elif word == "any":
            carries = False
        else:
            number = reader_pf.protocol(word, node.line)
            number = ICMP6 if (number, family) == (ICMP, 6) else number
            found, carries = [In(PROTO, ((number, number),))], number in (TCP, UDP, SCTP)
            found += self._types(node, number, family)
        if any(one is not None for one in ports) and not carries:
            raise Refused(f"ports with `{word}`: pf loads nothing then", node.line, text=word)
        return found + [In(at, one) for at, one in zip((SPORT, DPORT), ports, strict=True) if one is not None]

    def _types(self, node: Node, number: int, family: int) -> list[Match]:
        """Types count for ICMP only, and each family has its own element."""
        if number not in (ICMP, ICMP6):
            return []
        text = node.value("icmptype" if family == 4 else "icmp6type")
        if text and number != (ICMP if family == 4 else ICMP6):
            raise Refused("types of ICMP for another protocol: pf loads nothing then", node.line, text=text)
        return [In(DPORT, reader_pf.icmp_types(text, family, node.line))] if text else []

    def _port(self, text: str, line: int) -> Spans | None:
        if not text or text == "any":
            return None
        text = re.sub(r"^any(?=[:-])", "1", re.sub(r"(?<=[:-])any$", "65535", text)).replace("-", ":")
        found = reader_pf.port(text, line)
        if found is not None:
            return (found,)
        if text in self._aliases and self._aliases.is_ports(text):
            spans = self._aliases.ports(text)
            if spans:
                return spans
            raise Left
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text):
            raise Refused(f"`{text}` is no port, and no alias of ports that is defined", line, text=text)
        raise Left

    def _doubtful(self, node: Node) -> list[Match]:
        """Elements that narrow a rule by what the machine does not know."""
        found: list[Match] = []
        for child in node.children:
            if child.tag in DOUBTFUL.split() and child.text not in ("", "none"):
                text = f"<{child.tag}>{child.text}</{child.tag}>"
                self.unknown.append((text, child.line))
                found.append(Unknown(text))
        return found

    # -- whose ----------------------------------------------------------------

    def _ends(
        self, node: Node, ends: tuple[str, str], family: int
    ) -> tuple[tuple[Match, ...] | None, tuple[Match, ...] | None]:
        """Both sides, in the hook forward and in the hook input. None: never."""
        source, target = ends
        negate = [_on(node, f"{side}_not") for side in ("source", "destination")]
        if source == "(self)":
            self.unknown.append(("(self) as a source", node.line))
            first: tuple[Match, ...] = (Unknown("the firewall's own address as a source", negate[0]),)
        else:
            first = self._end(node, source, SOURCE, family, negate=negate[0])
        if target != "(self)":
            both = (*first, *self._end(node, target, TARGET, family, negate=negate[1]))
            return both, both
        here = In(TARGET, GROUPS[family], negate=not negate[1])
        return (first if negate[1] else None), (*first, here)

    def _end(self, node: Node, text: str, at: int, family: int, *, negate: bool) -> tuple[Match, ...]:
        if text == "any":
            return ()
        if text in self._aliases and not self._aliases.is_ports(text):
            return (In(at, self._aliases.networks(text, family), negate),)
        one = reader_pf.network(text)
        if one is None:
            return self._own(node, text, negate=negate)
        if one[0] != family:
            raise Refused(
                f"an address of IPv{one[0]} in a rule for IPv{family}: pf loads nothing then", node.line, text=text
            )
        return (In(at, (one[1:],), negate),)

    def _own(self, node: Node, text: str, *, negate: bool) -> tuple[Match, ...]:
        """An interface's network or address; anything else OPNsense cannot convert."""
        known = self._box.interfaces
        if known is not None and text not in known and text.removesuffix("ip") not in known:
            raise Left
        if known is None and not re.fullmatch(r"(wan|lan|opt[0-9]+)(ip)?", text):
            raise Left
        self.unknown.append((f"the addresses of `{text}`", node.line))
        return (Unknown(f"the addresses of `{text}`", negate),)


def _value(node: Node, tag: str) -> str:
    """A field's value; the model's default where it is missing."""
    return node.value(tag) or DEFAULTS.get(tag, "")


def _on(node: Node, tag: str) -> bool:
    return _value(node, tag) not in ("", "0")


def _states(node: Node) -> list[Match]:
    """Pass rules keep state, and take TCP only with SYN (flags S/SA)."""
    kind = _value(node, "statetype")
    if kind not in ("keep", "sloppy"):
        raise Refused(
            f"`{kind}`: answers would be blocked, or sessions would not be what they seem", node.line, text=kind
        )
    if _on(node, "tcpflags_any") and _value(node, "protocol").lower() == "tcp":
        return []
    return [State(frozenset({"invalid"}), negate=True)]

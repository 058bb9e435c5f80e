"""One rule: its words as matches, its action, its record.

What each word becomes is taken from VyOS's own generator of nft rules (vyos-1x, `vyos.firewall.parse_rule`), and what
is refused from its `conf_mode/firewall.py`. A log's prefix names family, hook, rule set, number and action.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, OIF, PROTO, SOURCE, SPORT, TARGET
from segc.packets.machine import (
    Accept,
    Continue,
    Drop,
    In,
    Interface,
    Jump,
    Log,
    Match,
    Refused,
    Return,
    Rule,
    State,
    Unknown,
    Whatever,
)

from . import reader_time, reader_values
from .reader_groups import ELSEWHERE

if TYPE_CHECKING:
    from segc.packets.clock import Shown
    from segc.packets.machine import Action

    from .reader_groups import Groups
    from .reader_tree import Node

STATES = ("established", "related", "invalid", "new")
SILENT = {"action", "description", "disable", "jump-target", "log", "log-options", "offload-target", "set", "queue",
          "queue-options", "add-address-to-group", "synproxy"}  # fmt: skip
# Words about more than the packet's header and state. Those of the second group have a memory, so that the same words
# in two rules may answer differently.
UNDECIDED = {"connection-mark", "connection-status", "conntrack-helper", "dscp", "dscp-exclude", "fib", "flow-group",
             "fragment", "gre", "hop-limit", "ipsec", "mark", "packet-length", "packet-length-exclude", "packet-type",
             "tcp", "ttl"}  # fmt: skip
REMEMBERING = {"limit", "recent"}
ON_SIDE = {"address", "port", "group", "mac-address", "fqdn", "geoip", "address-mask"}
PORTED = ("tcp", "udp", "tcp_udp")


class Rules:
    """Makes the rules of one rule set. `own` is its name in logs, `chains` what stands before names of chains.

    `clock` is what is known of the router's clock.
    """

    def __init__(self, family: int, own: str, chains: str, groups: Groups, names: set[str], clock: Shown) -> None:
        self.clock = clock
        self.family = family
        self.own = own
        self.chains = chains
        self.groups = groups
        self.names = names

    def made(self, number: int, node: Node) -> list[Rule]:
        """The rules of a number: its record, if it asks for one, and its action."""
        action = self._action(node)
        matches = [match for word, below in node.below.items() for match in self._matches(word, below, node)]
        if node.value("action") == "offload":
            # Packets of a session pass all rules by, from some packet on that nobody knows beforehand.
            matches.append(Unknown("the session is offloaded"))
        if node.at("disable") is not None:
            return []
        found = []
        if _switch(node, "log"):
            letter = (node.value("action") or "")[:1].upper()
            prefix = f"[ipv{self.family}-{self.own}-{number}-{letter}]"
            found.append(Rule(tuple(matches), Log(prefix), node.line))
        if not isinstance(action, Continue):
            found.append(Rule(tuple(matches), action, node.line))
        return found

    def _action(self, node: Node) -> Action:
        name = node.value("action")
        if name is None:
            raise Refused("a rule needs an `action`")
        target = node.value("jump-target")
        if (name == "jump") != (target is not None):
            raise Refused("a jump needs a `jump-target`, and nothing else has one")
        if target is not None:
            return self.jump(target)
        known: dict[str, Action] = {
            "accept": Accept(),
            "drop": Drop(),
            "reject": Drop(reject=True),
            "return": Return(),
            "continue": Continue(),
            "offload": Accept(),
        }
        return known.get(name) or Whatever(f"action {name}")

    def jump(self, target: str) -> Jump:
        """Into a rule set with a name, which must exist."""
        if target not in self.names:
            raise Refused(f"no rule set is called `{target}`")
        return Jump(self.chains + target)

    # -- matches ----------------------------------------------------------

    def _matches(self, word: str, below: Node, rule: Node) -> list[Match]:
        match word:
            case "state":
                return [State(frozenset(_states(below)))]
            case "protocol":
                return self._protocol(rule.value("protocol") or "")
            case "source" | "destination":
                return self._side(word, below, rule)
            case "inbound-interface" | "outbound-interface":
                return self._interface(IIF if word.startswith("in") else OIF, below)
            case "icmp" | "icmpv6":
                return self._icmp(word, below)
            case "time":
                return reader_time.matches(below, self.clock.zone)
        if word in UNDECIDED or word in REMEMBERING:
            return [
                Unknown(f"{word} {' '.join(_words(below))}" if word in UNDECIDED else f"{word} in line {below.line}")
            ]
        if word not in SILENT:
            raise Refused(f"`{word}` is no word of a rule that this reader knows", below.line)
        return []

    def _protocol(self, text: str) -> list[Match]:
        other = {4: "ipv6-icmp", 6: "icmp"}[self.family]
        if text.removeprefix("!") == other:
            raise Refused(f"there is no `{other}` in IPv{self.family}")
        return [In(PROTO, reader_values.protocol(text.removeprefix("!")), text.startswith("!"))]

    def _icmp(self, word: str, below: Node) -> list[Match]:
        if word != {4: "icmp", 6: "icmpv6"}[self.family] or not below.below:
            raise Refused(f"`{word}` has no place here", below.line)
        kind = below.value("type-name") or below.value("type")
        code = below.value("code") if below.at("type-name") is None else None
        own = ICMP if self.family == 4 else ICMP6
        return [In(PROTO, ((own, own),)), In(DPORT, reader_values.icmp(kind, code, self.family))]

    def _side(self, word: str, below: Node, rule: Node) -> list[Match]:
        field, ports = (SOURCE, SPORT) if word == "source" else (TARGET, DPORT)
        odd = set(below.below) - ON_SIDE
        if odd or not below.below:
            raise Refused(f"`{word}` with {', '.join(sorted(odd)) or 'nothing'} is not known", below.line)
        if below.at("address-mask") is not None:
            return [Unknown(f"{word} {' '.join(_words(below))}")]
        found: list[Match] = [
            Unknown(f"{word} {name} {' '.join(_words(node))}")
            for name, node in below.below.items()
            if name in ("mac-address", "fqdn", "geoip")
        ]
        text = below.value("address")
        if text is not None:
            span = reader_values.addresses(text.removeprefix("!"), self.family)
            found.append(In(field, (span,), text.startswith("!")))
        text = below.value("port")
        if text is not None:
            self._has_ports(rule)
            wanted, unwanted = reader_values.ports(text)
            found += [In(ports, wanted)] if wanted else []
            found += [In(ports, unwanted, negate=True)] if unwanted else []
        group = below.at("group")
        if group is not None:
            if not group.below or (text is not None and "port-group" in group.below):
                raise Refused("a group is missing, or stands beside what it should replace", group.line)
            found += [self._group(kind, group.value(kind) or "", field, ports, below, rule) for kind in group.below]
        return found

    def _group(self, kind: str, name: str, field: int, ports: int, below: Node, rule: Node) -> Match:
        negate, name = name.startswith("!"), name.removeprefix("!")
        if kind == "port-group":
            self._has_ports(rule)
            return In(ports, self.groups.spans(kind, name), negate)
        if kind in ("address-group", "network-group"):
            if below.at("address") is not None:
                raise Refused(f"a {kind} and an address cannot both be said", below.line)
            whole = kind if self.family == 4 else f"ipv6-{kind}"
            return In(field, self.groups.spans(whole, name), negate)
        if kind in ELSEWHERE or kind == "dynamic-address-group":
            return Unknown(f"{'source' if field == SOURCE else 'target'} in {kind} {name}", negate)
        raise Refused(f"`{kind}` is no kind of group that this reader knows", below.line)

    @staticmethod
    def _has_ports(rule: Node) -> None:
        if rule.value("protocol") not in PORTED:
            raise Refused("ports need the protocol tcp, udp or tcp_udp")

    def _interface(self, field: int, below: Node) -> list[Match]:
        name = below.value("name") or below.value("interface-name")
        group = below.value("group") or below.value("interface-group")
        if (name is None) == (group is None) or len(below.below) != 1:
            raise Refused("an interface is said by its name or by a group", below.line)
        if name is not None:
            return [Interface(field, (name.removeprefix("!"),), name.startswith("!"))]
        members = self.groups.members("interface-group", (group or "").removeprefix("!"))
        return [Interface(field, tuple(members), (group or "").startswith("!"))]


def _states(below: Node) -> list[str]:
    """`state established`, or `state established enable` as it was before 1.4."""
    found = []
    for word, node in below.below.items():
        if word not in STATES or set(node.below) - {"enable", "disable"}:
            raise Refused(f"`{word}` is no state", below.line)
        if "disable" not in node.below:
            found.append(word)
    return found


def _switch(node: Node, word: str) -> bool:
    """Is a word there, and not `disable`?"""
    found = node.at(word)
    return found is not None and "disable" not in found.below


def _words(node: Node) -> list[str]:
    return [word for name, below in node.below.items() for word in (name, *_words(below))]

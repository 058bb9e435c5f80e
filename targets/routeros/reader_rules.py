"""One rule of `filter` or `raw`: its properties as matches, its action, its record.

MikroTik, "Filter" and "Common Firewall Matchers and Actions": all properties of a rule must hold; `!` before a value
turns it round; `log=yes` records and then does what the action says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, IIF, OIF, PROTO, SOURCE, SPORT, STATES, TARGET, TIME, Spans
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

from . import reader_values

if TYPE_CHECKING:
    from segc.packets.machine import Action

    from .reader_lines import Command
    from .reader_times import Clock

FASTTRACK = "fasttrack-connection"
LISTING = ("add-src-to-address-list", "add-dst-to-address-list")
# Properties that decide nothing.
SILENT = {
    "chain", "action", "comment", "disabled", "log", "log-prefix", "jump-target", "reject-with", "address-list",
    "address-list-timeout", "hw-offload",
}  # fmt: skip
# Properties whose meaning depends on more than the packet's header and state. Those of the second group have a memory,
# so that the same words in two rules may answer differently.
UNDECIDED = {
    "connection-mark", "connection-nat-state", "connection-type", "content", "dscp", "dst-address-type", "fragment",
    "hop-limit", "in-bridge-port", "in-bridge-port-list", "ingress-priority", "ipsec-policy", "ipv4-options",
    "layer7-protocol", "headers", "out-bridge-port", "out-bridge-port-list", "packet-mark", "packet-size", "p2p",
    "per-connection-classifier", "priority", "realm", "routing-mark", "routing-table", "src-address-type",
    "src-mac-address", "tcp-flags", "tcp-mss", "tls-host", "ttl",
}  # fmt: skip
REMEMBERING = {
    "connection-bytes", "connection-limit", "connection-rate", "dst-limit", "hotspot", "limit", "nth", "psd", "random",
}  # fmt: skip


class Rules:
    """Makes rules of one family. `lists` are address lists by name, None where their content is not known."""

    def __init__(
        self,
        family: int,
        lists: dict[str, Spans | None],
        interfaces: dict[str, list[str] | None],
        clock: Clock,
    ) -> None:
        self.clock = clock
        self.family = family
        self.lists = lists
        self.interfaces = interfaces

    def made(self, command: Command, chains: str) -> list[Rule]:
        """The rules of a command: its record, if it asks for one, and its action. `chains` stands before names."""
        values = command.values
        if command.words:
            raise Refused(f"`{command.words[0]}` is no property of a rule")
        matches = self._matches(command)
        found: list[Rule] = []
        logged = _yes(values, "log") or values.get("action") == "log"
        for part in self._either_port(command):
            whole = (*matches, *part)
            if logged:
                found.append(Rule(whole, Log(values.get("log-prefix", "")), command.line))
            action = self._action(values, chains)
            if values.get("action") == FASTTRACK:
                # Packets of a session pass all rules by, from some packet on that nobody knows beforehand.
                whole = (*whole, Unknown("the session is on the fast track"))
            if not isinstance(action, Continue):
                found.append(Rule(whole, action, command.line))
        return found

    def _action(self, values: dict[str, str], chains: str) -> Action:
        name = values.get("action", "accept")
        if name == "jump":
            if not values.get("jump-target"):
                raise Refused("a jump needs a `jump-target`")
            return Jump(chains + values["jump-target"])
        if name in ("log", "passthrough", *LISTING):
            return Continue()
        known: dict[str, Action] = {
            "accept": Accept(),
            "drop": Drop(),
            "reject": Drop(reject=True),
            "tarpit": Drop(),  # the router answers in the target's place
            "return": Return(),
            FASTTRACK: Accept(),
        }
        return known.get(name) or Whatever(f"action={name}")

    def _matches(self, command: Command) -> tuple[Match, ...]:
        found: list[Match] = []
        for name, value in command.values.items():
            if name in SILENT or name == "port":
                continue
            negate = value.startswith("!")
            if name == "time":
                spans = self.clock.spans(value.removeprefix("!"))
                found.append(
                    Unknown(f"time={value.removeprefix('!')}", negate) if spans is None else In(TIME, spans, negate)
                )
            elif name in UNDECIDED:
                found.append(Unknown(f"{name}={value.removeprefix('!')}", negate))
            elif name in REMEMBERING:
                found.append(Unknown(f"{name}={value} in line {command.line}"))
            else:
                found.append(self._match(name, value.removeprefix("!"), command.values, negate=negate))
        return tuple(found)

    def _match(self, name: str, value: str, values: dict[str, str], *, negate: bool) -> Match:
        match name:
            case "src-address" | "dst-address":
                field = SOURCE if name == "src-address" else TARGET
                return In(field, (reader_values.addresses(value, self.family),), negate)
            case "src-address-list" | "dst-address-list":
                return self._listed(SOURCE if name.startswith("src") else TARGET, value, negate=negate)
            case "in-interface" | "out-interface":
                return Interface(_end(name), (_interface(value),), negate)
            case "in-interface-list" | "out-interface-list":
                return self._among(_end(name), value, negate=negate)
            case "protocol":
                number = reader_values.protocol(value)
                return In(PROTO, ((number, number),), negate)
            case "src-port" | "dst-port":
                self._needs(values, reader_values.PORTED, name)
                return In(SPORT if name == "src-port" else DPORT, reader_values.ports(value), negate)
            case "icmp-options":
                own = ICMP if self.family == 4 else ICMP6
                if reader_values.PROTOCOLS.get(values.get("protocol", "")) != own:
                    raise Refused("`icmp-options` needs the protocol of ICMP")
                return In(DPORT, reader_values.icmp(value, self.family), negate)
            case "connection-state":
                states = frozenset(value.split(","))
                if not states <= set(STATES):
                    raise Refused(f"`{value}` is no state of connections")
                return State(states, negate)
        raise Refused(f"`{name}` is no property that this reader knows")

    @staticmethod
    def _needs(values: dict[str, str], protocols: tuple[str, ...], name: str) -> None:
        if values.get("protocol", "") not in protocols and values.get("protocol", "") not in ("6", "17", "132"):
            raise Refused(f"`{name}` needs a protocol that has ports")

    def _either_port(self, command: Command) -> list[tuple[Match, ...]]:
        """`port` is either end's: one rule for the target's, one for the source's where the target's is not."""
        value = command.values.get("port")
        if value is None:
            return [()]
        self._needs(command.values, reader_values.PORTED, "port")
        spans = reader_values.ports(value.removeprefix("!"))
        to, origin = In(DPORT, spans), In(SPORT, spans)
        if value.startswith("!"):
            return [(In(DPORT, spans, negate=True), In(SPORT, spans, negate=True))]
        return [(to,), (In(DPORT, spans, negate=True), origin)]

    def _listed(self, field: int, name: str, *, negate: bool) -> Match:
        """An address list; one that nobody fills holds nothing."""
        spans = self.lists.get(name, ())
        if spans is None:
            return Unknown(f"{'source' if field == SOURCE else 'target'} in address list {name}", negate)
        return In(field, spans, negate)

    def _among(self, field: int, name: str, *, negate: bool) -> Match:
        if name == "all":
            return Interface(field, ("*",), negate)
        members = {**self.interfaces, "none": [], "dynamic": None, "static": None}.get(name, ...)
        if members is ...:
            raise Refused(f"no list of interfaces is called `{name}`")
        if members is None:
            return Unknown(f"{'in' if field == IIF else 'out'} interface in list {name}", negate)
        return Interface(field, tuple(members), negate)


def _yes(values: dict[str, str], name: str) -> bool:
    value = values.get(name, "no")
    if value not in ("yes", "no", "true", "false"):
        raise Refused(f"`{name}` is yes or no")
    return value in ("yes", "true")


def disabled(command: Command) -> bool:
    """Is it switched off?"""
    return _yes(command.values, "disabled")


def _end(name: str) -> int:
    return IIF if name.startswith("in") else OIF


def _interface(name: str) -> str:
    """A name; `*5` stands for an interface that is no more, and `*` at the end of ours would be a wildcard."""
    if "*" in name or not name:
        raise Refused(f"`{name}` is no interface that there is")
    return name

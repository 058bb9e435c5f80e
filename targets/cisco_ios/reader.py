"""What the access lists in a running configuration mean.

A configuration is lines: a command at the left margin, its sub-commands
indented. Access lists, object groups and interfaces are read; commands that
have nothing to do with what passes are known by name (`reader_other`), and
anything else is not understood, which is said by line.

Sources: Cisco IOS Security Command Reference; IPv6 Implementation Guide; the
implicit entries of IPv6 lists and the rule that an empty list permits stand
under "deny (IPv6)" and "ip access-group" there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from segc.packets.fields import DPORT, IIF, OIF, PROTO, TCP
from segc.packets.machine import Accept, Base, Drop, Family, In, Interface, Jump, Machine, Refused, Rule, Unknown

from .._shared import reader_terminal
from .reader_aces import Aces
from .reader_groups import Groups
from .reader_other import understood
from .reader_times import TimeRanges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from segc.packets.fields import Spans
    from segc.packets.machine import Action

NAMED = re.compile(r"ip access-list extended (\S+)$|ipv6 access-list (\S+)$")
NUMBERED = re.compile(r"access-list (1\d\d|2[0-6]\d\d) ")
BINDING = re.compile(r"(ip access-group|ipv6 traffic-filter) (\S+) (in|out)$")
REFUSING = re.compile(r"(ipv6 )?access-class \S+ in\b")
# The ports of terminal lines, and of the web interface.
LOGIN: Spans = ((22, 23),)
WEB: Spans = ((80, 80), (443, 443))
ON_INTERFACE = re.compile(
    r"(no )?(description|ip address|ipv6 address|ipv6 enable|ip mtu|mtu|bandwidth|delay|duplex|speed|negotiation|media-type"
    r"|shutdown|switchport|spanning-tree|channel-group|encapsulation|standby|vrrp|ip ospf|ipv6 ospf|ip helper-address"
    r"|ip redirects|ip unreachables|ip proxy-arp|ip directed-broadcast|ip route-cache|ip flow|ip pim|ip igmp|ip rip"
    r"|ip tcp adjust-mss|ipv6 nd|ipv6 mtu|load-interval|logging event|snmp trap|cdp|lldp|keepalive|carrier-delay"
    r"|storm-control|power inline|udld|ip dhcp snooping|ip arp inspection|hold-queue|ptp|rep|macro|vrf forwarding"
    r"|ip vrf forwarding|mls qos|auto qos|srr-queue|priority-queue|service-policy|tx-ring-limit|ip hello-interval)\b"
)


class Block(NamedTuple):
    """A command at the margin, with its sub-commands, each with its line."""

    head: str
    line: int
    body: list[tuple[str, int]]


def role(name: str, text: str) -> str | None:
    """A running configuration stands by itself."""
    del name
    return (
        "rules" if re.search(r"^(ip access-list extended|ipv6 access-list|interface) \S", text, re.MULTILINE) else None
    )


def sections(name: str, text: str) -> tuple[dict[str, str], list[int]]:
    """The configuration in what was captured from a device, and the lines that are the terminal's. Raises `Refused`."""
    return reader_terminal.sections(name, text, reader_terminal.CISCO, role)


def read(files: Mapping[str, str], clock: str | None = None, *, running: bool = False) -> Machine:
    """The machine of one configuration, on a device whose clock shows this time zone."""
    machine = Machine()
    for file, text in files.items():
        Reader(machine, file, clock, running=running).read(text)
    return machine


class Reader:
    """Reads one file into a machine.

    Vendors whose configurations are of this shape derive theirs from it: the class's attributes and methods are where
    they differ.
    """

    named = NAMED
    binding = BINDING
    on_interface = ON_INTERFACE
    entries: type[Aces] = Aces
    grouped: type[Groups] = Groups
    timed: type[TimeRanges] = TimeRanges

    def __init__(self, machine: Machine, file: str, clock: str | None = None, *, running: bool = False) -> None:
        self.machine = machine
        self.file = file
        self.times = self.timed(clock, running=running)
        self.groups = self.grouped(file)
        self.bindings: dict[tuple[str, str, int], tuple[str, int]] = {}  # interface, direction, family: list, line
        self.logins: list[Rule] = []
        self.lists: dict[tuple[int, str], list[tuple[str, int]]] = {}

    def read(self, text: str) -> None:
        """Everything, in an order in which groups are known before they are used."""
        text = self.prepared(text)
        ended = ""
        for block in blocks(text):
            if ended and self._decides(block):
                raise Refused(f"stands behind `{ended}`, where nothing is configured any more", block.line, self.file)
            ended = block.head if block.head in ("end", "exit", "quit") else ended
            self._block(block)
        for (family, name), entries in self.lists.items():
            self._chain(family, name, entries)
        for block in blocks(text):
            self._logins(block)
        for hook, direction, field in (("forward", "in", IIF), ("input", "in", IIF), ("postrouting", "out", OIF)):
            self.machine.chains[hook] = [
                Rule((Family(family), Interface(field, (interface,))), action, line, self.file)
                for (interface, way, family), (name, line) in self.bindings.items()
                if way == direction and (action := self.bound(family, name)) is not None
            ]
            self.machine.bases.append(Base(hook, hook, 0, Accept()))
        self.machine.chains["input"] = [*self.logins, *self.machine.chains["input"]]
        # what the device itself sends is not filtered by lists that are bound `out`
        self.machine.bases = [base for base in self.machine.bases if base.hook != "postrouting" or self._filters_out()]

    def _logins(self, block: Block) -> None:
        """Lists that choose who may log in: they stop what lists at interfaces let through to the device itself."""
        found: list[tuple[str, int, Spans]] = []
        if block.head.startswith("line "):
            found = [(f"{text}, at {block.head}", line, LOGIN) for text, line in block.body if REFUSING.match(text)]
        elif block.head.startswith("ip http access-class "):
            found = [(block.head, block.line, WEB)]
        for text, line, ports in found:
            refused = Unknown(f"the session is refused by `{text}`")
            tcp, to = In(PROTO, ((TCP, TCP),)), In(DPORT, ports)
            self.logins.append(Rule((tcp, to, refused), Drop(reject=True), line, self.file))

    def prepared(self, text: str) -> str:
        """The text with as many lines, in the shape that `blocks` knows."""
        return text

    def bound(self, family: int, name: str) -> Action | None:
        """What binding a list does. One that is empty, or not there, permits."""
        return Jump(chain(family, name)) if self.lists.get((family, name)) else None

    def other(self, block: Block) -> bool:
        """Is a command understood that is no list, binding or group? Vendors take here what they alone have."""
        return understood(block.head)

    def setting(self, text: str) -> bool:
        """Is it a line of an access list that is no entry, and means nothing for what passes?"""
        del text
        return False

    def _filters_out(self) -> bool:
        found = [line for (_, way, _), (_, line) in self.bindings.items() if way == "out"]
        for line in found:
            self.unknown("a list that is bound `out`", line)
        return False

    def _decides(self, block: Block) -> bool:
        """Is it a list, a group, or an interface, to which lists are bound?"""
        listed = self.named.match(block.head) or NUMBERED.match(block.head)
        return bool(listed) or block.head.startswith(("interface ", "object-group ", "time-range "))

    def _block(self, block: Block) -> None:
        self.times.clock.whole |= block.head.startswith("version ")
        self.times.clock.take(block.head, block.line)
        named = self.named.match(block.head)
        if named:
            self.lists.setdefault((6 if named[2] else 4, named[1] or named[2]), []).extend(block.body)
        elif NUMBERED.match(block.head):
            word, number, entry = block.head.split(" ", 2)
            del word
            self.lists.setdefault((4, number), []).append((entry, block.line))
        elif block.head.startswith("interface "):
            self._interface(block)
        elif block.head.startswith("object-group "):
            self.groups.add(block.head, block.line, block.body)
        elif block.head.startswith("time-range ") and len(block.head.split()) == 2:
            self.times.add(block.head.split()[1], block.body)
        elif not self.other(block):
            self.unknown(block.head, block.line)

    def _interface(self, block: Block) -> None:
        name = block.head.split(" ", 1)[1].replace(" ", "")
        for text, line in block.body:
            bound = self.binding.match(text)
            if bound:
                family = 4 if bound[1].startswith("ip ") else 6
                self.bindings[name, bound[3], family] = bound[2], line
            elif not self.on_interface.match(text):
                self.unknown(text, line)

    def _chain(self, family: int, name: str, entries: list[tuple[str, int]]) -> None:
        aces = self.entries(family, name, self.groups, self.file, self.times)
        rules: list[tuple[int, list[Rule]]] = []
        numbers: set[int | None] = set()
        last = 0
        for text, line in entries:
            if self.setting(text):
                continue
            number, ace = aces.numbered(text)
            if number is not None and number in numbers:
                raise Refused(f"a second entry with the number {number}", line, self.file, text)
            numbers.add(number)
            at = number if number is not None else last + 10
            last = max(at, last)
            made = aces.read(ace, line)
            if made is None:
                self.unknown(text, line)
            else:
                rules.append((at, made))
        ordered = [rule for _, made in sorted(rules, key=lambda entry: entry[0]) for rule in made]
        self.machine.chains[chain(family, name)] = ordered + aces.implicit()
        for text, line in aces.doubts:
            self.unknown(text, line)

    def unknown(self, text: str, line: int) -> None:
        """Note what was not understood."""
        self.machine.unknown.append((text, line, self.file))


def chain(family: int, name: str) -> str:
    """A list's chain: lists of two families may not share a name, but a wrong file may think otherwise."""
    return f"ipv{family} {name}"


def blocks(text: str) -> Iterator[Block]:
    """Commands with their sub-commands. A banner is text until its mark comes again.

    What is indented deeper than the first sub-command belongs to the one before it, and is written behind that.
    """
    block: Block | None = None
    margin = 0
    mark = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        if mark:
            mark = "" if mark in line else mark
            continue
        banner = re.match(r"banner \S+ (\^C|\S)", line)
        if banner:
            mark = "" if banner[1] in line[banner.end() :] else banner[1]
            continue
        if not line.strip() or line.lstrip().startswith("!"):
            continue
        if not line.startswith(" "):
            if block is not None:
                yield block
            block = Block(line, number, [])
        elif block is None:
            raise Refused("a sub-command without its command", number, "", line)
        else:
            indent = len(line) - len(line.lstrip())
            margin = margin if block.body else indent
            if indent > margin:
                above, at = block.body.pop()
                block.body.append((f"{above} / {line.strip()}", at))
            else:
                block.body.append((line.strip(), number))
    if block is not None:
        yield block

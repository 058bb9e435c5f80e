"""The rules of one machine: addresses as variables, one New-NetFirewallRule for each service of a line.

Only what is allowed has a rule; what is stopped is what is left. A rule lists addresses of those families only in
which both ends and the service speak, so that none is any of the other family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.lang.literals import address_text
from segc.model.addresses import FAMILIES, Addresses, join, prefix_text, prefixes
from segc.model.flows import short_id
from segc.model.plant import ICMP, ICMP6, PORTED, TCP, UDP
from segc.rules.expand import ALL_PORTS, services
from segc.rules.table import FLOW, INSIDE
from segc.rules.words import Words, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.rules.expand import Service
    from segc.rules.table import Ends, Line
    from segc.targets.job import Job

INBOUND, OUTBOUND = "Inbound", "Outbound"
NAMES = {TCP: "TCP", UDP: "UDP", ICMP: "ICMPv4", ICMP6: "ICMPv6"}
ANY = "Any"
REMARK = 300
MARKS = {True: "_v4", False: "_v6"}
ANONYMOUS = ("firewalls", "anybody else")  # no names of the policy's
# RFC 792 and RFC 4443: errors, without which path MTU discovery is blind. RFC 4890 section 4.4: MLD and neighbour
# discovery, without which an IPv6 link is dead.
ERRORS = {"ICMPv4": (3, 11, 12), "ICMPv6": (1, 2, 3, 4)}
LINK = (*range(130, 137), 143)
# RFC 5771 section 4, RFC 919, RFC 4291: addresses that no router passes on.
LINK_ADDRESSES = ("224.0.0.0/24", "255.255.255.255", "fe80::/10", "ff02::/16")


class Net(NamedTuple):
    """A variable: what it is called, for what, and the addresses."""

    name: str
    about: str
    values: list[str]


class Rules:
    """Fills `nets`, in the order of their first use, and `commands`, by direction."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.nets: dict[tuple[str, Addresses], Net] = {}
        self.commands: dict[str, list[str]] = {INBOUND: [], OUTBOUND: []}
        self._words = Words(job.target.limits.set_name, r"[^A-Za-z0-9_]", "_", fold=True)

    def always(self) -> None:
        """What a machine needs of its link, and ICMP errors: the first rules of each direction."""
        for direction in (INBOUND, OUTBOUND):
            for protocol, kinds in ERRORS.items():
                self._fixed(direction, f"errors.{protocol}", "ICMP errors of sessions", protocol, kinds)
            self._fixed(direction, "link.ICMPv6", "neighbour discovery and MLD", "ICMPv6", LINK)
        remote = ", ".join(f"'{one}'" for one in LINK_ADDRESSES)
        self._add(OUTBOUND, "link", "what is sent to the link, and no router passes on", ANY, [f"@({remote})", ANY, []])

    def lines(self, direction: str, lines: list[Line], *, default: bool) -> None:
        """The rules of one direction; `default` is what becomes of packets that no rule matches."""
        for line in lines:
            if line.record is not None:
                self.job.record(self.job.target.can.verdicts[0 if line.permit else 1], line)
            if line.permit and not (default and line.kind not in (FLOW, INSIDE)):
                self._line(direction, line)

    # -- one line ---------------------------------------------------------

    def _line(self, direction: str, line: Line) -> None:
        near, far = (line.target, line.source) if direction == INBOUND else (line.source, line.target)
        within = f"{line.rule.within}: " if line.rule is not None else ""
        text = f"{within}{line.text}"
        for service, families in self._services(line):
            local = ANY if near is None else self._listed(near, families)
            remote = ANY if far is None else self._listed(far, families)
            ports = [] if service is None else self._ports(direction, service, line)
            protocol = ANY if service is None else NAMES.get(service.proto, str(service.proto))
            suffix = "" if service is None else f".{protocol}"
            self._add(direction, f"{line.id}{suffix}", text, protocol, [remote, local, ports])

    def _services(self, line: Line) -> Iterator[tuple[Service | None, tuple[int, ...]]]:
        """A line's services, each with the families in which it speaks."""
        families = tuple(family for family in FAMILIES if line.speaks(family))
        if line.matches is None:
            yield None, families
            return
        found: dict[Service, list[int]] = {}
        for family in families:
            for service in services(line.matches, family):
                if (family, service.proto) not in ((4, ICMP6), (6, ICMP)):  # there are no such packets
                    found.setdefault(service, []).append(family)
        for service, spoken in found.items():
            yield service, tuple(spoken)

    def _ports(self, direction: str, service: Service, line: Line) -> list[str]:
        if service.proto in (ICMP, ICMP6):
            if service.whole:
                return []
            kinds = [kind for low, high in service.ranges for kind in range(low, min(high, 255) + 1)]
            return [f"-IcmpType {','.join(map(str, dict.fromkeys(kinds)))}"]
        if service.proto not in (TCP, UDP):
            if service.proto in PORTED and not service.whole and line.rule is not None:
                raise self.job.unsupported(line.rule.span, f"has no ports for IP protocol {service.proto}")
            return []
        far, near = ("RemotePort", "LocalPort") if direction == INBOUND else ("LocalPort", "RemotePort")
        said = []
        if not any((low, high) == ALL_PORTS for low, high in service.ranges):
            said.append(f"-{near} {','.join(_span(low, high) for low, high in service.ranges)}")
        if service.sources != ALL_PORTS:
            said.append(f"-{far} {_span(*service.sources)}")
        return said

    # -- words ------------------------------------------------------------

    def _listed(self, ends: Ends, families: tuple[int, ...]) -> str:
        """The variables of a side. Where its ends overlap, one of all of them together."""
        cut = _of(ends.addresses, families)
        named = [(end.name, _of(end.addresses, families), end.addresses) for end in ends.ends]
        named = [one for one in named if one[1]]
        if join(one[1] for one in named) != cut or sum(one[1].size() for one in named) != cut.size():
            named = [(" and ".join(one[0] for one in named), cut, ends.addresses)]
        used = [self._net(name, part, every) for name, part, every in named]
        return used[0] if len(used) == 1 else f"({' + '.join(used)})"

    def _net(self, name: str, addresses: Addresses, every: Addresses) -> str:
        """One variable for a name and its addresses. A part of them, and what several lines call alike, gets a mark."""
        key = (name, addresses)
        if key not in self.nets:
            mark = MARKS.get(bool(addresses.v4), "") if addresses != every else ""
            values = [_text(family, low, high) for family, low, high in addresses.ranges()]
            text = f"at_{name}{mark}" if name not in ANONYMOUS else f"at_{name}_{short_id(' '.join(values))}"
            # names of the policy have no low line, so that this keeps them apart
            word = self._words(text.replace(".", "__").replace("-", "_").replace(" ", "_"))
            self.nets[key] = Net(word, sentence(name, REMARK), values)
        return f"${self.nets[key].name}"

    def _fixed(self, direction: str, name: str, text: str, protocol: str, kinds: tuple[int, ...]) -> None:
        self._add(direction, name, text, protocol, [ANY, ANY, [f"-IcmpType {','.join(map(str, kinds))}"]])

    def _add(self, direction: str, name: str, text: str, protocol: str, conditions: list[str | list[str]]) -> None:
        remote, local, ports = conditions
        side = "in" if direction == INBOUND else "out"
        words = [
            "New-NetFirewallRule -PolicyStore localhost -Group segc",
            f"-DisplayName {_quoted(f'segc {side} {name}')}",
            f"-Description {_quoted(sentence(text, REMARK))}",
            f"-Direction {direction} -Action Allow -Enabled True -Profile Any",
            f"-RemoteAddress {remote} -LocalAddress {local} -Protocol {protocol}",
            *ports,
        ]
        if direction == INBOUND:
            words.append("-EdgeTraversalPolicy Block")
        self.commands[direction].append(f"{' '.join(words)} | Out-Null")


def _of(addresses: Addresses, families: tuple[int, ...]) -> Addresses:
    return Addresses(addresses.v4 if 4 in families else (), addresses.v6 if 6 in families else ())


def _text(family: int, low: int, high: int) -> str:
    """An address, a subnet, or a range."""
    (first, length), *more = prefixes(family, low, high)
    if more or (not length and not first):
        return f"{address_text(family, low)}-{address_text(family, high)}"
    return prefix_text(family, first, length)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


def _quoted(text: str) -> str:
    """A string that PowerShell takes as it stands. Rules cannot hold a bar: it divides their fields in the registry."""
    return "'" + text.replace("'", "''").replace("|", "/") + "'"

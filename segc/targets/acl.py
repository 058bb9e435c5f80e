"""Access lists for boxes without sessions: one a family and interface, for what the interface lets in.

own traffic      link-local and broadcast; the device's own addresses, as `manage` says
inside, flows    what is permitted, recorded flows first
answers          to flows that are opened the other way, and ICMP errors
the rest         each pair's mode
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from ipaddress import ip_network
from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6, TCP, Match
from segc.rules.cells import Cells
from segc.rules.table import FLOW, LOCAL, REPLY, Line
from segc.rules.words import Words, sentence
from segc.targets.aces import ANYTHING, Unsaid
from segc.targets.timerange import time_ranges

if TYPE_CHECKING:
    from segc.targets.aces import Dialect
    from segc.targets.job import Job

SUFFIX = {4: "", 6: "-6"}  # a list of one family may not be called as one of the other
# Never forwarded, so meant for the device: routing protocols, VRRP, neighbour discovery, DHCP.
NEAR = {4: ("224.0.0.0/24", "255.255.255.255/32"), 6: ("ff02::/16", "fe80::/10")}
ERRORS = {4: (3, 11, 12), 6: (1, 2, 3, 4)}
LINK = (*range(130, 137), 143)  # RFC 4890 section 4.4: MLD and neighbour discovery


class Bound:
    """One list, and the interface at which it filters what comes in."""

    def __init__(self, job: Job, dialect: Dialect, interface: str, family: int) -> None:
        made = ListOf(job, dialect, interface, family)
        self.interface = interface
        self.family = family
        self.aces = made.aces
        # The name changes with the text: a list that is bound is never edited, since packets would meet half of it.
        mark = blake2b("\n".join(self.aces).encode(), digest_size=4).hexdigest()
        words = Words(dialect.longest_name - len("segc--6") - len(mark) - 1, r"[^A-Za-z0-9-]")
        self.name = f"segc-{words(interface)}{SUFFIX[family]}-{mark}"
        for line in made.recorded:
            job.record(f"{self.name} {dialect.done(line)}", line)

    @property
    def size(self) -> int:
        """How many entries it takes, remarks apart."""
        return sum(not ace.startswith("remark ") for ace in self.aces)


def bound(job: Job, dialect: Dialect) -> dict[str, list[Bound]]:
    """The two lists of every interface. Raises `SegcError` where the box has no room for them."""
    interfaces = [interface.name for interface in job.rules.firewall.interfaces]
    every = {name: [Bound(job, dialect, name, family) for family in SUFFIX] for name in interfaces}
    job.rules_made(sum(one.size for both in every.values() for one in both))
    return every


class ListOf:
    """Fills `aces`; `recorded` are the lines that ask for a record."""

    def __init__(self, job: Job, dialect: Dialect, interface: str, family: int) -> None:
        self.job = job
        self.dialect = dialect
        self.interface = interface
        self.family = family
        self.aces: list[str] = []
        self.recorded: list[Line] = []
        self._own_traffic()
        self._through()

    # -- own traffic ------------------------------------------------------

    def _own_traffic(self) -> None:
        self._remark("sent to the link, never forwarded")
        for near in map(ip_network, NEAR[self.family]):
            target = self.dialect.prefix(self.family, int(near.network_address), near.prefixlen)
            self.aces.append(f"permit {ANYTHING[self.family]} any {target}")
        own = self.job.table.own()
        if not own.addresses.of(self.family):
            return
        self._remark("to the device itself")
        mine = Line("own", LOCAL, permit=True, text="", target=own)
        lines = list(self.job.table.local())
        if not lines:
            self._entries(mine)
            return
        self._entries(replace(mine, matches=(Match(TCP),)), established=True)
        self._entries(replace(mine, matches=self._errors()))
        if self.family == 6:
            self._entries(replace(mine, matches=tuple(Match(ICMP6, kind, kind, family=6) for kind in LINK)))
        for line in lines:
            if line.ingress is None or self.interface in line.ingress:
                self.recorded.append(line)
                self._line(replace(line, target=own))

    def _errors(self) -> tuple[Match, ...]:
        proto = ICMP if self.family == 4 else ICMP6
        return tuple(Match(proto, kind, kind, family=self.family) for kind in ERRORS[self.family])

    # -- what passes through ----------------------------------------------

    def _through(self) -> None:
        cells = Cells(self.job.table, self.interface, self.family).lines()
        self.recorded += self.job.table.at(self.interface)
        errors = Line("errors", REPLY, permit=True, text="", matches=self._errors())
        for line in self.job.table.at(self.interface):  # errors that a flow records come before those that it does not
            both = tuple(match for match in line.matches or () if _is_one_of(match, errors))
            if line.kind == FLOW and line.record is not None and both:
                self._line(replace(line, matches=both))
        self._remark("ICMP errors, on which path MTU discovery hangs")
        self._entries(errors)
        for line in cells:
            self._line(line)

    def _line(self, line: Line) -> None:
        if line.speaks(self.family):
            self._remark(line.text)
            self._entries(line)

    def _entries(self, line: Line, *, established: bool = False) -> None:
        ranges = time_ranges(self.job, line.rule, seconds=self.dialect.seconds)
        times = ("",) if ranges is None else [f" time-range {one.name}" for one in ranges]
        try:
            self.aces += self.dialect.aces(line, self.family, established=established, times=times)
        except Unsaid as why:
            span = line.rule.span if line.rule is not None else self.job.rules.firewall.span
            raise self.job.unsupported(span, str(why)) from None

    def _remark(self, text: str) -> None:
        self.aces.append(f"remark {sentence(text, self.dialect.longest_remark, r'[^ -~]|[?]')}")


def _is_one_of(match: Match, errors: Line) -> bool:
    """Does a match have ICMP types in common with errors?"""
    return any(match.proto == e.proto and match.low <= e.high and e.low <= match.high for e in errors.matches or ())

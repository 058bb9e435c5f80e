"""Policies: lines of the table as entries of `firewall policy`, `local-in-policy` and `local-in-policy6`.

Where an entry stands decides when it is tried, not its number; so the number can
be made of the line's own name, and lasts as long as that.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from segc.model.plant import ICMP6, Match
from segc.rules.table import INSIDE
from segc.rules.words import Words

from .addresses import ALL as ALL_ADDRESSES
from .addresses import SUFFIX, Addresses
from .cli import LONGEST_POLICY, comment, entry, listed, remark
from .schedules import Schedules, Time
from .services import ALL as ALL_SERVICES
from .services import Impossible, Services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.rules.table import Line
    from segc.targets.job import Job

FAMILIES = (4, 6)
FIRST_ID, IDS = 1_000_000_000, 3_000_000_000  # up to 4294967294; people number theirs from 1
# Without these a link is dead (RFC 4890 section 4.4): group membership, routers, neighbours, redirects; MLDv2.
NEIGHBOURS = (Match(ICMP6, 130, 136, family=6), Match(ICMP6, 143, 143, family=6))


class Ids:
    """Numbers for names. Two names never share one."""

    def __init__(self) -> None:
        self._taken: dict[int, str] = {}

    def __call__(self, text: str) -> int:
        """The number of a name."""
        salt = 0
        while True:
            seed = f"{text}\0{salt}" if salt else text
            number = FIRST_ID + int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big") % IDS
            if self._taken.setdefault(number, text) == text:
                return number
            salt += 1


class Policies:
    """Writes the policies of one firewall, and collects the objects that they name."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.addresses = {family: Addresses(family) for family in FAMILIES}
        self.services = Services()
        self.schedules = Schedules(job)
        self._ids = Ids()
        self._words = Words(LONGEST_POLICY, odd=r"[^A-Za-z0-9_.-]")

    # -- through the box --------------------------------------------------

    def forward(self) -> list[str]:
        """The entries of `firewall policy`, a block for what belongs together."""
        lines: list[str] = []
        before = ""
        for line in self.job.table.lines:
            block = _block(line)
            if block != before:
                lines.append(remark(block))
                before = block
            for count, time in enumerate(self.schedules.times(line.rule), 1):
                lines += self._policy(line, time, f".{count}" if count > 1 else "")
        return lines

    def _policy(self, line: Line, time: Time, tail: str) -> list[str]:
        number = self._ids(f"{line.id}{tail}")
        self.job.record(f"policy {number}", line)
        settings = [
            f'set name "{self._words(f"{line.id}.inside" if line.kind == INSIDE else f"{line.id}{tail}")}"',
            *listed("srcintf", line.ingress or ("any",)),
            'set dstintf "any"',
            f"set action {'accept' if line.permit else 'deny'}",
        ]
        for family in FAMILIES:
            if line.speaks(family):
                names = self.addresses[family].names
                settings += listed(f"srcaddr{SUFFIX[family]}", names(line.source))
                settings += listed(f"dstaddr{SUFFIX[family]}", names(line.target))
        settings += [
            *time.settings(),
            *listed("service", self._services(line)),
            "set utm-status disable",
            f"set logtraffic {'all' if line.record else 'disable'}",
            f"set comments {comment(_comment(line))}",
        ]
        return entry(str(number), settings)

    def _services(self, line: Line) -> list[str]:
        if line.matches is None:
            return [ALL_SERVICES]
        try:
            return [self.services.name(one.name, one.matches) for one in line.services if one.matches]
        except Impossible as what:
            span = line.rule.span if line.rule is not None else self.job.rules.firewall.span
            raise self.job.unsupported(span, f"has no service object for {what}") from None

    # -- to the box -------------------------------------------------------

    def local(self, family: int) -> list[str]:
        """The entries of `local-in-policy` or `local-in-policy6`."""
        lines: list[str] = []
        for line in self.job.table.local():
            if family == 6 and not lines:
                lines += self._neighbours()
            if line.speaks(family):
                lines += self._local(line, family)
        return lines

    def _local(self, line: Line, family: int) -> list[str]:
        number = self._ids(f"local {line.id}")
        self.job.record(f"local-in-policy{SUFFIX[family]} {number}", line)
        return self._entry(
            number,
            line.ingress or ("any",),
            self.addresses[family].names(line.source),
            self._services(line),
            permit=line.permit,
            log=line.record is not None,
            text=_comment(line),
        )

    def _neighbours(self) -> list[str]:
        name = self.services.name("icmp6.neighbours", NEIGHBOURS)
        number = self._ids("local neighbour-discovery")
        text = "neighbour discovery and MLD: without them the link is dead"
        return self._entry(number, ("any",), [ALL_ADDRESSES], [name], permit=True, log=False, text=text)

    def _entry(
        self,
        number: int,
        interfaces: Sequence[str],
        sources: list[str],
        services: list[str],
        *,
        permit: bool,
        log: bool,
        text: str,
    ) -> list[str]:
        settings = [
            *listed("intf", interfaces),
            *listed("srcaddr", sources),
            f'set dstaddr "{ALL_ADDRESSES}"',
            f"set action {'accept' if permit else 'deny'}",
            *listed("service", services),
            'set schedule "always"',
            f"set logtraffic {'enable' if log else 'disable'}",
            f"set comments {comment(text)}",
        ]
        return entry(str(number), settings)

    def objects(self) -> Iterator[str]:
        """All objects that the policies written so far name."""
        for family in FAMILIES:
            yield from self.addresses[family].lines()
        yield from self.services.lines()
        yield from self.schedules.lines()


def _block(line: Line) -> str:
    """What a line belongs to."""
    if line.pair is None:
        return line.text
    return f"{line.pair.source} -> {line.pair.target or 'addresses of no zone'}"


def _comment(line: Line) -> str:
    """The conduit or grant, and the flow as it is written; or what is left over."""
    return f"{line.rule.within}: {line.text}" if line.rule is not None else line.text

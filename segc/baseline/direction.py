"""Who opened a conversation, by evidence and with a grade; a port being the lower one tells nothing.

From the best evidence down: the opening was seen; the sensor named the service; one end's port is a service's and
the other's is not; one end's port meets many, each from a port of its own; the first packet. PLCs serve at 44818 and
clients call from 1025, so that the lower port is the client's as often as not.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.baseline.noise import of_address
from segc.baseline.observed import NO_PORT, Grade, Noise, Observed, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Service

UDP = 17
WIDEST = 256  # ports of a service that names more than this are as good as any port
MANY = 3  # far ports that a server's port has met before it counts as one
CLEARER = 3  # times as many as the other end's port has met
ENOUGH = 32  # far ports beyond which no more are remembered
HELD = 100_000  # observations that may wait for more evidence
_EITHER = ("peer", "both", "either", "producer", "publisher")  # how the library says that there is no one client


@dataclass(frozen=True)
class Known:
    """Ports of services, as (protocol, port): from the library and the plant.

    `ports` are what a server listens at. `peers`, a part of them, are those of services in which both ends use the
    port and either may begin (BACnet, EGD, CIP I/O).
    """

    ports: frozenset[tuple[int, int]] = frozenset()
    peers: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, services: Iterable[Service]) -> Known:
        """What services name. Ranges beyond `WIDEST` and the ports they negotiate tell no server from a client."""
        ports: set[tuple[int, int]] = set()
        peers: set[tuple[int, int]] = set()
        for service in services:
            either = dict(service.facts).get("initiator", "").startswith(_EITHER)
            for match in service.matches:
                if match.proto in (6, 17, 132) and match.low > 0 and match.high - match.low < WIDEST:
                    own = {(match.proto, port) for port in range(match.low, match.high + 1)}
                    ports |= own
                    peers |= own if either else set()
        return cls(frozenset(ports), frozenset(peers))

    def are_peers(self, proto: int, one: int, other: int) -> bool:
        """Do both ends of a UDP conversation use ports at which either may begin? Equal ports of a service do."""
        if proto != UDP or (proto, one) not in self.ports or (proto, other) not in self.ports:
            return False
        return one == other or {(proto, one), (proto, other)} <= self.peers


def flipped(one: Observed) -> Observed:
    """The same conversation, opened by the other end. ICMP stays as it is: its types have a direction of their own."""
    return one._replace(
        src=one.dst,
        dst=one.src,
        sport=one.dport,
        dport=one.sport,
        bytes_out=one.bytes_in,
        bytes_in=one.bytes_out,
        pkts_out=one.pkts_in,
        pkts_in=one.pkts_out,
        src_mac=one.dst_mac,
        dst_mac=one.src_mac,
    )


def turned_round(one: Observed) -> Observed:
    """The same, where the end that was heard turned out to be the one that was asked: it did answer."""
    heard = one.answered is False and not one.pkts_in and one.said is not Said.STOPPED
    return flipped(one)._replace(answered=True) if heard else flipped(one)


def both_ways(one: Observed) -> list[Observed]:
    """A conversation of peers as one flow each way: what each end sent."""
    there = one._replace(bytes_in=0, pkts_in=0, grade=Grade.CATALOGUE)
    if not one.pkts_in:
        return [there]
    back = flipped(one)._replace(bytes_in=0, pkts_in=0, grade=Grade.CATALOGUE)
    return [there, back]


class Orient:
    """Turns observations the right way. What the rest of a log may yet explain waits, unless the log is `live`.

    An observation comes in as the first packet went, with `Grade.FIRST` or `Grade.NONE`, or with a better grade
    when its source knows who opened it.
    """

    def __init__(self, known: Known, *, live: bool = False) -> None:
        self.known = known
        self.live = live
        self._servers: set[tuple[int, str, int]] = set()  # ports that were surely opened, and answered
        self._met: dict[tuple[int, str, int], set[int]] = {}  # far ports that an address's port met
        self._common: dict[tuple[int, int], set[int]] = {}  # far ports that a port met, at whatever address
        self._waiting: deque[Observed] = deque()

    def put(self, one: Observed) -> Iterable[Observed]:
        """What can be told now: `one` turned the right way, or what waited longest."""
        if NO_PORT in (one.sport, one.dport):
            return (one,)
        if one.grade >= Grade.LABEL:
            if not self.live and one.answered is not False:
                self._servers.add((one.proto, one.dst, one.dport))
            return (one,)
        if of_address(one.dst) in (Noise.MULTICAST, Noise.BROADCAST):
            return (one._replace(grade=Grade.HANDSHAKE),)  # a group sends nothing, so it has opened nothing
        ports = self.known.ports
        at_source, at_target = (one.proto, one.sport) in ports, (one.proto, one.dport) in ports
        if at_source != at_target:
            turned = (turned_round(one) if at_source else one)._replace(grade=Grade.CATALOGUE)
            return (turned,)
        if at_source and self.known.are_peers(one.proto, one.sport, one.dport):
            return both_ways(one)
        if self.live:
            return (one,)
        self._tally(one)
        self._waiting.append(one)
        return (self._by_peers(self._waiting.popleft()),) if len(self._waiting) > HELD else ()

    def end(self) -> Iterator[Observed]:
        """All that still waited, by what the whole log has shown."""
        while self._waiting:
            yield self._by_peers(self._waiting.popleft())

    def _tally(self, one: Observed) -> None:
        for address, own, far in ((one.src, one.sport, one.dport), (one.dst, one.dport, one.sport)):
            for seen in (
                self._met.setdefault((one.proto, address, own), set()),
                self._common.setdefault((one.proto, own), set()),
            ):
                if len(seen) < ENOUGH:
                    seen.add(far)

    def _by_peers(self, one: Observed) -> Observed:
        at_source, at_target = (one.proto, one.src, one.sport), (one.proto, one.dst, one.dport)
        if (at_source in self._servers) != (at_target in self._servers):
            turned = turned_round(one) if at_source in self._servers else one
            return turned._replace(grade=Grade.PEERS)
        source = len(self._met[at_source]), len(self._common[one.proto, one.sport])
        target = len(self._met[at_target]), len(self._common[one.proto, one.dport])
        for own, far in zip(source, target, strict=True):
            if far >= MANY and far >= CLEARER * own:
                return one._replace(grade=Grade.PEERS)
            if own >= MANY and own >= CLEARER * far:
                return turned_round(one)._replace(grade=Grade.PEERS)
        return one

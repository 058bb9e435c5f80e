"""Who opened a conversation, by evidence and with a grade; a port being the lower one tells nothing.

From the best evidence down: the opening was seen; the sensor named the service; one end's port is a service's and
the other's is not; one end's port meets many, each from a port of its own; the first packet. PLCs serve at 44818 and
clients call from 1025, so that the lower port is the client's as often as not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.baseline.noise import of_address
from segc.baseline.observed import NO_PORT, Grade, Noise, Observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from segc.model.plant import Service

UDP = 17
WIDEST = 256  # ports of a service that names more than this are as good as any port
MANY = 3  # far ports that a server's port has met before it counts as one
CLEARER = 3  # times as many as the other end's port has met
ENOUGH = 32  # far ports beyond which no more are remembered
PLENTY = 1024  # far ends of which no more are remembered
LOWEST = 1024  # ports of clients begin there (RFC 6335, 6: those below are assigned)
HELD = 100_000  # observations that may wait for more evidence
_EITHER = ("peer", "both", "either", "producer", "publisher")  # how the library says that there is no one client


@dataclass(frozen=True)
class Known:
    """Ports of services, as (protocol, port): from the library and the plant.

    `ports` are what a server listens at. `peers`, a part of them, are those of services in which both ends use the
    port and either may begin (BACnet, EGD, CIP I/O). `groups` are the ports of each such service that has several.
    `wide` are those of such services with ranges beyond `WIDEST`: a client's own port may lie in one by chance, so that
    they tell no direction, and nobody need answer there all the same.
    """

    ports: frozenset[tuple[int, int]] = frozenset()
    peers: frozenset[tuple[int, int]] = frozenset()
    groups: tuple[frozenset[int], ...] = ()
    wide: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, services: Iterable[Service]) -> Known:
        """What services name. Ranges beyond `WIDEST` and the ports they negotiate tell no server from a client."""
        ports: set[tuple[int, int]] = set()
        peers: set[tuple[int, int]] = set()
        wide: set[tuple[int, int]] = set()
        groups: list[frozenset[int]] = []
        for service in services:
            either = dict(service.facts).get("initiator", "").startswith(_EITHER)
            own_udp: set[int] = set()
            for match in service.matches:
                if match.proto in (6, 17, 132) and match.low > 0 and (either or match.high - match.low < WIDEST):
                    own = {(match.proto, port) for port in range(match.low, match.high + 1)}
                    if match.high - match.low >= WIDEST:
                        wide |= own
                        continue
                    ports |= own
                    peers |= own if either else set()
                    own_udp |= {port for proto, port in own if either and proto == UDP}
            if len(own_udp) > 1:
                groups.append(frozenset(own_udp))
        return cls(frozenset(ports), frozenset(peers), tuple(dict.fromkeys(groups)), frozenset(wide))

    def are_peers(self, proto: int, one: int, other: int) -> bool:
        """Do both ends of a UDP conversation use ports of one service in which either may begin?

        That both ports are some service's is not enough, nor that they are equal: a client of NTP may call from 123
        (RFC 5905, 9.1), one of FINS does from 9600, and by chance one calls from a port of something else. Then other
        evidence has to tell.
        """
        if proto != UDP or (proto, one) not in self.peers or (proto, other) not in self.peers:
            return False
        return one == other or any(one in group and other in group for group in self.groups)


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


def both_ways(one: Observed) -> list[Observed]:
    """A conversation of peers as one flow each way: what each end sent."""
    there = one._replace(bytes_in=0, pkts_in=0, grade=Grade.CATALOGUE)
    if not one.pkts_in:
        return [there]
    back = flipped(one)._replace(bytes_in=0, pkts_in=0, grade=Grade.CATALOGUE)
    return [there, back]


class Orient:
    """Turns observations the right way. What the rest of a log may yet explain waits, unless the log is `live`.

    An observation comes in as the first packet went, with `Grade.FIRST`, or with a better grade when its source knows
    who opened it. With `Grade.NONE` its order decides nothing, and the grade stays where nothing else tells. The result
    depends on what a log holds, not on its order (up to `HELD` that wait), so that it can be had from a table as well:

    1. Where the first packet went to the only port that the catalogue knows, that decides. One-sided UDP is left to the
       catalogue altogether: who asks at all ports from one of his own, and is not answered, would look like a server.
    2. A port was *called* as often as an opening, a label or the catalogue named it, and it was not left unanswered.
    3. Where the catalogue knows the source's port only, and that was called more than `MANY` times, it decides.
    4. Of all others, each port has met so many different far ports. A port that was surely opened at its address, or
       met more at its address, or met or was called more anywhere, is the server's.
    5. Failing that, the catalogue; failing that, the first packet, if it was seen.
    6. UDP between equal ports that are no peers' (NTP from 123 to 123, FINS from 9600 to 9600) shows no server by its
       ports, and a label names none of the two ends. Whoever of the two sent first `MANY` times, and `CLEARER` times as
       often as the other, has opened; where each did so `MANY` times, both do (NTP's symmetric mode). Packets of one end do
       not count. Then 4, where an end was surely opened; then whom many others asked first, or who asked many others
       first. Failing that, nothing tells (`Grade.NONE`), and whatever the policy says may explain it.
    7. UDP that is told as the sum of both ways (`_is_sum`) does not show whether it was answered. There a port has met
       as many as look like clients (`_clients`), and peers' ports tell no direction either.
    """

    def __init__(self, known: Known, *, live: bool = False) -> None:
        self.known = known
        self.live = live
        self._servers: set[tuple[int, str, int]] = set()  # ports that were surely opened
        self._called: dict[tuple[int, int], int] = {}
        self._met: dict[tuple[int, str, int], set[int]] = {}  # far ports that an address's port met
        self._common: dict[tuple[int, int], set[int]] = {}  # far ports that a port met, at whatever address
        self._sent_first: Counter[tuple[str, str, int]] = Counter()  # between equal ports: source, target, port
        self._far: dict[tuple[str, int], set[tuple[str, int]]] = {}  # far ends of each end, where only sums are told
        self._clients: dict[tuple[str, int], int] = {}  # counted once: a server's far ends stand for many observations
        self._waiting: list[Observed] = []

    def put(self, one: Observed) -> Iterable[Observed]:
        """What can be told now: `one` turned the right way, or all that waited once it has become too much."""
        proto, sport, dport = one.proto, one.sport, one.dport
        if NO_PORT in (sport, dport):
            known = sport == NO_PORT and one.grade < Grade.CATALOGUE and (proto, dport) in self.known.ports
            return (one.graded(Grade.CATALOGUE) if known else one,)
        if one.grade >= Grade.LABEL:
            return (self._sure(one),)
        if of_address(one.dst) in (Noise.MULTICAST, Noise.BROADCAST):
            return (self._sure(one.graded(Grade.HANDSHAKE)),)  # a group sends nothing, so it has opened nothing
        if self.known.are_peers(proto, sport, dport):
            return (one,) if _is_sum(one) else both_ways(one)
        if _is_alike(one):
            return self._put_alike(one)
        server = self._server(one)
        if server is not None and one.answered is not False:
            self._called[proto, server] = self._called.get((proto, server), 0) + 1
        fits = server == dport and one.grade is not Grade.NONE  # else the line's order says nothing that could fit
        if self.live or fits or _is_one_sided(one) or self._is_common(one):
            return (self._by_catalogue(one),)
        self._waiting.append(one)
        return list(self.end()) if len(self._waiting) > HELD else ()

    def _put_alike(self, one: Observed) -> Iterable[Observed]:
        """What goes on from before says nothing of who opened; it comes with `Grade.NONE`. Nor does one end alone, which may
        be the one that answers. (Our own firewall knows, and what it tells comes with a better grade.)
        """
        if not self.live and not _is_one_sided(one):
            if one.grade is not Grade.NONE:
                self._sent_first[one.src, one.dst, one.dport] += one.n
            self._waiting.append(one.graded(Grade.NONE))
            return list(self.end()) if len(self._waiting) > HELD else ()
        return (one.graded(Grade.NONE),)

    def _sure(self, one: Observed) -> Observed:
        if not self.live and one.answered is not False:
            self._servers.add((one.proto, one.dst, one.dport))
            self._called[one.proto, one.dport] = self._called.get((one.proto, one.dport), 0) + 1
        return one

    def end(self) -> Iterator[Observed]:
        """All that still waited, by what the whole log has shown."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not self._is_common(one) and not _is_alike(one):
                self._tally(one)
        self._clients = {}
        asked = Counter((dst, port) for _, dst, port in self._sent_first)
        asks = Counter((src, port) for src, _, port in self._sent_first)
        for one in waiting:
            if _is_alike(one):
                yield self._by_openings(one, asked, asks)
            else:
                yield self._by_catalogue(one) if self._is_common(one) else self._by_peers(one)

    def _by_openings(self, one: Observed, asked: Counter[tuple[str, int]], asks: Counter[tuple[str, int]]) -> Observed:
        """Between equal ports: who of the two sent first, else who is known as a server, else who asks or is asked by many."""
        there, back = self._sent_first[one.src, one.dst, one.dport], self._sent_first[one.dst, one.src, one.dport]
        source, target = ((address, one.dport) for address in (one.src, one.dst))
        serves = tuple(ENOUGH if (UDP, *end) in self._servers else 0 for end in (source, target))
        others = (
            asked[source] + asks[target] - 2 * (back > 0),
            asked[target] + asks[source] - 2 * (there > 0),
        )
        evidence = (((back, there), Grade.FIRST), (serves, Grade.PEERS), (others, Grade.PEERS))
        for (own, far), grade in evidence:
            if far >= MANY and far >= CLEARER * own:
                return one.graded(grade)
            if own >= MANY and own >= CLEARER * far:
                return flipped(one).graded(grade)
            if grade is Grade.FIRST and min(there, back) >= MANY:
                return one.graded(grade)
        return one

    def _server(self, one: Observed) -> int | None:
        """The port that the catalogue knows, if it is one of the two."""
        proto, ports = one.proto, self.known.ports
        if (proto, one.dport) in ports:
            return None if (proto, one.sport) in ports else one.dport
        return one.sport if (proto, one.sport) in ports else None

    def _is_common(self, one: Observed) -> bool:
        server = self._server(one)
        return server is not None and self._called.get((one.proto, server), 0) > MANY

    def _by_catalogue(self, one: Observed) -> Observed:
        server = self._server(one)
        if server is None:
            return one
        return (one if server == one.dport else flipped(one)).graded(Grade.CATALOGUE)

    def _tally(self, one: Observed) -> None:
        if _is_sum(one):
            source, target = (one.src, one.sport), (one.dst, one.dport)
            for end, other in ((source, target), (target, source)):
                ends = self._far.setdefault(end, set())
                if len(ends) < PLENTY:
                    ends.add(other)
            return
        for address, own, far in ((one.src, one.sport, one.dport), (one.dst, one.dport, one.sport)):
            for seen in (
                self._met.setdefault((one.proto, address, own), set()),
                self._common.setdefault((one.proto, own), set()),
            ):
                if len(seen) < ENOUGH:
                    seen.add(far)

    def _by_peers(self, one: Observed) -> Observed:
        """The whole log's evidence before the catalogue's, which a client's port may meet by chance."""
        strength = self._strength_of_sum if _is_sum(one) else self._strength
        source, target = strength(one.proto, one.src, one.sport), strength(one.proto, one.dst, one.dport)
        for own, far in zip(source, target, strict=True):
            if far >= MANY and far >= CLEARER * own:
                turned = one
            elif own >= MANY and own >= CLEARER * far:
                turned = flipped(one)
            else:
                continue
            grade = Grade.CATALOGUE if self._server(one) == turned.dport else Grade.PEERS
            return turned.graded(grade)
        return self._by_catalogue(one)

    def _strength(self, proto: int, address: str, port: int) -> tuple[int, int, int]:
        """How much speaks for a port as a service's: it was opened; what it met here; what it met anywhere."""
        opened = ENOUGH if (proto, address, port) in self._servers else 0
        anywhere = max(len(self._common[proto, port]), min(ENOUGH, self._called.get((proto, port), 0)))
        return opened, len(self._met[proto, address, port]), anywhere

    def _strength_of_sum(self, proto: int, address: str, port: int) -> tuple[int, int, int]:
        end = address, port
        if end not in self._clients:
            self._clients[end] = _clients(self._far[end])
        opened = ENOUGH if (proto, address, port) in self._servers else 0
        return opened, self._clients[end], min(ENOUGH, self._called.get((proto, port), 0))


def _clients(far: set[tuple[str, int]]) -> int:
    """How many far ports look like clients': of many machines, from 1024 on, and seldom one port at two machines.

    Who tries many ports from one of his own has no clients, and a sum does not tell that nobody answered him.
    """
    machines, ports = {address for address, _ in far}, {port for _, port in far}
    if len(machines) < MANY or len(far) >= 2 * len(ports):
        return 0
    return sum(port >= LOWEST for port in ports)


def _is_alike(one: Observed) -> bool:
    return one.proto == UDP and one.sport == one.dport


def _is_one_sided(one: Observed) -> bool:
    """Did the log show one end only? One that counts no packets may tell all the same that there was an answer."""
    return one.proto == UDP and not one.pkts_in and not one.answered and not _is_sum(one)


def _is_sum(one: Observed) -> bool:
    """What comes with no grade and no packets: such a log counts both ways together (a teardown of Cisco ASA)."""
    return one.proto == UDP and one.grade is Grade.NONE and not one.pkts_out and not one.pkts_in

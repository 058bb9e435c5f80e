"""An observation: one conversation, or one attempt at one, as a log told it. All sources end here."""

from __future__ import annotations

from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

NO_PORT = -1  # a protocol without ports, a later fragment, or a log that does not tell


class Grade(IntEnum):
    """How sure it is that `src` opened the conversation, weakest first."""

    NONE = 0  # nothing tells
    FIRST = 1  # the first packet seen came from src; the conversation may be older than the log
    PEERS = 2  # many other machines meet the same port of dst, each from a port of its own
    CATALOGUE = 3  # dst's port is a service's of the library or the policy, src's is none
    LABEL = 4  # the sensor named the service that dst spoke
    HANDSHAKE = 5  # the opening was seen, or the device that logged decides on openings only


class Said(IntEnum):
    """What the device that logged did with it."""

    NOTHING = 0  # a sensor that only listens
    PASSED = 1
    RECORDED = 2  # passed, and recorded as what the policy would stop (monitor)
    STOPPED = 3


class Noise(IntEnum):
    """Why an observation is kept as a finding and never learned."""

    NONE = 0
    SCAN = 1  # of a source that tried many, in the same hours
    MULTICAST = 2
    BROADCAST = 3
    LINK_LOCAL = 4
    STOPPED = 5  # a device stopped it already


class Observed(NamedTuple):
    """Times are microseconds since 1970 (UTC); addresses canonical text without zone index, IPv4-mapped ones as IPv4.

    `dport` of ICMP is type * 256 + code, and `sport` is `NO_PORT`. `n` is how many conversations (or, from a log
    of packets, packets) the line stands for. `answered` is None where the log cannot tell. `tag` is the id that a
    rendered rule put into its record. Bytes and packets are 0 where unknown.
    """

    first: int
    last: int
    src: str
    dst: str
    proto: int
    sport: int
    dport: int
    n: int = 1
    bytes_out: int = 0
    bytes_in: int = 0
    pkts_out: int = 0
    pkts_in: int = 0
    answered: bool | None = None
    grade: Grade = Grade.NONE
    label: str = ""
    said: Said = Said.NOTHING
    tag: str = ""
    src_mac: str = ""
    dst_mac: str = ""
    lossy: bool = False

    def graded(self, grade: Grade) -> Observed:
        """The same, with another grade; `_replace` takes five times as long."""
        return make((*self[:13], grade, *self[14:]))


# All 20 values at once, in half the time: for readers of one packet a line.
make: Callable[[tuple[Any, ...]], Observed] = partial(tuple.__new__, Observed)


MISSED = 0.01  # of what a sensor has told, from which on what was lost or not read makes it show only what there is


class Unread(NamedTuple):
    """A line (counted from 1) or place that a source did not understand, and why. Counted and shown, never guessed.

    `n`: so many of them. `aside`: it tells of no traffic, so that nothing can have passed unseen with it. `gap`: records are
    missing there, at about this time (microseconds since 1970; 0 where it does not tell). `cut`: nothing behind it was read.
    """

    line: int
    why: str
    text: str = ""
    n: int = 1
    aside: bool = False
    gap: int | None = None
    cut: bool = False

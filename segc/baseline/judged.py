"""What the policy says of a key: the classes of a comparison with what was observed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.observed import Grade
from segc.baseline.times import Shut
from segc.model.plant import UDP

if TYPE_CHECKING:
    from segc.baseline.ledger import Key
    from segc.model.plant import Conduit, Flow, Grant


class Class(StrEnum):
    """From what is in order to what must be explained before anything is enforced."""

    PERMITTED = "permitted"  # by a standing flow, or by a grant in its time
    INSIDE = "inside-zone"  # no firewall stops it: within a zone, or with a firewall that leaves it alone
    RELATED = "related"  # an ICMP error about what is permitted: firewalls let it through
    STILL_RECORDED = "still-recorded"  # permitted, and our firewall goes on to record it as what it would stop
    ASTRAY = "astray"  # permitted, if it came in at its zone's interface; our firewall recorded that it did not
    OUTSIDE_WINDOW = "outside-window"  # a grant covers it, at another time
    EXPIRED = "expired-grant"  # a grant covered it, and is over
    REVERSE = "reverse-direction"  # permitted the other way round
    WRONG_SERVICE = "wrong-service"  # these two may talk, by other services
    DENIED = "denied"  # no flow between these two
    UNKNOWN_ASSET = "unknown-asset"  # as DENIED, and an end lies in a zone but is no declared machine
    UNZONED = "unzoned"  # an address that no zone owns
    NOISE = "noise"  # multicast, broadcast, link-local


# What enforcement would stop, and so must be explained.
UNEXPLAINED = frozenset(
    {
        Class.STILL_RECORDED,
        Class.ASTRAY,
        Class.OUTSIDE_WINDOW,
        Class.EXPIRED,
        Class.REVERSE,
        Class.WRONG_SERVICE,
        Class.DENIED,
        Class.UNKNOWN_ASSET,
        Class.UNZONED,
    }
)


# Permitted by what the policy says, and all the same recorded by our own firewall as what enforcing would stop.
RECORDED = frozenset({Class.STILL_RECORDED, Class.ASTRAY})


class Judged(NamedTuple):
    """A key, judged over all the time in which it was seen.

    `source` and `target` are zones' names, None where no zone owns the address. `flows` are all that cover it, or
    would at another time; `nearest` says what comes closest and what differs, in words. `turned`: it was seen the other
    way round, as the answer to what is judged here; zones and flows are those of the question. `shut`: in how many hours
    all grants were that cover the key, where there are some; what is permitted may have been seen outside them (`edge`).
    `limited`: it is not permitted, and a flow would cover it from the source ports that this one asks for. `believed`: it
    is permitted if it comes from these ports, which nothing says but that the flow was tested.
    """

    key: Key
    verdict: Class
    source: str | None
    target: str | None
    conduit: Conduit | None = None
    grant: Grant | None = None
    flows: tuple[Flow, ...] = ()
    nearest: str = ""
    turned: bool = False
    shut: Shut = Shut()
    limited: bool = False
    believed: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Is it permitted only if it came in the right part of an hour, which nobody knows?"""
        return self.verdict is Class.PERMITTED and self.shut.edge > 0

    @property
    def is_lapsed(self) -> bool:
        """Was it permitted by grants of which some are over, and would those that are not permit only a part of it again?"""
        return self.verdict is Class.PERMITTED and self.shut.gone > 0

    @property
    def asked(self) -> Key:
        """The key, from who asks to who is asked."""
        return turned(self.key) if self.turned else self.key


def turned(key: Key) -> Key:
    """The other way round."""
    return key._replace(src=key.dst, dst=key.src)


def unsure(proto: int, grade: int) -> bool:
    """Does nothing tell which end of UDP between equal ports opened (NTP from 123 to 123, FINS from 9600 to 9600)?

    Only such a session's answer has the same protocol and port as a session that the other end opens.
    """
    return proto == UDP and grade == Grade.NONE

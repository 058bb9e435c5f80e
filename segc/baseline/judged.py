"""What the policy says of a key: the classes of a comparison with what was observed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from segc.baseline.ledger import Key
    from segc.model.plant import Conduit, Flow, Grant


class Class(StrEnum):
    """From what is in order to what must be explained before anything is enforced."""

    PERMITTED = "permitted"  # by a standing flow, or by a grant in its time
    INSIDE = "inside-zone"  # no conduit can enforce it
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
        Class.OUTSIDE_WINDOW,
        Class.EXPIRED,
        Class.REVERSE,
        Class.WRONG_SERVICE,
        Class.DENIED,
        Class.UNKNOWN_ASSET,
        Class.UNZONED,
    }
)


class Judged(NamedTuple):
    """A key, judged over all the time in which it was seen.

    `source` and `target` are zones' names, None where no zone owns the address. `flows` are all that cover it, or
    would at another time; `nearest` says what comes closest and what differs, in words.
    """

    key: Key
    verdict: Class
    source: str | None
    target: str | None
    conduit: Conduit | None = None
    grant: Grant | None = None
    flows: tuple[Flow, ...] = ()
    nearest: str = ""

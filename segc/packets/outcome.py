"""What becomes of a packet: the leaves of what machines do."""

from __future__ import annotations

from typing import NamedTuple

GO, RETURN, ACCEPT, DROP, REJECT, WHATEVER = "go", "return", "accept", "drop", "reject", "whatever"


class Outcome(NamedTuple):
    """What becomes of a packet, and the records that were made of it on the way, sorted."""

    kind: str
    logs: tuple[str, ...] = ()

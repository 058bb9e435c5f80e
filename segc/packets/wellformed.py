"""The packets that there are, and the cuts that telling them apart needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.packets.fields import DPORT, ICMP, ICMP6, PORTED, PROTO, SPORT

if TYPE_CHECKING:
    from segc.packets.diagram import Diagrams
    from segc.packets.space import Cuts

# Headers that IPv6 puts before the protocol, and which no packet has as its protocol (RFC 8200, 6275, 7401, 5533).
EXTENSIONS = (0, 43, 44, 60, 135, 139, 140)


def cut_protocols(cuts: Cuts) -> None:
    """Cut a space where well-formed packets need it."""
    cuts.spans(PROTO, tuple((proto, proto) for proto in (*PORTED, ICMP, ICMP6, *EXTENSIONS)))
    for field in (DPORT, SPORT):
        cuts.spans(field, ((0, 0),))


def well_formed(diagrams: Diagrams) -> int:
    """Ports only where the protocol has them; ICMP of the other family nowhere, nor extension headers of IPv6."""
    space, no = diagrams.space, diagrams.no
    own, other = (ICMP, ICMP6) if space.family == 4 else (ICMP6, ICMP)

    def zero(field: int) -> int:
        return diagrams.case(field, [(*space.ranks(field, ((0, 0),))[0], diagrams.yes)], no)

    never = (other, *(EXTENSIONS if space.family == 6 else ()))
    made = dict.fromkeys(PORTED, diagrams.yes) | {own: zero(SPORT)} | dict.fromkeys(never, no)
    pieces = [(*space.ranks(PROTO, ((proto, proto),))[0], node) for proto, node in sorted(made.items())]
    return diagrams.case(PROTO, pieces, diagrams.both(zero(DPORT), zero(SPORT)))

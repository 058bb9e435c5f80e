"""What a draft rests on: keys that the policy does not explain, with what was seen of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.judged import RECORDED, UNEXPLAINED
from segc.baseline.observed import NO_PORT, Grade
from segc.lang.literals import addresses as literal
from segc.model.plant import ICMP, ICMP6, PORTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.baseline.judged import Judged
    from segc.baseline.ledger import Key
    from segc.baseline.store import Seen

Atom = tuple[int, int]  # a protocol, and a destination port, an ICMP type, or 0


class Address(NamedTuple):
    """An address as a number, with its family (4 or 6)."""

    family: int
    value: int


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A key that no flow permits, and what was seen of it, by which sensors. `crowd`: the end that stands for many.

    `beside`: what its source asked of its target besides, and the policy permits. `itself`: an end is a firewall's own
    address, and what can be done about that.
    """

    judged: Judged
    seen: Seen
    sensors: frozenset[str] = frozenset()
    crowd: str = ""
    beside: frozenset[Atom] = frozenset()
    itself: str = ""

    @property
    def key(self) -> Key:
        """The key."""
        return self.judged.key


def number(text: str) -> Address:
    """A ledger's address."""
    found = literal(text)
    return Address(found.family, found.low)


def atom(key: Key) -> Atom | None:
    """What a service would have to name; None where the log told no port."""
    if key.proto in (ICMP, ICMP6):
        return (key.proto, key.port >> 8) if key.port >= 0 else None
    if key.proto in PORTED:
        return None if key.port == NO_PORT else (key.proto, key.port)
    return key.proto, 0


def learnable(found: Iterable[Unexplained]) -> list[Unexplained]:
    """Those that a draft may be made of: answered, no noise, and unexplained; sorted by key."""
    wanted = (one for one in found if one.judged.verdict in UNEXPLAINED and not one.seen.is_attempt)
    return sorted((one for one in wanted if one.seen.noise == 0), key=lambda one: one.key)


# Reasons that hold between two machines; all others name a machine, or a zone.
ONE_ZONE = "both ends lie in one zone"
NO_PORT_TOLD = "the log told no port"
NO_DIRECTION = "nothing tells which end opened it, so this may be the answer: find out, and write the flow by hand"

LIMITED = (
    "a flow between them that limits source ports, which a baseline does not keep, may cover it: see in a capture whence it "
    "comes; if from there, say `tested DATE` in a flow of these two alone, if not, write by hand what it needs"
)


def why_not(one: Unexplained) -> str:
    """Why no flow can be written for a key, whatever machines there are; empty where one can."""
    judged = one.judged
    if one.itself:
        return one.itself
    if judged.source is None or judged.target is None:
        which = one.key.src if judged.source is None else one.key.dst
        return f"no zone owns {which}: give it one (a `net` of the zone in which it stands), then draft again"
    if judged.source == judged.target:
        return ONE_ZONE
    if atom(one.key) is None:
        return NO_PORT_TOLD
    if one.seen.grade == Grade.NONE and one.key.proto in PORTED:
        return NO_DIRECTION
    if judged.limited or judged.verdict in RECORDED:
        return LIMITED if judged.limited else judged.nearest
    if one.crowd:
        return f"{one.crowd} stands for very many addresses that nothing tells apart: a draft names machines"
    return ""


class Summary(NamedTuple):
    """What was seen of several keys together. `days` is the most of any one key."""

    n: int
    days: int
    first: int
    last: int
    grade: Grade
    answered: int
    told: int
    sensors: tuple[str, ...]
    lossy: bool
    keys: int


def summary(ones: Iterable[Unexplained]) -> Summary:
    """Counts add up; the direction is only as sure as the weakest one's."""
    listed = list(ones)
    return Summary(
        sum(one.seen.n for one in listed),
        max(one.seen.days for one in listed),
        min(one.seen.first for one in listed),
        max(one.seen.last for one in listed),
        Grade(min(one.seen.grade for one in listed)),
        sum(one.seen.answered for one in listed),
        sum(one.seen.answered + one.seen.unanswered for one in listed),
        tuple(sorted({name for one in listed for name in one.sensors})),
        any(one.seen.lossy for one in listed),
        len({(one.key.src, one.key.dst, atom(one.key)) for one in listed}),
    )

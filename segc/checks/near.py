"""Of many flows between two zones, those that may share packets with one, found without a look at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.checks.cover import touch
from segc.model.addresses import FAMILIES, normal
from segc.model.atoms import Axis, members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.checks.cover import Part
    from segc.packets.fields import Spans


class Near:
    """Parts, by what they match: a set of them is a number with a bit for each (`segc.model.atoms`)."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._sources = {family: _axis(part.sources.of(family) for part in parts) for family in FAMILIES}
        self._targets = {family: _axis(part.targets.of(family) for part in parts) for family in FAMILIES}
        protocols = sorted({match.proto for part in parts for match in part.matches})
        self._ports = {proto: _axis(_ports(part, proto) for part in parts) for proto in protocols}

    def of(self, part: Part) -> Iterator[Part]:
        """Those that share packets with a part, itself among them, in their order, as far as `touch` can tell."""
        met = 0
        for proto, axis in self._ports.items():
            met |= _met(axis, _ports(part, proto))
        for axes, addresses in ((self._sources, part.sources), (self._targets, part.targets)):
            held = 0
            for family, axis in axes.items():
                held |= _met(axis, addresses.of(family))
            met &= held
        return (self._parts[number] for number in members(met) if touch(part, self._parts[number]))


def _axis(sets: Iterable[Spans]) -> Axis:
    return Axis((number, low, high) for number, spans in enumerate(sets) for low, high in spans)


def _ports(part: Part, proto: int) -> Spans:
    return normal((match.low, match.high) for match in part.matches if match.proto == proto)


def _met(axis: Axis, spans: Spans) -> int:
    met = 0
    for low, high in spans:
        met |= axis.between(low, high)
    return met

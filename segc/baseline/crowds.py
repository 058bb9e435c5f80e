"""Crowds: addresses that nothing tells apart, too many to be told one by one. A scan with made-up sources makes them.

Two addresses are alike where no machine is declared to have either, one zone owns both (or none), and the same flows
and entries of `[[expected-deny]]` speak of them: the policy says the same of both, whatever they do. A crowd stands in
every answer as its first address, once, with all that any of them did.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

from segc.baseline.covering import parsed
from segc.lang.literals import BadLiteral
from segc.lang.literals import addresses as literal
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from segc.baseline.covering import Covering
    from segc.baseline.engine.protocol import Column, Engine
    from segc.settings import Expected

    Like = Callable[[str], Hashable | None]

MANY = 20_000  # addresses without a declared machine; up to so many are told one by one
CROWD = 1_000  # and so are as many that are alike
PAGE = 50_000  # addresses that are looked at together
STANDS: tuple[Column, ...] = (("address", "VARCHAR"), ("stands", "VARCHAR"))
ENDS = "SELECT e.address, e.talks, e.sure FROM ends e WHERE e.address > '{after}' ORDER BY e.address LIMIT {page}"


class Crowd(NamedTuple):
    """How many addresses there are, how many of them sent something or answered, and how many surely are machines: they
    answered, were answered or may have been, or came on two days (`segc.baseline.coverage`).
    """

    addresses: int
    talking: int
    sure: int


def alike(coverings: Sequence[Covering], expected: Sequence[Expected] = ()) -> Like:
    """What tells addresses apart, for these questions; None of an address that is always told by itself."""
    spans = []
    for name in sorted({name for one in expected for name in (one.source, one.target)}):
        try:
            spans.append(literal(name))
        except BadLiteral:
            continue  # the name of a zone, which is asked anyway, or of a machine

    def like(address: str) -> Hashable | None:
        family, value = parsed(address)
        told = [covering.apart(family, value) for covering in coverings]
        if None in told:
            return None
        meant = [span.family == family and span.low <= value <= span.high for span in spans]
        return family, *told, *meant

    return like


def find(engine: Engine, like: Like) -> dict[str, Crowd]:
    """The crowds among the addresses of table `ends`, by the address that stands for each, and table `stands` of all."""
    kinds: dict[Hashable, int] = {}
    first: list[str] = []
    sizes, talking, sure, of = (
        array("q"),
        array("q"),
        array("q"),
        array("q"),
    )  # eight bytes an address, however many there are
    for address, talks, exists in _addresses(engine):
        kind = like(address)
        number = -1 if kind is None else kinds.setdefault(kind, len(kinds))
        of.append(number)
        if number == len(first):
            first.append(address)
            sizes.append(0)
            talking.append(0)
            sure.append(0)
        if number >= 0:
            sizes[number] += 1
            talking[number] += talks
            sure[number] += exists
    crowded = CROWD if sum(sizes) > MANY else len(of)
    found = {n: Crowd(size, talking[n], sure[n]) for n, size in enumerate(sizes) if size > crowded}
    if found:
        named = (
            (address, first[n] if n in found else address)
            for (address, *_), n in zip(_addresses(engine), of, strict=True)
        )
        engine.put("stands", STANDS, named)
    engine.put("ends", STANDS, ())  # it may be large, and nobody asks it again
    return {first[number]: crowd for number, crowd in found.items()}


def _addresses(engine: Engine) -> Iterator[tuple[str, int, int]]:
    """All, in order, a page at a time."""
    after = ""
    while page := engine.get(ENDS.format(after=after.replace("'", "''"), page=PAGE)):
        yield from page  # type: ignore[misc]
        after = str(page[-1][0])


def sizes(crowds: Mapping[str, Crowd]) -> dict[str, int]:
    """For documents: how many addresses each one stands for."""
    return {address: crowd.addresses for address, crowd in sorted(crowds.items())}


def told(crowds: Mapping[str, int], most: int = 8) -> Iterator[str]:
    """For people: the largest crowds."""
    listed = sorted(crowds.items(), key=lambda item: (-item[1], item[0]))
    for address, number in listed[:most]:
        yield f"{address} stands for {count(number, 'address', 'addresses')} that nothing tells apart, and counts once"
    if len(listed) > most:
        yield f"and so do {len(listed) - most} more"

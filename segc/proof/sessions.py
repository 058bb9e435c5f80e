"""Sessions as packet sets, for questions that no firewall is asked about: between two ends, by some matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.plant import ICMP, ICMP6, PORTED
from segc.packets.diagram import Diagrams
from segc.packets.fields import DPORT, PROTO, SOURCE, SPORT, TARGET, normal
from segc.packets.space import Cuts
from segc.packets.wellformed import cut_protocols

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from segc.model.plant import Match
    from segc.packets.fields import Spans
    from segc.proof.duties import Part

Ends = dict[int, "Spans"]
WHOLE = ((0, 65535),)  # all ports


def space_of(family: int, parts: Iterable[Part], ends: Mapping[int, Spans], matches: Iterable[Match] = ()) -> Diagrams:
    """A space that tells these parts, ends and matches apart."""
    cuts = Cuts(family)
    cut_protocols(cuts)
    for field, spans in ends.items():
        cuts.spans(field, spans)
    told = dict.fromkeys(matches)
    for part in parts:
        cuts.spans(SOURCE, part.sources.of(family))
        cuts.spans(TARGET, part.targets.of(family))
        told.update(dict.fromkeys(part.matches))
    for match in told:
        for field, spans in ranges(match).items():
            cuts.spans(field, spans)
    return Diagrams(cuts.space())


def ranges(match: Match) -> Ends:
    """A match of a service as ranges of fields."""
    spans: Ends = {PROTO: ((match.proto, match.proto),)}
    if match.proto in PORTED:
        spans |= {DPORT: ((match.low, match.high),), SPORT: ((match.source_low, match.source_high),)}
    elif match.proto in (ICMP, ICMP6):
        spans[DPORT] = ((match.low * 256, min(match.high, 255) * 256 + 255),)
    return spans


def ends_of(part: Part, family: int) -> Ends:
    """A part's sources and targets in one family."""
    return {SOURCE: part.sources.of(family), TARGET: part.targets.of(family)}


def sessions(diagrams: Diagrams, ends: Ends, matches: Iterable[Match]) -> int:
    """Yes for packets between the ends by one of the matches."""
    kinds = _kinds(matches, diagrams.space.family)
    return cube(diagrams, ends, diagrams.any(cube(diagrams, kind, diagrams.yes) for kind in kinds))


def _kinds(matches: Iterable[Match], family: int) -> list[Ends]:
    """What matches are together: protocols that nothing else tells apart are one, as all 256 of "every packet" are."""
    protocols: dict[tuple[tuple[int, Spans], ...], list[tuple[int, int]]] = {}
    for match in matches:
        if match.family in (0, family):
            spans = ranges(match)
            rest = tuple((field, told) for field, told in spans.items() if field != PROTO and told != WHOLE)
            protocols.setdefault(rest, []).extend(spans[PROTO])
    return [{PROTO: normal(found), **dict(rest)} for rest, found in protocols.items()]


def cube(diagrams: Diagrams, spans: Ends, node: int) -> int:
    """`node` where each of the fields lies in its spans, and no elsewhere. `node` asks later fields only."""
    for field in sorted(spans, reverse=True):
        ranks = sorted(diagrams.space.ranks(field, spans[field]))
        node = diagrams.case(field, [(low, high, node) for low, high in ranks], diagrams.no)
    return node


def open_at(spans: Spans | None, moment: int) -> bool:
    """Is a part open at a moment? None is always."""
    return spans is None or any(low <= moment <= high for low, high in spans)


def touches(a: Spans, b: Spans) -> bool:
    """Have two lists of ranges a value in common?"""
    return any(low <= other_high and other_low <= high for low, high in a for other_low, other_high in b)

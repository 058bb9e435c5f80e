"""What judges of requirements share: the verdicts, and the two questions that most of them ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from segc.model.plant import Zone
    from segc.report.dossier.facts import Facts
    from segc.source import Span

PROVED, DOCUMENTED, MISSING, ELSEWHERE = "proved", "documented", "missing", "not provable here"
VERDICTS = (PROVED, DOCUMENTED, MISSING, ELSEWHERE)


class Judged(NamedTuple):
    """A verdict, why in words, and the lines of the policy that it rests on."""

    verdict: str
    says: str
    spans: tuple[Span, ...] = ()


Judge = Callable[["Facts"], Judged]
JUDGES: dict[str, Judge] = {}
# Why no line stands beside a verdict.
UNSOURCED = {
    ELSEWHERE: "no line: the policy has no words for it",
    MISSING: "no line: that there is none is what is missing",
    DOCUMENTED: "no line: the policy has nothing of the kind, and that is the answer",
    PROVED: "no line: it is true of the policy as a whole",
}


def judge(function: Judge) -> Judge:
    """Register a judge under its name, with hyphens, for the table."""
    JUDGES[function.__name__.replace("_", "-")] = function
    return function


def against(facts: Facts, *names: str) -> Judged | None:
    """`missing` where checks of these names found something, whether or not a suppression answers for it."""
    found = facts.findings(*names)
    if not found:
        return None
    spans = tuple(one.primary.span for one in found if one.primary is not None)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Judged(MISSING, f"{found[0].message}{more}", spans)


def kept(facts: Facts, pairs: Iterable[tuple[Zone, Zone]], says: str, spans: Sequence[Span] = ()) -> Judged:
    """What the policy says of some pairs of zones: proved where proved files stop all else between them today."""
    every = [(a.name, b.name) for a, b in pairs if a is not b]
    left = [pair for pair in every if not facts.shut(*pair)]
    if facts.why_unbuilt:
        return Judged(DOCUMENTED, f"{says}; no files could be proved: {facts.why_unbuilt}", tuple(spans))
    if left:
        a, b = left[0]
        today = f"today more may pass between {len(left)} of {count(len(every), 'pair')} of zones, such as {a} to {b}"
        return Judged(DOCUMENTED, f"{says}; {today}: {_why(facts, a, b)}", tuple(spans))
    every_one = f"all else is stopped between {count(len(every), 'pair')} of zones, by files proved for all packets"
    return Judged(PROVED, f"{says}; {every_one}", tuple(spans))


def _why(facts: Facts, a: str, b: str) -> str:
    why = facts.openness.why(a, b)
    words = {
        "monitor": "it is only recorded",
        "link": "a link filters nothing",
        "interface": "both are behind one interface",
        "unknown": "the policy does not say how they are connected",
    }
    return words.get(why, "the files on the way are not proved")


def zones_of(facts: Facts, *kinds: str) -> list[Zone]:
    """The zones of some kinds."""
    return [one for one in facts.plant.zones.values() if one.kind in kinds]


def office(facts: Facts) -> list[Zone]:
    """The zones of the office side and beyond: level 4 and up, business and external ones."""
    return [
        one
        for one in facts.plant.zones.values()
        if one.outside or one.kind in ("business", "external") or (one.level is not None and one.level >= 4)
    ]


def both_ways(these: Iterable[Zone], those: Sequence[Zone]) -> list[tuple[Zone, Zone]]:
    """All ordered pairs between two lists."""
    return [pair for a in these for b in those for pair in ((a, b), (b, a))]


def spans(things: Iterable[object]) -> tuple[Span, ...]:
    """Where things are declared."""
    return tuple(one.span for one in things)  # type: ignore[attr-defined]

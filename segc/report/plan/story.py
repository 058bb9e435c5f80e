"""What a plan tells, in order: a headline, and sections of points with details. Every format for people writes this."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.report.plan import parts, verdicts
from segc.report.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.plan.shape import Plan

SHOWN = 5
AGREE = "Who has to agree"


class Point(NamedTuple):
    """One thing that is said, and what is to be known about it, line by line."""

    text: str
    details: tuple[str, ...] = ()


class Section(NamedTuple):
    """Points under a title; `left` says how many more there are."""

    title: str
    points: tuple[Point, ...]
    left: int = 0


class Story(NamedTuple):
    """All that is told. `about` says what was compared."""

    headline: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]


def story(document: Plan, *, whole: bool = False) -> Story:
    """A plan as a story. `whole`: all points, else the first ones of each section."""
    most = 1 << 30 if whole else SHOWN
    told = [
        (title, [Point(text, tuple(details)) for text, details in points]) for title, points in _all(document, most)
    ]
    sections = tuple(_section(title, each, most) for title, each in told if each)
    return Story(verdicts.headline(document), tuple(_about(document)), sections)


def _section(title: str, points: Sequence[Point], most: int) -> Section:
    if title == AGREE:  # whoever is left out of a list will not be asked
        most = len(points)
    return Section(title, tuple(points[:most]), max(len(points) - most, 0))


def _all(document: Plan, most: int) -> Iterator[tuple[str, Sequence[tuple[str, list[str]]]]]:
    yield from verdicts.sections(document, most)
    yield "Modes that change, for what no flow covers", parts.modes(document)
    yield "Grants that begin, end or change", parts.grants(document)
    yield "Firewalls", parts.firewalls(document)
    yield "What one machine could reach, as declared (all enforced) and today", parts.figures(document)
    yield "Machines that reach more, as declared", parts.blast(document)
    yield "Crown jewels that more machines reach, as declared", parts.jewels(document)
    yield AGREE, parts.approvals(document, most)
    yield "What happens next by itself", parts.coming(document)


def _about(document: Plan) -> Iterator[str]:
    for key, side in (("before", document["before"]), ("after", document["after"])):
        sizes = {"zone": side["zones"], "conduit": side["conduits"], "flow": side["flows"]}
        sizes |= {"grant": side["grants"], "firewall": side["firewalls"]}
        yield f"{key}: {side['label']} ({', '.join(count(number, noun) for noun, number in sizes.items())})"
    yield f"both judged for {document['at']}"
    if document["summary"]["interrupts"]:
        yield "no record of traffic seen is given, so that all that could pass before counts as interrupted"

"""Grants that begin, end or change, and what will happen next by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from segc.checks.people import YEAR
from segc.model.clock import active, next_change, zone_of
from segc.model.parts import cut
from segc.plan.pairing import Pairing, details

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Grant, Playbook
    from segc.plan.pairing import Detail
    from segc.plan.side import Side
    from segc.source import Span

BEGINS, ENDS, CHANGES = "begins", "ends", "changes"
PEOPLE = ("vendor", "approved-by", "owner", "ticket")
WEEK = 7 * 1440  # minutes


class GrantChange(NamedTuple):
    """One grant before and after; None where there is none. `facets`: dates, windows, packets, and what else it says.

    `details` are the texts of each, before and after. `widens`: at some time it may let in what it did not before.
    """

    change: str
    before: Grant | None
    after: Grant | None
    facets: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    widens: bool = False

    @property
    def longer(self) -> int:
        """By how many days its last day moves; less than 0 where it ends earlier."""
        return (self.after.last - self.before.last).days if self.before is not None and self.after is not None else 0


class Coming(NamedTuple):
    """What happens next, or should have happened, to which grant, flow or playbook, and when (UTC)."""

    what: str
    name: str
    title: str
    span: Span
    when: datetime


def grant_changes(before: Side, after: Side) -> list[GrantChange]:
    """By name; a grant that only has another name is none of them."""
    old, new = dict(before.plant.grants), dict(after.plant.grants)
    both = [(old.pop(name), new.pop(name)) for name in [name for name in new if name in old]]
    both += list(_renamed(before, after, old, new))
    pairing = Pairing(before, after)
    found = []
    for a, b in both:
        said = _details(pairing, a, b)
        if facets := (*_facets(before, after, a, b), *(one.facet for one in said if one.facet in PEOPLE)):
            found.append(GrantChange(CHANGES, a, b, facets, said, _widens(before, after, a, b)))
    found += [GrantChange(BEGINS, None, grant, widens=True) for grant in new.values()]
    return found + [GrantChange(ENDS, grant, None) for grant in old.values()]


def _renamed(before: Side, after: Side, old: dict[str, Grant], new: dict[str, Grant]) -> Iterator[tuple[Grant, Grant]]:
    for grant in list(new.values()):
        for other in list(old.values()):
            if not _facets(before, after, other, grant):
                del old[other.name], new[grant.name]
                yield other, grant
                break


def _facets(before: Side, after: Side, old: Grant, new: Grant) -> tuple[str, ...]:
    found = []
    if (old.first, old.last) != (new.first, new.last) or zone_of(before.plant).key != zone_of(after.plant).key:
        found.append("dates")
    if set(old.windows) != set(new.windows):
        found.append("windows")
    if _packets(before, old) != _packets(after, new):
        found.append("packets")
    return tuple(found)


def _details(pairing: Pairing, old: Grant, new: Grant) -> tuple[Detail, ...]:
    return details(
        ("time zone", zone_of(pairing.before.plant).key, zone_of(pairing.after.plant).key),
        ("from", old.first, new.first),
        ("until", old.last, new.last),
        ("hours a week", f"{len(minutes(old)) / 60:g}", f"{len(minutes(new)) / 60:g}"),
        ("vendor", old.vendor, new.vendor),
        ("approved-by", pairing.role(old.approved_by), new.approved_by),
        ("owner", pairing.team(old.owner), new.owner),
        ("ticket", old.ticket, new.ticket),
    )


def minutes(grant: Grant) -> frozenset[int]:
    """The minutes of a week, from Monday at 0:00, in which a grant may be open."""
    found: set[int] = set()
    for window in grant.windows:
        start, end = window.hours
        for day in window.days:
            span = range(day * 1440 + start, day * 1440 + (end if end > start else end + 1440))
            found.update(minute % WEEK for minute in span)
    return frozenset(found) if grant.windows else frozenset(range(WEEK))


def _widens(before: Side, after: Side, old: Grant, new: Grant) -> bool:
    earlier = old.first is not None and (new.first is None or new.first < old.first)
    moved = zone_of(before.plant).key != zone_of(after.plant).key
    more = not (minutes(new) <= minutes(old) and _packets(after, new) <= _packets(before, old))
    return earlier or new.last > old.last or moved or more


def _packets(side: Side, grant: Grant) -> frozenset[object]:
    """What a grant permits when it is open, by addresses."""
    found: set[object] = set()
    for flow in grant.flows:
        matches = frozenset(match for service in flow.services for match in service.matches)
        for _, sources, targets in cut(flow, side.policy.own):
            found.update((a, b, match) for a in sources.ranges() for b in targets.ranges() for match in matches)
    return frozenset(found)


def is_open(side: Side, grant: Grant | None) -> bool:
    """Is a grant open at the moment of the plan?"""
    return grant is not None and active(grant, zone_of(side.plant), side.at)


def coming(side: Side) -> list[Coming]:
    """The next grant that ends for good, and the next one that opens or closes; reviews and drills that are due."""
    zone = zone_of(side.plant)
    ends = [(_end(grant.last, side), grant) for grant in side.plant.grants.values()]
    left = [(end, grant) for end, grant in ends if end > side.at]
    edges = [(edge, grant) for grant in side.plant.grants.values() if (edge := next_change(grant, zone, side.at))]
    found = []
    if edges:
        edge, grant = min(edges, key=lambda one: one[0])
        found.append(_coming("closes" if active(grant, zone, side.at) else "opens", grant, edge))
    if left:
        end, grant = min(left, key=lambda one: one[0])
        found.append(_coming("expires", grant, end))
    return found + list(_due(side))


def _coming(what: str, one: Grant | Playbook, when: datetime) -> Coming:
    return Coming(what, one.name, one.title, one.span, when)


def _due(side: Side) -> Iterator[Coming]:
    """Reviews and drills whose day is over, and the next of each. A drill is good for a year, as `segc check` has it."""
    flows = (
        flow for table in (side.plant.conduits, side.plant.grants) for each in table.values() for flow in each.flows
    )
    reviews = [
        Coming("is to be reviewed by then", flow.text, "", flow.span, _end(flow.facts.review_by, side))
        for flow in flows
        if flow.facts.review_by is not None
    ]
    drills = [
        _coming("is to be drilled by then", book, _end(book.drilled + YEAR, side))
        for book in side.plant.playbooks.values()
        if book.drilled is not None
    ]
    for listed in (reviews, drills):
        ahead = sorted((one for one in listed if one.when > side.at), key=lambda one: one.when)
        late = (one._replace(what=one.what.replace("is to be", "was to be")) for one in listed if one.when <= side.at)
        yield from (*late, *ahead[:1])


def _end(last: date, side: Side) -> datetime:
    """The midnight after a last day, at the site."""
    return datetime.combine(last + timedelta(days=1), time(0), zone_of(side.plant)).astimezone(UTC)

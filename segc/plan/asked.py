"""Who has to agree to what is no matter of packets: grants, isolations, assertions, people, settings, and boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.flows import zone_name
from segc.plan.answering import CONDUIT, FIREWALL, FLOW, ISOLATE, OWNER, REVIEW, SHUTDOWN
from segc.plan.answering import ROLE as A_ROLE
from segc.plan.answering import TEAM as A_TEAM
from segc.plan.grants import ENDS
from segc.plan.judged import FOUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.plan.answering import Answering
    from segc.plan.asserted import AssertionChange
    from segc.plan.deliveries import DeliveryChange
    from segc.plan.firewalls import FirewallChange
    from segc.plan.grants import GrantChange
    from segc.plan.others import Besides
    from segc.plan.playbooks import PlaybookChange
    from segc.plan.said import SaidChange
    from segc.plan.side import Side
    from segc.plan.ways import WayChange

TEAM, ROLE, NOBODY = "team", "role", "nobody"
OWNS, UNOWNED = "owns", "no owner is named"


class Request(NamedTuple):
    """One of `names` has to agree, for `things`: zones, or what else has a name."""

    kind: str
    names: tuple[str, ...]
    things: tuple[str, ...]
    because: str


def team(name: str | None, thing: str, because: str = OWNS) -> Request:
    """A team, or nobody where none is named."""
    return Request(TEAM, (name,), (thing,), because) if name else Request(NOBODY, (), (thing,), UNOWNED)


def roles(names: Sequence[str], thing: str, because: str) -> Iterator[Request]:
    """One of several roles, if there are any."""
    if names:
        yield Request(ROLE, tuple(names), (thing,), because)


def zones(before: Side, after: Side, names: Iterable[str]) -> Iterator[Request]:
    """The owners of zones, before and after."""
    for name in names:
        for side in (after, before):
            if name in side.plant.zones:
                yield team(side.plant.zones[name].owner, name)


def site(before: Side, after: Side, thing: str, because: str) -> Iterator[Request]:
    """The owner of the site, before and after."""
    for side in (after, before):
        if side.plant.site is not None:
            yield team(side.plant.site.owner, thing, because)


def of_grants(before: Side, after: Side, grants: Iterable[GrantChange]) -> Iterator[Request]:
    """Its owner, its approver, and the owners of both ends: of what it was, and of what it is to be."""
    for one in grants:
        for side, grant in ((after, one.after), (before, one.before)):
            if grant is None:
                continue
            ends = (end for flow in grant.flows for end in (*flow.sources, *flow.targets))
            yield from zones(side, side, dict.fromkeys(map(zone_name, ends)))
            if grant.owner is not None:
                yield team(grant.owner, grant.name)
            if one.change != ENDS and grant.approved_by is not None:
                yield from roles((grant.approved_by,), grant.name, "approves the grant")


def of_playbooks(before: Side, after: Side, books: Iterable[PlaybookChange]) -> Iterator[Request]:
    """Who may order it, and the owners of what it cuts off."""
    for one in books:
        for side, made in ((after, one.after), (before, one.before)) if one.means else ():
            if made is not None:
                yield from roles(made.book.authority, made.book.name, "may order the isolation")
                yield from zones(side, side, made.book.isolate)


def of_assertions(before: Side, after: Side, changes: Iterable[AssertionChange]) -> Iterator[Request]:
    """Who takes a promise away asks those to whom it was made."""
    for one in changes:
        if one.change == ENDS:
            yield from zones(before, before, one.zones)
            if not one.zones:
                yield from site(before, after, "what is asserted", "owns the site")


def of_deliveries(changes: Iterable[DeliveryChange]) -> Iterator[Request]:
    """The owner of a workflow that breaks, or that must no longer work; and of the zones of its ends."""
    for one in changes:
        if one.breaks or one.gone:
            wanted = one.wanted
            for table in (wanted.side.plant.workflows, wanted.side.plant.conduits, wanted.side.plant.grants):
                if wanted.name in table and table[wanted.name].owner is not None:
                    yield team(table[wanted.name].owner, wanted.name)
            ends = map(zone_name, (*wanted.flow.sources, *wanted.flow.targets))
            yield from zones(wanted.side, wanted.side, dict.fromkeys(ends))


def of_answering(before: Side, after: Side, changes: Iterable[Answering]) -> Iterator[Request]:
    """Who answered until now, who is to answer, and the owners of the zones that it is about."""
    for one in changes:
        sides = (one.after, "is to answer"), (one.before, "answered until now")
        for names, because in sides if one.facet in (SHUTDOWN, ISOLATE) else ():
            for name in one.names:
                yield from roles(names, name, because)
        if one.facet == OWNER:
            yield from (team(names[0], name, because) for names, because in sides if names for name in one.names)
        if one.what == A_TEAM:
            yield from (team(name, name, "is the team") for name in one.names)
        elif one.what == A_ROLE:
            yield from _holders(before, after, one)
        if one.facet in (SHUTDOWN, ISOLATE, REVIEW) or one.what in (CONDUIT, FLOW, A_ROLE):
            yield from zones(before, after, one.zones)
        if one.what in (A_TEAM, A_ROLE) and not one.zones:
            yield from site(before, after, "who answers", "owns the site")


def of_facts(before: Side, after: Side, changes: Iterable[Answering]) -> Iterator[Request]:
    """What a zone, a machine or a service is said to be is for the owners of the zones."""
    for one in changes:
        yield from zones(before, after, one.zones)


def of_said(before: Side, after: Side, changes: Iterable[SaidChange]) -> Iterator[Request]:
    """That the gate asks less of a flow is for the owners of its ends; what is said of a box, for the box's."""
    for one in changes:
        if one.what == FIREWALL:
            yield team(after.plant.firewalls[one.name].owner, one.name)
        elif one.weaker:
            yield from zones(before, after, one.zones)


def _holders(before: Side, after: Side, one: Answering) -> Iterator[Request]:
    for side in (after, before):
        for name in one.names:
            role = side.plant.roles.get(name)
            if role is not None and role.team is not None:
                yield team(role.team, name, "has the role")


def of_firewalls(after: Side, boxes: Iterable[FirewallChange], ways: Iterable[WayChange]) -> Iterator[Request]:
    """The owners of a box that is another one, or is managed by others; and of zones between which it stands no more."""
    for one in boxes:
        other = one.before is None or one.after is None or one.before.target != one.after.target
        if other or one.manage_opens or one.manage_ends or one.itself[0] != one.itself[1]:
            for box in (one.after, one.before):
                if box is not None:
                    yield team(box.owner, box.name)
    for way in ways:
        yield from zones(after, after, dict.fromkeys(zone for pair in way.pairs for zone in pair))


def of_judging(before: Side, after: Side, told: Besides) -> Iterator[Request]:
    """How strictly a plant is judged is for the owner of the site."""
    if told["settings"] or any(one["change"] != FOUND for one in told["findings"]):
        yield from site(before, after, "how the plant is judged", "owns the site")

"""Who answers and who decides, before and after: owners, authority, roles and teams; and by when flows are looked at again.

None of this changes the fate of a packet. It changes who is asked the next time, so that whoever takes a name out today
need not ask it tomorrow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.model.flows import zone_name
from segc.plan.firewalls import matched as boxes
from segc.plan.pairing import Pairing, details, matched
from segc.proof.delivery import of_flow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from segc.model.plant import Conduit, Flow, Role, Team
    from segc.plan.side import Side
    from segc.source import Span

OWNER, SHUTDOWN, ISOLATE, REVIEW, HERE = "owner", "shutdown", "isolate", "review-by", "declared"
ZONE, CONDUIT, FIREWALL, WORKFLOW, SITE, ROLE, TEAM, FLOW = (
    "zone",
    "conduit",
    "firewall",
    "workflow",
    "site",
    "role",
    "team",
    "flow",
)


class Answering(NamedTuple):
    """`facet` of the things `names` was said to be `before`, and is `after`; each is a list of names, or a text.

    `zones` are those that it is about. `span` is in the plant after, of what is gone in the one before (`gone`).
    """

    what: str
    names: tuple[str, ...]
    facet: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    zones: tuple[str, ...]
    span: Span
    gone: bool = False


def answering(before: Side, after: Side) -> list[Answering]:
    """Authority first, then owners, people, and dates of review; things of which the same is said are one."""
    pairing = Pairing(before, after)
    every = [*_authority(pairing), *_owners(pairing), *_roles(pairing), *_teams(pairing), *_reviews(pairing)]
    return merged(every, lambda one: one.facet in (OWNER, SHUTDOWN, ISOLATE))


def merged(every: Iterable[Answering], same: Callable[[Answering], bool]) -> list[Answering]:
    """Entries that say the same of several things as one, where `same` lets them."""
    found: dict[tuple[object, ...], Answering] = {}
    for one in every:
        key = (one.what, one.facet, one.before, one.after, None if same(one) else one.names)
        known = found.get(key)
        if known is not None:
            names, zones = (
                tuple(dict.fromkeys(a + b)) for a, b in ((known.names, one.names), (known.zones, one.zones))
            )
            found[key] = known._replace(names=names, zones=zones)
        else:
            found[key] = one
    return list(found.values())


def _said(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _authority(pairing: Pairing) -> Iterator[Answering]:
    for facet in (SHUTDOWN, ISOLATE):
        for old, new in pairing.zones():
            was, now = (zone.authority.get(facet, ()) for zone in (old, new))
            if tuple(map(pairing.role, was)) != now:
                yield Answering(ZONE, (new.name,), facet, was, now, (new.name,), new.span)


def _owners(pairing: Pairing) -> Iterator[Answering]:
    for what, names, was, now, zones, span in _owned(pairing):
        if pairing.team(was) != (now or ""):
            yield Answering(what, (names,), OWNER, _said(was), _said(now), zones, span)


def _owned(pairing: Pairing) -> Iterator[tuple[str, str, str | None, str | None, tuple[str, ...], Span]]:
    """What is there on both sides and has an owner; grants tell of their own (segc/plan/grants.py)."""
    old, new = pairing.before.plant, pairing.after.plant
    if old.site is not None and new.site is not None:
        yield SITE, new.site.name, old.site.owner, new.site.owner, (), new.site.span
    for a, b in pairing.zones():
        yield ZONE, b.name, a.owner, b.owner, (b.name,), b.span
    for one, other in matched_conduits(pairing):
        ends = (other.source.name, other.target.name)
        yield CONDUIT, other.name, one.owner, other.owner, ends, other.span
    for box, now in boxes(pairing.before, pairing.after):
        if box is not None and now is not None:
            yield FIREWALL, now.name, box.owner, now.owner, (), now.span
    for name in new.workflows.keys() & old.workflows.keys():
        mine, flow = new.workflows[name], old.workflows[name]
        yield WORKFLOW, name, flow.owner, mine.owner, (), mine.span


def matched_conduits(pairing: Pairing) -> list[tuple[Conduit, Conduit]]:
    """Conduits by name, else by the addresses of both ends."""
    sides = pairing.before, pairing.after
    ends = {id(one): _ends(side, one) for side in sides for one in side.plant.conduits.values()}
    return matched(sides[0].plant.conduits, sides[1].plant.conduits, lambda one: ends[id(one)])


def _ends(side: Side, one: Conduit) -> object:
    return side.policy.own(one.source.name), side.policy.own(one.target.name), one.both


def _roles(pairing: Pairing) -> Iterator[Answering]:
    plants = pairing.before.plant, pairing.after.plant
    for old, new in pairing.roles:
        was = old.title, pairing.team(old.team), pairing.role(old.deputy), old.phone
        now = new.title, new.team, new.deputy, new.phone
        zones = tuple(dict.fromkeys([*_say(pairing.before, old), *_say(pairing.after, new)]))
        for one in details(*zip(("title", "team", "deputy", "phone"), was, now, strict=True)):
            yield Answering(ROLE, (new.name,), one.facet, _said(one.before), _said(one.after), zones, new.span)
    kept = [{one.name for one in side} for side in (zip(*pairing.roles, strict=True) if pairing.roles else ((), ()))]
    yield from _come_and_go(ROLE, plants[0].roles.values(), plants[1].roles.values(), kept)


def _say(side: Side, role: Role) -> Iterator[str]:
    """The zones in which a role, or one for which it stands in, may order something."""
    from segc.response.owners import people

    for zone in side.plant.zones.values():
        for roles in zone.authority.values():
            if any(person["role"] == role.name for person in people(side.plant, roles)):
                yield zone.name


def _teams(pairing: Pairing) -> Iterator[Answering]:
    plants = pairing.before.plant, pairing.after.plant
    for old, new in pairing.teams:
        for one in details(("title", old.title, new.title), ("contact", old.contact, new.contact)):
            yield Answering(TEAM, (new.name,), one.facet, _said(one.before), _said(one.after), (), new.span)
    kept = [{one.name for one in side} for side in (zip(*pairing.teams, strict=True) if pairing.teams else ((), ()))]
    yield from _come_and_go(TEAM, plants[0].teams.values(), plants[1].teams.values(), kept)


def _come_and_go(
    what: str, old: Iterable[Role | Team], new: Iterable[Role | Team], kept: list[set[str]]
) -> Iterator[Answering]:
    for one in old:
        if one.name not in kept[0]:
            yield Answering(what, (one.name,), HERE, (one.name,), (), (), one.span, gone=True)
    for one in new:
        if one.name not in kept[1]:
            yield Answering(what, (one.name,), HERE, (), (one.name,), (), one.span)


def _reviews(pairing: Pairing) -> Iterator[Answering]:
    """Flows of the same packets that are to be looked at on another day, or on none."""
    old = {of_flow(pairing.before.policy, flow): flow for flow in flows(pairing.before)}
    for flow in flows(pairing.after):
        was = old.get(of_flow(pairing.after.policy, flow))
        if was is not None and was.facts.review_by != flow.facts.review_by:
            days = (one.facts.review_by for one in (was, flow))
            texts = [(day.isoformat(),) if day is not None else () for day in days]
            ends = dict.fromkeys(map(zone_name, (*flow.sources, *flow.targets)))
            yield Answering(FLOW, (flow.text,), REVIEW, texts[0], texts[1], tuple(ends), flow.span)


def flows(side: Side) -> Iterator[Flow]:
    """All flows of conduits and grants."""
    for table in (side.plant.conduits, side.plant.grants):
        for one in table.values():
            yield from one.flows

"""The gate between monitor and enforce: every question that must be answered before a conduit stops anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segc.baseline.calendar import weekdays_and_weekends
from segc.baseline.declared import NO_REASON
from segc.baseline.lacking import MISSED_BY
from segc.baseline.observed import MISSED
from segc.baseline.words import believed, is_seldom, percent, seldom, sensors, unread_of
from segc.diagnostics import SegcError
from segc.graph.arrival import strays
from segc.model.claims import range_text
from segc.model.clock import date_of
from segc.model.flows import zone_name
from segc.model.plant import ENFORCE
from segc.plan.approvals import NOBODY, TEAM, approvals
from segc.plan.difference import difference
from segc.plan.modes import mode_changes
from segc.proof.gate import Gate as ProofGate
from segc.response.owners import people
from segc.response.playbooks import playbooks
from segc.targets import build as building
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from segc.baseline.compare import Comparison
    from segc.baseline.readiness import Readiness
    from segc.model.plant import Conduit, Plant
    from segc.plan.approvals import Approval
    from segc.plan.side import Side
    from segc.settings import Gate


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the gate: does it hold, and what is to be said of it."""

    holds: bool
    text: str


def evidence(compared: Comparison, found: Readiness, gate: Gate, expected: int = 0) -> Iterator[Answer]:
    """What the baseline has to show. `expected` keys would be stopped, as `[[expected-deny]]` says that they may be."""
    yield from (Answer(False, reason.text) for reason in sorted(found.reasons, key=lambda one: not one.of_days))
    if found.sensors and not any(reason.of_days for reason in found.reasons):
        working, weekend = weekdays_and_weekends(found.watched)
        since = (
            f" after {found.learned}, the last day that flows between its zones were learned from"
            if found.learned
            else ""
        )
        days = f"watched on {count(working, 'working day')} and {weekend} of weekends{since}"
        yield Answer(True, f"{days} ({count(gate.days, 'day')} {plural(gate.days, 'is', 'are')} asked for)")
    of = [compared.sensors[name] for name in found.sensors]
    zones = {zone for pair in found.conduit.pairs() for zone in pair}
    sound = [
        one.name
        for one in of
        if not one.lost and not one.lossy and not one.is_blind and not compared.overlooks(one.name, zones)
    ]
    if found.lost and not any(reason.of_days for reason in found.reasons):
        yield Answer(True, f"{len(found.lost)} more on which its sensors lost records were not counted")
    if found.missed and not any(reason.of_days for reason in found.reasons):
        yield Answer(True, f"{len(found.missed)} more were not counted: {MISSED_BY}")
    if sound:
        yield Answer(True, f"nothing shows that these sensors miss packets: {sensors(sound)}")
    for one in of:
        if one.unread and not one.is_blind:
            yield Answer(True, f"{unread_of(one.name, one.unread, one.read)}; the gate allows {percent(MISSED)}")
    yield from (Answer(True, seldom(s.name, s.hours, len(s.days) - len(s.silent))) for s in of if is_seldom(s))
    if found.incidence.keys and found.new_in_a_week <= gate.new_keys:
        about = f"about {found.new_in_a_week:.1f} new flows or keys are to be expected in a week"
        yield Answer(True, f"{about}; the gate allows {gate.new_keys:g}")
    yield from (Answer(True, str(one)) for one in found.lapsed)
    yield from (Answer(True, text) for text in believed(found.believed))
    if not any(reason.stops for reason in found.reasons):
        but = f" but {expected} that [[expected-deny]] gives up" if expected else ""
        what = "nothing else that was seen" if found.lapsed else "nothing that was seen"
        yield Answer(True, f"{what} would be stopped{but}")
    if found.machines.value >= gate.inventory:
        yield Answer(True, found.machines.told)
    if not found.declared.silent and not found.declared.learned:
        attested = f", {len(found.declared.attested)} of them attested by a test" if found.declared.attested else ""
        yield Answer(True, f"all its flows were seen{attested}")
    unknown = sum(flow.facts.because == NO_REASON for flow in found.conduit.flows)
    if unknown:
        flows = f"{unknown:,} of its flows {plural(unknown, 'was drafted and has', 'were drafted and have')}"
        yield Answer(True, f"{flows} no reason yet: who agrees says that production needs what nobody has explained")


def frozen(plant: Plant, gate: Gate, at: datetime) -> Answer:
    """Is it a day on which nothing is promoted?"""
    today = date_of(plant, at)
    spans = [one for one in gate.freeze if one.holds(today)]
    if spans:
        return Answer(False, f"{today} is in the freeze of {spans[0].first} to {spans[0].last} (segc.toml)")
    return Answer(True, f"{today} is in no freeze")


def agreed(before: Side, after: Side, names: Iterable[str]) -> Iterator[Answer]:
    """Has everybody agreed whose agreement the change needs?"""
    given = set(names)
    for one in approvals(before, after, difference(before, after), mode_changes(before, after), []):
        who = " or ".join(one.names) if one.kind != NOBODY else ""
        zones = ", ".join(one.zones)
        if one.kind == NOBODY:
            yield Answer(False, f"nobody can agree for {zones}: {one.because}")
        elif given & set(_may(after.plant, one)):
            yield Answer(True, f"agreed for {zones}: {', '.join(sorted(given & set(_may(after.plant, one))))}")
        else:
            how = " or ".join(f"--approved-by {name}" for name in dict.fromkeys(_may(after.plant, one)))
            yield Answer(False, f"{one.kind} {who} has to agree for {zones} ({one.because}): {how}")


def _may(plant: Plant, one: Approval) -> Iterator[str]:
    """The names that count: a team or its roles; a role or those who stand in for it."""
    if one.kind != TEAM:
        yield from (person["role"] for person in people(plant, one.names))
        return
    for name in one.names:
        yield name
        yield from (role.name for role in plant.roles.values() if role.team == name)


def renders(side: Side, conduits: Iterable[Conduit]) -> Iterator[Answer]:
    """Can what is promoted be built and proved, are those who manage its firewalls kept, do the playbooks hold?"""
    after, at, topology = side.plant, side.at, side.policy.topology
    on_way = sorted({name for conduit in conduits for pair in conduit.pairs() for name in topology.crossed(*pair)})
    if not on_way:
        yield Answer(False, "no firewall stands between its zones: nothing would enforce it")
        return
    astray = list(_astray(side, conduits, on_way))
    if astray:
        yield from astray
        return
    try:
        building.build(after, at, building.DECLARED, tuple(on_way), None, ProofGate(after, at, None))
    except SegcError as problem:
        yield from (Answer(False, one.message) for one in problem.diagnostics)
        return
    yield Answer(True, f"built and proved: {', '.join(on_way)}")
    for managed, told in (
        (True, "who manages {} still can"),
        (False, "{}: no `manage` line, nothing to it is stopped"),
    ):
        of = [name for name in on_way if bool(after.firewalls[name].manage) is managed]
        if of:
            yield Answer(True, told.format(", ".join(of)))
    try:
        playbooks(after, at, building.DECLARED)
    except SegcError as problem:
        yield from (Answer(False, one.message) for one in problem.diagnostics)
        return
    if after.playbooks:
        yield Answer(True, "all playbooks hold")


def _astray(side: Side, conduits: Iterable[Conduit], on_way: Iterable[str]) -> Iterator[Answer]:
    """Machines of their flows whose packets come in where no rule lets them in. Rules that are proved still stop them."""
    plant, topology = side.plant, side.policy.topology
    pairs = {pair for conduit in conduits for pair in conduit.pairs()}
    flows = [flow for one in plant.conduits.values() for flow in one.flows]
    flows += [flow for grant in plant.grants.values() for flow in grant.flows]
    meant = [
        flow for flow in flows if pairs & {(zone_name(a), zone_name(b)) for a in flow.sources for b in flow.targets}
    ]
    ends = dict.fromkeys(end for flow in meant for end in flow.sources)
    for name in on_way:
        for one in strays(topology, plant.firewalls[name], plant, ends):
            door, zone = one.interface, one.asset.zone
            yield Answer(
                False,
                f"`{one.asset.path}` ({range_text(one.part)}) lies in the network of `{door.name}` of `{name}`, and `{zone}` "
                f"is not behind that: what it sends comes in there, and would be stopped. Declare it in {' or '.join(door.zones)}, "
                f"correct its address, or name `{zone}` at `{door.name}`",
            )


def only_modes(before: Plant, after: Plant, names: Sequence[str], mode: str) -> bool:
    """Is the only thing that an edit changed the mode of these conduits?"""
    expected = {name: mode if name in names else conduit.mode for name, conduit in before.conduits.items()}
    return (
        {name: conduit.mode for name, conduit in after.conduits.items()} == expected
        and _told(before) == _told(after)
        and (mode != ENFORCE or all(after.modes[p] == ENFORCE for n in names for p in after.conduits[n].pairs()))
    )


def _told(plant: Plant) -> list[object]:
    """Everything that the statements say but for conduits' modes, as far as rendering and checks can see it."""
    flows = [
        (c.name, c.pairs(), c.owner, c.inspect, c.fail, c.essential, [(f.id, f.text, f.facts) for f in c.flows])
        for c in plant.conduits.values()
    ]
    grants = [
        (g.name, g.windows, g.first, g.last, [(f.id, f.text, f.facts) for f in g.flows]) for g in plant.grants.values()
    ]
    zones = [(z.name, z.mode, z.declared, [(a.name, a.addresses) for a in z.assets]) for z in plant.zones.values()]
    walls = [(f.name, f.target, f.mode, [(i.name, i.zones) for i in f.interfaces]) for f in plant.firewalls.values()]
    return [flows, grants, zones, walls, plant.default_mode, len(plant.links), len(plant.routes)]

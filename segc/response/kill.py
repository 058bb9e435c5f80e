"""The end of a grant, at once: files for the firewalls that carry it, which close it and nothing else.

The grant is said to be over, as if its last day had passed: its rules open nothing, and its sessions end as those of any
ended grant (docs/adr/0007). What is proved holds for the moment that it is made for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from segc.diagnostics import Diagnostic, SegcError, finding
from segc.lang.suggest import nearest
from segc.model.clock import next_change, zone_of
from segc.model.parts import by_zone, flow_pairs, shared
from segc.proof.asking import EVERY_PACKET, Question
from segc.proof.duties import Policy
from segc.proof.gate import Gate
from segc.proof.query import answer
from segc.proof.why import packet_text
from segc.response.compile import NOTHING, Step, all_end, ending, of
from segc.response.ending import commands, ended
from segc.response.isolation import LONG_AGO
from segc.response.named import why_not_proved
from segc.response.obligations import Proved
from segc.response.revert import Return, revert
from segc.targets import build as building
from segc.targets import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from segc.model.plant import Flow, Grant, Plant
    from segc.proof.query import Row
    from segc.targets.job import Artefact

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Killed:
    """A grant that is over, ready to be applied. `ended` are its packets that nothing else permits, as flows."""

    plant: Plant
    grant: Grant
    over: Plant
    ended: tuple[Flow, ...]
    steps: tuple[Step, ...]
    proved: tuple[Proved, ...]
    files: dict[str, Artefact]
    manifest: dict[str, Any]

    @property
    def holds(self) -> bool:
        """Is everything true that must be?"""
        return all(one.holds for one in self.proved)


def killed(plant: Plant, name: str, at: datetime) -> Killed:
    """Render and prove the firewalls that carry a grant, as if it were over.

    Raises `SegcError` where no grant is called so, no firewall carries it, or one cannot be rendered or proved.
    """
    grant = _grant(plant, name)
    over = closed(plant, grant)
    before, after = Policy(plant, at), Policy(over, at)
    gone = ended(grant.flows, after)
    names = _carrying(before, grant)
    if not names:
        message = f"no firewall carries the grant `{name}`, so nothing can close it"
        raise SegcError([finding("kill-fails", message, grant.span, "nothing filters on its way")], code=1)
    was = building.build(plant, at, building.DECLARED, names)
    now = building.build(over, at, building.DECLARED, names, prove=Gate(over, at, None))
    until = _until(plant, grant, at, now.manifest["next-change"])
    ending_it = commands(over, replace(over.grants[name], flows=tuple(gone)), names, at, until)
    ending_it = {key: file and _judged(over, key, file, gone, after) for key, file in ending_it.items()}
    built = [building.with_kill(one, ending_it[one.firewall]) for one in now.built]
    back = {one.firewall: Return(plant, at, of(was, one.firewall), one) for one in built}
    ending_on = _carrying(after, replace(grant, flows=tuple(gone)))
    told = {one.firewall: _told(one) if one.firewall in ending_on else NOTHING for one in built}
    steps = tuple(
        Step(one.firewall, one.target, one.entry, told[one.firewall], back[one.firewall].left) for one in built
    )
    without = Policy(replace(plant, grants={key: one for key, one in plant.grants.items() if key != name}), at)
    proved = (
        shut(plant, gone, after),
        just(plant, grant, gone, after),
        stopped(plant, grant, gone, after),
        beside(name, without, after),
        revert(back.values()),
        all_end(steps, ()),
    )
    manifest = now.manifest | {"next-change": until, "firewalls": {one.firewall: one.entry for one in built}}
    files = {f"{one.firewall}/{file.name}": file for one in built for file in one.files}
    return Killed(plant, grant, over, tuple(gone), steps, proved, files, manifest)


def _grant(plant: Plant, name: str) -> Grant:
    if name not in plant.grants:
        close = nearest(name, plant.grants)
        help_text = f"did you mean `{close}`?" if close else f"the grants are {', '.join(plant.grants) or 'none'}"
        raise SegcError([finding("bad-question", f"no grant is called `{name}`", help=help_text)], code=2)
    return plant.grants[name]


def closed(plant: Plant, grant: Grant) -> Plant:
    """The same plant in which a grant is over, and its packets are stopped in monitor, too."""
    over = replace(grant, first=None, last=LONG_AGO, windows=(), killed=True)
    return replace(plant, grants=plant.grants | {grant.name: over})


def _judged(over: Plant, firewall: str, file: Artefact, gone: Sequence[Flow], after: Policy) -> Artefact:
    """The file, with a line where it is not proved that its commands end just these sessions."""
    target = over.firewalls[firewall].target
    why = why_not_proved(target, file.text, gone, after, firewall)
    if not why:
        return file
    first, rest = file.text.split("\n", 1)
    remark = f"{registry.targets()[target].comment} Not proved that this ends just these sessions: {why}."
    lines = (first, remark, rest) if first.startswith("#!") else (remark, first, rest)
    return replace(file, text="\n".join(lines))


def _until(plant: Plant, grant: Grant, at: datetime, change: str | None) -> str | None:
    """Until when it is true: until its files are not, or another grant of the same packets opens or closes."""
    own = plant.ownership.own
    others = [one for one in plant.grants.values() if one.name != grant.name]
    sharing = [one for one in others if any(any(shared(a, b, own)) for a in one.flows for b in grant.flows)]
    moments = [next_change(one, zone_of(plant), at) for one in sharing]
    moments.append(datetime.fromisoformat(change) if change else None)
    first = min(filter(None, moments), default=None)
    return first.isoformat() if first else None


def _carrying(policy: Policy, grant: Grant) -> list[str]:
    pairs = [pair for flow in grant.flows for pair in flow_pairs(flow)]
    carrying = {name for pair in pairs for name in policy.topology.crossed(*pair)}
    carrying |= {host.name for pair in pairs for host in policy.topology.at_ends(*pair)}
    return [name for name in policy.plant.firewalls if name in carrying]


def _told(built: building.Built) -> str:
    """The file first, also where rules end sessions: what is out of the table cannot come back."""
    return next((file.name for file in built.files if file.role == building.KILL), "") or ending(built)


# -- what must be true ------------------------------------------------------------


def shut(plant: Plant, gone: Iterable[Flow], after: Policy) -> Proved:
    """Nothing of the grant is let in any more, recorded or not, unless something else permits it."""
    rows = [row for flow in gone for row in _ask(after, flow) if row.verdict != "block"]
    shown = tuple(dict.fromkeys(_shown(plant, row) for row in rows))
    return Proved("shut", "nothing gets in by this grant any more", not shown, shown)


def just(plant: Plant, grant: Grant, gone: Iterable[Flow], after: Policy) -> Proved:
    """The sessions that are ended are all that the grant let in and nothing else permits, and none besides."""
    shown = [
        f"a session that is ended, though {_shown(plant, row)}"
        for flow in gone
        for row in _ask(after, flow)
        if row.verdict in ("allow", "pass")
    ]
    given = _given(grant, gone, after)
    left = [row for flow in grant.flows for row in _ask(given, flow) if row.verdict in ("alert", "block")]
    shown += [f"not ended: {_shown(plant, row)}" for row in left]
    says = "the sessions that are ended are the grant's, and of no flow that is still permitted"
    return Proved("just these", says, not shown, tuple(dict.fromkeys(shown)))


def stopped(plant: Plant, grant: Grant, gone: Iterable[Flow], after: Policy) -> Proved:
    """In pairs that are in monitor no packet is stopped but those: given back to the grant, all of the pair passes."""
    given = _given(grant, gone, after)
    rows = [
        row
        for a, b in sorted(given.pairs())
        if given.shut((a, b))
        for row in answer(given, Question("", given.own(a), given.own(b), EVERY_PACKET))
        if row.verdict == "block"
    ]
    shown = tuple(dict.fromkeys(_shown(plant, row) for row in rows))
    return Proved("only these", "in monitor, nothing is stopped but what the grant alone permitted", not shown, shown)


def _given(grant: Grant, gone: Iterable[Flow], after: Policy) -> Policy:
    """The same policy with another grant, open now, of just the packets that are ended."""
    tomorrow = after.at.date() + timedelta(days=2)  # open at the moment, wherever the plant is
    named = replace(grant, name=f"{grant.name}-ended", flows=tuple(gone), first=None, last=tomorrow, windows=())
    return Policy(replace(after.plant, grants=after.plant.grants | {named.name: named}), after.at)


def beside(name: str, without: Policy, after: Policy) -> Proved:
    """All else is the policy without this grant: each pair of zones permits the same, at all times, in the same mode."""
    zones = list(after.plant.zones)
    shown = tuple(
        f"{a} -> {b}"
        for a in zones
        for b in zones
        if a != b
        and (_parts(name, without, a, b) != _parts(name, after, a, b) or without.mode(a, b) != after.mode(a, b))
    )
    return Proved("beside", "nobody else loses or gains anything", not shown, shown)


def _parts(name: str, policy: Policy, a: str, b: str) -> frozenset[object]:
    return frozenset(
        part for grant, part in policy.parts((a, b)) if grant is None or grant.name != name or part.times != ()
    )


def _ask(policy: Policy, flow: Flow) -> Iterator[Row]:
    matches = tuple(match for service in flow.services for match in service.matches)
    for a, sources in by_zone(flow.sources, policy.own):
        for b, targets in by_zone(flow.targets, policy.own):
            if a != b:
                yield from answer(policy, Question("", sources, targets, matches))


def _shown(plant: Plant, row: Row) -> str:
    packet = packet_text(plant, row.sample._replace(iif="", oif=""))
    if row.part is not None:
        return f"`{row.part.text}` of `{row.part.within}` permits {packet}"
    if row.verdict == "alert":
        return f"{row.source} -> {row.target} is in monitor, which lets everything pass: {packet}"
    return f"{row.verdict}: {packet}"


HELP = {
    "session kill": "use another target at this place, or restart the device in a planned stop",
}


def failures(done: Killed) -> list[Diagnostic]:
    """A finding for each obligation that does not hold."""
    return [_failed(done.grant, one) for one in done.proved if not one.holds]


def _failed(grant: Grant, one: Proved) -> Diagnostic:
    shown: Sequence[str] = one.shown[:SHOWN]
    more = [f"and {len(one.shown) - SHOWN} more"] if len(one.shown) > SHOWN else []
    message = f"of the end of grant `{grant.name}` it is not true that {one.says}"
    return finding("kill-fails", message, grant.span, one.name, notes=(*shown, *more), help=HELP.get(one.name, ""))

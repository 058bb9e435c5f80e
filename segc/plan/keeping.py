"""What must keep working, as entries of the document: deliveries, isolations, and autonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.parts import by_zone
from segc.plan.deliveries import WORKFLOW
from segc.plan.grants import BEGINS, ENDS
from segc.plan.pairing import detail_entries
from segc.proof.delivery import of_flow
from segc.response.autonomy import autonomy

if TYPE_CHECKING:
    from segc.plan.deliveries import DeliveryChange
    from segc.plan.entries import Entries
    from segc.plan.playbooks import PlaybookChange
    from segc.plan.shape import Autonomy, DeliveryEntry, DependencyEntry, PlaybookEntry
    from segc.plan.side import Side
    from segc.response.autonomy import Dependency


def delivered(entries: Entries, one: DeliveryChange) -> DeliveryEntry:
    """A change of what is delivered; where it is mended, what is shown is how it was."""
    wanted = one.wanted
    shown = one.after if one.after.packet is not None else one.before
    return {
        "kind": wanted.kind,
        "name": wanted.name,
        "title": wanted.title,
        "flow": wanted.flow.text,
        "before": one.before.state,
        "after": one.after.state,
        "breaks": one.breaks,
        "released": one.released,
        "gone": one.gone,
        "direction": shown.direction,
        "firewalls": list(shown.firewalls),
        "why": shown.why,
        "example": entries.example(shown.packet) if shown.packet is not None else None,
        "at": wanted.side.place(wanted.flow.span),
    }


def isolation(before: Side, after: Side, one: PlaybookChange) -> PlaybookEntry:
    """A change of an isolation."""
    side, shown = (after, one.after) if one.after is not None else (before, one.before)
    assert shown is not None  # noqa: S101 - one of the two is there
    fails = [
        {"name": p.name, "says": p.says, "shown": list(p.shown)} for p in (one.after.failing() if one.after else ())
    ]
    return {
        "name": shown.book.name,
        "title": shown.book.title,
        "change": one.change,
        "facets": list(one.facets),
        "details": detail_entries(one.details),
        "firewalls": list(one.firewalls),
        "holds_before": one.before.holds if one.before is not None else None,
        "holds_after": one.after.holds if one.after is not None else None,
        "fails": fails,  # type: ignore[typeddict-item]
        "problem": one.after.problem if one.after is not None else "",
        "at": side.place(shown.book.span),
    }


def standing_alone(before: Side, after: Side) -> Autonomy:
    """What newly stops when everything above the DMZ is gone, and what no longer does; by machine, whatever flow it is."""
    old, new = ({_key(side, one): one for one in autonomy(side.plant)} for side in (before, after))
    changes = [_dependency(after, BEGINS, one) for key, one in new.items() if key not in old]
    changes += [_dependency(before, ENDS, one) for key, one in old.items() if key not in new]
    return {"before": len(old), "after": len(new), "changes": changes}


def _key(side: Side, one: Dependency) -> object:
    """The same service for the same addresses; a workflow by the packets that it needs."""
    if one.what != WORKFLOW:
        ends = tuple(end for end in one.flow.sources if end.path == one.who)
        return one.what, tuple(addresses for _, addresses in by_zone(ends, side.policy.own))
    return one.what, of_flow(side.policy, one.flow)


def _dependency(side: Side, change: str, one: Dependency) -> DependencyEntry:
    return {
        "change": change,
        "what": one.what,
        "who": one.who,
        "zone": one.zone,
        "flow": one.flow.text,
        "above": one.above,
        "through": one.through,
        "essential": one.essential,
        "at": side.place(one.flow.span),
    }

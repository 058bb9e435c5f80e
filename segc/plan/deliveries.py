"""What must keep working, before and after: needs of workflows and essential flows, and whether they are delivered.

Both sides are asked for the same packets, by address, whatever things are called. What is no longer declared counts as
well: who deletes a workflow together with the flow that it needs has still broken it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from segc.proof.delivery import LOST, delivery, of_flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segc.model.plant import Flow
    from segc.plan.side import Side
    from segc.proof.delivery import Asked, Delivery

WORKFLOW, ESSENTIAL = "workflow", "essential"


class Wanted(NamedTuple):
    """What must be delivered: the need of a workflow, or an essential flow of a conduit or grant."""

    kind: str
    name: str
    title: str
    flow: Flow
    side: Side
    asked: Asked


class DeliveryChange(NamedTuple):
    """Something that is delivered otherwise than before. `gone`: it is not declared any more."""

    wanted: Wanted
    before: Delivery
    after: Delivery
    gone: bool

    @property
    def breaks(self) -> bool:
        """Did it work, and does not any more?"""
        return self.after.state == LOST and self.before.state != LOST

    @property
    def released(self) -> bool:
        """Is it delivered as before, but need not be any more? So that whoever breaks it next breaks nothing."""
        return self.gone and self.after.state == self.before.state


def delivery_changes(before: Side, after: Side) -> list[DeliveryChange]:
    """Those that break first, workflows before essential flows; then what must no longer be delivered, and still is."""
    wanted = {(one.kind, one.asked): one for one in _wanted(before)}
    wanted |= {(one.kind, one.asked): one for one in _wanted(after)}
    found = []
    for one in wanted.values():
        was, now = delivery(before.policy, one.asked), delivery(after.policy, one.asked)
        if was.state != now.state or one.side is before:
            found.append(DeliveryChange(one, was, now, one.side is before))
    return sorted(found, key=lambda change: (not change.breaks, change.released, change.wanted.kind == ESSENTIAL))


def _wanted(side: Side) -> Iterator[Wanted]:
    plant = side.plant
    for workflow in plant.workflows.values():
        for need in workflow.needs:
            yield Wanted(WORKFLOW, workflow.name, workflow.title, need, side, of_flow(side.policy, need))
    for conduit in plant.conduits.values():
        for flow in conduit.flows:
            if conduit.essential or flow.facts.essential:
                yield Wanted(ESSENTIAL, conduit.name, conduit.title, flow, side, of_flow(side.policy, flow))
    for grant in plant.grants.values():
        for flow in grant.flows:
            if flow.facts.essential:
                yield Wanted(ESSENTIAL, grant.name, grant.title, flow, side, of_flow(side.policy, flow))

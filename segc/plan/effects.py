r"""What a change of verdict means on the plant floor.

    was \\ now      pass, allow    alert           block
    pass, allow    keeps          withdraws       interrupts
    alert          permits        -               interrupts
    block          opens          opens           -

An alert is let through and recorded, so that traffic goes on; a block stops it. `records`: allowed before and after, but
recorded otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.model.verdict import ALERT, BLOCK

if TYPE_CHECKING:
    from segc.plan.difference import Change

INTERRUPTS, OPENS, PERMITS, WITHDRAWS, KEEPS, RECORDS = (
    "interrupts",
    "opens",
    "permits",
    "withdraws",
    "keeps",
    "records",
)
EFFECTS = (INTERRUPTS, OPENS, PERMITS, WITHDRAWS, KEEPS, RECORDS)  # in the order in which people need to know


def effect(change: Change) -> str:
    """The effect of a change."""
    was, now = change.was.verdict, change.now.verdict
    if now == BLOCK:
        return INTERRUPTS
    if was == BLOCK:
        return OPENS
    if was == ALERT:
        return PERMITS
    if now == ALERT:
        return WITHDRAWS
    return RECORDS if was == now else KEEPS

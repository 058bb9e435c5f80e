"""What is wrong with a plant that can be read: one function and one page a finding.

The pages are in docs/checks; `segc explain NAME` prints them. The modules are
grouped by what they look at; importing them registers their checks.
"""

from __future__ import annotations

from segc.checks import (
    access,
    approvals,
    boundaries,
    commands,
    dmz,
    essential,
    exposure,
    flows,
    machines,
    names,
    overlap,
    ownership,
    paths,
    people,
    purdue,
    reasons,
    records,
    redundant,
    safety,
    services,
    topology,
    vendors,
    wide,
    wires,
    workflows,
    zones,
)
from segc.checks.registry import CHECKS, Check, Moment, check, run

__all__ = ["CHECKS", "MODULES", "Check", "Moment", "check", "run"]

MODULES = (
    names,
    zones,
    ownership,
    flows,
    redundant,
    overlap,
    services,
    access,
    exposure,
    workflows,
    topology,
    safety,
    commands,
    machines,
    wide,
    wires,
    paths,
    essential,
    records,
    people,
    purdue,
    dmz,
    vendors,
    approvals,
    boundaries,
    reasons,
)

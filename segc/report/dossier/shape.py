"""The shape of the document segc/report/1; docs/schema/report-1.json publishes the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from segc.report.figures.cutting import CutEntry
    from segc.report.figures.flat import FlatnessDocument
    from segc.report.figures.grants import GrantsDocument
    from segc.report.picture.model import Picture
    from segc.response.owners import OwnersDocument
    from segc.response.runbook import Runbook


class Figure(TypedDict):
    """A headline figure. `before` is that of the reference, empty without one; `trend` is better, worse, same or empty."""

    key: str
    name: str
    value: str
    before: str
    trend: str
    says: str


class BaselineEntry(TypedDict):
    """What a baseline has seen of the plant."""

    days: int
    until: str
    flows_seen: int
    flows: int
    unknown_talkers: int
    silent_assets: int


class Old(TypedDict):
    """A machine that cannot defend itself: why, until when its maker helps, what protects it, and who gets there."""

    name: str
    kind: str
    why: str
    end_of_support: str
    supported: bool
    controls: list[str]
    commanded_by: int
    commanded_by_today: int
    source: str


class Flows(TypedDict):
    """A flow with all that is known of it. `review_by`, `tested` and `learned_until` are dates, or empty."""

    flow: str
    within: str
    services: list[str]
    because: str
    ticket: str
    essential: bool
    log: bool
    expect: str
    period: str
    tested: str
    learned_until: str
    review_by: str
    source: str


class Machine(TypedDict):
    """An asset in a zone's record."""

    name: str
    kind: str
    vendor: str
    criticality: str
    marks: list[str]
    source: str


class ZoneSpec(TypedDict):
    """What must be known of a zone. `access` are the interfaces by which it is reached, `rests_on` services from elsewhere."""

    name: str
    title: str
    kind: str
    level: str
    mode: str
    owner: str
    sl_t: int | None
    safety: bool
    networks: list[str]
    access: list[str]
    conduits: list[str]
    assets: list[Machine]
    controls: list[str]
    shutdown: list[str]
    isolate: list[str]
    playbooks: list[str]
    rests_on: list[str]
    source: str


class DirectionSpec(TypedDict):
    """One direction of a conduit. `state` is enforced, monitored or unenforced, `firewalls` those that it crosses."""

    source: str
    target: str
    state: str
    firewalls: list[str]


class ConduitSpec(TypedDict):
    """What must be known of a conduit. `sl_t` are those of both ends; `latency` is in milliseconds."""

    name: str
    title: str
    owner: str
    ends: list[str]
    sl_t: list[int | None]
    directions: list[DirectionSpec]
    latency: float | None
    inspect: str
    fail: str
    essential: bool
    flows: list[Flows]
    source: str


class Evidence(TypedDict):
    """A requirement and what this plant has to show for it.

    `verdict` is proved, documented, not provable here or missing; `sources` are lines of the policy (file:line), of
    which `more` are not listed. `unsourced` says why there is none.
    """

    standard: str
    id: str
    asks: str
    verdict: str
    says: str
    sources: list[str]
    more: int
    unsourced: str


class Finding(TypedDict):
    """What a check says."""

    name: str
    code: str
    severity: str
    message: str
    help: str
    source: str


class ExceptionEntry(TypedDict):
    """A finding that somebody answers for, until a day (included)."""

    name: str
    code: str
    message: str
    reason: str
    until: str
    days: int
    source: str


class AssertionEntry(TypedDict):
    """What the policy asserts of itself; `other` is what it would be in the other state."""

    assertion: str
    state: str
    holds: bool
    says: str
    other: bool
    other_says: str
    source: str


class FirewallEntry(TypedDict):
    """A firewall and what this run has proved of the files that a build would write for it now."""

    name: str
    title: str
    target: str
    proved: bool
    says: str
    monitors_only: bool
    flows: int
    kill: list[str]
    source: str


class Need(TypedDict):
    """A need of a workflow, and whether flows permit all of it."""

    flow: str
    permitted: bool
    source: str


class WorkflowEntry(TypedDict):
    """What must keep working, and the playbooks that would stop it."""

    name: str
    title: str
    owner: str
    needs: list[Need]
    stopped_by: list[str]
    source: str


class PlaybookEntry(TypedDict):
    """A playbook: its runbook, or why there is none. `holds`: is everything true that must be?"""

    name: str
    title: str
    holds: bool
    problem: str
    runbook: Runbook | None
    source: str


class Jewels(TypedDict):
    """A shortest chain from where an intruder is expected to what must be protected; `state` is declared or today."""

    state: str
    name: str
    why: list[str]
    chain: list[dict[str, str]]


class Cutting(TypedDict):
    """The fewest flows or conduits to remove so that one who holds `name` no longer reaches what must be protected."""

    name: str
    reached: int
    of: int
    cut: CutEntry


class SiteEntry(TypedDict):
    """The plant as a whole."""

    name: str
    title: str
    timezone: str
    mode: str


class Report(TypedDict):
    """All of it. `against` is what the figures are compared with, as the user called it; empty without."""

    schema: str
    segc: str
    at: str
    policy: str
    against: str
    redacted: bool
    site: SiteEntry
    headline: list[Figure]
    baseline: BaselineEntry | None
    picture: Picture
    flatness: FlatnessDocument
    paths: list[Jewels]
    cuts: list[Cutting]
    old: list[Old]
    zones: list[ZoneSpec]
    conduits: list[ConduitSpec]
    evidence: list[Evidence]
    firewalls: list[FirewallEntry]
    assertions: list[AssertionEntry]
    workflows: list[WorkflowEntry]
    playbooks: list[PlaybookEntry]
    grants: GrantsDocument
    owners: OwnersDocument
    findings: list[Finding]
    exceptions: list[ExceptionEntry]

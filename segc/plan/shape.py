"""The shape of the document segc/plan/1; docs/schema/plan-1.json publishes the same.

For the type checker only: nothing imports this when segc runs.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from segc.plan.shape_besides import (
    AnswerEntry,
    AssertionEntry,
    Autonomy,
    DependencyEntry,
    DetailEntry,
    FindingEntry,
    ObligationEntry,
    PairEntry,
    Place,
    PlaybookEntry,
    SaidEntry,
    SettingEntry,
    WayEntry,
)

__all__ = [
    "AnswerEntry",
    "ApprovalEntry",
    "AssertionEntry",
    "Autonomy",
    "BlastEntry",
    "ChangeEntry",
    "Counts",
    "DateEntry",
    "DeliveryEntry",
    "DependencyEntry",
    "DetailEntry",
    "Example",
    "Figure",
    "Figures",
    "FindingEntry",
    "FirewallEntry",
    "GrantEntry",
    "HopEntry",
    "JewelEntry",
    "ModeEntry",
    "ObligationEntry",
    "PairEntry",
    "Place",
    "Plan",
    "PlaybookEntry",
    "Said",
    "SaidEntry",
    "SeenEntry",
    "SettingEntry",
    "SideEntry",
    "StoppedEntry",
    "Summary",
    "WayEntry",
    "ZoneEntry",
]


class SideEntry(TypedDict):
    """One of the two plants, and its size. `policy` is the SHA-256 of its files, as in a build's manifest."""

    label: str
    site: str | None
    policy: str
    zones: int
    assets: int
    conduits: int
    flows: int
    grants: int
    firewalls: int


class ZoneEntry(TypedDict):
    """The zone that owns the same addresses before and after; null is nobody."""

    before: str | None
    after: str | None
    title: str


class Said(TypedDict):
    """What decides of packets on one side: a flow (`text`, of the conduit or grant `within`) or a mode; and its line."""

    text: str
    within: str
    at: Place | None


class Example(TypedDict):
    """One packet; for ICMP `port` is type * 256 + code."""

    text: str
    family: int
    source: str
    target: str
    protocol: int
    source_port: int
    port: int


class ChangeEntry(TypedDict):
    """Packets that have one verdict before and another one after.

    `packets` names all of them in the plant's words; `what` is the same in short. `whole`: they are all that one flow permits
    between these zones.
    """

    effect: str
    was: str
    now: str
    recorded_before: bool
    recorded_after: bool
    sources: list[ZoneEntry]
    target: ZoneEntry
    what: str
    whole: bool
    packets: list[str]
    example: Example
    before: Said
    after: Said
    firewalls: list[str]


class ModeEntry(TypedDict):
    """Zones between which what no flow covers is treated otherwise. No `sources` is: all those with no mode of their own."""

    was: str
    now: str
    enforces: bool
    sources: list[ZoneEntry]
    targets: list[ZoneEntry]
    before: Place | None
    after: Place | None


class GrantEntry(TypedDict):
    """A grant that begins, ends or changes; `facets` says what is other than before: dates, windows, packets, vendor,
    approved-by, owner, ticket. `details` gives the texts.

    `widens`: at some time it may let in what it did not before. `days_longer` is by how much its last day moves.
    """

    name: str
    title: str
    vendor: str
    change: str
    facets: list[str]
    details: list[DetailEntry]
    widens: bool
    days_longer: int
    open_before: bool
    open_after: bool
    until: str
    until_before: str | None
    flows: list[str]
    before: Place | None
    after: Place | None


class DateEntry(TypedDict):
    """Something that will happen by itself, or that should have been done by then (`days` is less than 0)."""

    what: str
    name: str
    title: str
    when: str
    days: int
    at: Place


class Counts(TypedDict):
    """How much of something there is; null where the firewall is not there, or its files cannot be made."""

    before: int | None
    after: int | None


class FirewallEntry(TypedDict):
    """A firewall's files. `files` are those that differ; `concerned`: does any change of this plan reach it?"""

    name: str
    title: str
    before: str | None
    target_before: str | None
    target_after: str | None
    rules: Counts
    lines: Counts
    added: int
    removed: int
    files: list[str]
    concerned: bool
    manage_opens: list[str]
    manage_ends: list[str]
    itself_before: str | None
    itself_after: str | None
    at: Place


class ApprovalEntry(TypedDict):
    """Who has to agree: one of `names` (teams or roles), for what, and why."""

    kind: str
    names: list[str]
    titles: list[str]
    zones: list[str]
    because: str


class Figure(TypedDict):
    """A number before and after."""

    before: float
    after: float


class HopEntry(TypedDict):
    """A step of a chain: by a flow, inside a zone, or between zones that are open to one another."""

    source: str
    target: str
    by: str
    text: str
    at: Place | None


class BlastEntry(TypedDict):
    """How many machines one machine reaches; null where it is not there. `chain` leads to one that is newly reached."""

    machine: str
    machine_before: str | None
    declared: Counts
    today: Counts
    chain: list[HopEntry]


class JewelEntry(TypedDict):
    """A machine that must not be lost: how many machines reach it, and the way of one that newly does."""

    machine: str
    reached_by: Counts
    newly_by: list[str]
    chain: list[HopEntry]


class Figures(TypedDict):
    """The plant as a graph, before and after; declared is as if all were enforced, today as it is deployed."""

    flatness_declared: Figure
    flatness_today: Figure
    worst_blast_declared: Figure
    worst_blast_today: Figure
    blast: list[BlastEntry]
    jewels: list[JewelEntry]


class StoppedEntry(TypedDict):
    """Sessions that a baseline saw and that would stop. `surely`: all of them; else a log did not tell enough.

    `verdict` is what lets them through now, `by` the flow that permits them, null where none does. `either`: nothing tells
    which end opened them, and one way they would still pass. `astray`: a firewall recorded that some came in at another
    interface than their zone's, where no flow permits them. `aside`: `scan`, they answered a machine that also scanned, or
    `never-answered`, UDP that keeps coming.
    """

    source: str
    source_asset: str | None
    target: str
    target_asset: str | None
    service: str
    sessions: int
    days: int
    last: str
    surely: bool
    verdict: str
    by: Said | None
    either: NotRequired[bool]
    astray: NotRequired[bool]
    aside: NotRequired[str]


class SeenEntry(TypedDict):
    """What a baseline has to say of the change. `folder` is where it was asked, `first` and `last` are its days. `crowds`:
    addresses that each stand for so many that nothing tells apart. `aside` would stop, too, and is no evidence for a flow.
    """

    folder: str
    baseline: str
    days: int
    first: str | None
    last: str | None
    sessions: int
    stopped: list[StoppedEntry]
    aside: NotRequired[list[StoppedEntry]]
    crowds: NotRequired[dict[str, int]]


class DeliveryEntry(TypedDict):
    """What must keep working and is delivered otherwise: the need of a workflow, or an essential flow.

    `before` and `after` are delivered, recorded (by a pair in monitor only) or lost. `breaks`: it worked, and does not any
    more. `gone`: it is not declared any more; `released`: and it is delivered all the same. `direction`, `firewalls`, `why`
    and `example` are of what is lost or recorded.
    """

    kind: str
    name: str
    title: str
    flow: str
    before: str
    after: str
    breaks: bool
    released: bool
    gone: bool
    direction: str
    firewalls: list[str]
    why: str
    example: Example | None
    at: Place


class Summary(TypedDict):
    """Numbers of changes by effect, and what gates ask about. `assertions` end; `weaker` counts settings, `asks_less` what
    is `said` for which the gate of `segc promote` asks less, or a limit is higher.
    """

    breaks: int
    released: int
    interrupts: int
    opens: int
    permits: int
    withdraws: int
    keeps: int
    records: int
    modes: int
    grants: int
    firewalls: int
    ways: int
    playbooks: int
    assertions: int
    answers: int
    facts: int
    said: int
    asks_less: int
    settings: int
    weaker: int
    ignored: int
    blast_growth: int


class Plan(TypedDict):
    """All of it. `seen` is null where no baseline was asked."""

    schema: str
    segc: str
    at: str
    before: SideEntry
    after: SideEntry
    empty: bool
    summary: Summary
    seen: SeenEntry | None
    deliveries: list[DeliveryEntry]
    changes: list[ChangeEntry]
    modes: list[ModeEntry]
    grants: list[GrantEntry]
    next: list[DateEntry]
    firewalls: list[FirewallEntry]
    unbuildable: list[str]
    playbooks: list[PlaybookEntry]
    autonomy: Autonomy
    approvals: list[ApprovalEntry]
    figures: Figures
    assertions: list[AssertionEntry]
    ways: list[WayEntry]
    answers: list[AnswerEntry]
    facts: list[AnswerEntry]
    said: list[SaidEntry]
    settings: list[SettingEntry]
    findings: list[FindingEntry]

"""The shape of those parts of segc/plan/1 that say nothing of packets; segc/plan/shape.py has the rest.

For the type checker only: nothing imports this when segc runs.
"""

from __future__ import annotations

from typing import TypedDict


class Place(TypedDict):
    """A line of a policy; `file` is as seen from the plant's folder."""

    file: str
    line: int


class DetailEntry(TypedDict):
    """What something says of itself, before and after; empty where it says nothing."""

    facet: str
    before: str
    after: str


class PairEntry(TypedDict):
    """An ordered pair of zones, as they are called after the change."""

    source: str
    target: str


class WayEntry(TypedDict):
    """Between these zones stood all the firewalls of `before`, and stand those of `after` only.

    `unfiltered`: a way leads past all of them.
    """

    pairs: list[PairEntry]
    before: list[str]
    after: list[str]
    unfiltered: bool


class AnswerEntry(TypedDict):
    """Who answers or decides, before and after: the `facet` of the things `names`, which concern `zones`.

    `what` is zone, asset, conduit, firewall, workflow, site, role, team or flow. `facet` is owner, shutdown or isolate (roles
    with that authority), team, deputy, phone, title, contact, review-by, or declared (it comes or goes). Of `facts` it is
    what checks go by: level, kind, sl-t, outside, criticality, safety, unpatchable, end-of-support, or service.
    """

    what: str
    names: list[str]
    facet: str
    before: list[str]
    after: list[str]
    zones: list[str]
    at: Place


class SaidEntry(TypedDict):
    """What a flow, conduit or firewall says that no packet shows: `facet` of `name`, before and after.

    `what` is flow, conduit or firewall; `facet` is because, ticket, expect, period, tested or learned-until, latency, inspect
    or fail, capacity or clock. `weaker`: the gate of `segc promote` asks less for it, or a limit is higher.
    """

    what: str
    name: str
    facet: str
    before: str
    after: str
    weaker: bool
    at: Place


class SettingEntry(TypedDict):
    """A key of segc.toml that counts otherwise. `weaker`: less is found, or more is let pass, than before."""

    key: str
    before: str
    after: str
    weaker: bool


class FindingEntry(TypedDict):
    """What `segc check` has to say otherwise: ignored (a comment answers for it, `until` and `because`), lowered (a level
    makes it lighter than it is), or found (new, whoever asks). `severity` is without levels.
    """

    change: str
    name: str
    severity: str
    message: str
    until: str
    because: str
    at: Place | None


class ObligationEntry(TypedDict):
    """What must be true of an isolation and is not, and what shows it."""

    name: str
    says: str
    shown: list[str]


class PlaybookEntry(TypedDict):
    """An isolation that begins, ends or changes; `facets` are files, keeps, cuts, zones and holds, and
    authority, within and drilled, of which `details` gives the texts.

    `firewalls` are given other files. `holds_before` and `holds_after` are null where there is none; `fails` are the
    obligations that do not hold after, `problem` says why it cannot be made.
    """

    name: str
    title: str
    change: str
    facets: list[str]
    details: list[DetailEntry]
    firewalls: list[str]
    holds_before: bool | None
    holds_after: bool | None
    fails: list[ObligationEntry]
    problem: str
    at: Place


class DependencyEntry(TypedDict):
    """What stops in a control zone when everything above the DMZ is gone.

    `what` is time, sign-in, licences, names and addresses, or workflow. `through` is the server of the DMZ that asks above
    itself. `change` is begins or ends.
    """

    change: str
    what: str
    who: str
    zone: str
    flow: str
    above: str
    through: str
    essential: bool
    at: Place


class Autonomy(TypedDict):
    """How many dependencies on what lies above the DMZ there are, and those that begin or end."""

    before: int
    after: int
    changes: list[DependencyEntry]


class AssertionEntry(TypedDict):
    """An assertion that holds on one side only, or that ends; `before` and `after` are null where it is not asserted.

    `change` is begins, changes or ends. `instead` are new ones of the same kind, where it ends.
    """

    change: str
    assertion: str
    before: bool | None
    after: bool | None
    instead: list[str]
    says: str
    at: Place

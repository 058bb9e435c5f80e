"""The register of grants as the document segc/grants/1, and as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.model.clock import utc_text, window_text, zone_of
from segc.model.places import place
from segc.report.cells import visible
from segc.response.register import ENDED, OPEN, Entry, Register, expiring
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from segc.model.plant import Plant

SCHEMA = "segc/grants/1"


class GrantEntry(TypedDict):
    """A grant. `state` is open, waiting or ended; `turns` the next moment at which it opens or closes (UTC).

    `used` is when it was last used (UTC), `unused` whether it was open and never used; both null without a baseline.
    """

    name: str
    title: str
    state: str
    turns: str | None
    days: int
    until: str
    windows: list[str]
    vendor: str
    approved_by: str
    ticket: str
    owner: str
    flows: list[str]
    firewalls: list[str]
    stale: list[str]
    used: str | None
    unused: bool | None
    source: str


class Gone(TypedDict):
    """What a build holds and the policy does not."""

    firewall: str
    name: str


class GrantsDocument(TypedDict):
    """All of it."""

    schema: str
    segc: str
    at: str
    timezone: str
    grants: list[GrantEntry]
    unknown: list[Gone]


def document(plant: Plant, found: Register, days: int | None = None) -> GrantsDocument:
    """The register; with `days`, only what ends within so many."""
    entries = found.entries if days is None else expiring(found, days)
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(found.at),
        "timezone": zone_of(plant).key,
        "grants": [_entry(plant, one) for one in entries],
        "unknown": [{"firewall": firewall, "name": name} for firewall, name in found.unknown],
    }


def _entry(plant: Plant, one: Entry) -> GrantEntry:
    grant = one.grant
    return {
        "name": grant.name,
        "title": grant.title,
        "state": one.state,
        "turns": utc_text(one.turns) if one.turns else None,
        "days": one.days,
        "until": grant.last.isoformat(),
        "windows": [window_text(each) for each in grant.windows],
        "vendor": grant.vendor,
        "approved_by": grant.approved_by or "",
        "ticket": grant.ticket,
        "owner": grant.owner or "",
        "flows": [flow.text for flow in grant.flows],
        "firewalls": list(one.firewalls),
        "stale": list(one.stale),
        "used": utc_text(one.used) if one.used else None,
        "unused": one.unused,
        "source": place(plant, grant.span),
    }


def render(plant: Plant, told: GrantsDocument, found: Register) -> str:
    """Lines for people, in the site's time."""
    return "".join(f"{line}\n" for line in _lines(plant, told, found))


def _lines(plant: Plant, told: GrantsDocument, found: Register) -> Iterator[str]:
    moments = {one.grant.name: one.turns for one in found.entries}
    if not told["grants"]:
        yield "no grants" if not found.entries else "no grant ends so soon"
    for state, title in (("open", "open now"), ("waiting", "shut now"), ("ended", "over")):
        mine = [one for one in told["grants"] if one["state"] == state]
        if mine:
            yield f"{title}:"
            yield from _table(plant, mine, moments)
    unused = [one["name"] for one in told["grants"] if one["unused"]]
    if unused:
        yield f"never used, as far as the baseline has seen: {', '.join(unused)}"
    yield from _against_build(told)


def _table(plant: Plant, mine: Sequence[GrantEntry], moments: dict[str, datetime | None]) -> Iterator[str]:
    width = max(len(one["name"]) for one in mine)
    for one in mine:
        yield f"  {one['name']:<{width}}  {_when(plant, one, moments[one['name']])}"
        who = [one["vendor"], f"approved by {one['approved_by']}" if one["approved_by"] else "approved by nobody"]
        who += [one["ticket"]] if one["ticket"] else []
        yield f"  {'':<{width}}  {visible(', '.join(part for part in who if part))}  ({one['source']})"
        for flow in one["flows"]:
            yield f"  {'':<{width}}  {flow}"


def _when(plant: Plant, one: GrantEntry, turns: datetime | None) -> str:
    if one["state"] == ENDED or turns is None:
        return f"ended with {one['until']}: delete it"
    local = turns.astimezone(zone_of(plant)).strftime("%a %Y-%m-%d %H:%M")
    does = "until" if one["state"] == OPEN else "opens"
    left = f"last day {one['until']}, {count(one['days'], 'day')} left"
    return f"{does} {local}; {left}"


def _against_build(told: GrantsDocument) -> Iterator[str]:
    for one in told["grants"]:
        for firewall in one["stale"]:
            yield f"the build still opens `{one['name']}` on {firewall}, which is shut now: build and apply again"
    for gone in told["unknown"]:
        yield f"the build holds `{gone['name']}` on {gone['firewall']}, which the policy does not have any more"

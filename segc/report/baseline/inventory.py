"""`segc baseline inventory` as a document, as text, and as `.zone` text of the machines that are missing."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address
from typing import TYPE_CHECKING, NotRequired, TypedDict

from segc import __version__
from segc.baseline import crowds
from segc.baseline.ledger import MICROSECONDS_A_DAY
from segc.baseline.store import day_text, moment_text
from segc.baseline.words import percent, rounded
from segc.lang.formatter import format_text
from segc.model.clock import utc_text
from segc.model.places import place
from segc.source import Source
from segc.words import count, plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from segc.baseline.inventory import Inventory, Talker

SHOWN = 8
HEADING = "# Machines that no asset declares, from the baseline "  # what a draft of them begins with


class TalkerEntry(TypedDict):
    """A machine that no asset declares. `heard`: it sent something; else it was only asked, by logs that tell no answers."""

    address: str
    zone: str | None
    sessions: int
    days: int
    first: str
    last: str
    offers: list[str]
    uses: list[str]
    macs: list[str]
    heard: bool


class SilentEntry(TypedDict):
    """A declared machine that was never heard."""

    asset: str
    kind: str
    place: str


class OddityEntry(TypedDict):
    """Something about an address: `kind` is two-machines, replaced, several-addresses, mac or vendor."""

    kind: str
    address: str
    asset: str | None
    place: str | None
    text: str


class InventoryDocument(TypedDict):
    """All of it. `coverage` is the share of talkers that are declared; `hardware`: did any log tell MAC addresses?

    `crowds`: addresses that each stand for so many that nothing tells apart; `talking` counts all machines that talk then.
    """

    schema: str
    segc: str
    at: str
    baseline: str
    days: int
    declared: int
    coverage: float
    hardware: bool
    undeclared: list[TalkerEntry]
    silent: list[SilentEntry]
    oddities: list[OddityEntry]
    talking: NotRequired[int]
    crowds: NotRequired[dict[str, int]]


def document(found: Inventory, at: datetime) -> InventoryDocument:
    """Everything."""
    plant = found.plant
    told: InventoryDocument = {
        "schema": "segc/inventory/1",
        "segc": __version__,
        "at": utc_text(at),
        "baseline": found.digest,
        "days": len(found.days),
        "declared": found.known,
        "coverage": rounded(found.coverage),
        "hardware": found.has_macs,
        "undeclared": [_talker(one) for one in found.talkers],
        "silent": [{"asset": a.path, "kind": a.kind, "place": place(plant, a.span)} for a in found.silent],
        "oddities": [
            {
                "kind": one.kind,
                "address": one.address,
                "asset": one.asset.path if one.asset else None,
                "place": place(plant, one.asset.span) if one.asset else None,
                "text": one.text,
            }
            for one in found.oddities
        ],
    }
    if found.crowds:
        told["talking"] = found.total
        told["crowds"] = crowds.sizes(found.crowds)
    return told


def _talker(one: Talker) -> TalkerEntry:
    return {
        "address": one.address,
        "zone": one.zone,
        "sessions": one.sessions,
        "days": one.days,
        "first": moment_text(one.first),
        "last": moment_text(one.last),
        "offers": list(one.offers),
        "uses": list(one.uses),
        "macs": list(one.macs),
        "heard": one.heard,
    }


# ---- text --------------------------------------------------------------------------------------------------------


def render(told: InventoryDocument, *, whole: bool = False) -> str:
    """Lines for people. `whole`: all of every list."""
    return "".join(f"{line}\n" for line in _lines(told, whole=whole))


def _lines(told: InventoryDocument, *, whole: bool) -> Iterator[str]:
    total = told.get("talking", told["declared"] + len(told["undeclared"]))
    talk = plural(total, "that talks is", "that talk are")
    yield f"{told['declared']:,} of {count(total, 'machine')} {talk} declared ({percent(told['coverage'])})"
    yield f"(baseline {told['baseline']}: {count(told['days'], 'day')})"
    yield from crowds.told(told.get("crowds", {}))
    by_zone = Counter(one["zone"] or "" for one in told["undeclared"])
    for zone in sorted(by_zone, key=lambda name: (not name, -by_zone[name], name)):
        lines = [line for one in told["undeclared"] if (one["zone"] or "") == zone for line in _undeclared(one)]
        where = f"in {zone}" if zone else "in no zone (give a zone their addresses, or find out what they are)"
        yield from _section(f"not declared, {where}: {by_zone[zone]}", lines, whole=whole)
    lines = [f"{one['asset']} ({one['kind']}), {one['place']}" for one in told["silent"]]
    yield from _section(f"declared, and never heard: {len(lines)}", lines, whole=whole)
    lines = [one["text"] for one in told["oddities"]]
    yield from _section(f"to look at: {len(lines)}", lines, whole=whole)
    if not told["hardware"]:
        yield ""
        yield "no log tells hardware (MAC) addresses of machines, so nothing is said of who is who"


def _undeclared(one: TalkerEntry) -> Iterator[str]:
    does = "; ".join(
        f"{word} {', '.join(one[key])}"  # type: ignore[literal-required]
        for word, key in (("offers", "offers"), ("uses", "uses"))
        if one[key]  # type: ignore[literal-required]
    )
    unsure = "" if one["heard"] else "; only asked, no log tells of an answer"
    yield f"{one['address']}   {count(one['sessions'], 'session')}, last {one['last']}: {does}{unsure}"


def _section(title: str, lines: Sequence[str], *, whole: bool) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        shown = len(lines) if whole else SHOWN
        yield from (f"  {line}" for line in lines[:shown])
        if len(lines) > shown:
            yield f"  and {len(lines) - shown} more (-v shows all)"


# ---- as a policy -------------------------------------------------------------------------------------------------


def assets(found: Inventory) -> str:
    """Machines that were heard in the plant's zones, as statements in the one style, with what was seen of each."""
    taken = {asset.path for zone in found.plant.zones.values() for asset in zone.assets}
    lines = [
        f"{HEADING}{found.digest}.",
        "# Give each its name and kind, or find out why it is there. Name this file by `use` in the root file.",
    ]
    for one in sorted(found.talkers, key=lambda talker: (talker.zone or "", _number(talker.address))):
        if one.zone is not None and one.heard:
            lines += ["", *_evidence(one), _statement(one, taken)]
    return format_text(Source("assets", "\n".join(lines) + "\n"))


def _number(address: str) -> tuple[int, int]:
    one = ip_address(address)
    return one.version, int(one)


def _evidence(one: Talker) -> Iterator[str]:
    day = day_text(one.last // MICROSECONDS_A_DAY)
    yield f"# {count(one.sessions, 'session')} on {count(one.days, 'day')}, last on {day}"
    if one.offers:
        yield f"# offers {', '.join(one.offers)}"
    if one.uses:
        yield f"# uses {', '.join(one.uses)}"


def _statement(one: Talker, taken: set[str]) -> str:
    """The name is the address: nothing else is known of it."""
    parsed = ip_address(one.address)
    name = f"host-{parsed.exploded.replace('.', '-').replace(':', '-')}"
    while f"{one.zone}.{name}" in taken:
        name += "-x"
    taken.add(f"{one.zone}.{name}")
    mac = f'; mac "{one.macs[0]}"' if len(one.macs) == 1 else ""
    return f"asset {one.zone}.{name} {one.address} {{ kind other{mac} }}"

"""The record of a zone and of a conduit, laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.blocks import (
    Block,
    Cell,
    Line,
    Para,
    Part,
    Table,
    cell,
    code,
    joined,
    line,
    mark,
    place,
    strong,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segc.report.dossier.shape import ConduitSpec, Flows, ZoneSpec

NOBODY = "nobody"


def _facts(rows: Iterable[tuple[str, Cell]]) -> Table:
    return Table(("", ""), tuple((cell(name), value) for name, value in rows if value))


def zone_part(zone: ZoneSpec) -> Part:
    """A zone's record."""
    level = f"level {zone['level']}" if zone["level"] else "no level"
    facts = _facts(
        (
            ("function", cell(", ".join((zone["kind"], level)))),
            ("accountable", cell(zone["owner"] or strong(NOBODY))),
            ("target level (SL-T)", cell(str(zone["sl_t"]) if zone["sl_t"] is not None else strong("not set"))),
            ("safety", cell("a safety function" if zone["safety"] else "no safety function of its own")),
            ("logical boundary", cell(joined(map(code, zone["networks"])))),
            ("access points", cell(joined(map(code, zone["access"])))),
            ("conduits", cell(joined(map(code, zone["conduits"])))),
            ("mode by default", cell(mark(zone["mode"]))),
            ("may stop it", cell(joined(map(code, zone["shutdown"])))),
            ("may cut it off", cell(joined(map(code, zone["isolate"])))),
            ("playbooks", cell(joined(map(code, zone["playbooks"])))),
            ("controls", cell(*zone["controls"])),
            ("rests on", cell(*zone["rests_on"])),
            ("line", cell(place(zone["source"]))),
        )
    )
    rows = [
        (
            cell(code(one["name"])),
            cell(one["kind"]),
            cell(one["vendor"]),
            cell(one["criticality"]),
            cell(", ".join(one["marks"])),
            cell(place(one["source"])),
        )
        for one in zone["assets"]
    ]
    blocks: list[Block] = [facts]
    if rows:
        blocks.append(Table(("asset", "kind", "maker", "criticality", "marks", "line"), tuple(rows)))
    else:
        blocks.append(Para(line("No asset is declared."), "soft"))
    return Part(_headed(zone["name"], zone["title"]), f"zone-{zone['name']}", tuple(blocks))


def conduit_part(conduit: ConduitSpec) -> Part:
    """A conduit's record."""
    directions: list[Line] = [
        (
            *line(code(one["source"]), " → ", code(one["target"]), ": ", mark(one["state"])),
            *(line(" by ", *joined(map(code, one["firewalls"]))) if one["firewalls"] else ()),
        )
        for one in conduit["directions"]
    ]
    levels = " and ".join("not set" if one is None else str(one) for one in conduit["sl_t"])
    facts = _facts(
        (
            ("accountable", cell(conduit["owner"] or strong(NOBODY))),
            ("directions", cell(*directions)),
            ("target levels (SL-T)", cell(levels)),
            ("latency", cell(f"{conduit['latency']:g} ms" if conduit["latency"] is not None else "")),
            ("inspection", cell(conduit["inspect"])),
            ("if the box fails", cell(conduit["fail"])),
            ("essential", cell("yes: no change may cut it unnoticed" if conduit["essential"] else "")),
            ("line", cell(place(conduit["source"]))),
        )
    )
    blocks: list[Block] = [facts]
    if conduit["flows"]:
        rows = tuple(_flow(one) for one in conduit["flows"])
        blocks.append(Table(("flow", "reason", "besides", "line"), rows))
    return Part(_headed(conduit["name"], conduit["title"]), f"conduit-{conduit['name']}", tuple(blocks))


def _flow(one: Flows) -> tuple[Cell, ...]:
    besides = [
        words
        for words, has in (
            ("essential", one["essential"]),
            ("recorded", one["log"]),
            (f"ticket {one['ticket']}", one["ticket"]),
            (f"expected {one['expect']}", one["expect"]),
            (f"comes each {one['period']}", one["period"]),
            (f"tested {one['tested']}", one["tested"]),
            (f"drafted from logs until {one['learned_until']}; only later ones speak for it", one["learned_until"]),
            (f"review by {one['review_by']}", one["review_by"]),
        )
        if has
    ]
    return cell(code(one["flow"])), cell(one["because"]), cell(", ".join(besides)), cell(place(one["source"]))


def _headed(name: str, title: str) -> str:
    return f"{name} · {title}" if title else name

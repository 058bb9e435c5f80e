"""The report in words and tables, chapter by chapter. Formats only lay these out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.dossier.blocks import (
    Block,
    Bullets,
    Cell,
    Line,
    Para,
    Part,
    Section,
    Table,
    cell,
    code,
    joined,
    line,
    mark,
    place,
    strong,
)
from segc.report.dossier.evidence.judging import VERDICTS
from segc.report.dossier.records import conduit_part, zone_part
from segc.report.dossier.response import cards, playbook_part, register_table
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report.dossier.shape import Jewels, Report

NOT_HERE = (
    "Not in the policy, and so kept elsewhere: physical boundaries and access points, assumptions, the risk itself."
)

VERDICTS_MEAN = (
    "Proved: judged over all packets or over the whole policy in this run, and kept today by what is rendered. "
    "Documented: the policy says so. Missing: it does not, or a check says otherwise."
)


def title(report: Report) -> str:
    """What stands above it all."""
    return f"Segmentation report: {report['site']['title'] or report['site']['name'] or 'plant'}"


def stamp(report: Report) -> str:
    """For when, from which policy, and compared with what."""
    against = f", compared with {report['against']}" if report["against"] else ""
    edition = ", redacted edition without addresses and contacts" if report["redacted"] else ""
    return f"For {report['at']}, policy {report['policy'][:16]}, segc {report['segc']}{against}{edition}."


def sections(report: Report) -> list[Section]:
    """All chapters after the picture."""
    return [
        Section("figures", "Headline figures", tuple(_figures(report))),
        Section("exposure", "Worst paths and best cuts", tuple(_exposure(report))),
        Section("old", "Machines that cannot be patched", tuple(_old(report))),
        Section("workflows", "What must keep working", tuple(_workflows(report))),
        Section("authority", "Who decides", (Para(line("Who may stop production, and who may cut a zone off, in the "
                "order to be asked.")), *cards(report["owners"]))),
        Section("playbooks", "Playbooks", tuple(playbook_part(one) for one in report["playbooks"]) or _none("playbook")),
        Section("grants", "Temporary access", tuple(register_table(report["grants"]))),
        Section("exceptions", "Exceptions", tuple(_exceptions(report))),
        Section("findings", "Findings", tuple(_findings(report))),
        Section("proofs", "What this run has proved", tuple(_proofs(report))),
        Section("evidence", "Evidence by requirement", tuple(_evidence(report))),
        Section("zones", "Zones", (Para(line(NOT_HERE), "soft"), *map(zone_part, report["zones"]))),
        Section("conduits", "Conduits", tuple(map(conduit_part, report["conduits"])) or _none("conduit")),
        Section("owners", "Who answers for what", (_owners(report),)),
    ]  # fmt: skip


def _none(what: str) -> tuple[Block, ...]:
    return (Para(line(f"There is no {what}."), "soft"),)


def _figures(report: Report) -> Iterator[Block]:
    rows = [
        (
            cell(one["name"]),
            cell(strong(one["value"])),
            cell(one["before"]),
            cell(mark(one["trend"])),
            cell(one["says"]),
        )
        for one in report["headline"]
    ]
    if report["against"]:
        yield Table(("figure", "now", "before", "trend", ""), tuple(rows))
    else:
        yield Table(("figure", "now", ""), tuple((row[0], row[1], row[4]) for row in rows))


def _exposure(report: Report) -> Iterator[Block]:
    for state, words in (("declared", "as declared"), ("today", "today")):
        mine = [one for one in report["paths"] if one["state"] == state]
        if not mine:
            yield Para(line(f"From outside, nothing that must be protected can be reached {words}."))
        else:
            yield Part(f"Shortest ways in, {words}", f"paths-{state}", (_ways(mine),))
    widest = report["flatness"]["widest"][:5]
    rows = [(cell(code(one["name"])), cell(str(one["reached"])), cell(str(one["commands"]))) for one in widest]
    yield Part(
        "Who reaches furthest, as declared", "widest", (Table(("machine", "reaches", "can command"), tuple(rows)),)
    )
    for each in report["cuts"]:
        yield Part(
            f"Cutting off {each['name']}", f"cut-{each['name']}", tuple(_cut(each["cut"], each["reached"], each["of"]))
        )
    gains = report["flatness"]["enforce_next"] or []
    if gains:
        items = tuple(
            line(code(one["name"]), f" lowers today's flatness by {one['lowers']:.3f} ", place(one["source"]))
            for one in gains[:5]
        )
        yield Part("What to enforce next", "next", (Bullets(items, numbered=True),))


def _ways(found: Sequence[Jewels]) -> Table:
    rows = []
    for one in found:
        chain = [
            line(code(step["start"]), " → ", code(step["to"]), f": {step['why']} ", place(step["source"]))
            for step in one["chain"]
        ]
        rows.append((cell(code(one["name"])), cell(", ".join(one["why"])), cell(*chain)))
    return Table(("machine", "why it matters", "way"), tuple(rows))


def _cut(cut: object, reached: int, of: int) -> Iterator[Block]:
    flows, stays = cut["flows"], cut["stays"]  # type: ignore[index]
    yield Para(line(f"It reaches {reached} of {of} machines that must be protected."))
    if flows:
        rows = [
            (
                cell(code(one["flow"])),
                cell(one["because"]),
                cell(", ".join(one["workflows"])),
                cell(place(one["source"])),
            )
            for one in flows
        ]
        yield Para(line(f"The fewest flows to remove: {len(flows)}."))
        yield Table(("flow", "reason", "workflows that would stop", "line"), tuple(rows))
    if stays:
        names = joined(code(one["name"]) for one in stays)
        yield Para((*line("Only an essential flow leads there, so nothing is proposed: "), *names, *line(".")))


def _old(report: Report) -> Iterator[Block]:
    if not report["old"]:
        yield Para(line("No machine is declared unpatchable or near the end of its support."))
        return
    rows = []
    for one in report["old"]:
        ends = one["end_of_support"]
        support = (
            line(f"since {ends} without support" if not one["supported"] else f"supported until {ends}") if ends else ()
        )
        rows.append(
            (
                cell(code(one["name"]), line(one["kind"])),
                cell(one["why"], support),
                cell(*one["controls"]) or cell(strong("none")),
                cell(f"{one['commanded_by']} ({one['commanded_by_today']})"),
                cell(place(one["source"])),
            )
        )
    yield Table(("machine", "why", "what protects it", "commanded by, as declared (today)", "line"), tuple(rows))


def _workflows(report: Report) -> Iterator[Block]:
    if not report["workflows"]:
        yield from _none("workflow")
        return
    rows = []
    for one in report["workflows"]:
        needs = [
            line(
                code(each["flow"]),
                " ",
                mark("permitted" if each["permitted"] else "NOT PERMITTED"),
                " ",
                place(each["source"]),
            )
            for each in one["needs"]
        ]
        name = cell(line(strong(one["title"] or one["name"])), line(code(one["name"])), line(one["owner"]))
        rows.append((name, cell(*needs), cell(joined(map(code, one["stopped_by"])))))
    yield Table(("workflow", "needs", "stopped by playbook"), tuple(rows))


def _exceptions(report: Report) -> Iterator[Block]:
    if not report["exceptions"]:
        yield Para(line("No finding is accepted by an exception."))
        return
    rows = [
        (
            cell(one["until"], f"{count(one['days'], 'day')} left"),
            cell(line(code(one["name"]), f" {one['code']}")),
            cell(one["message"]),
            cell(one["reason"]),
            cell(place(one["source"])),
        )
        for one in report["exceptions"]
    ]
    yield Table(("until", "finding", "what is accepted", "reason", "line"), tuple(rows))


def _findings(report: Report) -> Iterator[Block]:
    kinds: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for one in report["findings"]:
        kinds.setdefault((one["severity"], one["name"], one["code"]), []).append((one["message"], one["source"]))
    if not kinds:
        yield Para(line("No check has anything to say."))
        return
    yield Para(line("Of all checks, those for audits among them."), "soft")
    rows = []
    for (severity, name, number), found in kinds.items():
        lines = [line(f"{message} ", place(source)) for message, source in found]
        rows.append((cell(mark(severity)), cell(code(name), number), cell(*lines)))
    yield Table(("weight", "finding", "what is said"), tuple(rows))


def _proofs(report: Report) -> Iterator[Block]:
    rows = [
        (
            cell(line(code(one["name"])), line(one["title"])),
            cell(one["target"]),
            cell(line(mark("proved" if one["proved"] else "NOT PROVED"), f" {one['says']}")),
            cell(
                "records only: stops nothing" if one["monitors_only"] else "stops what its enforced pairs do not permit"
            ),
            cell(place(one["source"])),
        )
        for one in report["firewalls"]
    ]
    if rows:
        yield Table(("firewall", "target", "files, read back", "does", "line"), tuple(rows))
    told = [
        (
            cell(code(one["assertion"])),
            cell(mark("holds" if one["holds"] else "DOES NOT HOLD"), one["says"]),
            cell(f"{'holds' if one['other'] else 'does not hold'}: {one['other_says']}"),
            cell(place(one["source"])),
        )
        for one in report["assertions"]
    ]
    if told:
        yield Part("What the policy asserts of itself", "assertions",
                   (Table(("assertion", "as declared", "today", "line"), tuple(told)),))  # fmt: skip


def _evidence(report: Report) -> Iterator[Block]:
    tally = [one["verdict"] for one in report["evidence"]]
    yield Para(line(", ".join(f"{tally.count(word)} {word}" for word in VERDICTS) + "."))
    yield Para(line(VERDICTS_MEAN), "soft")
    for standard in dict.fromkeys(one["standard"] for one in report["evidence"]):
        rows = []
        for one in report["evidence"]:
            if one["standard"] == standard:
                more = line(f" and {one['more']} more") if one["more"] else ()
                lines: Line = (*joined(map(place, one["sources"])), *more, *line(one["unsourced"]))
                rows.append((cell(one["id"]), cell(one["asks"]), cell(mark(one["verdict"])), cell(one["says"], lines)))
        yield Part(standard, "evidence-" + standard.lower().replace(" ", "-").replace(":", "-").replace("/", "-"),
                   (Table(("id", "asks", "verdict", "why"), tuple(rows)),))  # fmt: skip


def _owners(report: Report) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in report["owners"]["things"]:
        ends = " and ".join(dict.fromkeys(one["ends"]))
        rows.append((cell(line(f"{one['kind']} ", code(one["name"]))), cell(one["owner"] or strong("NOBODY")),
                     cell(ends), cell(place(one["source"]))))  # fmt: skip
    return Table(("", "owner", "its ends are owned by", "line"), tuple(rows))


def summary(report: Report) -> str:
    """One line under the picture."""
    found = report["picture"]
    sizes = ((found["zones"], "zone"), (found["conduits"], "conduit"), (found["grants"], "grant"))
    return ", ".join(count(len(things), noun) for things, noun in sizes)

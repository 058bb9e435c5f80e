"""The end of a grant for the technician who brings it about: the document segc/kill/1, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.graph.topology import Topology
from segc.model.clock import utc_text
from segc.model.parts import flow_pairs
from segc.model.places import place
from segc.model.plant import MONITOR
from segc.response import sheet_text
from segc.response.runbook import todo
from segc.response.runbook_appendix import proved_lines
from segc.response.runbook_steps import counted, step
from segc.response.sheet import Code, Heading, Items, Para, Strong, Tick, Ticks, line
from segc.targets.job import Artefact
from segc.targets.jsontext import json_text
from segc.targets.output import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.response.kill import Killed
    from segc.response.runbook import ProvedLine, Todo
    from segc.response.sheet import Block, Line

SCHEMA = "segc/kill/1"
NAME = "KILL.md"


class KillDocument(TypedDict):
    """All of it. `others` are grants of the same vendor, which this does not close.

    `until` is when they stop to be true: the rules of a firewall that cannot tell the time, or the commands, since another
    grant of the same packets opens or closes. Null where nothing of that comes. `monitored` are the pairs of
    zones on its way that are in monitor, where only the packets of the grant are stopped.
    """

    schema: str
    segc: str
    at: str
    until: str | None
    policy: str
    grant: str
    title: str
    vendor: str
    others: list[str]
    flows: list[str]
    monitored: list[str]
    source: str
    steps: list[Todo]
    proved: list[ProvedLine]


def document(done: Killed, at: datetime) -> KillDocument:
    """What closes a grant, on which firewalls, and what is true of it."""
    grant, topology = done.grant, Topology(done.plant)
    return {
        "schema": SCHEMA,
        "segc": __version__,
        "at": utc_text(at),
        "until": done.manifest["next-change"],
        "policy": done.manifest["policy"]["sha256"],
        "grant": grant.name,
        "title": grant.title,
        "vendor": grant.vendor,
        "others": [
            one.name
            for one in done.plant.grants.values()
            if one.vendor == grant.vendor and one.vendor and one.name != grant.name
        ],
        "flows": [flow.text for flow in grant.flows],
        "monitored": sorted(
            {f"{a} -> {b}" for flow in grant.flows for a, b in flow_pairs(flow) if _monitors(done, a, b)}
        ),
        "source": place(done.plant, grant.span),
        "steps": [todo(done.plant, topology, one) for one in done.steps],
        "proved": [
            {"name": one.name, "says": one.says, "holds": one.holds, "shown": list(one.shown)} for one in done.proved
        ],
    }


def _monitors(done: Killed, a: str, b: str) -> bool:
    return done.over.mode(a, b) == MONITOR


def files(done: Killed, at: datetime) -> dict[str, Artefact]:
    """The folder: firewalls' files, the guide and the manifest, which names the grant that these close."""
    manifest = done.manifest | {"kill": {"grant": done.grant.name}, "documents": [NAME]}
    return {
        **done.files,
        NAME: Artefact(NAME, markdown(document(done, at)), "guide"),
        MANIFEST: Artefact(MANIFEST, json_text(manifest) + "\n", "manifest"),
    }


def markdown(told: KillDocument) -> str:
    """One page to work from."""
    return sheet_text.markdown(_sheet(told))


def _afterwards(told: KillDocument) -> Line:
    if told["monitored"]:
        return line(
            "Any other build of the policy lets these packets in again, with the grant or without it, since monitor lets "
            "in everybody. Leave these files in force until the conduit is promoted; delete ",
            Code(told["grant"]),
            " then.",
        )
    return line("Delete ", Code(told["grant"]), " from the policy today. Until then, the next build opens it again.")


def _limits(told: KillDocument) -> Iterator[Block]:
    """What these files do not do."""
    if told["others"]:
        yield Para(
            line(
                Strong("Not closed by this"),
                f", though of the same vendor: {', '.join(told['others'])}. Each needs its own ",
                Code("segc grants --kill"),
                ".",
            )
        )
    if told["monitored"]:
        yield Para(
            line(
                Strong("In monitor:"),
                *(part for pair in told["monitored"] for part in (" ", Code(pair))),
                ". These packets are stopped there, and nothing else: by any other port or address whoever has the grant "
                "still gets in, as everybody does. To shut out a whole machine, promote the conduit (",
                Code("segc promote"),
                ") or cut the zone off (",
                Code("segc isolate"),
                ").",
            )
        )
    yield Para(
        line(
            Strong("One at a time."),
            " On a firewall that both need, these files let in again whoever was shut out by another such folder. To end "
            "several grants there, delete the first from the policy, and make the files of the second anew.",
        )
    )


def _sheet(told: KillDocument) -> Iterator[Block]:
    whose = f" of {told['vendor']}" if told["vendor"] else ""
    until = f" Use it until {told['until']}; after that, make it anew." if told["until"] else ""
    yield Heading(line("Close the grant ", Code(told["grant"]), f"{whose}, now"), 1)
    yield Para(line("Closes the grant ", Code(told["grant"]), f" ({told['source']}), and nothing else.{until}"))
    yield Items(tuple(line(Code(flow)) for flow in told["flows"]))
    yield from _limits(told)
    if not all(one["holds"] for one in told["proved"]):
        yield Para(line(Strong("DO NOT USE: not everything that must be true of this is. See the end.")), "alarm")
    yield from _todo(told)
    yield Heading(line("To let them in again"))
    yield Para(line("Somebody approves it anew. Then apply the build of the policy that has the grant."))
    yield Heading(line("What has been proved"))
    yield Para(line("Of every packet, by segc, before these files were written:"))
    yield Items(tuple(proved_lines(told["proved"])))
    yield Para(
        line(
            "The commands that end sessions are read back as well, where a reader knows their words; where not, or where "
            "they cannot name just these sessions, their file says ",
            Code("Not proved"),
            " at its head. What a box makes of them nobody proves.",
        )
    )
    until = f", and true until {told['until']}" if told["until"] else ""
    yield Para(line(f"For {told['at']}{until}. Policy ", Code(told["policy"][:16]), "."), "soft")


def _todo(told: KillDocument) -> Iterator[Block]:
    yield Heading(line("What to do, in this order"))
    number, todos = 1, told["steps"]
    for at, one in enumerate(todos):
        box = step(one, number, before=tuple(reversed(todos[:at])))
        number += counted(box)
        yield box
    yield Ticks((Tick(_afterwards(told)), Tick(line("Tell the vendor, and the owner of the zone."))), number)

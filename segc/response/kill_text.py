"""The end of a grant for the technician who brings it about: the document segc/kill/1, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.graph.topology import Topology
from segc.model.clock import utc_text
from segc.model.places import place
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
    from segc.response.sheet import Block

SCHEMA = "segc/kill/1"
NAME = "KILL.md"


class KillDocument(TypedDict):
    """All of it. `others` are grants of the same vendor, which this does not close.

    `until` is when the files stop to be true; null where firewalls keep the time themselves.
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
        "source": place(done.plant, grant.span),
        "steps": [todo(done.plant, topology, one) for one in done.steps],
        "proved": [
            {"name": one.name, "says": one.says, "holds": one.holds, "shown": list(one.shown)} for one in done.proved
        ],
    }


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


def _sheet(told: KillDocument) -> Iterator[Block]:
    whose = f" of {told['vendor']}" if told["vendor"] else ""
    yield Heading(line("Close the grant ", Code(told["grant"]), f"{whose}, now"), 1)
    yield Para(line("Closes the grant ", Code(told["grant"]), f" ({told['source']}), and nothing else:"))
    yield Items(tuple(line(Code(flow)) for flow in told["flows"]))
    if told["others"]:
        yield Para(
            line(
                Strong("Not closed by this"),
                f", though of the same vendor: {', '.join(told['others'])}. Each needs its own ",
                Code("segc grants --kill"),
                ".",
            )
        )
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
            "Not proved: what a box makes of the commands that end sessions. Where it knows fewer words than they would "
            "need, such as ports, the guide of its target says so."
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
    delete = line("Delete ", Code(told["grant"]), " from the policy today. Until then, the next build opens it again.")
    yield Ticks((Tick(delete), Tick(line("Tell the vendor, and the owner of the zone."))), number)

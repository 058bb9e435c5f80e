"""The end of a grant for the technician who brings it about: the document segc/kill/1, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from segc import __version__
from segc.model.clock import utc_text
from segc.model.parts import flow_pairs
from segc.model.places import place
from segc.model.plant import MONITOR
from segc.response.runbook import todo
from segc.response.runbook_text import plain, step_lines
from segc.targets.job import Artefact
from segc.targets.jsontext import json_text
from segc.targets.output import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from segc.response.kill import Killed
    from segc.response.runbook import ProvedLine, Todo

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
    grant = done.grant
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
        "steps": [todo(done.plant, step) for step in done.steps],
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
    return "\n".join(_lines(told)) + "\n"


def _afterwards(told: KillDocument) -> str:
    if told["monitored"]:
        return (
            "Any other build of the policy lets these packets in again, with the grant or without it, since monitor "
            f"lets in everybody. Leave these files in force until the conduit is promoted; delete `{told['grant']}` then."
        )
    return f"Delete `{told['grant']}` from the policy today. Until then, the next build opens it again."


def _lines(told: KillDocument) -> Iterator[str]:
    until = f" Use it until {told['until']}; after that, make it anew." if told["until"] else ""
    whose = f" of {plain(told['vendor'])}" if told["vendor"] else ""
    yield f"# Close the grant `{told['grant']}`{whose}, now"
    yield ""
    yield f"Closes the grant `{told['grant']}` ({told['source']}), and nothing else.{until}"
    yield ""
    yield from (f"- `{flow}`" for flow in told["flows"])
    if told["others"]:
        yield ""
        others = ", ".join(f"`{name}`" for name in told["others"])
        yield f"**Not closed by this**, though of the same vendor: {others}. Each needs its own `segc grants --kill`."
    if told["monitored"]:
        yield ""
        pairs = ", ".join(f"`{pair}`" for pair in told["monitored"])
        yield f"**In monitor: {pairs}.** These packets are stopped there, and nothing else: by any other port or address"
        yield "whoever has the grant still gets in, as everybody does. To shut out a whole machine, promote the conduit"
        yield "(`segc promote`) or cut the zone off (`segc isolate`)."
    yield ""
    yield "**One at a time.** On a firewall that both need, these files let in again whoever was shut out by another such"
    yield "folder. To end several grants there, delete the first from the policy, and make the files of the second anew."
    if not all(one["holds"] for one in told["proved"]):
        yield ""
        yield "**DO NOT USE: not everything that must be true of this is. See the end.**"
    yield ""
    yield "## What to do, in this order"
    yield ""
    number = 0
    for step in told["steps"]:
        for line in step_lines(step):
            number += 1
            yield f"{number}. [ ] {line}"
    yield f"{number + 1}. [ ] {_afterwards(told)}"
    yield f"{number + 2}. [ ] Tell the vendor, and the owner of the zone."
    yield ""
    yield "## To let them in again"
    yield ""
    yield "Somebody approves it anew. Then apply the build of the policy that has the grant."
    yield ""
    yield "## What has been proved"
    yield ""
    yield "Of every packet, by segc, before these files were written:"
    yield ""
    for one in told["proved"]:
        yield f"- {'yes' if one['holds'] else '**NO**'}: {one['says']} ({one['name']})"
        yield from (f"    - {plain(shown)}" for shown in one["shown"])
    yield ""
    yield "The commands that end sessions are read back as well, where a reader knows their words; where not, or where they"
    yield "cannot name just these sessions, their file says `Not proved` at its head. What a box makes of them nobody proves."
    yield ""
    until = f", and true until {told['until']}" if told["until"] else ""
    yield f"For {told['at']}{until}. Policy `{told['policy'][:16]}`."

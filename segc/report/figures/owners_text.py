"""Who answers for what, as a table, and as a CODEOWNERS file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from segc.report.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from segc.response.owners import OwnersDocument, Person

NOBODY = "NOBODY"


def render(told: OwnersDocument) -> str:
    """Lines for people: zones first, then what has an owner of its own."""
    return "".join(f"{visible(line)}\n" for line in _lines(told))


def _lines(told: OwnersDocument) -> Iterator[str]:
    rows = [("zone", "owner", "may stop it", "may cut it off")]
    rows += [
        (one["zone"], one["owner"] or NOBODY, _asked(one["shutdown"]), _asked(one["isolate"])) for one in told["zones"]
    ]
    yield from _columns(rows)
    yield ""
    things = [("", "owner", "its ends are owned by")]
    things += [
        (f"{one['kind']} {one['name']}", one["owner"] or NOBODY, " and ".join(dict.fromkeys(one["ends"])))
        for one in told["things"]
    ]
    yield from _columns(things)


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _asked(people: Sequence[Person]) -> str:
    return ", then ".join(one["role"] for one in people) or NOBODY


def codeowners(told: OwnersDocument, handles: Mapping[str, str], below: str = "") -> str:
    """A CODEOWNERS file. `handles` says what a team is called there; no handle is made up for one that has none.

    `below` is the plant's folder as seen from the repository's, since that is how the file names paths.
    """
    lines = [
        "# Made by `segc owners --format codeowners`: who must look at a change of each file.",
        "# A host may be content with any one of a line; `segc plan` tells who all have to agree.",
    ]
    every = sorted({team for teams in told["files"].values() for team in teams})
    for file, teams in told["files"].items():
        path = "/".join(part for part in (below, file.replace("\\", "/")) if part)
        # A file that declares nothing of a team's own, such as the root file, has the roles: all teams look at it.
        asked = teams or every
        lines += [
            f"# no handle known for team {visible(team)}, who must look at /{path}"
            for team in asked
            if team not in handles
        ]
        if known := [handles[team] for team in asked if team in handles]:
            lines.append(f"/{_escaped(path)} {' '.join(known)}")
        elif not asked:
            lines.append(f"# nobody is named who must look at /{path}")
    return "".join(f"{line}\n" for line in lines)


def _escaped(path: str) -> str:
    """A path as a pattern that stands for nothing else."""
    return re.sub(r"([ #\\*?\[\]!])", r"\\\1", path)

"""Who answers for what, as a table, and as a CODEOWNERS file."""

from __future__ import annotations

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


def codeowners(told: OwnersDocument, handles: Mapping[str, str]) -> str:
    """A CODEOWNERS file. `handles` says what a team is called there; without one it is `@TEAM`."""
    lines = ["# Made by `segc owners --format codeowners`: who must look at a change of each file."]
    every = sorted({team for teams in told["files"].values() for team in teams})
    for file, teams in told["files"].items():
        path = file.replace("\\", "/").replace(" ", "\\ ")
        # A file that declares nothing of a team's own, such as the root file, has the roles: all teams look at it.
        names = " ".join(handles.get(team, f"@{team}") for team in teams or every)
        lines.append(f"/{path} {names}".rstrip())
    return "".join(f"{line}\n" for line in lines)

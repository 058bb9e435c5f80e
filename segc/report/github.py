"""Workflow commands of GitHub Actions: annotations on the lines of a change.

`::error file=,line=,...::message`, escaped as packages/core/src/command.ts of
actions/toolkit does. GitHub shows ten annotations of each kind and step, and
drops the rest in silence (actions/toolkit pull request 734); so those beyond
nine are counted in a tenth, and listed in the log. Columns are given where
start and end are on one line: the API of check runs takes no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segc.report.cells import visible
from segc.report.oneline import line
from segc.report.places import below, slashes
from segc.report.words import asserted_lines, compared_lines, summary_line, ways_out
from segc.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report import Style
    from segc.report.shape import DiagnosticEntry, Document

COMMANDS = {"error": "error", "warning": "warning", "hint": "notice"}
MOST = 10


def render(document: Document, style: Style) -> str:
    """Commands, the heaviest first, and below them plain lines: what GitHub would drop, and the summary."""
    lines: list[str] = []
    rest: list[DiagnosticEntry] = []
    for severity, command in COMMANDS.items():
        mine = [one for one in document["diagnostics"] if one["severity"] == severity]
        if severity == "hint" and not style.hints:
            continue
        shown = mine if len(mine) <= MOST else mine[: MOST - 1]
        lines += [_annotation(command, one) for one in shown]
        if len(shown) < len(mine):
            left = mine[len(shown) :]
            more = f"{count(len(left), f'more {severity}')}: GitHub shows {MOST} annotations of a kind; the log has all"
            lines.append(f"::{command} title=segc::{more}")
            rest += left
    lines += _plain([*map(line, rest), *compared_lines(document.get("compared", []))])
    if "asserted" in document:
        lines += _plain(asserted_lines(document["asserted"]))
    if style.summary and not {"compared", "asserted"} & document.keys():
        lines.append(summary_line(document["summary"], hints=style.hints))
    return "".join(f"{each}\n" for each in lines)


def _annotation(command: str, one: DiagnosticEntry) -> str:
    properties = {}
    if one["labels"]:
        label = one["labels"][0]
        properties = {"file": below(label["file"]) or slashes(label["file"]), "line": str(label["line"])}
        properties["endLine"] = str(label["end_line"])
        if label["line"] == label["end_line"]:
            properties |= {"col": str(label["column"]), "endColumn": str(label["end_column"])}
    properties["title"] = f"{one['code']} {one['name']}"
    named = ",".join(f"{key}={escape_property(value)}" for key, value in properties.items())
    message = "\n".join(visible(each) for each in [one["message"], *one["notes"], *ways_out(one)])
    return f"::{command} {named}::{escape_data(message)}"


def escape_data(text: str) -> str:
    """A command's message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """The value of a command's property."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(listed: Sequence[str]) -> Iterator[str]:
    """Lines for the log. None may be a command: runners look for `::` at the beginning, for `##[` anywhere."""
    for one in listed:
        yield "  " + visible(one).replace("::", ": :").replace("##[", "# #[")

"""SARIF 2.1.0 (OASIS standard, with errata 01), for code scanning and for viewers in editors.

One run. A finding about a place is a result; one about no place is a result at
the plant's root file, since GitHub refuses results without a location, and
where no plant was read, a notification of the run. GitHub shows results that
are suppressed as open alerts (github/codeql-action issue 1230), so they are
in it only on demand.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from segc._data import data_text
from segc.catalogue import CATALOGUE
from segc.report.fingerprint import VERSION, fingerprints
from segc.report.places import uri

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report import Style
    from segc.report.shape import AcceptedEntry, DiagnosticEntry, Document, FixEntry, LabelEntry, Place

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
ROOT = "%SRCROOT%"
_LINK = re.compile(r"\[(?=[^\]]*\]\()")  # text of a policy makes no links (3.11.6 of the standard)


def render(document: Document, style: Style) -> str:
    """The document as a SARIF log of one run."""
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(document, style)]}, indent=2) + "\n"


def _run(document: Document, style: Style) -> dict[str, Any]:
    root = document.get("root")
    placed = [one for one in document["diagnostics"] if one["labels"] or root]
    accepted = document.get("accepted", []) if style.accepted else []
    codes = sorted({one["code"]: one["name"] for one in (*document["diagnostics"], *accepted)}.items())
    index = {code: number for number, (code, _) in enumerate(codes)}
    driver = {"name": "segc", "version": document["segc"], "semanticVersion": document["segc"]}
    return {
        "tool": {"driver": {**driver, "rules": [_rule(code, name) for code, name in codes]}},
        "invocations": [
            _invocation(document, [one for one in document["diagnostics"] if not one["labels"] and not root])
        ],
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder in which segc was run"}}},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(placed, accepted, index, root)),
    }


def _rule(code: str, name: str) -> dict[str, Any]:
    """A finding of the catalogue, with its page."""
    row = CATALOGUE[name]
    page = data_text(f"docs/checks/{name}.md")
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": row.summary},
        "fullDescription": {"text": page.split("## What it finds\n")[-1].split("\n## ")[0].strip()},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[row.severity]},
    }


def _invocation(document: Document, unplaced: list[DiagnosticEntry]) -> dict[str, Any]:
    """How the run ended. Exit code 2 means that there is no verdict: then the run was no success."""
    made: dict[str, Any] = {"executionSuccessful": True}
    if "outcome" in document:
        code = document["outcome"]["exit_code"]
        made = {"executionSuccessful": code < 2, "exitCode": code}
    if unplaced:
        made["toolExecutionNotifications"] = [
            {
                "level": LEVELS[one["severity"]],
                "message": {"text": _message(one)},
                "associatedRule": {"id": one["code"]},
            }
            for one in unplaced
        ]
    return made


def _results(
    found: Sequence[DiagnosticEntry], accepted: Sequence[AcceptedEntry], index: dict[str, int], root: str | None
) -> Iterator[dict[str, Any]]:
    marks = fingerprints([*found, *accepted])
    said: list[list[dict[str, Any]]] = [[] for _ in found]
    said += [[_suppression(one)] for one in accepted]
    for one, mark, suppressions in zip((*found, *accepted), marks, said, strict=True):
        result = {
            "ruleId": one["code"],
            "ruleIndex": index[one["code"]],
            "level": LEVELS[one["severity"]],
            "message": {"text": _message(one)},
            "locations": [_location(one["labels"][0]) if one["labels"] else _top(root or "")],
            "partialFingerprints": {VERSION: mark},
            "suppressions": suppressions,  # an empty list: looked for, and there is none
        }
        yield {key: value for key, value in {**result, **_more(one)}.items() if value or key in result}


def _more(one: DiagnosticEntry) -> dict[str, Any]:
    """What not every finding has."""
    others = enumerate(one["labels"][1:], 1)
    steps = [{"location": _location(step)} for step in one["trace"]]
    return {
        "relatedLocations": [{"id": number, **_location(label)} for number, label in others],
        "codeFlows": [{"threadFlows": [{"locations": steps}]}] if steps else [],
        "fixes": [_fix(fix) for fix in one["fixes"] if fix["edits"]],
    }


def _message(one: DiagnosticEntry) -> str:
    """The message with what stands below the lines in text: viewers show nothing else."""
    first = one["labels"][0]["text"] if one["labels"] else ""
    lines = [one["message"], *([f"here: {first}"] if first else []), *(f"note: {note}" for note in one["notes"])]
    lines += [f"help: {one['help']}"] if one["help"] else []
    lines += [f"fix: {fix['title']}" for fix in one["fixes"] if not fix["edits"]]
    return _LINK.sub(r"\\[", "\n".join(lines))


def _file(path: str) -> dict[str, Any]:
    place, relative = uri(path)
    return {"physicalLocation": {"artifactLocation": {"uri": place, **({"uriBaseId": ROOT} if relative else {})}}}


def _top(path: str) -> dict[str, Any]:
    """The first line of a file: GitHub wants a line."""
    made = _file(path)
    made["physicalLocation"]["region"] = {"startLine": 1}
    return made


def _region(place: Place) -> dict[str, int]:
    """Lines and columns from 1; the end is the column behind the last character, as SARIF has it."""
    start = {"startLine": place["line"], "startColumn": place["column"]}
    return {**start, "endLine": place["end_line"], "endColumn": place["end_column"]}


def _location(label: LabelEntry) -> dict[str, Any]:
    made = _file(label["file"])
    made["physicalLocation"]["region"] = _region(label)
    return {**made, "message": {"text": label["text"]}} if label["text"] else made


def _fix(fix: FixEntry) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix["edits"]:
        replacement = {"deletedRegion": _region(edit), "insertedContent": {"text": edit["text"]}}
        changes.setdefault(edit["file"], []).append(replacement)
    title = fix["title"] if fix["safe"] else f"{fix['title']} (look at it first: it may change what is permitted)"
    return {
        "description": {"text": title},
        "artifactChanges": [
            {"artifactLocation": _file(file)["physicalLocation"]["artifactLocation"], "replacements": replacements}
            for file, replacements in changes.items()
        ],
    }


def _suppression(one: AcceptedEntry) -> dict[str, Any]:
    location = _file(one["comment"]["file"])
    location["physicalLocation"]["region"] = _region(one["comment"])
    reason = f"{one['reason']} (until {one['until']})"
    return {"kind": "inSource", "status": "accepted", "justification": reason, "location": location}

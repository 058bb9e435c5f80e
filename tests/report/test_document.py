"""The document: as published, complete, and the same for the same findings."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_type_hints
from xml.etree import ElementTree as ET

import pytest

from segc import api
from segc.diagnostics import finding
from segc.lang.suppress import sift
from segc.report import FORMATS, render, shape
from segc.report.document import document
from segc.source import Source, Span
from tests.report.findings import SUPPRESSED, source, span, traced, unknown_asset
from tests.report.schema import faults

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "docs" / "schema" / "diagnostics-1.json").read_text(encoding="utf-8"))
PUBLISHED = {
    shape.Document: SCHEMA,
    shape.Summary: SCHEMA["properties"]["summary"],
    shape.Checked: SCHEMA["properties"]["summary"]["properties"]["checked"],
    shape.DiagnosticEntry: SCHEMA["$defs"]["diagnostic"],
    shape.LabelEntry: SCHEMA["$defs"]["label"],
    shape.FixEntry: SCHEMA["$defs"]["fix"],
    shape.EditEntry: SCHEMA["$defs"]["edit"],
    shape.Place: SCHEMA["$defs"]["place"],
    shape.AcceptedEntry: SCHEMA["$defs"]["accepted"],
    shape.Asserted: SCHEMA["$defs"]["asserted"],
    shape.Compared: SCHEMA["$defs"]["compared"],
    shape.Outcome: SCHEMA["properties"]["outcome"],
}


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda entry: entry.__name__)
def test_the_published_schema_has_the_members_that_the_code_has(entry: Any) -> None:
    members = set(get_type_hints(entry))
    assert members == set(PUBLISHED[entry]["properties"]) - {"url"}
    assert set(entry.__required_keys__) == set(PUBLISHED[entry]["required"])


def full() -> shape.Document:
    """A document with all members that one can have."""
    plant, _ = api.check(ROOT / "examples" / "water", datetime(2026, 10, 1, 12, tzinfo=UTC))
    kept, accepted = sift([finding("missing-owner", "m", span(SUPPRESSED, "zone"))], [SUPPRESSED], date(2026, 10, 1))
    compared: list[shape.Compared] = [
        {"firewall": "fw-a", "target": "iptables", "says": "equal to the policy", "equal": True},
        {"firewall": "fw-core", "target": "nftables", "says": "not ::what\n##[x]it | says", "equal": False},
    ]
    return document(kept, plant, accepted, {"exit_code": 1, "fail_level": "hint"}, compared, ASSERTED)


ASSERTED: list[shape.Asserted] = [
    {
        "assertion": "never office -> cell",
        "file": "plant.zone",
        "line": 9,
        "state": "declared",
        "holds": True,
        "says": "no packet is permitted",
        "other": "today: no",
    },
    {
        "assertion": "flatness <= 0.3",
        "file": "plant.zone",
        "line": 10,
        "state": "today",
        "holds": False,
        "says": "0.4 | ::x",
        "other": "",
    },
]


def test_assertions_that_were_judged_are_in_every_report() -> None:
    made = document([], asserted=ASSERTED)
    assert render(made, "text").splitlines() == [
        "ok      never office -> cell  no packet is permitted (today: no)",
        "FAILED  flatness <= 0.3       0.4 | ::x",
        "2 assertions: 1 failed",
    ]
    table = [line for line in render(made, "markdown").splitlines() if line.startswith("| ")]
    assert [line.split(" | ")[0] for line in table[2:]] == ["| **failed**", "| ok"]
    assert table[2].endswith("| 0.4 &#124; ::x |  |")
    assert "never office -> cell" in render(made, "github")
    cases = ET.fromstring(render(made, "junit")).findall(".//testcase")  # noqa: S314 - our own text
    assert [(case.attrib["name"], len(case)) for case in cases] == [("never office -> cell", 0), ("flatness <= 0.3", 1)]


def test_firewalls_that_were_compared_are_in_every_report() -> None:
    made = full()
    assert render(made, "text").splitlines()[0] == "fw-a     iptables: equal to the policy"
    assert render(made, "github").splitlines()[1] == "  fw-core  nftables: not : :what␊# #[x]it | says"
    assert "| fw-core | nftables | not ::what␊##&#91;x&#93;it &#124; says |" in render(made, "markdown").replace(
        "\u200b", ""
    )
    cases = ET.fromstring(render(made, "junit")).findall(".//testcase")  # noqa: S314 - our own text
    assert [(case.attrib["name"], len(case)) for case in cases] == [
        ("fw-a", 0),
        ("fw-core", 1),
        ("never office -> cell", 0),
        ("flatness <= 0.3", 1),
    ]


def test_documents_are_as_published() -> None:
    long = source("x" * 5000 + " y", "long.zone")
    found = [
        unknown_asset(),
        traced(),
        finding("nothing-to-build", "no"),
        finding("unknown-name", "no", span(long, "y")),
    ]
    assert faults(document(found), SCHEMA) == []
    assert faults(document([]), SCHEMA) == []
    assert faults(full(), SCHEMA) == []
    assert set(full()) == set(SCHEMA["properties"])


def test_the_check_of_documents_finds_faults() -> None:
    bad: Any = document([unknown_asset()])
    bad["diagnostics"][0]["severity"] = "fatal"
    bad["diagnostics"][0]["labels"][0]["line"] = 0
    del bad["summary"]["errors"]
    bad["more"] = 1
    assert len(faults(bad, SCHEMA)) == 4


def test_places_count_code_points_from_one() -> None:
    where = source('zone "灌装"\n  net x\n', "a.zone")
    label = document([finding("unknown-name", "no", span(where, "x"))])["diagnostics"][0]["labels"][0]
    assert [label[key] for key in ("line", "column", "end_line", "end_column", "start", "end")] == [
        2,
        7,
        2,
        8,
        16,
        17,
    ]
    assert label["lines"] == {"2": "  net x"}


def test_an_end_of_line_that_is_pointed_at_brings_no_second_line() -> None:
    where = Source("a.zone", "a\nb\n")
    label = document([finding("wrong-shape", "no", Span(where, 1, 2))])["diagnostics"][0]["labels"][0]
    assert label["end_line"] == 2
    assert label["lines"] == {"1": "a"}


def test_the_summary_counts() -> None:
    summary = document([unknown_asset(), traced(), finding("unused-name", "no")])["summary"]
    assert summary == {"errors": 2, "warnings": 0, "hints": 1, "safe_fixes": 1}


def test_json_is_the_document() -> None:
    found = document([unknown_asset(), traced()])
    text = render(found, "json")
    assert json.loads(text) == found
    assert text.endswith("}\n")


def test_oneline() -> None:
    assert render(document([unknown_asset(), finding("nothing-to-build", "a\nb")]), "oneline") == (
        "plant/line3.zone:15:16: error[SEG201] unknown-name: no asset is called `filer-plc`\n"
        "error[SEG712] nothing-to-build: a␊b\n"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_renders_from_json_alone(form: str) -> None:
    found = document([unknown_asset(), traced()])
    assert render(json.loads(json.dumps(found)), form) == render(found, form)

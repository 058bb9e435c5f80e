"""SARIF: as the schema of the standard has it, for whatever is found; and findings that stay themselves."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc import api
from segc.catalogue import CATALOGUE
from segc.diagnostics import Diagnostic, Label, SegcError, finding
from segc.lang.suppress import sift
from segc.report import Style, render
from segc.report.document import document
from segc.report.fingerprint import VERSION
from segc.source import Source, Span
from tests.report.findings import LINE3, SUPPRESSED, source, span, traced, unknown_asset

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
SCHEMA = json.loads((ROOT / "tests" / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
CHECKER: Any = import_module("jsonschema").Draft4Validator(SCHEMA)  # it brings no types
PLANTS = [
    *sorted((ROOT / "grammar" / "corpus" / "bad").glob("*")),
    *sorted(path.parent for path in (ROOT / "examples").glob("*/plant.zone")),
]


def faults(log: Any) -> list[str]:
    return [f"{list(one.absolute_path)}: {one.message}" for one in CHECKER.iter_errors(log)]


def log_of(*found: Diagnostic, **others: Any) -> Any:
    return json.loads(render(document(found, **others), "sarif", Style(accepted=True)))


def results(*found: Diagnostic) -> list[Any]:
    listed: list[Any] = log_of(*found)["runs"][0]["results"]
    return listed


@pytest.mark.parametrize("plant", PLANTS, ids=lambda path: path.name)
def test_all_that_is_found_makes_a_valid_log(plant: Path) -> None:
    try:
        judged = api.judge(plant, AT)
        log = log_of(*judged.found, plant=judged.plant, accepted=judged.accepted)
        assert len(log["runs"][0]["results"]) == len(judged.found) + len(judged.accepted)
    except SegcError as problem:
        log = log_of(*problem.diagnostics, outcome={"exit_code": problem.code, "fail_level": "error"})
    assert faults(log) == []


def test_the_validator_finds_faults() -> None:
    log = log_of(unknown_asset())
    log["runs"][0]["results"][0]["level"] = "fatal"
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    log["runs"][0]["columnKind"] = "bytes"
    assert len(faults(log)) == 3


def test_every_finding_of_the_catalogue_has_its_page_as_its_rule() -> None:
    log = log_of(*(finding(name, "m", span(source(), "filler-plc")) for name in CATALOGUE))
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert faults(log) == []
    assert [rule["id"] for rule in rules] == sorted(row.code for row in CATALOGUE.values())
    assert all(rule["help"]["markdown"].startswith(f"# {rule['name']}\n") for rule in rules)
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in log["runs"][0]["results"])


def test_a_finding_with_all_its_parts() -> None:
    (one,) = results(unknown_asset())
    assert one["level"] == "error"
    assert one["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "plant/line3.zone", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 15, "startColumn": 16, "endLine": 15, "endColumn": 25},
    }
    assert one["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 7
    (change,) = one["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"]["text"] == "filler-plc"
    region = replacement["deletedRegion"]
    line = LINE3.split("\n")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "filer-plc"


def test_a_trace_is_a_code_flow_in_its_order() -> None:
    (one,) = results(traced())
    steps = one["codeFlows"][0]["threadFlows"][0]["locations"]
    lines = [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps]
    assert lines == [1, 3, 2]
    assert steps[0]["location"]["message"]["text"] == "hop over `a -> b`"


def test_columns_are_code_points() -> None:
    where = source('zone "\U0001f3ed\u704c" x\n', "a.zone")
    log = log_of(finding("unknown-name", "no", span(where, "x")))
    region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], log["runs"][0]["columnKind"]) == (11, "unicodeCodePoints")


@pytest.mark.parametrize(
    ("path", "relative"),
    [
        ("a b/50%#?.zone", True),
        ("a:b.zone", True),
        ("../x/a.zone", False),
        ("/etc/a.zone", False),
        ("a\udcff.zone", True),
    ],
)
def test_paths_are_uris(path: str, relative: bool) -> None:
    (one,) = results(finding("unknown-name", "no", Span(Source(path, "x\n"), 0, 1)))
    location = one["locations"][0]["physicalLocation"]["artifactLocation"]
    assert ("uriBaseId" in location) == relative
    assert location["uri"].startswith("file:///") != relative
    assert unquote(location["uri"], errors="surrogateescape").endswith(path.removeprefix(".."))
    assert not set(location["uri"]) & set(" #?\\")


def test_findings_of_no_place_stand_at_the_root_file_or_tell_of_the_run() -> None:
    plant, _ = api.check(ROOT / "examples" / "bottling", AT)
    (one,) = log_of(finding("nothing-to-build", "no"), plant=plant)["runs"][0]["results"]
    location = one["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"].endswith("examples/bottling/plant.zone")
    assert location["region"] == {"startLine": 1}
    run = log_of(finding("unreadable-file", "gone"), outcome={"exit_code": 2, "fail_level": "error"})["runs"][0]
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["exitCode"] == 2
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "gone"


def test_the_text_of_a_policy_makes_no_links() -> None:
    (one,) = results(finding("unknown-name", "no [zone](http://example.com) [a]", span(source(), "ews")))
    assert one["message"]["text"] == r"no \[zone](http://example.com) [a]"


def test_what_a_comment_answers_for_is_suppressed_with_its_reason_on_demand_only() -> None:
    found = [finding("missing-owner", "m", span(SUPPRESSED, "zone"))]
    kept, accepted = sift(found, [SUPPRESSED], date(2026, 10, 1))
    made = document(kept, accepted=accepted)
    assert json.loads(render(made, "sarif"))["runs"][0]["results"] == []
    log = json.loads(render(made, "sarif", Style(accepted=True)))
    assert faults(log) == []
    (suppression,) = log["runs"][0]["results"][0]["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == "council decides (until 2027-01-31)"
    assert suppression["location"]["physicalLocation"]["region"]["startLine"] == 1


def marks(*found: Diagnostic) -> list[str]:
    return [one["partialFingerprints"][VERSION] for one in results(*found)]


@given(above=st.lists(st.sampled_from(["", "# note", "team a", "  level 2"]), max_size=6), indent=st.integers(0, 9))
def test_lines_above_and_indentation_change_no_fingerprint(above: list[str], indent: int) -> None:
    moved = LINE3.replace("  allow ews", " " * (indent + 1) + "allow\tews")
    other = source("".join(f"{line}\n" for line in above) + moved)
    where = source()
    message = "not at plant/line3.zone:{} nor in line {}, since {} days"
    one = finding("unknown-name", message.format(15, 15, 3), span(where, "filer-plc"))
    two = finding("unknown-name", message.format(15 + len(above), 1, 44), span(other, "filer-plc"))
    assert marks(one) == marks(two)


def test_other_findings_have_other_fingerprints() -> None:
    where = source("allow a -> b\nallow a -> b\nallow a -> c\n")
    found = [
        finding("unknown-name", "no", span(where, "allow a -> b")),
        finding("unknown-name", "no", span(where, "allow a -> b", 1)),
        finding("unknown-name", "no", span(where, "allow a -> c")),
        finding("duplicate-name", "no", span(where, "allow a -> b")),
        finding("unknown-name", "nobody", span(where, "allow a -> b")),
        finding("unknown-name", "no"),
    ]
    made = marks(*found[:5])
    assert len(set(made)) == len(made)
    assert marks(*found[:2]) == made[:2], "the second of two equal ones is the second in the next run as well"


def test_labels_and_their_texts_are_kept() -> None:
    where = source()
    labels = (Label(span(where, "mes-app"), "this"), Label(span(where, "ews"), "and that"))
    (one,) = results(Diagnostic("unknown-name", "no", labels, notes=("n",), help="h"))
    assert one["message"]["text"] == "no\nhere: this\nnote: n\nhelp: h"
    assert one["relatedLocations"][0]["message"]["text"] == "and that"

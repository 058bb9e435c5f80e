"""JUnit XML: read by a strict parser, counted right, and never an empty suite."""

from __future__ import annotations

import string
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.diagnostics import Diagnostic, finding
from segc.report import render
from segc.report.document import document
from segc.report.junit import BROKEN, FAILED, PASSED, SKIPPED, Case, Suite, xml
from segc.source import Source, Span
from tests.report.findings import traced, unknown_asset


def root(text: str) -> ET.Element:
    return ET.fromstring(text.encode("utf-8"))  # noqa: S314 - our own text


def report(*found: Diagnostic, code: int = 1, level: str = "error") -> ET.Element:
    return root(render(document(found, outcome={"exit_code": code, "fail_level": level}), "junit"))


def counted(element: ET.Element) -> None:
    """The numbers of a suite are those of its cases."""
    cases = element.findall(".//testcase")
    assert int(element.attrib["tests"]) == len(cases) > 0
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(element.attrib[name]) == len(element.findall(f".//testcase/{kind}"))


def test_a_finding_is_a_failed_case() -> None:
    made = report(unknown_asset(), traced())
    counted(made)
    (one, _) = made.findall("./testsuite/testcase")
    assert one.attrib["classname"] == "segc.unknown-name"
    assert one.attrib["name"] == "no asset is called `filer-plc`"
    assert one.attrib["file"] == "plant/line3.zone"
    failure = one.find("failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("plant/line3.zone:15: error[SEG201]")
    assert "^^^^^^^^^ not found in zone `filling`" in (failure.text or "")


def test_nothing_found_is_a_passed_case() -> None:
    made = report(code=0)
    counted(made)
    assert [len(case) for case in made.findall(".//testcase")] == [0]


@pytest.mark.parametrize(("level", "failures"), [("error", 1), ("warning", 2), ("hint", 3)])
def test_what_fails_is_what_the_exit_code_counts(level: str, failures: int) -> None:
    made = report(finding("no-site", "a"), finding("unused-name", "b"), finding("unknown-name", "c"), level=level)
    counted(made)
    assert (made.attrib["failures"], made.attrib["skipped"]) == (str(failures), str(3 - failures))


def test_warnings_alone_leave_a_passed_case() -> None:
    made = report(finding("no-site", "a"), code=0)
    counted(made)
    assert (made.attrib["tests"], made.attrib["failures"], made.attrib["skipped"]) == ("2", "0", "1")


def test_no_answer_is_an_error_not_a_failure() -> None:
    made = report(finding("unreadable-file", "gone"), code=2)
    counted(made)
    assert (made.attrib["errors"], made.attrib["failures"]) == ("1", "0")


def test_equal_names_are_told_apart() -> None:
    made = report(finding("unknown-name", "no"), finding("unknown-name", "no"), finding("bad-port", "no"))
    names = [(case.attrib["classname"], case.attrib["name"]) for case in made.findall(".//testcase")]
    assert names == [("segc.unknown-name", "no"), ("segc.unknown-name", "no (2)"), ("segc.bad-port", "no")]


ANYTHING: Any = st.text(st.characters(codec=None) | st.sampled_from("<>&\"'\x00\x1b\ufffe\udcff]"), max_size=30)


@given(text=ANYTHING)
def test_whatever_is_said_is_xml(text: str) -> None:
    suite = Suite(
        text, [Case(text, text, outcome, text, text, text, text) for outcome in (PASSED, FAILED, SKIPPED, BROKEN)]
    )
    made = root(xml([suite, Suite("plain", [Case("a", "b")])]))
    counted(made)
    assert [len(each.findall("testcase")) for each in made.findall("testsuite")] == [4, 1]


def test_text_comes_back_as_it_was() -> None:
    text = string.printable.replace("\x0b", "").replace("\x0c", "")
    made = root(xml([Suite("s", [Case("n", "g", FAILED, "m", text)])]))
    assert made.findtext(".//failure") == text


def test_a_control_character_in_a_policy_is_no_fault_of_the_report() -> None:
    where = Source("a\x1b.zone", "zone \x00\x07<b>\n")
    counted(report(finding("unexpected-text", "no \x00", Span(where, 5, 7), "\x08")))

"""JUnit XML, as Jenkins, GitLab and the like read it: suites of cases that passed, failed, were skipped or broke.

`xml` takes any suites. `render` makes one of findings: each is a case, failed
if it weighs enough to fail the run and skipped if not, so that a report says
what the exit code says. GitLab takes the first only of cases of one name
(docs.gitlab.com, unit test reports), so equal names get numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from segc.report.cells import visible
from segc.report.colour import Paint
from segc.report.places import below, slashes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segc.report import Style
    from segc.report.shape import Compared, DiagnosticEntry, Document, Outcome

PASSED, FAILED, SKIPPED, BROKEN = "passed", "failed", "skipped", "broken"
_ELEMENTS = {FAILED: "failure", SKIPPED: "skipped", BROKEN: "error"}
_WEIGHTS = {"error": 3, "warning": 2, "hint": 1}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # the Char of XML 1.0, 2.2
WIDTH = 120
FAILING = "assertion-failed"


class Case(NamedTuple):
    """A test case. `message` is one line, `text` what a reader of the failure sees, `file` the place in the policy."""

    name: str
    group: str
    outcome: str = PASSED
    message: str = ""
    text: str = ""
    kind: str = ""
    file: str = ""


class Suite(NamedTuple):
    """Cases under one name."""

    name: str
    cases: Sequence[Case]


def render(document: Document, _style: Style) -> str:
    """The document as one suite, which is never empty."""
    default: Outcome = {"exit_code": 0, "fail_level": "error"}
    outcome = document.get("outcome", default)
    level = outcome["fail_level"]
    asserted = document.get("asserted", [])
    cases = [
        _case(one, level, outcome["exit_code"])
        for one in document["diagnostics"]
        if not asserted or one["name"] != FAILING
    ]
    cases[:0] = list(_asserted(document)) if asserted else []
    cases[:0] = [_compared(one) for one in document.get("compared", [])]
    if not any(case.outcome in (PASSED, FAILED, BROKEN) for case in cases):
        cases.insert(0, Case(f"nothing weighs as much as {'an' if level == 'error' else 'a'} {level}", "segc"))
    return xml([Suite("segc", cases)])


def _compared(one: Compared) -> Case:
    outcome = PASSED if one["equal"] else FAILED
    return Case(one["firewall"], "segc.compared", outcome, f"{one['target']}: {one['says']}")


def _asserted(document: Document) -> Iterator[Case]:
    """A case an assertion; that of one that fails holds its finding."""
    from segc.report.text import finding_lines

    findings = {
        (one["labels"][0]["file"], one["labels"][0]["line"]): one for one in document["diagnostics"] if one["labels"]
    }
    for one in document["asserted"]:
        found = findings.get((one["file"], one["line"]))
        text = "\n".join(finding_lines(found, Paint(on=False), WIDTH)) if found and not one["holds"] else ""
        outcome = PASSED if one["holds"] else FAILED
        yield Case(one["assertion"], "segc.assert", outcome, one["says"], text, FAILING, one["file"])


def _case(one: DiagnosticEntry, level: str, code: int) -> Case:
    """A finding. With exit code 2 an error is no failed test: nothing could be tested."""
    from segc.report.text import finding_lines

    fails = _WEIGHTS[one["severity"]] >= _WEIGHTS[level]
    outcome = (BROKEN if code > 1 else FAILED) if fails else SKIPPED
    text = "\n".join(finding_lines(one, Paint(on=False), WIDTH))
    file = one["labels"][0]["file"] if one["labels"] else ""
    place = f"{file}:{one['labels'][0]['line']}: " if file else ""
    message = f"{place}{one['severity']}[{one['code']}]: {one['message']}"
    return Case(one["message"], f"segc.{one['name']}", outcome, message, text, one["code"], file)


def xml(suites: Sequence[Suite]) -> str:
    """A whole file of suites."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', _tag("testsuites", {"name": "segc", **_counts(suites)})]
    for suite in suites:
        lines.append("  " + _tag("testsuite", {"name": suite.name, **_counts([suite])}))
        lines += _cases(suite)
        lines.append("  </testsuite>")
    return "".join(line + "\n" for line in [*lines, "</testsuites>"])


def _counts(suites: Sequence[Suite]) -> dict[str, str]:
    made = Counter(case.outcome for suite in suites for case in suite.cases)
    counts = {"tests": made.total(), "failures": made[FAILED], "errors": made[BROKEN], "skipped": made[SKIPPED]}
    return {**{name: str(number) for name, number in counts.items()}, "time": "0"}


def _cases(suite: Suite) -> Iterator[str]:
    seen: Counter[tuple[str, str]] = Counter()
    for case in suite.cases:
        seen[case.group, case.name] += 1
        number = seen[case.group, case.name]
        name = visible(case.name) + (f" ({number})" if number > 1 else "")
        attributes = {"classname": visible(case.group), "name": name, "time": "0"}
        if case.file:
            attributes["file"] = visible(below(case.file) or slashes(case.file))
        opening = "    " + _tag("testcase", attributes)
        element = _ELEMENTS.get(case.outcome)
        if element is None:
            yield f"{opening[:-1]}/>"
            continue
        yield opening
        said = {"message": visible(case.message)} | ({"type": case.kind} if case.kind and element != "skipped" else {})
        yield f"      {_tag(element, said)}{_escape(case.text)}</{element}>"
        yield "    </testcase>"


def _tag(name: str, attributes: dict[str, str]) -> str:
    pairs = [f'{key}="{_escape(value)}"' for key, value in attributes.items()]
    return f"<{' '.join([name, *pairs])}>"


def _escape(text: str) -> str:
    """Text for an element or an attribute; what XML cannot hold at all becomes a replacement character."""
    text = _NO_XML.sub("\ufffd", text)
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        text = text.replace(character, entity)
    return text

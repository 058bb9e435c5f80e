"""Fixes that take a statement out: what goes with it, what keeps it, and that nothing else is permitted after it."""

from __future__ import annotations

import pytest

from segc.cli.fixes import changes
from segc.lang.removal import removal
from segc.source import Source, Span
from tests.checks.words import Checked, conduit


@pytest.mark.parametrize(
    ("text", "head", "left"),
    [
        ("a\n  b 1\nc\n", "b 1", "a\nc\n"),
        ("a\nb 1 {\n  x\n  y { z }\n}\nc\n", "b 1", "a\nc\n"),
        ('a\nb 1 { x "}" }\nc\n', "b 1", "a\nc\n"),
        ("a\nb 1 { x }", "b 1", "a\n"),
        ("a; b 1\n", "b 1", None),
        ("a\nb 1; c\n", "b 1", None),
        ("a\nb 1 # why\n", "b 1", None),
        ("a\nb 1 {\n  # why\n  x\n}\n", "b 1", None),
        ("a\n# segc: allow x until 2027-01-01 -- y\nb 1\nc\n", "b 1", None),
        ("a\n# segc: allow x until 2027-01-01 -- y\n# and this\nb 1\nc\n", "b 1", None),
        ("a\n# of the next one\nb 1\nc\n", "b 1", "a\n# of the next one\nc\n"),
    ],
)
def test_a_statement_goes_with_its_lines_or_not_at_all(text: str, head: str, left: str | None) -> None:
    source = Source("plant.zone", text)
    start = text.index(head)
    fixes = removal(Span(source, start, start + len(head)), "gone", safe=True)
    if left is None:
        assert fixes == ()
    else:
        (edit,) = fixes[0].edits
        assert text[: edit.span.start] + edit.text + text[edit.span.end :] == left


WIDE = "app -> cell : modbus"


@pytest.mark.parametrize(
    ("flow", "fixed"),
    [
        ("app -> plc : modbus", True),
        ('app -> plc : modbus { because "recipes"; expect steady }', True),
        ("app -> plc : modbus { log }", False),
        ("app -> plc : modbus { essential }", False),
    ],
)
def test_a_covered_flow_is_deleted_unless_something_would_miss_it(checked: Checked, flow: str, fixed: bool) -> None:
    (found,) = checked(conduit(WIDE, flow))
    assert found.name == "redundant-flow"
    if not fixed:
        assert found.fixes == ()
        return
    (change,) = changes([found], unsafe=False)
    assert change.text == found.labels[0].span.source.text.replace(f"  allow {flow}\n", "")


@pytest.mark.parametrize(
    ("settings", "keep", "fixed"),
    [("", "", True), ("essential\n", "", False), ("", "playbook p { isolate cell; keep d; authority lead }\n", False)],
)
def test_an_isolation_may_keep_the_covered_one_only(checked: Checked, settings: str, keep: str, fixed: bool) -> None:
    second = f"conduit d mes -> cell {{\n{settings}  allow app -> plc : modbus\n}}\n"
    (found,) = [one for one in checked(conduit(WIDE) + second + keep) if one.name == "redundant-flow"]
    assert bool(found.fixes) == fixed


def test_what_covers_together_is_not_deleted_together(checked: Checked) -> None:
    text = conduit("low, high -> plc : modbus", "all -> plc : modbus", "low -> plc : modbus", "high -> plc : modbus")
    found = [one for one in checked(text) if one.name == "redundant-flow"]
    (change,) = changes(found, unsafe=False)
    assert [line for line in change.text.splitlines() if "allow" in line] in (
        ["  allow low, high -> plc : modbus"],
        ["  allow all -> plc : modbus"],
    )


def test_a_line_of_a_grant_that_its_others_cover_is_deleted(checked: Checked) -> None:
    found = checked("grant g {\n  until 2026-12-20\n  allow app -> cell : modbus\n  allow app -> plc : modbus\n}\n")
    assert [one.name for one in found] == ["grant-to-whole-zone", "redundant-flow"]
    (change,) = changes(found, unsafe=False)
    assert "plc : modbus" not in change.text


def test_two_grants_may_open_the_same(checked: Checked) -> None:
    one = "grant g {\n  until 2026-12-20\n  allow app -> plc : modbus\n}\n"
    assert checked(one + one.replace("grant g", "grant h").replace("12-20", "12-18")) == []


def test_an_unused_service_is_taken_out_on_demand_only(checked: Checked) -> None:
    found = checked("service spare {\n  tcp 9000\n}\n")
    assert changes(found, unsafe=False) == []
    (change,) = changes(found, unsafe=True)
    assert "spare" not in change.text

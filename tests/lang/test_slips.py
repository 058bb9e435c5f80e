"""What people write who know another language, and what they are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.diagnostics import Diagnostic
from segc.lang.loader import load
from segc.model.resolve import resolve

PLANT = """segc 1
site s { owner t }
team t
service x { tcp 80 }
zone a { level 4; net 10.0.0.0/24 }
zone b { level 4; net 10.0.1.0/24 }
"""


def told(folder: Path, line: str, inside: str = "") -> Diagnostic:
    """The one finding of a plant with this line."""
    (folder / "plant.zone").write_text(
        PLANT + (f"{inside} {{ {line} }}\n" if inside else f"{line}\n"), encoding="utf-8"
    )
    _, found = resolve(load(folder))
    (one,) = found
    return one


@pytest.mark.parametrize(
    ("line", "marked", "declared"),
    [
        ("allow a -> b : tcp 502", "tcp 502", "{ tcp 502 }"),
        ("allow a -> b : tcp/502", "tcp/502", "{ tcp 502 }"),
        ("allow a -> b : udp 9000-9010", "udp 9000-9010", "{ udp 9000-9010 }"),
        ("allow a -> b : 502", "502", "{ tcp 502 }"),
        ("allow a -> b : tcp 80, 443", "tcp 80, 443", "{ tcp 80, 443 }"),
    ],
)
def test_a_port_is_no_service(line: str, marked: str, declared: str, tmp_path: Path) -> None:
    one = told(tmp_path, line, "conduit c a -> b")
    assert one.primary is not None
    assert (one.name, one.primary.span.text) == ("wrong-shape", marked)
    assert f"service NAME {declared}" in one.help
    assert ("modbus-tcp" in one.help) == ("502" in line)


@pytest.mark.parametrize(
    ("line", "inside", "wrong", "right"),
    [
        ("allow a => b : x", "conduit c a -> b", "=>", "->"),
        ("allow a --> b : x", "conduit c a -> b", "-->", "->"),
        ("allow a > b : x", "conduit c a -> b", ">", "->"),
        ("allow a \u2192 b : x", "conduit c a -> b", "\u2192", "->"),
        ("link a - b", "", "-", "--"),
        ("link a -> b", "", "->", "--"),
        ("conduit c a => b { }", "", "=>", "->"),
    ],
)
def test_other_arrows(line: str, inside: str, wrong: str, right: str, tmp_path: Path) -> None:
    one = told(tmp_path, line, inside)
    assert one.message == f"`{right}` is due here, not `{wrong}`"
    (fix,) = one.fixes
    assert not fix.safe
    assert [edit.text for edit in fix.edits] == [right]


@pytest.mark.parametrize(
    ("line", "inside", "word"),
    [
        ('allow a -> b : x { because "y" review-by 2027-01-01 }', "conduit c a -> b", "review-by"),
        ("mode monitor owner t", "conduit c a -> b", "owner"),
    ],
)
def test_a_missing_semicolon(line: str, inside: str, word: str, tmp_path: Path) -> None:
    assert told(tmp_path, line, inside).message == f"a `;` or a new line is missing before `{word}`"


@pytest.mark.parametrize(
    ("line", "inside", "word"),
    [
        ('allow a -> b : x because "y"', "conduit c a -> b", "because"),
        ("asset p 10.0.2.1 kind plc", "zone c", "kind"),
        ("zone c level 4", "", "level"),
    ],
)
def test_settings_stand_in_braces(line: str, inside: str, word: str, tmp_path: Path) -> None:
    one = told(tmp_path, line, inside)
    assert f"`{word}` is a setting of this" in one.message
    assert "{ " + word in one.help


def test_a_word_that_sounds_the_same(tmp_path: Path) -> None:
    one = told(tmp_path, "sight north")
    assert one.name == "unknown-word"
    assert [edit.text for fix in one.fixes for edit in fix.edits] == ["site"]

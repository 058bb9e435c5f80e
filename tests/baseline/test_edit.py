"""One statement and a comment: an edit of a conduit's mode changes nothing else, however the file is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.edit import with_mode
from segc.baseline.promotion import only_modes
from segc.lang.formatter import format_text
from segc.source import Source
from tests.baseline.plants import TEXT
from tests.plants import plant_of, policies

NOTE = "promoted 2026-11-20 by lead; baseline 0123456789ab"


def edited(text: str, name: str, mode: str, folder: Path, note: str = NOTE) -> str:
    plant = plant_of(text, folder)
    conduit = plant.conduits[name]
    return with_mode(Source(conduit.span.source.path, text), conduit, mode, note)


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_a_mode_that_is_there(tmp_path: Path) -> None:
    gone, came = changed(TEXT, edited(TEXT, "copies", "enforce", tmp_path))
    assert gone == ["  mode         monitor                            # since the audit"]
    assert came == [f"  mode         enforce                            # since the audit, {NOTE}"]


def test_a_mode_that_was_inherited(tmp_path: Path) -> None:
    after = edited(TEXT, "recipes", "enforce", tmp_path)
    gone, came = changed(TEXT, after)
    assert (gone, came) == ([], [f"  mode         enforce                            # {NOTE}"])
    assert format_text(Source("plant.zone", after)) == after, "laid out as it was"
    back = edited(after, "recipes", "monitor", tmp_path, "")
    assert changed(after, back)[1] == ["  mode         monitor"]


WRITTEN = {
    "conduit c mes -> line { ALLOW }": "conduit c mes -> line { mode enforce; ALLOW }  # note",
    "conduit c mes -> line {mode monitor; ALLOW} # x": "conduit c mes -> line {mode enforce; ALLOW} # x, note",
    "conduit c mes -> line": "conduit c mes -> line { mode enforce }  # note",
    "conduit c mes -> line {\n ALLOW\n}": "conduit c mes -> line {\n  mode         enforce  # note\n ALLOW\n}",
    "conduit c mes -> line { # a\n ALLOW\n}": "conduit c mes -> line { # a\n  mode         enforce  # note\n ALLOW\n}",
    'conduit c "a { b" mes -> line {\n}': 'conduit c "a { b" mes -> line {\n  mode         enforce  # note\n}',
    "conduit c mes -> line { ALLOW\n}": "conduit c mes -> line { mode enforce; ALLOW  # note\n}",
}


@pytest.mark.parametrize("written", WRITTEN)
def test_all_ways_to_write_a_conduit(written: str, tmp_path: Path) -> None:
    spare = "zone spare { level 2;   authority isolate lead; authority shutdown lead; net 10.5.0.0/24 }\n"
    lines = TEXT[: TEXT.index("conduit recipes")] + spare  # not laid out, and so left as it is
    text, expected = (one.replace("ALLOW", "allow app -> plc : modbus") for one in (written, WRITTEN[written]))
    assert edited(f"{lines}{text}\n", "c", "enforce", tmp_path, "note") == f"{lines}{expected}\n"


@given(data=st.data())
def test_changes_that_mode_and_nothing_else(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("plant")
    text = data.draw(policies())
    before = plant_of(text, folder)
    if not before.conduits:
        return
    name = data.draw(st.sampled_from(sorted(before.conduits)))
    mode = data.draw(st.sampled_from(("monitor", "enforce")))
    after = plant_of(edited(text, name, mode, folder), folder)
    assert after.conduits[name].mode == mode
    others = {other: conduit.mode for other, conduit in before.conduits.items() if other != name}
    assert {other: conduit.mode for other, conduit in after.conduits.items() if other != name} == others
    wins = all(after.modes[pair] == mode for pair in after.conduits[name].pairs())
    assert only_modes(before, after, [name], mode) == (wins or mode == "monitor")


def test_files_of_windows_keep_the_ends_of_their_lines(tmp_path: Path) -> None:
    text = TEXT.replace("\n", "\r\n")
    for name in ("recipes", "copies"):
        after = edited(text, name, "enforce", tmp_path)
        assert after.count("\n") == after.count("\r\n")
        assert f"{NOTE}\r\n" in after
        back = edited(after, name, "monitor", tmp_path, "")
        assert back.count("\n") == back.count("\r\n")
        assert "promoted" not in back


def test_a_note_of_ours_goes_and_what_people_wrote_stays(tmp_path: Path) -> None:
    after = edited(TEXT, "copies", "enforce", tmp_path)
    assert edited(after, "copies", "monitor", tmp_path, "") == TEXT
    again = edited(after, "copies", "enforce", tmp_path, NOTE.replace("2026-11-20", "2027-01-02"))
    assert "since the audit, promoted 2027-01-02" in again
    assert "2026-11-20" not in again
    for comment in ("# promoted by hand in 2024; see CHG-7", '# "promoted"'):
        text = TEXT.replace("# since the audit", comment)
        assert f"{comment}, {NOTE}" in edited(text, "copies", "enforce", tmp_path)


def test_a_string_on_the_line_is_no_comment(tmp_path: Path) -> None:
    text = TEXT.replace("  mode         monitor                            # since the audit\n", "").replace(
        '  allow store -> app : backup { because "nightly"',
        f'  mode monitor; allow store -> app : backup {{ because "# {NOTE}"',
    )
    assert edited(text, "copies", "enforce", tmp_path).count(f'"# {NOTE}"') == 1

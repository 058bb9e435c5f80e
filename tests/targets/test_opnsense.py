"""OPNsense: the merge that puts our part into an export, and UUIDs that last."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

from segc.targets.build import build
from tests.plants import plant_of
from tests.readers.opnsense.given import EXPORT, rules, verdict
from tests.readers.pf import AT, made, policy


def test_merged_into_an_export_they_are_equal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """merge replaces rules, keeps others' aliases, and the configuration as it was beside the new one."""
    texts = made("opnsense")[1].texts()
    config, ours, program = tmp_path / "config.xml", tmp_path / "segc.xml", tmp_path / "merge"
    before = EXPORT.replace("<opt1>", "<opt1><enable>1</enable>").replace(
        "<webgui>", "<webgui><noantilockout>1</noantilockout>"
    )
    for path, text in ((config, before), (ours, texts["rules"]), (program, texts["merge"])):
        path.write_text(text, encoding="utf-8")
    for _ in range(2):
        monkeypatch.setattr(sys, "argv", ["merge", str(ours), str(config)])
        runpy.run_path(str(program), run_name="__main__")
        after = config.read_text(encoding="utf-8")
        assert verdict(after) == "equal"
        assert after.count("<name>servers</name>") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "config.xml",
        "config.xml.before-segc",
        "merge",
        "segc.xml",
    ]


def test_it_is_not_merged_into_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = made("opnsense")[1].texts()
    for name, text in (("config.xml", "<pfsense/>"), ("segc.xml", texts["rules"]), ("merge", texts["merge"])):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["merge", str(tmp_path / "segc.xml"), str(tmp_path / "config.xml")])
    with pytest.raises(SystemExit, match="no configuration"):
        runpy.run_path(str(tmp_path / "merge"), run_name="__main__")
    assert (tmp_path / "config.xml").read_text(encoding="utf-8") == "<pfsense/>"


def test_uuids_last(tmp_path: Path) -> None:
    """Another flow, and the UUIDs of all other rules stay; sequences move at one interface only."""
    more = policy("opnsense").replace(
        "allow old -> plc : range", "allow old -> plc : range\n  allow old -> plc : modbus"
    )
    new = build(plant_of(more, tmp_path), AT, "declared").built[0].texts()["rules"]
    pattern = re.compile(r'<rule uuid="([^"]+)".*?<sequence>(\d+)<.*?<interface>(\w+)<', re.DOTALL)
    old_rules, new_rules = ({u: (s, i) for u, s, i in pattern.findall(text)} for text in (rules(), new))
    assert set(old_rules) < set(new_rules)
    assert all(new_rules[u] == place for u, place in old_rules.items() if place[1] == "opt1")

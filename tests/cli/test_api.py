"""segc as a library."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

import segc
from segc import api
from tests.cli.running import PLANTS

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


def test_all_is_complete() -> None:
    assert set(segc.__all__) == {*api.__all__, "__version__"}
    assert segc.__all__ == sorted(segc.__all__)
    for name in segc.__all__:
        assert getattr(segc, name) is not None
    assert set(segc.__all__) <= set(dir(segc))


def test_the_stub_says_the_same() -> None:
    stub = ast.parse(Path(segc.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    offered = {alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert offered == set(api.__all__)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute `nonsense`"):
        _ = segc.nonsense  # type: ignore[attr-defined]


def test_load_and_check() -> None:
    assert [tree.source.path for tree in segc.load(PLANTS / "clean").trees][-1].endswith("plant.zone")
    plant, found = segc.check(PLANTS / "clean", NOW)
    assert set(plant.zones) == {"operations", "stock"}
    assert found == []
    assert segc.check(str(PLANTS / "clean"))[0].conduits


def test_findings_come_in_order() -> None:
    _, found = segc.check(PLANTS / "faulty", NOW)
    assert found == sorted(found, key=segc.Diagnostic.sort_key)
    assert any(one.severity is segc.Severity.ERROR for one in found)


def test_holes_in_a_plant_are_not_reported_as_its_faults(tmp_path: Path) -> None:
    text = (PLANTS / "clean" / "plant.zone").read_text(encoding="utf-8")
    (tmp_path / "plant.zone").write_text(text.replace("net          10.31", "nett         10.31"), encoding="utf-8")
    assert [one.name for one in segc.check(tmp_path, NOW)[1]] == ["unknown-word"]


def test_suppressions_count(tmp_path: Path) -> None:
    text = (PLANTS / "clean" / "plant.zone").read_text(encoding="utf-8").replace("10.31.0.11", "10.32.0.11")
    (tmp_path / "plant.zone").write_text(text, encoding="utf-8")
    assert [one.name for one in segc.check(tmp_path, NOW)[1]] == ["asset-outside-zone"]
    line = "  # segc: allow asset-outside-zone until 2027-06-30 -- moves in spring\n"
    (tmp_path / "plant.zone").write_text(text.replace("  asset stock", f"{line}  asset stock"), encoding="utf-8")
    assert segc.check(tmp_path, NOW)[1] == []
    assert [one.name for one in segc.check(tmp_path, datetime(2027, 7, 1, 1, tzinfo=UTC))[1]] == [
        "expired-suppression",
        "asset-outside-zone",
    ]


def test_what_cannot_be_read_is_raised() -> None:
    with pytest.raises(segc.SegcError) as caught:
        segc.check(PLANTS / "nowhere")
    assert caught.value.code == 2


def test_build(tmp_path: Path) -> None:
    plant, _ = segc.check(PLANTS / "clean", NOW)
    result = segc.build(plant, tmp_path / "out", at=NOW, mode="monitor", firewalls=["fw-stock"])
    assert (tmp_path / "out" / "manifest.json").is_file()
    assert [one.firewall for one in result.built] == ["fw-stock"]

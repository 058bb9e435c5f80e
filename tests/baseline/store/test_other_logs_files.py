"""A file of the ledger that another log left, and that `learn` needs: gone or damaged, it is told as such."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import pytest

from segc.baseline import manifest
from segc.diagnostics import SegcError
from tests.baseline.store.logs import conn, learn, row

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [row(60 * n, "10.0.0.5", f"10.0.1.{n}") for n in range(40)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A baseline of one log."""
    (tmp_path / "a.log").write_text(conn(ROWS[:30]), encoding="utf-8")
    (tmp_path / "b.log").write_text(conn(ROWS[10:]), encoding="utf-8")
    learn(tmp_path / "baseline", tmp_path / "a.log")
    return tmp_path / "baseline"


def older(folder: Path) -> None:
    """As a segc wrote it that kept no sums."""
    file = folder / "sources.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["sources"][0]["sums"] = []
    file.write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.parametrize("sums", [True, False], ids=["sums", "no-sums"])
@pytest.mark.parametrize("what", ["gone", "a folder", "half", "nothing", "garbage"])
def test_what_another_log_told_is_gone_or_damaged(what: str, sums: bool, folder: Path) -> None:
    if not sums:
        older(folder)
    [file] = (folder / "ledger").rglob("*.parquet")
    whole, before = file.read_bytes(), manifest.read(folder)
    if what in ("gone", "a folder"):
        file.unlink()
        if what == "a folder":
            file.mkdir()
    else:
        file.write_bytes({"half": whole[: len(whole) // 2], "nothing": b"", "garbage": b"PAR1" * 9}[what])
    with pytest.raises(SegcError) as caught:
        learn(folder, folder.parent / "b.log")
    [told] = caught.value.diagnostics
    assert (caught.value.code, told.name) == (2, "baseline-damaged")
    assert f"`{file}`" in told.message
    assert told.help is not None
    assert "restore it" in told.help
    assert manifest.read(folder) == before
    if what == "a folder":
        file.rmdir()
    file.write_bytes(whole)
    assert learn(folder, folder.parent / "b.log")[0].source is not None
    assert len(manifest.read(folder)) == 2


def test_a_file_that_cannot_be_read_is_no_fault_of_the_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [damaged] = (folder / "ledger").rglob("*.parquet")
    real = manifest.sum_of

    def fails(file: Path) -> str:
        if file == damaged:
            raise OSError(errno.EIO, "Input/output error")
        return real(file)

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "sum_of", fails)
        with pytest.raises(SegcError, match="cannot be read: input/output error"):
            learn(folder, folder.parent / "b.log")
    assert len(manifest.read(folder)) == 1

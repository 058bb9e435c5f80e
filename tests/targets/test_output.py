"""What a build writes: all of it or nothing, and never over what is not a build."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from segc.diagnostics import SegcError
from segc.targets.job import Artefact
from segc.targets.output import MANIFEST, SCHEMA, write


def files(text: str, *firewalls: str) -> dict[str, Artefact]:
    """A build of two files a firewall."""
    names = firewalls or ("fw",)
    listed = [{"file": "rules"}, {"file": "apply"}]
    manifest = json.dumps({"schema": SCHEMA, "firewalls": {name: {"artefacts": listed} for name in names}})
    found = {MANIFEST: Artefact(MANIFEST, manifest, "manifest")}
    for name in names:
        found[f"{name}/rules"] = Artefact("rules", text, "rules")
        found[f"{name}/apply"] = Artefact("apply", "#!/bin/sh\n", "apply", executable=True)
    return found


def tree(folder: Path) -> dict[str, str]:
    """All files below a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_a_build_replaces_the_one_before(tmp_path: Path) -> None:
    """Nothing of the old one is left, beside or inside."""
    write(tmp_path / "out", files("one\n", "fw", "gone"))
    write(tmp_path / "out", files("two\n"))
    held = {f"out/{name}": file.text for name, file in files("two\n").items()}
    assert tree(tmp_path) == held
    assert os.access(tmp_path / "out/fw/apply", os.X_OK)
    assert not os.access(tmp_path / "out/fw/rules", os.X_OK)


@pytest.mark.parametrize("name", ["notes.txt", MANIFEST])
def test_a_folder_that_segc_did_not_write_is_left_alone(tmp_path: Path, name: str) -> None:
    """Neither foreign files nor a foreign manifest are taken for a build."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text('{"mine": true}')
    with pytest.raises(SegcError) as stopped:
        write(tmp_path / "out", files("one\n"))
    assert (stopped.value.code, stopped.value.diagnostics[0].name) == (2, "output-not-ours")
    assert tree(tmp_path) == {f"out/{name}": '{"mine": true}'}


@pytest.mark.parametrize("name", ["NOTES.txt", "fw/rules.orig", ".git/config"])
def test_what_people_put_into_a_build_is_left_alone(tmp_path: Path, name: str) -> None:
    """A note beside the rules is nobody's to delete."""
    write(tmp_path / "out", files("one\n"))
    (tmp_path / "out" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "out" / name).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(SegcError, match="which segc did not write"):
        write(tmp_path / "out", files("two\n"))
    assert tree(tmp_path) == before


def test_a_part_does_not_replace_the_whole(tmp_path: Path) -> None:
    """One firewall's build would take the others' files away; a firewall that left the policy goes."""
    write(tmp_path / "out", files("one\n", "a", "b"))
    with pytest.raises(SegcError, match="is a build of `b` too"):
        write(tmp_path / "out", files("two\n", "a"), partial=True)
    write(tmp_path / "out", files("two\n", "a"))
    assert not (tmp_path / "out/b").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file of the output's name stays."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(SegcError, match="is not a folder"):
        write(tmp_path / "out", files("one\n"))
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("call", [1, 2, 3])
def test_the_old_build_survives_a_disk_that_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """Whichever file or rename it is that fails."""
    write(tmp_path / "out", files("one\n"))
    before = tree(tmp_path)
    calls = 0

    def failing(self: Path, data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(errno.ENOSPC, "no space")
        with self.open("wb") as handle:
            return handle.write(data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(SegcError, match="what was there is untouched"):
        write(tmp_path / "out", files("two\n"))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("problem", [OSError(errno.EIO, "disk"), KeyboardInterrupt()])
def test_the_old_build_survives_a_rename_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: BaseException
) -> None:
    """Between putting the old one aside and the new one in its place, by the disk's fault or by Ctrl-C."""
    write(tmp_path / "out", files("one\n"))
    before = tree(tmp_path)
    real = Path.rename
    names: list[str] = []

    def failing(self: Path, target: Path) -> Path:
        names.append(self.name)
        if len(names) == 2:
            raise problem
        return real(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises((SegcError, KeyboardInterrupt)):
        write(tmp_path / "out", files("two\n"))
    assert len(names) == 3, "the old build is put back"
    assert tree(tmp_path) == before

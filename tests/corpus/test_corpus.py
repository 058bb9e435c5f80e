"""grammar/corpus: files with one fault each, which must be found by name, and near misses, which must not.

The first line of a bad file says what is expected: `# expect: host-bits x3, bad-port`. With `expect-build`
nothing is wrong with the policy, and the build refuses it.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.api import build, check
from segc.catalogue import CATALOGUE
from segc.cli import run
from segc.diagnostics import Diagnostic, SegcError
from tests.lang.guard import guarded

CORPUS = Path(__file__).parents[2] / "grammar" / "corpus"
AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
HEADER = re.compile(rb"# expect(-build)?: (.+)\n")
EXPECTED = re.compile(r"([a-z0-9-]+)(?: x(\d+))?\Z")


def roots(folder: str) -> list[Path]:
    """The corpus's plants: files, and folders with a plant.zone."""
    listed = sorted((CORPUS / folder).iterdir())
    return [path for path in listed if path.suffix == ".zone" or (path / "plant.zone").exists()]


def expected(plant: Path) -> tuple[bool, Counter[str]]:
    """Whether a build is asked for, and how often each finding is due."""
    file = plant if plant.is_file() else plant / "plant.zone"
    header = HEADER.match(file.read_bytes())
    assert header, f"{file.name} does not say what is expected of it"
    found: Counter[str] = Counter()
    for part in header[2].decode().split(", "):
        match = EXPECTED.match(part)
        assert match, part
        found[match[1]] += int(match[2] or 1)
    return bool(header[1]), found


def answer(plant: Path) -> list[Diagnostic]:
    try:
        return check(plant, AT)[1]
    except SegcError as stopped:
        return list(stopped.diagnostics)


def told(found: list[Diagnostic]) -> str:
    return "\n".join(f"{one.name}: {one.message}" for one in found)


@pytest.mark.parametrize("plant", roots("bad"), ids=lambda path: path.name)
def test_each_fault_is_found_by_its_name(plant: Path, tmp_path: Path) -> None:
    builds, due = expected(plant)
    found = answer(plant)
    if builds:
        assert not found, told(found)
        with pytest.raises(SegcError) as stopped:
            build(check(plant, AT)[0], tmp_path / "out", at=AT)
        assert not (tmp_path / "out").exists()
        found = list(stopped.value.diagnostics)
    assert Counter(one.name for one in found) == due, told(found)
    for one in found:
        assert one.name in CATALOGUE
        assert one.message
        assert not one.message.endswith(".")
        assert "\n" not in one.message
        assert one.primary is not None, one.name


@pytest.mark.parametrize("plant", roots("good"), ids=lambda path: path.name)
def test_near_misses_have_nothing_wrong(plant: Path) -> None:
    found = answer(plant)
    assert not found, told(found)


@pytest.mark.parametrize("plant", roots("bad"), ids=lambda path: path.name)
def test_nothing_is_built_from_a_policy_with_an_error(
    plant: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = run(["build", str(plant), "--at", AT.isoformat(), "-o", str(out)])
    said = capsys.readouterr().err
    assert "Traceback" not in said
    builds, due = expected(plant)
    refused = builds or any(CATALOGUE[name].severity == "error" for name in due)
    firewalls = "\nfirewall " in (plant / "plant.zone" if plant.is_dir() else plant).read_text(errors="replace")
    assert (code in (1, 2)) == (refused or not firewalls), said
    assert out.exists() == (code == 0)


# Findings that need something that no file in a repository can be, or that are about other things than a policy.
MADE_BELOW = {"unreadable-file", "file-too-large"}
NOT_OF_THE_LANGUAGE = {"output-not-ours", "output-not-written", "nothing-to-build", "unsupported-by-target"}


def test_the_corpus_has_every_finding_that_a_policy_can_have() -> None:
    named = {name for plant in roots("bad") for name in expected(plant)[1]}
    areas = "123468"
    daily = {name for name, row in CATALOGUE.items() if row.persona != "audit" and not "SEG81" <= row.code < "SEG9"}
    of_policies = {name for name in daily if CATALOGUE[name].code[3] in areas} | {
        "unknown-target", "lock-out", "bad-interface-name", "duplicate-interface", "firewall-without-interfaces"
    }  # fmt: skip
    assert of_policies - named - NOT_OF_THE_LANGUAGE == MADE_BELOW


def only(found: list[Diagnostic]) -> Diagnostic:
    (one,) = found
    return one


def plant_using(folder: Path, name: str) -> Path:
    """A root file that uses another one."""
    root = folder / "plant.zone"
    root.write_text(f'segc 1\nuse "{name}"\n', encoding="utf-8")
    return root


def huge(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(100 * 1024 * 1024)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (huge, "file-too-large"),
        (Path.mkdir, "unreadable-file"),
        (os.mkfifo, "unreadable-file"),
        (lambda path: path.symlink_to("nowhere.zone"), "unreadable-file"),
        (lambda path: path.symlink_to(path.name), "unreadable-file"),
        (lambda path: path.symlink_to("/dev/null"), "unreadable-file"),
    ],
    ids=["huge", "folder", "fifo", "dangling link", "link to itself", "device"],
)
def test_what_is_no_readable_file(tmp_path: Path, make: object, name: str) -> None:
    thing = tmp_path / "zones.zone"
    make(thing)  # type: ignore[operator]
    # As the root itself.
    with pytest.raises(SegcError) as stopped, guarded():
        check(thing, AT)
    assert stopped.value.code == 2
    assert only(list(stopped.value.diagnostics)).name == name
    # Used by another file: the finding says where.
    found = only(answer(plant_using(tmp_path, "./zones.zone")))
    assert found.name in (name, "missing-library", "library-outside-plant")
    assert found.primary is not None
    assert found.primary.span.line == 2


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    root = tmp_path / "plant.zone"
    root.write_text("segc 1\n", encoding="utf-8")
    root.chmod(0)
    if os.access(root, os.R_OK):
        pytest.skip("root may read everything")
    with pytest.raises(SegcError) as stopped:
        check(root, AT)
    assert only(list(stopped.value.diagnostics)).name == "unreadable-file"


def test_a_plant_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(SegcError) as stopped:
            check(path, AT)
        assert (stopped.value.code, only(list(stopped.value.diagnostics)).name) == (2, "unreadable-file")


def test_a_link_out_of_the_plant_is_outside(tmp_path: Path) -> None:
    plant = tmp_path / "plant"
    plant.mkdir()
    (tmp_path / "evil.zone").write_text("service modbus { tcp 1-65535 }\n", encoding="utf-8")
    (plant / "inside.zone").symlink_to("../evil.zone")
    assert only(answer(plant_using(plant, "./inside.zone"))).name == "library-outside-plant"


def test_names_that_are_no_file_names(tmp_path: Path) -> None:
    for name in ("", ".", "./", "std/", "std/../zone", "std/ics/../../x", "~/x.zone", "x" * 300, "./x\u0000y"):
        text = f'segc 1\nuse "{name}"\n'
        (tmp_path / "plant.zone").write_text(text, encoding="utf-8")
        assert answer(tmp_path), name


def test_a_byte_order_mark_and_foreign_line_ends_are_read(tmp_path: Path) -> None:
    good = (CORPUS / "good" / "two-zones.zone").read_bytes()
    (tmp_path / "plant.zone").write_bytes(b"\xef\xbb\xbf" + good.replace(b"\n", b"\r\n"))
    assert answer(tmp_path) == []


def test_text_in_other_encodings_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "plant.zone").write_text("segc 1\n", encoding="utf-16")
    assert only(answer(tmp_path)).name == "not-utf-8"
    (tmp_path / "plant.zone").write_bytes(b'segc 1\n\nteam t "K\xf6ln"\n')
    found = only(answer(tmp_path))
    assert found.name == "not-utf-8"
    assert found.primary is not None
    assert found.primary.span.line == 3


def test_a_deep_chain_of_files_ends_in_a_finding(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"f{number}.zone").write_text(f'use "./f{number + 1}.zone"\n', encoding="utf-8")
    (tmp_path / "f400.zone").write_text("team t\n", encoding="utf-8")
    found = only(answer(plant_using(tmp_path, "./f0.zone")))
    assert found.name == "cyclic-use"
    assert "deep" in found.message


def test_the_corpus_is_of_regular_files_that_anybody_can_read() -> None:
    for file in CORPUS.rglob("*"):
        mode = file.stat().st_mode
        assert stat.S_ISDIR(mode) or stat.S_ISREG(mode)


def test_a_plant_may_lie_anywhere(tmp_path: Path) -> None:
    name = "a b\u00e4" if sys.getfilesystemencoding() == "utf-8" else "a b"
    shutil.copytree(CORPUS / "good" / "several-files", tmp_path / name)
    assert answer(tmp_path / name) == []

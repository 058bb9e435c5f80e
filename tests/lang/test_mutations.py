"""One-character edits of good plants: whatever people mistype is answered, quickly and with a place.

Most are edits of the corpus, whose plants are small and have every word of the
language; a few are of the examples. All are made, however long it takes.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from segc.diagnostics import Diagnostic, SegcError
from segc.lang import loader
from segc.lang.loader import load
from segc.lang.parser import parse
from segc.lang.syntax import Tree
from segc.model.resolve import resolve
from segc.source import Source
from tests.lang.guard import HANG, Hang, guarded

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CORPUS = ROOT / "grammar" / "corpus" / "good"
PLANTS = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())
EDITS = int(os.environ.get("SEGC_MUTATIONS", "3000"))
EDITS_OF_EXAMPLES = EDITS // 60
TYPED = "abcz019 \n\t;#{}\",.:->|<=/é\u00a0\x00'()*~`_AZ\r\x0b\u2028"


def edited(text: str, chance: random.Random) -> str:
    """Drop, insert, replace or swap one character."""
    at = chance.randrange(len(text))
    typed = chance.choice(TYPED)
    way = chance.randrange(4)
    if way == 0:
        return text[:at] + text[at + 1 :]
    if way == 1:
        return text[:at] + typed + text[at:]
    if way == 2:
        return text[:at] + typed + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def answer(folder: Path) -> list[Diagnostic]:
    try:
        _, found = resolve(load(folder))
    except SegcError as stopped:
        return list(stopped.diagnostics)
    return found


@pytest.fixture
def parse_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were not edited keep their trees, the library above all."""
    known: dict[tuple[str, str], tuple[Tree, list[Diagnostic]]] = {}

    def parsed(source: Source) -> tuple[Tree, list[Diagnostic]]:
        key = (source.path, source.text)
        if key not in known:
            result = parse(source)
            if len(known) > 500:
                known.clear()
            known[key] = result
        return known[key]

    monkeypatch.setattr(loader, "parse", parsed)


def answered(files: dict[Path, Path], edits: int, record: Callable[[str, object], None]) -> None:
    """Make that many edits of files, each of which belongs to a plant; every one is answered with a place."""
    seed = int(os.environ.get("SEGC_MUTATION_SEED", random.randrange(1 << 32)))
    chance = random.Random(seed)
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    listed = sorted(files)
    faulty = 0
    for done in range(edits):
        file = chance.choice(listed)
        text = edited(texts[file], chance)
        file.write_text(text, encoding="utf-8", newline="")
        story = f"seed {seed}, edit {done}: {file.name}"
        try:
            with guarded():
                found = answer(files[file])
        except Hang:
            pytest.fail(f"{story}: no answer within {HANG} s")
        except Exception as problem:
            raise AssertionError(story) from problem
        assert not found or any(one.primary is not None for one in found), story
        faulty += bool(found)
        file.write_text(texts[file], encoding="utf-8", newline="")
    record("edits", edits)
    print(f"{edits} edits (seed {seed}), {faulty} with findings")  # `pytest -rP` shows it
    assert faulty > edits // 10, "these edits are too tame"


@pytest.mark.usefixtures("parse_once")
def test_every_typing_error_is_answered(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    for plant in CORPUS.glob("*.zone"):
        shutil.copy(plant, tmp_path)
    answered({file: file for file in tmp_path.glob("*.zone")}, EDITS, record_property)


@pytest.mark.usefixtures("parse_once")
def test_so_are_those_in_plants_of_several_files(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for name in PLANTS:
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    answered({file: file.parent for file in tmp_path.rglob("*.zone")}, EDITS_OF_EXAMPLES, record_property)


def test_the_examples_themselves_have_nothing_wrong() -> None:
    for name in PLANTS:
        assert answer(EXAMPLES / name) == []


def test_the_guard_rings() -> None:
    with pytest.raises(Hang), guarded():
        signal.raise_signal(signal.SIGALRM)

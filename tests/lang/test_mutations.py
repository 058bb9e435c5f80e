"""One-character edits of the examples: whatever people mistype is answered, quickly and with a place."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
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

EXAMPLES = Path(__file__).parents[2] / "examples"
PLANTS = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())
EDITS = int(os.environ.get("SEGC_MUTATIONS", "3000"))
SECONDS = float(os.environ.get("SEGC_MUTATION_SECONDS", "40"))
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


@pytest.mark.usefixtures("parse_once")
def test_every_typing_error_is_answered(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEGC_MUTATION_SEED", random.randrange(1 << 32)))
    chance = random.Random(seed)
    for name in PLANTS:
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    files = sorted(tmp_path.rglob("*.zone"))
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    end = time.monotonic() + SECONDS
    done = 0
    while done < EDITS and time.monotonic() < end:
        file = chance.choice(files)
        text = edited(texts[file], chance)
        file.write_text(text, encoding="utf-8", newline="")
        story = f"seed {seed}, edit {done}: {file.relative_to(tmp_path)}"
        try:
            with guarded():
                found = answer(file.parent)
        except Hang:
            pytest.fail(f"{story}: no answer within {HANG} s")
        except Exception as problem:
            raise AssertionError(story) from problem
        assert not found or any(one.primary is not None for one in found), story
        file.write_text(texts[file], encoding="utf-8", newline="")
        done += 1
    assert done > 50, "this machine is too slow to say anything"


def test_the_examples_themselves_have_nothing_wrong() -> None:
    for name in PLANTS:
        assert answer(EXAMPLES / name) == []


def test_the_guard_rings() -> None:
    with pytest.raises(Hang), guarded():
        signal.raise_signal(signal.SIGALRM)

"""Reports of the examples, each made once, and of the bottling plant with some words put for others."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from segc import api
from segc.report.dossier.facts import Facts
from segc.report.dossier.gather import document
from segc.report.dossier.headline import Baseline
from segc.report.dossier.shape import Report

ROOT = Path(__file__).parents[2]
EXAMPLES = ("bottling", "bottling-flat", "water")
AT = datetime(2026, 11, 28, 7, tzinfo=UTC)
ENFORCED = ("plant.zone", "  mode         monitor\n", "  mode         enforce\n")


def facts_of(path: Path) -> Facts:
    judged = api.judge(path, AT, "audit")
    return Facts(judged.plant, AT, judged.found, judged.accepted)


@cache
def example(name: str) -> Facts:
    """What is known of an example: to look at, not to change."""
    return facts_of(ROOT / "examples" / name)


@cache
def report_of(name: str) -> Report:
    return document(example(name))


def again(known: Facts, baseline: Baseline | None = None) -> Facts:
    """The same plant, to change: only what takes longest, and hangs on nothing else, is not found out anew."""
    facts = Facts(known.plant, AT, known.found, known.accepted, baseline)
    vars(facts).update(playbooks=list(known.playbooks), assertions=known.assertions)
    return facts


def changed(tmp_path: Path, *edits: tuple[str, str, str]) -> Path:
    """The bottling plant with some words put for others."""
    plant = tmp_path / "plant"
    shutil.copytree(ROOT / "examples" / "bottling", plant)
    for name, old, new in edits:
        file = plant / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    return plant

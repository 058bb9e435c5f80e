"""blast, flatness, grants and isolate: their documents against the published schemas, and plants with hardly anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.cli.running import Runner
from tests.report.schema import strict

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "schema"
QUESTIONS = {
    "blast-asset": ("blast-1", "blast filler-hmi {plant} --cut"),
    "blast-zone": ("blast-1", "blast corporate {plant}"),
    "blast-grant": ("blast-1", "blast {grant} {plant} --cut"),
    "flatness": ("flatness-1", "flatness {plant}"),
    "grants": ("grants-1", "grants {plant}"),
    "kill": ("kill-1", "grants {plant} --kill {grant} --mode enforce -o {tmp}/kill"),
    "isolate": ("runbook-1", "isolate corporate {plant} --dry-run"),
}
AT = ("--at", "2026-11-28T07:00:00Z")


def schema_of(name: str) -> Any:
    found = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return strict(found)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("plant", ["bottling", "bottling-flat"])
def test_documents_are_as_published(segc_: Runner, tmp_path: Path, plant: str, question: str) -> None:
    """Each has all members and no others, also where a chain, a cut or a choke point is there."""
    schema, command = QUESTIONS[question]
    path = str(ROOT / "examples" / plant)
    done = segc_(*command.format(plant=path, grant="fillmatic-support", tmp=tmp_path).split(), "--format", "json", *AT)
    assert done.code in (0, 1), done.err
    document = json.loads(done.out)
    jsonschema.Draft202012Validator(schema_of(schema)).validate(document)
    assert document["schema"] == f"segc/{schema.replace('-', '/')}"


def test_every_schema_has_a_document_here() -> None:
    assert {file.stem for file in SCHEMAS.glob("*.json")} >= {schema for schema, _ in QUESTIONS.values()}


BARE = {
    "nothing": "segc 1\n",
    "empty-zone": "segc 1\nzone a { }\n",
    "one-machine": "segc 1\nzone a { net 10.0.0.0/24 }\n",
    "one-critical": "segc 1\nzone a { net 10.0.0.0/24; asset p 10.0.0.1 { criticality critical } }\n",
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", BARE)
def test_plants_with_hardly_anything(segc_: Runner, name: str, form: str) -> None:
    """No machine or one: nothing is divided by nothing, and nothing is said of what is not there."""
    segc_.write("bare/plant.zone", BARE[name])
    for verb in ("flatness", "grants"):
        done = segc_(verb, "bare", "--format", form)
        assert done.code in (0, 2)
        assert done.out or done.err
    if "zone a" in BARE[name]:
        done = segc_("blast", "a", "bare", "--cut", "--format", form)
        assert done.code in (0, 2)
        assert "Traceback" not in done.err


@pytest.mark.parametrize("form", ["text", "json"])
def test_texts_of_the_policy_do_not_drive_the_terminal(segc_: Runner, form: str) -> None:
    """Characters that turn the direction of writing, or steer a terminal, are shown as what they are."""
    text = (segc_.folder / "figures" / "plant.zone").read_text(encoding="utf-8")
    for piece in ("a recipe a batch", "fault finding", "Fillers Ltd", "Filling line", "key figures of the press"):
        assert piece in text
        text = text.replace(piece, f"{piece}\u202etxt\u009b31m")
    segc_.write("hostile/plant.zone", text)
    for question in (
        "blast office hostile --cut",
        "flatness hostile",
        "grants hostile",
        "isolate line hostile --dry-run",
    ):
        done = segc_(*question.split(), "--format", form, *AT)
        assert done.code == 0, done.told()
        if form == "json":
            json.loads(done.out)
        else:
            assert not {"\u202e", "\u009b"} & set(done.out + done.err), question


@pytest.mark.parametrize("plant", ["bottling", "bottling-flat", "water"])
def test_lines_fit(segc_: Runner, plant: str) -> None:
    """No line but a flow's own text is longer than 120 columns; and -v says at least all that is said without it."""
    path = str(ROOT / "examples" / plant)
    for question in (f"blast corporate {path} --cut", f"flatness {path}"):
        short = segc_(*question.split(), *AT).out
        assert [line for line in short.splitlines() if len(line) > 120 and " -> " not in line] == []
        assert len(segc_(*question.split(), "-v", *AT).out) > len(short)

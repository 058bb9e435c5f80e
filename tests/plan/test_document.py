"""The document and what is rendered from it: the schema, and nothing that a policy says becomes markup."""

from __future__ import annotations

import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from segc.plan.document import plan
from segc.report.plan import FORMATS, render
from tests.plan.conftest import EXAMPLES, side_of
from tests.plan.schema_of import schema

if TYPE_CHECKING:
    from pathlib import Path

    from segc.plan.side import Side

PUBLISHED = EXAMPLES.parent / "docs" / "schema" / "plan-1.json"
CHECKER: Any = import_module("jsonschema").Draft202012Validator(schema())  # it brings no types

PLANT = """segc 1
zone a "{title}" {{
  net 10.1.0.0/24
  asset one 10.1.0.1
}}
zone b {{
  mode enforce
  net 10.2.0.0/24
  asset two 10.2.0.2
}}
service s {{
  tcp {ports}
}}
conduit c a -> b {{
  mode enforce
  allow a -> b : s
}}
"""


def test_the_published_schema_is_that_of_the_document() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == schema()


def test_documents_are_as_the_schema_says(bottling: tuple[Side, Side]) -> None:
    for one, other in ((0, 1), (1, 0), (1, 1)):
        CHECKER.validate(json.loads(render(plan(bottling[one], bottling[other]), "json")))


def test_a_port_less_is_interrupted_and_a_port_more_newly_let_through(tmp_path: Path) -> None:
    few = side_of(PLANT.format(title="A", ports="22"), tmp_path)
    many = side_of(PLANT.format(title="A", ports="22, 80"), tmp_path)
    (wider,) = plan(few, many)["changes"]
    assert (wider["effect"], wider["example"]["port"], wider["was"], wider["now"]) == ("opens", 80, "block", "allow")
    (narrower,) = plan(many, few)["changes"]
    assert (narrower["effect"], narrower["example"]["port"]) == ("interrupts", 80)
    assert narrower["before"]["at"] == {"file": "plant.zone", "line": 16}
    assert narrower["after"]["at"] == {"file": "plant.zone", "line": 14}
    assert render(plan(many, few), "text").startswith("would interrupt traffic between 1 pair of zones\n")
    assert render(plan(few, many), "text").startswith("interrupts nothing; newly permits traffic between 1 pair")
    assert render(plan(few, few), "text").startswith("nothing changes")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_titles_are_text_and_never_markup(form: str, tmp_path: Path) -> None:
    evil = "</details><script>x</script>[a](http://b) @team"
    few = side_of(PLANT.format(title=evil, ports="22"), tmp_path)
    many = side_of(PLANT.format(title=evil, ports="22, 80"), tmp_path)
    made = render(plan(few, many), form)
    assert "script" in made
    assert "<script" not in made
    if form == "markdown":
        assert made.count("</details>") == made.count("<details")
        assert "](" not in made
        assert "@team" not in made


def test_html_is_whole_and_takes_nothing_from_elsewhere(bottling: tuple[Side, Side]) -> None:
    made = render(plan(*bottling), "html", whole=True)
    assert not re.search(r"<(?:script|link|img|iframe)|src=|href=|@import|url\(", made)
    assert made.startswith("<!doctype html>")


def test_lists_are_short_unless_all_is_asked_for(bottling: tuple[Side, Side]) -> None:
    document = plan(*bottling)
    short, whole = (render(document, "text", whole=each) for each in (False, True))
    assert "(-v shows all)" in short
    assert "more (-v" not in whole
    assert short.partition("\n")[0] == whole.partition("\n")[0]
    assert set(FORMATS) == {"text", "json", "markdown", "html"}
    assert len(render(document, "markdown", whole=True)) < 65_536

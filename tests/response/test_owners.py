"""Who answers for what: deputies in their order, gaps named, and CODEOWNERS of every file."""

from __future__ import annotations

from pathlib import Path

from segc import api
from segc.report.figures.owners_text import codeowners, render
from segc.response.cards import cards
from segc.response.owners import document
from segc.response.sheet_html import html
from segc.response.sheet_text import markdown

TEXT = """
segc 1
use "./more.zone"
site s { owner ops }
team ops "Operations" { contact "@plant/ops" }
team it { contact "it@x.example" }
role boss "The boss" { team ops; phone "2" }
role lead "Shift lead" { team ops; phone "1"; deputy boss }
zone office { level 4; owner it; net 10.1.0.0/24 }
"""
MORE = """
zone cell {
  level 2
  net 10.2.0.0/24
  authority shutdown lead
  authority isolate boss, lead
}
conduit c office -> cell { owner it }
"""


def test_the_table(tmp_path: Path) -> None:
    (tmp_path / "plant.zone").write_text(TEXT)
    (tmp_path / "more.zone").write_text(MORE)
    plant, _ = api.check(tmp_path)
    told = document(plant)
    cell = next(one for one in told["zones"] if one["zone"] == "cell")
    assert [(one["role"], one["stands_in_for"]) for one in cell["shutdown"]] == [("lead", ""), ("boss", "lead")]
    assert [one["role"] for one in cell["isolate"]] == ["boss", "lead"], "nobody is asked twice"
    assert told["things"][0]["ends"] == ["it", "ops"]
    lines = {line.split()[0]: line for line in render(told).splitlines() if line}
    assert lines["office"].split() == ["office", "it", "NOBODY", "NOBODY"]
    assert "lead, then boss" in lines["cell"]


def test_codeowners_name_the_owners_of_both_ends(tmp_path: Path) -> None:
    """The conduit is IT's, and whoever changes it must ask operations, into whose cell it leads."""
    (tmp_path / "plant.zone").write_text(TEXT)
    (tmp_path / "more.zone").write_text(MORE)
    plant, _ = api.check(tmp_path)
    lines = codeowners(document(plant), {"ops": "@plant/ops"}).splitlines()
    assert sorted(lines[1:]) == ["/more.zone @it @plant/ops", "/plant.zone @it"]


def test_a_card_says_whom_to_call(tmp_path: Path) -> None:
    (tmp_path / "plant.zone").write_text(TEXT)
    (tmp_path / "more.zone").write_text(MORE)
    plant, _ = api.check(tmp_path)
    told = cards(document(plant))
    card = next(text for text in (markdown([one]) for one in told) if text.startswith("# cell"))
    assert "1. **Shift lead**, 1" in card
    assert "2. **The boss**, 2 (if nobody answers: Shift lead)" in card
    office = next(text for text in (markdown([one]) for one in told) if text.startswith("# office"))
    assert "Owner: **it**, it@x.example" in office
    assert office.count("**NOBODY**: name somebody before it is needed \\_") == 2
    assert html(told, "Cards").count('<div class="box">') == 2, "a card a zone, whole on its page"

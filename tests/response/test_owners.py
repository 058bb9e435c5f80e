"""Who answers for what: deputies in their order, gaps named, and CODEOWNERS of every file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from segc import api
from segc.cli import run
from segc.report.figures.owners_text import codeowners, render
from segc.response.cards import cards
from segc.response.owners import below_repository, document, handles
from segc.response.sheet_html import html
from segc.response.sheet_text import markdown

if TYPE_CHECKING:
    from segc.model.plant import Plant

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


def _plant(folder: Path, text: str = TEXT) -> Plant:
    (folder / "plant.zone").write_text(text)
    (folder / "more.zone").write_text(MORE)
    return api.check(folder)[0]


def _rules(text: str) -> dict[str, list[str]]:
    """As hosts read it: the owners of each path, comments left out."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {line[0]: line[1:] for line in lines}


def test_codeowners_name_the_owners_of_both_ends(tmp_path: Path) -> None:
    """The conduit is IT's, and whoever changes it must ask operations, into whose cell it leads. Settings are the site's."""
    plant = _plant(tmp_path, TEXT.replace("it@x.example", "@plant/it"))
    rules = _rules(codeowners(document(plant), handles(plant), below_repository(plant)))
    assert rules == {
        "/more.zone": ["@plant/it", "@plant/ops"],
        "/plant.zone": ["@plant/it"],
        "/segc.toml": ["@plant/ops"],
    }


@pytest.mark.parametrize("contact", ["it@x.example", "@", "@it @everybody", "@it # and so on", "@-it", ""])
def test_no_handle_is_made_up(tmp_path: Path, contact: str) -> None:
    """A team without one is named as missing, and a rule without owners, which would let anybody in, is not written."""
    plant = _plant(tmp_path, TEXT.replace("it@x.example", contact))
    text = codeowners(document(plant), handles(plant))
    assert _rules(text) == {"/more.zone": ["@plant/ops"], "/segc.toml": ["@plant/ops"]}
    assert "# no handle known for team it, who must look at /plant.zone" in text.splitlines()


def test_paths_are_those_of_the_repository(tmp_path: Path) -> None:
    """In a folder of its own, and with a name that would be a pattern."""
    folder = tmp_path / "site #1" / "plant"
    folder.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    plant = _plant(folder)
    text = codeowners(document(plant), handles(plant), below_repository(plant))
    assert "/site\\ \\#1/plant/more.zone @plant/ops" in text.splitlines()


def test_codeowners_with_a_gap_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _plant(tmp_path)
    assert run(["owners", str(tmp_path), "--format", "codeowners"]) == 1
    assert "no handle known for it" in capsys.readouterr().err
    _plant(tmp_path, TEXT.replace("it@x.example", "@plant/it"))
    assert run(["owners", str(tmp_path), "--format", "codeowners"]) == 0


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

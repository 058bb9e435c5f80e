"""The runbook as somebody has it in hand at night: who, where, what to look at, and what to do when a step fails."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from segc.model.plant import Plant
from segc.response.compile import compiled
from segc.response.isolation import of_playbook
from segc.response.runbook import Runbook, runbook
from segc.response.runbook_words import sheet
from segc.response.sheet import Block, Box, Code, Items, Para, Strong, Table, Tick, Ticks, line, spoken
from segc.response.sheet_html import html
from segc.response.sheet_text import markdown
from tests.plants import plant_of

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
TEXT = """
segc 1
use "std/ics"
site s { mode monitor; owner ops }
team ops "Operations" { contact "ops@x.example" }
role lead "Shift lead" { team ops; deputy boss }
role boss "The boss" { team ops; phone "+43 1 2" }
zone world { net any }
zone mes "Hall of servers" { net 10.1.0.0/24; asset app 10.1.0.1 { kind scada-server } ; asset clock 10.1.0.6 }
zone cell "Filler" { net 10.2.0.0/24; authority isolate lead
  asset plc 10.2.0.1 { kind plc; vendor "Maker"; model "M7"; criticality critical }
  asset hmi 10.2.0.2 { kind hmi } }
zone next { net 10.3.0.0/24; asset plc2 10.3.0.1 }
conduit control mes <-> cell {
  allow mes.app -> cell.plc : modbus { essential }
  allow mes.app -> cell.hmi : https { because "panel" }
  allow cell.plc -> mes.clock : ntp { essential }
}
conduit handshake cell <-> next { allow cell.plc -> next.plc2 : enip { expect emergency; period year; essential } }
workflow panel "Seeing the panel" { needs mes.app -> cell.hmi : https; needs mes.app -> cell.hmi : modbus }
firewall fw-a "North" {
  target iptables
  interface eth0 mes 10.1.0.254/24
  interface eth1 cell 10.2.0.254/24
  interface eth3 world
  manage mes.app : ssh
}
firewall fw-b { target iptables; interface eth1 cell 10.2.0.253/24; interface eth2 next 10.3.0.254/24 }
playbook island "Filler off" { isolate cell; within 15min }
"""


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return plant_of(TEXT, tmp_path)


def book_of(plant: Plant) -> Runbook:
    return runbook(compiled(of_playbook(plant, plant.playbooks["island"]), AT), AT)


def boxes(book: Runbook, *words: str) -> list[str]:
    """The boxes that hold all of these words, as Markdown."""
    every = [markdown([one]) for one in sheet(book) if isinstance(one, Box)]
    return [text for text in every if all(word in text for word in words)]


def test_a_playbook_without_authority_has_its_zones(plant: Plant) -> None:
    """And it is said; a deputy is called by their title, and a number that nobody wrote down has a line to write on."""
    book = book_of(plant)
    assert book["authority"] == "zone"
    [who] = boxes(book, "Decided by")
    assert "The playbook names nobody" in who
    assert re.search(r"1\. \*\*Shift lead\*\*, telephone: (\\_)+", who)
    assert "2. **The boss**, +43 1 2 (if nobody answers: Shift lead)" in who
    assert "Done within 15 minutes of the decision, so by" in who


def test_where_a_firewall_is_and_what_is_not_known(plant: Plant) -> None:
    """From where it is managed, at the address on that side; a line to write on where the policy says nothing."""
    first, second = (boxes(book_of(plant), f": `{name}`")[0] for name in ("fw-a", "fw-b"))
    assert "Reached from **app** (10.1.0.1) by ssh (tcp 22) at 10.1.0.254 (eth0)." in first
    assert "Answers for it: Operations, ops@x.example" in first
    assert re.search(r"Address or management station: (\\_)+", second)


def test_each_firewall_has_its_own_way_out(plant: Plant) -> None:
    """The second one's takes the first one back as well, by the policy's own build: what the proof of the way back is of."""
    book = book_of(plant)
    assert [one["firewall"] for one in book["steps"]] == ["fw-a", "fw-b"]
    first, second = (boxes(book, f": `{name}`", "STOP")[0] for name in ("fw-a", "fw-b"))
    for text in (first, second):
        assert "undo it here. `./rollback`" in text
    assert "Then undo what is done" not in first
    assert "> 1. `fw-a`: `./apply --seconds 120`, look, `./confirm`" in second


def test_each_firewall_is_looked_at_for_what_passes_it(plant: Plant) -> None:
    book = book_of(plant)
    keeps = {one["firewall"]: one["keeps"] for one in book["steps"]}
    assert keeps == {"fw-a": ["K1", "K2"], "fw-b": ["K3"]}
    [table] = [one for one in sheet(book) if isinstance(one, Table) and "must still reach" in one.head]
    rows = markdown([table]).splitlines()
    assert rows[2] == "| [ ] | K1 | app | plc: modbus (tcp 502) |  |"
    assert "emergency, each year: nothing to see is no fault" in rows[4]


def test_a_workflow_is_told_once(plant: Plant) -> None:
    """With all that it loses."""
    text = markdown(sheet(book_of(plant)))
    assert text.count("Seeing the panel") == 1
    assert "**Seeing the panel** stops: it needs `mes.app -> cell.hmi : https`, `mes.app -> cell.hmi : modbus`." in text
    assert "| plc | controller (PLC), Maker M7 | 10.2.0.1 | critical |" in text


def test_the_page_and_the_text_say_the_same(plant: Plant) -> None:
    """Word for word, without markup of one in the other."""
    told = sheet(book_of(plant))
    page, text = html(told), markdown(told)
    seen = unescape(re.sub(r"<[^>]+>", " ", page.partition("<main>")[2]))
    assert "`" not in seen
    assert "\\" not in seen
    plain = re.sub(r"\\_|\\(?=[<>|*])|[`*>#|]|\[ \]|(?m:^-|---)", " ", text)
    words = [re.findall(r"[\w./@:+-]*\w[\w./@:+-]*", re.sub(r"Time: |\d+\.? ", " ", one)) for one in (seen, plain)]
    missing = set(words[1]) - set(words[0])
    assert not {one for one in missing if one.isalpha()}


def test_text_of_others_is_no_markup() -> None:
    """In neither of the two; a command with backticks is shown as it is typed."""
    evil = '<b>"x"</b> `y` *z* | \x1b[31m'
    told: list[Block] = [
        Para(line(evil, Strong(evil), Code(evil))),
        Items((line(evil),)),
        Table(("a",), ((line(Code("a|b")),),)),
    ]
    page, text = html(told), markdown(told)
    assert "<b>" not in page
    assert "\x1b" not in page + text
    assert "\\<b\\>" in text
    assert "a\\|b" in text
    do = [Ticks((Tick(line("Do"), "commit, after `save`"),))]
    assert "Do commit, after `save`" in markdown(do)
    assert "commit, after <code>save</code>" in html(do)


def test_our_own_sentences_take_backticks_for_names() -> None:
    assert spoken("its `manage` lines") == ("its ", Code("manage"), " lines")
    assert spoken("an odd ` one") == ("an odd ` one",)

"""compare, status and inventory: their documents against the published schemas, their exit codes, and bad input."""

from __future__ import annotations

import json

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.baseline.made import Line, learn
from tests.baseline.plants import TEXT, plant
from tests.cli.running import Done, Runner
from tests.cli.test_figures import schema_of

MODBUS = Line("10.30.0.10", "10.3.0.11", 502, range(14))
BACKUP = Line("10.40.0.9", "10.30.0.10", 873, (1, 8))
STRANGER = Line("10.30.0.77", "10.3.0.11", 502, (3, 4, 5))
ATTEMPT = Line("10.30.0.10", "10.3.0.21", 502, (3,), state="S0")
NOBODY = Line("172.20.0.1", "10.3.0.11", 80, (3,))
MULTICAST = Line("10.3.0.11", "239.1.1.1", 5000, (3,), proto="udp")
MANY = [MODBUS, BACKUP, STRANGER, ATTEMPT, NOBODY, MULTICAST]


def run(segc_: Runner, verb: str, lines: list[Line], *arguments: str) -> Done:
    if not (segc_.folder / "works").exists():
        plant(segc_.folder / "works")
        learn(segc_.folder / "baseline", lines)
    return segc_("baseline", verb, "works", "--baseline", "baseline", "--at", "2026-10-30", *arguments)


@pytest.mark.parametrize("lines", [[MULTICAST], MANY], ids=["nothing", "much"])
@pytest.mark.parametrize("verb", ["compare", "status", "inventory"])
def test_documents_are_as_published(segc_: Runner, verb: str, lines: list[Line]) -> None:
    done = run(segc_, verb, lines, "--format", "json")
    assert done.code == (0 if verb == "status" or lines != MANY else 1), done.told()
    document = json.loads(done.out)
    jsonschema.Draft202012Validator(schema_of(f"{verb}-1")).validate(document)
    assert document["schema"] == f"segc/{verb}/1"


def test_the_inventory_drafts_what_is_missing_and_never_over_the_plant(segc_: Runner) -> None:
    done = run(segc_, "inventory", MANY, "--as", "works/assets.zone")
    assert done.code == 1
    assert done.err == "1 of 2 machines written to works/assets.zone\n"
    draft = segc_.folder / "works" / "assets.zone"
    assert "asset mes.host-10-30-0-77 10.30.0.77 {" in draft.read_text(encoding="utf-8")
    root = segc_.folder / "works" / "plant.zone"
    root.write_text(
        root.read_text(encoding="utf-8").replace("segc 1\n", 'segc 1\nuse "assets.zone"\n'), encoding="utf-8"
    )
    before = draft.read_bytes()
    done = run(segc_, "inventory", MANY, "--as", "works/assets.zone")
    assert done.code == 2
    assert "is a file of the plant, and would be lost" in done.err
    assert draft.read_bytes() == before
    assert "10.30.0.77" not in run(segc_, "inventory", MANY).out


@pytest.mark.parametrize("verb", ["draft", "inventory"])
def test_a_draft_replaces_nothing_but_a_draft(segc_: Runner, verb: str) -> None:
    option = {"draft": "-o", "inventory": "--as"}
    by_hand = segc_.write("line4.zone", "zone line4 { level 1; net 10.4.0.0/24 }\n")
    before = by_hand.read_bytes()
    done = run(segc_, verb, MANY, option[verb], "line4.zone")
    assert done.code == 2
    assert "not-a-draft" in done.err
    assert "delete" not in done.err
    assert by_hand.read_bytes() == before
    of_other = segc_.folder / "other.zone"
    other = "inventory" if verb == "draft" else "draft"
    assert run(segc_, other, MANY, option[other], "other.zone").code in {0, 1}
    names = of_other.read_bytes()
    assert run(segc_, verb, MANY, option[verb], "other.zone").code == 2
    assert of_other.read_bytes() == names, "names may have been given in it"


@pytest.mark.parametrize("verb", ["draft", "inventory"])
def test_a_draft_is_written_anew_and_into_what_is_empty(segc_: Runner, verb: str) -> None:
    option = {"draft": "-o", "inventory": "--as"}[verb]
    drafted = segc_.write("draft.zone", "")
    assert run(segc_, verb, MANY, option, "draft.zone").code in {0, 1}
    first = drafted.read_bytes()
    assert first
    assert run(segc_, verb, MANY, option, "draft.zone").code in {0, 1}
    assert drafted.read_bytes() == first
    assert run(segc_, verb, MANY, option, "/dev/null").code in {0, 1}


def test_a_file_that_is_no_register_of_makers(segc_: Runner) -> None:
    segc_.write("oui.csv", "a,b\n")
    done = run(segc_, "inventory", MANY, "--oui", "oui.csv")
    assert done.code == 2
    assert "is not the IEEE's oui.csv" in done.err


def test_what_somebody_said_may_be_stopped_is_explained(segc_: Runner) -> None:
    assert run(segc_, "compare", [MODBUS, STRANGER]).code == 1
    text = '[[expected-deny]]\nfrom = "10.30.0.77"\nto = "line"\nservice = "any"\nuntil = 2027-01-01\nbecause = "old"\n'
    segc_.write("works/segc.toml", text)
    done = run(segc_, "compare", [])
    assert done.code == 0, done.told()
    assert "of these expected" in done.out
    assert "10.30.0.77" not in done.out


def test_what_may_have_come_while_no_grant_was_open_is_counted(segc_: Runner) -> None:
    """The grant opens at half past eight, and at eight (six UTC) it was seen."""
    grant = "grant visit { owner production; allow ews -> hmi : modbus; window 08:30-12:15; until 2026-12-31 }\n"
    plant(segc_.folder / "works", TEXT + grant)
    learn(segc_.folder / "baseline", [Line("10.30.0.50", "10.3.0.21", 502, (1, 2), hour=6)])
    done = run(segc_, "compare", [])
    assert done.code == 0, done.told()
    assert "everything" not in done.out
    assert "explained, but for 1 key of which hours do not tell" in done.out
    assert "1 permitted key may have come while no grant was open" in done.out
    told = json.loads(run(segc_, "compare", [], "-f", "json").out)
    jsonschema.Draft202012Validator(schema_of("compare-1")).validate(told)
    assert [(one["verdict"], one["target_asset"]) for one in told["unsure"]] == [("permitted", "line.hmi")]
    assert "may not cover all of it" in told["unsure"][0]["nearest"]
    assert "1 permitted key may have come" in run(segc_, "compare", [], "-f", "markdown").out


def test_which_classes_count(segc_: Runner) -> None:
    assert run(segc_, "compare", MANY, "--fail-on", "none").code == 0
    assert run(segc_, "compare", MANY, "--fail-on", "reverse-direction").code == 0
    assert run(segc_, "compare", MANY, "--fail-on", "reverse-direction", "--fail-on", "unzoned").code == 1
    assert run(segc_, "compare", MANY, "--fail-on", "permitted").code == 2


def test_many_keys_stay_readable_and_all_are_there(segc_: Runner) -> None:
    lines = [Line(f"10.30.0.{100 + n}", "10.3.0.11", 502, (1,)) for n in range(100)]
    short = run(segc_, "compare", lines)
    assert len(short.out.split("\n")) < 30
    assert "and 96 more (--all shows them)" in short.out
    whole = run(segc_, "compare", lines, "--all")
    assert all(f"10.30.0.{100 + n} -> " in whole.out for n in range(100))


def test_markdown_has_room_for_what_weighs_most(segc_: Runner) -> None:
    lines = [Line(f"10.30.{n // 250}.{n % 250}", "10.3.0.11", 600 + n, (1,)) for n in range(1000)]
    plant(segc_.folder / "works", TEXT.replace("10.30.0.0/24", "10.30.0.0/16"))
    learn(segc_.folder / "baseline", [*lines, NOBODY])
    done = run(segc_, "compare", [], "-f", "markdown")
    assert len(done.out) < 65_536
    assert done.out.startswith("### segc: 1,001 keys that enforcing would stop\n")
    assert "for which there is no room here" in done.out
    done = run(segc_, "compare", [], "-f", "markdown", "--output", "json=c.json")
    assert json.loads((segc_.folder / "c.json").read_text(encoding="utf-8"))["schema"] == "segc/compare/1"


def test_what_asks_for_something_stands_first(segc_: Runner) -> None:
    plant(segc_.folder / "works")
    learn(segc_.folder / "baseline", [MODBUS, BACKUP, STRANGER])
    out = segc_("baseline", "status", "works", "--at", "2026-10-30").out
    assert out.index("recipes (") < out.index("copies ("), out
    assert "recipes (mes -> line, monitor): NOT READY" in out

"""`segc promote`: what the gate asks, what it says no to, and the one line that it changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from segc.cli.files import rewrite_all
from segc.cli.moment import moment
from segc.diagnostics import SegcError
from segc.source import Source
from tests.baseline.made import Line, learn
from tests.baseline.plants import TEXT, plant
from tests.baseline.test_either_way import BOTH, FINS, STATUS
from tests.cli.running import Done, Runner

MODBUS = Line("10.30.0.10", "10.3.0.11", 502, range(14))
BACKUP = Line("10.40.0.9", "10.30.0.10", 873, (0, 7, 13))
STRANGER = Line("10.30.0.77", "10.3.0.11", 502, (3, 4, 5))
AGREED = ("--approved-by", "production", "--approved-by", "lead")


class Plant:
    """A plant with a baseline, and the verb."""

    def __init__(self, runner: Runner, lines: list[Line], text: str = TEXT, settings: str = "") -> None:
        self.runner = runner
        self.file = plant(runner.folder / "works", text) / "plant.zone"
        if settings:
            (self.file.parent / "segc.toml").write_text(settings, encoding="utf-8")
        learn(runner.folder / "baseline", lines)

    def promote(self, *arguments: str, at: str = "2026-10-30") -> Done:
        """On a day, by the clock."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", str(int(moment(at).timestamp())))
            return self.runner("promote", *arguments, "--plant", "works")

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")


def test_on_evidence_and_agreed_one_line_changes(segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP])
    done = made.promote("recipes", *AGREED)
    assert done.code == 0, done.told()
    assert "  no  " not in done.out
    told = [line.removeprefix("  ok  ") for line in done.out.split("\n") if line.startswith("  ok  ")]
    assert told[:5] == [
        "recipes: watched on 10 working days and 4 of weekends (14 days are asked for)",
        "recipes: nothing shows that these sensors miss packets: span",
        "recipes: span has records of 14 hours in 14 days: of the others, nothing shows that it was there",
        "recipes: about 0.0 new flows or keys are to be expected in a week; the gate allows 0.5",
        "recipes: nothing that was seen would be stopped",
    ]
    assert told[-2:] == ["built and proved: fw", "fw: no `manage` line, nothing to it is stopped"]
    [new] = [line for line in made.text.split("\n") if line not in TEXT.split("\n")]
    assert new.startswith("  mode         enforce  ")
    assert "# promoted 2026-10-30, by whom is not said; agreed: production, lead; baseline " in new
    assert f"+{new}" in done.out.split("\n")
    assert segc_("query", "mes.ews -> line.plc : tcp 502", "works").out.startswith(
        "mes.ews -> line.plc : tcp 502: blocked"
    )
    assert made.promote("recipes").err == "recipes: in enforce already\n"


REPAIRS = 'conduit repairs mes -> line { mode monitor; allow ews -> hmi : modbus { because "x" } }\n'
REPAIRED = Line("10.30.0.50", "10.3.0.21", 502, range(14))


@pytest.mark.parametrize(("lines", "ready"), [([], False), ([REPAIRED], True)])
def test_status_of_one_conduit_advises_nothing_that_promote_refuses(
    lines: list[Line], ready: bool, segc_: Runner
) -> None:
    """What holds it may not have been asked for."""
    made = Plant(segc_, [MODBUS, BACKUP, *lines], TEXT + REPAIRS)
    asked = ("baseline", "status", "works", "--conduit", "recipes", "--at", "2026-10-30")
    done = segc_(*asked, "--format", "json", "--fail-on", "not-ready")
    assert done.code == (0 if ready else 1), done.told()
    document = json.loads(done.out)
    [one] = document["conduits"]
    assert (one["name"], one["state"]) == ("recipes", "READY" if ready else "NOT READY")
    assert (one["together"], one["held_by"]) == (["repairs"], [] if ready else ["repairs"])
    assert document["order"] == (["recipes"] if ready else [])
    told = segc_(*asked)
    assert ("  recipes repairs\n" in told.out) is ready, "as `segc promote` takes them"
    assert ("`repairs`, which is not ready" in told.out) is not ready
    assert made.promote("recipes", "repairs", *AGREED, "--dry-run").code == (0 if ready else 1)


def test_what_a_flow_was_made_of_does_not_speak_for_it(segc_: Runner) -> None:
    drafted = TEXT.replace('because "set-points"', 'because "set-points"; learned-until 2026-10-18')
    made = Plant(segc_, [MODBUS, BACKUP], drafted)
    done = made.promote("recipes", *AGREED)
    assert done.code == 1, done.told()
    assert "  no  recipes: watched on 0 of the 14 days that the gate asks for after 2026-10-18" in done.out
    assert "all its flows were seen" not in done.out
    assert made.text == drafted
    learn(segc_.folder / "baseline", [MODBUS._replace(days=range(14, 28))], "later")
    assert made.promote("recipes", *AGREED, at="2026-11-10").code == 0


def test_and_back_without_a_question(segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP])
    made.promote("recipes", *AGREED)
    done = made.promote("recipes", "--demote")
    assert done.code == 0, done.told()
    assert "  mode         monitor\n" in made.text
    assert "promoted" not in made.text


CLOSED = {
    "denied": ([MODBUS, BACKUP, STRANGER], {}, "10.30.0.77 -> 10.3.0.11 : tcp 502, 3 sessions"),
    "days": ([MODBUS._replace(days=range(9)), BACKUP], {}, "watched on 9 of the 14 days"),
    "silent": ([MODBUS._replace(port=503), BACKUP], {}, "never seen: `app -> plc : modbus`"),
    "frozen": ([MODBUS, BACKUP], {"settings": '[gate]\nfreeze = ["2026-10-30..2026-11-02"]\n'}, "is in the freeze of"),
}  # fmt: skip


@pytest.mark.parametrize("case", CLOSED)
def test_the_gate_says_no(case: str, segc_: Runner) -> None:
    lines, more, why = CLOSED[case]
    made = Plant(segc_, lines, **more)
    done = made.promote("recipes", *AGREED)
    assert done.code == 1
    assert [line for line in done.out.split("\n") if line.startswith("  no  ") and why in line], done.told()
    assert done.err == "the gate says no; nothing was changed\n"
    assert made.text == TEXT


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ((), "team production has to agree"),
        (("production",), "role lead has to agree"),
        (("office-it",), "role lead has to agree"),
        (("lead",), ""),  # a role of the team, and the one with authority
        (("head",), ""),  # who stands in for it
    ],
)
def test_who_has_to_agree(names: tuple[str, ...], missing: str, segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP])
    done = made.promote("recipes", *(part for name in names for part in ("--approved-by", name)), "--dry-run")
    assert done.code == (1 if missing else 0), done.told()
    assert missing in done.out
    assert made.text == TEXT


def test_days_of_a_freeze_that_is_over_and_gates_of_other_sizes(segc_: Runner) -> None:
    settings = '[gate]\ndays = 7\nfreeze = ["2026-10-01..2026-10-29", "2026-12-24"]\n'
    made = Plant(segc_, [MODBUS._replace(days=range(9)), BACKUP], settings=settings)
    assert made.promote("recipes", *AGREED).code == 0


def test_what_may_be_stopped_is_written_down(segc_: Runner) -> None:
    settings = '[[expected-deny]]\nfrom = "10.30.0.77"\nto = "line"\nservice = "tcp 502"\nuntil = 2026-12-31\nbecause = "old"\n'
    made = Plant(segc_, [MODBUS, BACKUP, STRANGER], settings=settings)
    done = made.promote("recipes", *AGREED)
    assert done.code == 0, done.told()
    assert "nothing that was seen would be stopped but 1 that [[expected-deny]] gives up" in done.out
    assert "  ok    10.30.0.77 -> 10.3.0.11 : tcp 502, 3 sessions" in done.out
    (made.file.parent / "segc.toml").write_text(settings.replace("2026-12-31", "2026-10-29"), encoding="utf-8")
    made.promote("recipes", "--demote")
    assert made.promote("recipes", *AGREED).code == 2, "it has ended, and that is an error of the settings"


def test_what_may_be_stopped_is_told_by_the_gate_of_both(segc_: Runner) -> None:
    entry = '[[expected-deny]]\nfrom = "{}"\nto = "{}"\nservice = "udp 9600"\nuntil = 2026-12-31\nbecause = "old"\n'
    settings = entry.format("mes", "line") + entry.format("line", "mes")
    made = Plant(segc_, [MODBUS, BACKUP, STATUS, FINS], BOTH, settings)
    for name in ("recipes", "back"):
        done = made.promote(name, *AGREED, "--dry-run")
        assert done.code == 0, done.told()
        assert "but 1 that [[expected-deny]] gives up" in done.out
    (made.file.parent / "segc.toml").write_text(entry.format("mes", "line"), encoding="utf-8")
    assert made.promote("recipes", *AGREED, "--dry-run").code == 1, "it may be a session of the line's"


@pytest.mark.parametrize("at", ["2800-10-30", "2026-10-30"])
def test_nobody_promotes_on_another_day_than_today(at: str, segc_: Runner) -> None:
    """Today's freeze would be over, or not have begun, and the evidence younger than it is."""
    made = Plant(segc_, [MODBUS, BACKUP])
    done = made.promote("recipes", *AGREED, "--at", at)
    assert (done.code, done.out) == (2, "")
    assert "`--at` only asks" in done.err
    assert "--dry-run" in done.err
    assert made.promote("recipes", *AGREED, "--dry-run", "--at", at).code == (at > "2026-12-01"), "it is old by then"
    assert made.text == TEXT


def test_the_record_is_dated_by_the_sites_calendar(segc_: Runner) -> None:
    """As the freeze is."""
    made = Plant(segc_, [MODBUS, BACKUP])
    done = made.promote("recipes", *AGREED, at="2026-10-29T23:30")
    assert "2026-10-30 is in no freeze" in done.out
    assert "# promoted 2026-10-30, " in made.text


def test_another_conduit_of_the_pair_goes_along(segc_: Runner) -> None:
    text = TEXT.replace(
        "conduit copies",
        'conduit repairs mes -> line {\n  allow ews -> hmi : modbus { because "x" }\n}\nconduit copies',
    )
    lines = [MODBUS, BACKUP, Line("10.30.0.50", "10.3.0.21", 502, range(14))]
    made = Plant(segc_, lines, text)
    alone = made.promote("recipes", *AGREED)
    assert alone.code == 1, alone.told()
    assert "promote them together: segc promote recipes repairs" in alone.err
    assert made.text == text
    both = made.promote("recipes", "repairs", *AGREED)
    assert both.code == 0, both.told()
    assert made.text.count("  mode         enforce ") == 2


def test_a_conduit_of_the_pair_that_says_enforce_already_is_asked_too(segc_: Runner) -> None:
    """Nothing asked for its flows while the other one kept the pair in monitor."""
    repairs = (
        'conduit repairs mes -> line {\n  mode enforce\n  allow ews -> hmi : modbus { because "x" }\n}\nconduit copies'
    )
    text = TEXT.replace("conduit copies", repairs)
    made = Plant(segc_, [MODBUS, BACKUP], text)
    alone = made.promote("repairs", *AGREED)
    assert alone.code == 1, "monitor wins, so that it is not enforced"
    assert "promote them together: segc promote repairs recipes" in alone.err
    done = made.promote("recipes", *AGREED)
    assert done.code == 1, done.told()
    assert "  no  repairs: never seen: `ews -> hmi : modbus`" in done.out
    assert made.text == text
    learn(segc_.folder / "baseline", [Line("10.30.0.50", "10.3.0.21", 502, range(14))], "later")
    assert made.promote("recipes", *AGREED).code == 0
    assert made.promote("repairs", *AGREED).err == "repairs: in enforce already\n"


def test_what_a_grant_permitted_that_is_over_is_stopped_and_not_held_against_it(segc_: Runner) -> None:
    grant = 'grant visit { owner production; allow ews -> hmi : modbus { because "x" }; until 2026-10-20; approved-by lead }\n'
    made = Plant(segc_, [MODBUS, BACKUP, Line("10.30.0.50", "10.3.0.21", 502, (3, 4))], TEXT + grant)
    done = made.promote("recipes", *AGREED)
    assert done.code == 0, done.told()
    assert "would stop 1 key that grant `visit` permitted, whose last day was 2026-10-20" in done.out
    assert "nothing that was seen would be stopped" not in done.out


def test_what_cannot_be_built_is_not_promoted(segc_: Runner) -> None:
    text = TEXT.replace("  target       nftables\n", "  target       cisco-ios-xe\n  capacity     1\n")
    made = Plant(segc_, [MODBUS, BACKUP], text)
    done = made.promote("recipes", *AGREED)
    assert done.code == 1, done.told()
    assert "takes" in done.out
    assert made.text == text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("recipe",), "did you mean `recipes`?"),
        (("recipes", "--approved-by", "led"), "did you mean `lead`?"),
        (("recipes", "--baseline", "nowhere"), "`nowhere` is no baseline"),
    ],
)
def test_questions_that_have_no_answer(arguments: tuple[str, ...], told: str, segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS])
    done = made.promote(*arguments)
    assert done.code == 2
    assert told in done.err
    assert made.text == TEXT
    assert Path(made.file).exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--fail-on", "not-ready"), 1),
        (("--fail-on", "insufficient"), 0),
        (("--fail-on", "not-ready", "--conduit", "copies"), 0),
        (("--fail-on", "not-ready", "--fail-on", "insufficient", "--conduit", "recipes"), 1),
        (("--conduit", "recipe"), 2),
    ],
)
def test_status_as_a_gate_of_ci(arguments: tuple[str, ...], code: int, segc_: Runner) -> None:
    Plant(segc_, [MODBUS, BACKUP, STRANGER], settings="[gate]\ninventory = 0\n")
    done = segc_("baseline", "status", "works", "--at", "2026-10-30", *arguments)
    assert done.code == code, done.told()
    if code == 2:
        assert "did you mean `recipes`?" in done.err


def test_who_did_it_is_a_role_and_not_who_agreed(segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP])
    done = made.promote("recipes", *AGREED, "--by", "heed")
    assert (done.code, made.text) == (2, TEXT)
    assert "did you mean `head`?" in done.err
    assert made.promote("recipes", *AGREED, "--by", "head").code == 0
    assert "# promoted 2026-10-30 by head; agreed: production, lead; baseline " in made.text
    assert made.promote("recipes", "--demote").code == 0
    assert "promoted" not in made.text


def test_to_do_it_is_not_to_agree(segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP])
    done = made.promote("recipes", "--approved-by", "lead", "--by", "production")
    assert done.code == 0, "lead fills production's role"
    other = made.promote("copies", "--by", "production")
    assert other.code == 1
    assert "has to agree" in other.out


def test_all_files_are_edited_or_none(tmp_path: Path) -> None:
    """Half of a promotion would leave the pair in monitor, with a line that says otherwise."""
    one, other = tmp_path / "one.zone", tmp_path / "other.zone"
    one.write_text("old", encoding="utf-8")
    other.write_text("new already", encoding="utf-8")
    with pytest.raises(SegcError, match="was changed by somebody else"):
        rewrite_all([(Source(str(one), "old"), "new"), (Source(str(other), "old"), "new")])
    assert one.read_text(encoding="utf-8") == "old"
    rewrite_all([(Source(str(one), "old"), "new"), (Source(str(other), "new already"), "new")])
    assert [one.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")] == ["new", "new"]


def test_who_manages_a_firewall_is_told_where_somebody_does(segc_: Runner) -> None:
    made = Plant(
        segc_, [MODBUS, BACKUP], TEXT.replace("  interface eth0", "  manage mes.ews : backup\n  interface eth0")
    )
    done = made.promote("recipes", *AGREED, "--dry-run")
    assert "  ok  who manages fw still can\n" in done.out, done.told()
    assert "no `manage` line" not in done.out


@pytest.mark.parametrize("reason", ["draft: seen, reason not known", "set-points"])
def test_who_agrees_is_told_what_nobody_has_explained(reason: str, segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP], TEXT.replace("set-points", reason))
    done = made.promote("recipes", *AGREED, "--dry-run")
    assert done.code == 0, done.told()
    assert ("1 of its flows was drafted and has no reason yet" in done.out) is (reason != "set-points")


def test_who_has_to_agree_is_told_with_what_to_write(segc_: Runner) -> None:
    done = Plant(segc_, [MODBUS, BACKUP]).promote("recipes", "--dry-run")
    assert done.code == 1
    assert "--approved-by production" in done.out
    assert "--approved-by lead or --approved-by head" in done.out


def test_a_machine_that_comes_in_at_another_interface_is_not_promoted(segc_: Runner) -> None:
    """What is rendered is proved, and stops it all the same: it looks for `mes` at eth0."""
    text = TEXT.replace("asset app 10.30.0.10", "asset app 10.3.0.99")
    lines = [MODBUS._replace(src="10.3.0.99"), BACKUP._replace(dst="10.3.0.99")]
    made = Plant(segc_, lines, text)
    refused = made.promote("recipes", *AGREED)
    assert refused.code == 1
    assert "`mes.app` (10.3.0.99) lies in the network of `eth1` of `fw`" in refused.out
    assert made.promote("copies", *AGREED, "--approved-by", "office-it").code == 0, (
        "there it is asked, and sends nothing new"
    )


def test_a_query_asks_the_interface_at_which_a_machine_comes_in(segc_: Runner) -> None:
    segc_.write(
        "works/plant.zone", TEXT.replace("asset app 10.30.0.10", "asset app 10.3.0.99").replace("monitor;", "enforce;")
    )
    said = segc_("query", "mes.app -> line.plc : modbus", "works", "--why").out
    assert "fw, arriving on eth1: drop" in said


def test_a_conduit_of_a_file_that_the_plant_does_not_use(segc_: Runner) -> None:
    """The way out is taken as it is written: a draft that nobody took in."""
    made = Plant(segc_, [MODBUS, BACKUP, REPAIRED])
    (made.file.parent / "draft.zone").write_text(REPAIRS, encoding="utf-8")
    (made.file.parent / "other.zone").write_bytes(b"\xff conduit repairs")
    done = made.promote("repairs")
    assert done.code == 2, done.told()
    assert "`works/draft.zone` declares it" in done.err
    use = re.search(r'`(use "[^"]+")` in `([^`]+)`', done.err)
    assert use is not None, done.err
    (segc_.folder / use[2]).write_text(TEXT.replace("segc 1\n", f"segc 1\n{use[1]}\n"), encoding="utf-8")
    assert made.promote("repairs", "recipes", *AGREED, "--dry-run").code == 0
    assert "did you mean `recipes`?" in made.promote("recipe").err


def test_what_is_ready_takes_a_line(segc_: Runner) -> None:
    all_day = [MODBUS._replace(hour=hour) for hour in range(8)]
    Plant(segc_, [BACKUP, *all_day])
    asked = ("baseline", "status", "works", "--at", "2026-10-30")
    out = segc_(*asked).out
    lines = out.split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("recipes "))
    assert ": READY; 14 days by span; 1 of 1 flow seen" in lines[first]
    assert lines[first + 1].startswith("copies "), "nothing between them"
    assert "95 %" not in out
    assert segc_(*asked, "-v").out.count("95 %") == 2

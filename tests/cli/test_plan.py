"""`segc plan` and `segc diff`: revisions of git, gates and exit codes, formats, and the published schema."""

from __future__ import annotations

import json
import subprocess
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any, NotRequired, get_origin, get_type_hints, is_typeddict

import pytest

from segc.plan import shape
from tests.baseline.made import Line, learn
from tests.cli.running import Runner

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "schema" / "plan-1.json").read_text(encoding="utf-8"))
OLD = """
segc 1
site s "Works" { mode enforce; owner ops }
team ops "Operations"
role lead "Shift lead" { team ops; phone "1" }
service x { tcp 80 }
service y { tcp 81 }
zone office "Office" { level 4; net 10.1.0.0/24; asset pc 10.1.0.1 }
zone cell "Cell" { level 2; net 10.2.0.0/24; asset plc 10.2.0.1; authority shutdown lead; authority isolate lead }
conduit c office -> cell { allow office.pc -> cell.plc : x }
firewall fw { target iptables; interface eth0 office; interface eth1 cell }
assert never cell -> office
"""
WIDER = OLD.replace("plc : x }", "plc : x, y }")
OTHER = OLD.replace("plc : x }", "plc : y }")
RENAMED = OLD.replace("pc", "desk").replace("zone cell", "zone room").replace("cell.plc", "room.plc").replace(
    "-> cell {", "-> room {"
).replace("eth1 cell", "eth1 room").replace("never cell", "never room")  # fmt: skip


def two(segc_: Runner, old: str, new: str) -> tuple[str, str]:
    """Two folders with a plant each."""
    segc_.write("old/plant.zone", old)
    segc_.write("new/plant.zone", new)
    return "old", "new"


@pytest.mark.parametrize(
    ("new", "gates", "code"),
    [
        (OLD, (), 0),
        (OLD, ("--detailed-exitcode", "--fail-on", "widened", "--fail-on", "interrupts", "--fail-on", "blast>0"), 0),
        (RENAMED, ("--detailed-exitcode", "--fail-on", "widened", "--fail-on", "interrupts"), 0),
        (WIDER, (), 0),
        (WIDER, ("--detailed-exitcode",), 3),
        (WIDER, ("--detailed-exitcode", "--fail-on", "widened"), 1),
        (WIDER, ("--fail-on", "interrupts"), 0),
        (OTHER, ("--fail-on", "interrupts"), 1),
        (OTHER, ("--fail-on", "blast>0"), 0),
        (OLD, ("--fail-on", "weakened"), 0),
        (OLD.replace("assert never cell -> office\n", ""), ("--fail-on", "weakened"), 1),
        (OLD.replace("assert never", "link office -- cell\nassert never"), ("--fail-on", "weakened"), 1),
        (OLD.replace("conduit c office -> cell { allow office.pc -> cell.plc : x }", ""), ("--fail-on", "widened"), 0),
    ],
)
def test_gates_and_exit_codes(segc_: Runner, new: str, gates: tuple[str, ...], code: int) -> None:
    assert segc_("diff", *two(segc_, OLD, new), *gates).code == code


def test_the_first_line_says_what_stops(segc_: Runner) -> None:
    assert segc_("diff", *two(segc_, OLD, RENAMED)).out.startswith("No change: both mean the same, for every packet.")
    assert segc_("diff", *two(segc_, OLD, WIDER)).out.startswith("Interrupts nothing")
    stops = segc_("diff", *two(segc_, OLD, OTHER)).out
    assert stops.startswith("Would interrupt: 1 kind of traffic")
    assert "office (Office) -> cell (Cell): pc -> plc : x" in stops.replace("office.pc", "pc").replace(
        "cell.plc", "plc"
    )
    assert "Shift lead" in stops


def test_a_broken_assertion_is_told(segc_: Runner) -> None:
    new = OLD.replace("conduit c", "conduit d cell -> office { allow cell.plc -> office.pc : x }\nconduit c")
    out = segc_("diff", *two(segc_, OLD, new)).out
    assert "no longer holds: never cell -> office" in out
    assert "now holds: never cell -> office" in segc_("diff", "new", "old").out


def test_a_revision_is_read_without_touching_the_work_tree(segc_: Runner) -> None:
    """The committed policy against the edited one; what is only in the work tree is not read from the revision."""
    file = segc_.write("plant/plant.zone", OLD)
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@t.example", "-C", str(segc_.folder))
    for arguments in (("init", "-q"), ("add", "plant"), ("commit", "-qm", "first"), ("tag", "v1")):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    file.write_text(OTHER)
    before = {path: path.read_bytes() for path in segc_.folder.rglob("*.zone")}
    for reference in ((), ("--against", "v1"), ("--against", "HEAD")):
        done = segc_("plan", "plant", *reference)
        assert done.out.startswith("Would interrupt: 1 kind"), done
    assert {path: path.read_bytes() for path in segc_.folder.rglob("*.zone")} == before
    none = segc_("plan", "plant", "--against", "no-such-branch")
    assert none.code == 2
    assert "git does not know `no-such-branch`" in none.err
    assert segc_("plan", "plant", "--against=--output=x").code == 2


def test_a_name_that_is_a_folder_and_a_revision_is_not_guessed(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", OLD)
    segc_.write("v1/plant.zone", OTHER)
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@t.example", "-C", str(segc_.folder))
    for arguments in (("init", "-q"), ("add", "plant"), ("commit", "-qm", "first"), ("tag", "v1")):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    done = segc_("plan", "plant", "--against", "v1")
    assert done.code == 2
    assert "is a folder and a revision" in done.err
    assert segc_("plan", "plant", "--against", "./v1").out.startswith("Would interrupt")
    assert segc_("plan", "plant", "--against", "refs/tags/v1").out.startswith("No change")


def test_errors_of_a_revision_are_in_its_files(segc_: Runner) -> None:
    file = segc_.write("plant/plant.zone", OLD.replace("tcp 80", "tcp 99999"))
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@t.example", "-C", str(segc_.folder))
    for arguments in (("init", "-q"), ("add", "plant"), ("commit", "-qm", "first")):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    file.write_text(OLD)
    done = segc_("plan", "plant")
    assert done.code == 2
    assert "--> HEAD:plant.zone:" in done.err
    assert "/segc-" not in done.err


def test_who_may_newly_manage_a_firewall_widens(segc_: Runner) -> None:
    managed = OLD.replace("interface eth1 cell }", "interface eth1 cell; manage office.pc : x }")
    assert segc_("diff", *two(segc_, OLD, managed), "--fail-on", "widened").code == 1
    assert segc_("diff", "new", "old", "--fail-on", "widened").code == 0


def test_no_repository_is_no_answer(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    segc_.write("plant/plant.zone", OLD)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(segc_.folder.parent))
    done = segc_("plan", "plant")
    assert done.code == 2
    assert "`plant` is in no git repository" in done.err


def test_a_side_with_errors_is_no_answer(segc_: Runner) -> None:
    done = segc_("diff", *two(segc_, OLD, OLD.replace("tcp 80", "tcp 99999")))
    assert done.code == 2
    assert "`new` has errors" in done.err
    assert "bad-port" in done.err


def test_an_unknown_gate_is_a_usage_error(segc_: Runner) -> None:
    assert segc_("diff", *two(segc_, OLD, OLD), "--fail-on", "everything").code == 2


WEAK = """
[check]
persona = "day"
[limits]
grant-days = 300
[gate]
days = 3
[[expected-deny]]
from = "office"
to = "cell"
service = "any"
until = 2037-01-01
because = "so"
[levels]
bypasses-dmz = "off"
missing-authority = { level = "off", until = 2037-01-01, because = "so" }
"""
STRICT = """
[check]
persona = "audit"
[gate]
freeze = ["2036-12-20..2037-01-06"]
"""


def judged(segc_: Runner, old: tuple[str, str], new: tuple[str, str]) -> tuple[dict[str, Any], int]:
    """The plan of a policy and settings against others, and whether it is weakened."""
    folders = two(segc_, old[0], new[0])
    for folder, (_, settings) in zip(folders, (old, new), strict=True):
        segc_.write(f"{folder}/segc.toml", settings)
    done = segc_("diff", *folders, "--format", "json", "--fail-on", "weakened", "--at", "2026-11-23")
    document = json.loads(done.out)
    import_module("jsonschema").validate(document, SCHEMA)
    return document, done.code


def test_weaker_settings_are_told(segc_: Runner) -> None:
    document, code = judged(segc_, (OLD, STRICT), (OLD, WEAK))
    assert code == 1
    assert not document["empty"]
    assert {one["key"] for one in document["settings"] if one["weaker"]} == {
        "check.persona",
        "limits.grant-days",
        "gate.days",
        "gate.freeze",
        "expected-deny",
        "levels.bypasses-dmz",
        "levels.missing-authority",
    }
    [lowered] = document["findings"]
    assert (lowered["change"], lowered["name"]) == ("lowered", "bypasses-dmz")
    assert "ops" in [name for one in document["approvals"] for name in one["names"]]
    document, code = judged(segc_, (OLD, WEAK), (OLD, STRICT))
    assert code == 0
    assert not any(one["weaker"] for one in document["settings"])


def test_a_lower_level_for_longer_is_weaker(segc_: Runner) -> None:
    longer = WEAK.replace('"off", until = 2037', '"off", until = 2038')
    document, code = judged(segc_, (OLD, WEAK), (OLD, longer))
    assert [one["key"] for one in document["settings"] if one["weaker"]] == ["levels.missing-authority"]
    assert code == 1
    assert judged(segc_, (OLD, longer), (OLD, WEAK))[1] == 0


@pytest.mark.parametrize("ends", ["2037-01-01 -- so", "2038-01-01 -- because"])
def test_what_a_comment_newly_answers_for_is_told(segc_: Runner, ends: str) -> None:
    """Also where it answered for the same until another day."""
    line = "# segc: allow bypasses-dmz until {}\nconduit c"
    known = OLD.replace("conduit c", line.format("2037-01-01 -- so")) if "2038" in ends else OLD
    document, code = judged(segc_, (known, ""), (OLD.replace("conduit c", line.format(ends)), ""))
    [one] = [each for each in document["findings"] if each["change"] == "ignored"]
    assert (one["name"], one["until"], one["because"]) == ("bypasses-dmz", *ends.split(" -- "))
    assert code == 1
    assert not document["empty"]


def test_what_is_newly_found_is_told_and_is_no_change(segc_: Runner) -> None:
    """Whatever the persona, a deputy who is taken away is missed; another name finds nothing new."""
    deputy = OLD.replace('phone "1" }', 'phone "1"; deputy boss }\nrole boss { team ops; phone "2" }')
    document, _ = judged(segc_, (deputy, ""), (OLD, ""))
    assert [one["name"] for one in document["findings"]] == ["one-person-decides"]
    document, code = judged(segc_, (OLD, ""), (RENAMED, ""))
    assert (document["findings"], document["empty"], code) == ([], True, 0)


def test_a_grant_that_opens_later_widens(segc_: Runner) -> None:
    grant = "grant g { allow office.pc -> cell.plc : y; from 2036-12-01; until 2036-12-20 }\n"
    folders = two(segc_, OLD, OLD + grant)
    assert segc_("diff", *folders, "--fail-on", "widened").code == 1
    folders = two(segc_, OLD + grant, OLD + grant.replace("12-20", "12-10"))
    assert segc_("diff", *folders, "--fail-on", "widened").code == 0


def test_the_schema_is_what_the_code_says() -> None:
    for name in dir(shape):
        entry = getattr(shape, name)
        if is_typeddict(entry) and entry is not shape.Plan:
            published = SCHEMA["$defs"][name[0].lower() + name[1:]]
            assert set(published["properties"]) == set(get_type_hints(entry))
            # not __required_keys__, which takes NotRequired in a text for required
            hints = get_type_hints(entry, include_extras=True)
            assert set(published["required"]) == {
                key for key, kind in hints.items() if get_origin(kind) is not NotRequired
            }
    assert set(SCHEMA["properties"]) == set(get_type_hints(shape.Plan))


@pytest.mark.parametrize(
    ("old", "new"), [("bottling-flat", "bottling"), ("bottling", "bottling-flat"), ("water", "water")]
)
def test_documents_are_as_published(segc_: Runner, old: str, new: str) -> None:
    done = segc_("diff", str(ROOT / "examples" / old), str(ROOT / "examples" / new), "--format", "json")
    document = json.loads(done.out)
    import_module("jsonschema").validate(document, SCHEMA)  # it brings no types
    assert document["empty"] == (old == new)


class _Tags(HTMLParser):
    """Checks that tags are closed in order, and lists them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_hostile_titles_stay_text(segc_: Runner, form: str) -> None:
    """No tag, link or mention comes out of a title."""
    evil = '"<script>alert(1)</script> | [x](http://y) @team \\u001b[31m"'
    new = OTHER.replace('"Cell"', evil.replace("\\u001b", "")).replace('"Office"', '"<img src=x>"')
    out = segc_("diff", *two(segc_, OLD, new), "--format", form).out
    assert "<script>" not in out
    assert "<img" not in out
    if form == "html":
        page = _Tags()
        page.feed(out)
        assert not page.open
        assert "script" not in page.seen
    else:
        assert "[x](http" not in out


def test_a_baseline_tells_first_what_was_seen(segc_: Runner) -> None:
    """The sessions that somebody had come before all that could be; a baseline in the way of a plan stops none."""
    seen = Line("10.1.0.1", "10.2.0.1", 80, (0, 1, 2))
    two(segc_, OLD, OTHER)
    none = segc_("diff", "old", "new")
    learn(segc_.folder / "elsewhere", [seen, Line("10.1.0.1", "10.2.0.1", 81, (4,))])
    done = segc_("diff", "old", "new", "--baseline", "elsewhere")
    assert done.out.startswith("Would interrupt what was seen: 1 flow, 3 sessions, the last at 2026-10-07T10:00:00Z.\n")
    assert (
        "office.pc -> cell.plc : tcp 80: 3 sessions on 3 days, last 2026-10-07T10:00:00Z  (plant.zone:10)" in done.out
    )
    assert done.out.index("Seen and would stop") < done.out.index("Would stop:")
    assert "until now by office.pc -> cell.plc : x (`c`)" in done.out
    for form in ("markdown", "html"):
        assert "3 sessions on 3 days" in segc_("diff", "old", "new", "--baseline", "elsewhere", "-f", form).out
    document = json.loads(segc_("diff", "old", "new", "--baseline", "elsewhere", "-f", "json").out)
    import_module("jsonschema").validate(document, SCHEMA)
    assert (document["seen"]["sessions"], document["seen"]["folder"]) == (3, "elsewhere")
    assert "in `elsewhere`" in done.out, "which one it asked"

    learn(segc_.folder / "baseline", [Line("10.1.0.1", "10.2.0.1", 81, (4,))])
    here = segc_("diff", "old", "new")
    assert here.out.split("\n")[0].endswith("None of it was seen on the 1 day of the baseline in `baseline`.")
    learn(segc_.folder / "empty", [])
    empty = segc_("diff", "old", "new", "--baseline", "empty")
    assert (empty.code, "holds no conversations" in empty.err) == (2, True), "nothing watched"
    segc_.write("baseline/sources.json", "{")
    broken = segc_("diff", "old", "new")
    assert (broken.code, broken.out) == (none.code, none.out)
    assert "the baseline in `baseline` was not asked" in broken.err
    assert segc_("diff", "old", "new", "--baseline", "baseline").code == 2
    assert segc_("diff", "old", "new", "--baseline", "nowhere").code == 2


def test_what_a_scanner_was_answered_at_and_may_do_would_be_interrupted(segc_: Runner) -> None:
    """A station that also asks many machines that are off: its flow is in use, whatever it looks like."""
    two(segc_, OLD, OTHER)
    asked = [Line("10.1.0.1", f"10.2.0.{100 + n}", 80, (3, 4), state="S0") for n in range(40)]
    learn(segc_.folder / "baseline", [Line("10.1.0.1", "10.2.0.1", 80, (3, 4)), *asked])
    done = segc_("diff", "old", "new", "--baseline", "baseline", "-f", "json")
    assert json.loads(done.out)["seen"]["sessions"] == 2


def test_a_word_that_is_no_folder_outside_of_git_is_told(segc_: Runner) -> None:
    two(segc_, OLD, OTHER)
    done = segc_("plan", "new", "--against", "befor")
    assert done.code == 2
    assert "`befor` is no folder, and `new` is in no git repository" in done.err
    assert "--against FOLDER" in done.err

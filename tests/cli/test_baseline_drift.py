"""`segc baseline drift`: from a log to what changed, as text and as the published document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.baseline.test_draft import PLANT
from tests.cli.running import Runner
from tests.cli.test_baseline_draft import zeek
from tests.report.schema import faults

pytest.importorskip("duckdb")
ROOT = Path(__file__).parents[2]
AT = ("--at", "2026-10-20")
DAY, START = 86_400, 1_790_000_000


@pytest.fixture
def learned(segc_: Runner) -> Runner:
    """Twenty days of a poll by the hour; on the last one, somebody from outside."""
    segc_.write("plant/plant.zone", PLANT)
    rows = [(START + n * 3600, "10.3.0.1", "10.2.0.2", 502) for n in range(20 * 24)]
    segc_.write("conn.log", zeek(*rows, (START + 19 * DAY, "198.51.100.7", "10.2.0.1", 102)))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    return segc_


def test_who_is_new_is_told(learned: Runner) -> None:
    done = learned("baseline", "drift", "plant", *AT)
    assert done.code == 1
    assert "new talkers: 1" in done.out
    assert "198.51.100.7 -> line.plc (10.2.0.1) : tcp 102  [internet -> line, no conduit, denied]" in done.out
    assert "10.3.0.1" not in done.out


def test_the_document_is_as_published(learned: Runner) -> None:
    done = learned("baseline", "drift", "plant", "--format", "json", *AT)
    told = json.loads(done.out)
    schema = json.loads((ROOT / "docs/schema/baseline-drift-1.json").read_text(encoding="utf-8"))
    assert faults(told, schema) == []
    (change,) = told["changes"]
    assert (change["kind"], change["target_zone"]) == ("new-talker", "line")
    assert {"outside", "line", "write", "critical"} <= set(change["hints"])
    assert told["counts"]["new-talker"] == 1
    assert (change["source_asset"], change["target_asset"]) == (None, "line.plc")


def test_what_always_came_though_no_flow_permits_it_is_no_change(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    rows = [(START + n * 3600, "10.3.0.1", "10.2.0.2", 502) for n in range(20 * 24)]
    rows += [(START + n * DAY, "10.3.0.2", "10.2.0.1", 102) for n in range(20)]
    segc_.write("conn.log", zeek(*rows))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    done = segc_("baseline", "drift", "plant", *AT)
    assert done.code == 0, done.told()
    assert "changes since 2026-10-05: none" in done.out
    assert "no change: regular before as well, and permitted by no flow for sure: 1" in done.out
    assert "site.b (10.3.0.2) -> line.plc (10.2.0.1) : tcp 102  [site -> line, conduit down, denied]" in done.out
    told = json.loads(segc_("baseline", "drift", "plant", "--format", "json", *AT).out)
    assert (told["changes"], told["counts"]["beacon"], len(told["standing"])) == ([], 0, 1)


@pytest.mark.parametrize(("days", "code"), [(range(20), 0), (range(14, 20), 1)], ids=["before", "new"])
@pytest.mark.parametrize(("begins", "doubt"), [("00:30", True), ("00:00", False)])
def test_what_its_grant_held_in_part_is_not_quiet(
    days: range, code: int, begins: str, *, doubt: bool, segc_: Runner
) -> None:
    """Each day at 00:13 in Vienna, where the grant opens at midnight, or half an hour later."""
    grant = f"grant visit {{ allow b -> plc : s7comm; window {begins}-05:00; from 2026-09-01; until 2026-10-30 }}\n"
    segc_.write("plant/plant.zone", PLANT + grant)
    rows = [(START + n * 3600, "10.3.0.1", "10.2.0.2", 502) for n in range(20 * 24)]
    rows += [(START + n * DAY + 8 * 3600, "10.3.0.2", "10.2.0.1", 102) for n in days]
    segc_.write("conn.log", zeek(*rows))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    done = segc_("baseline", "drift", "plant", *AT)
    told = json.loads(segc_("baseline", "drift", "plant", "--format", "json", *AT).out)
    beacons = [one for one in (*told["changes"], *told["standing"]) if one["kind"] == "beacon"]
    assert done.code == code
    assert [one["verdict"] for one in beacons] == (["permitted"] if doubt else [])
    assert len(told["standing"]) == (doubt and not code)
    assert all((one["rank"] > len(one["hints"])) is doubt for one in told["changes"]), (
        "it is worth a look before others"
    )
    assert all(one["nearest"] in done.out for one in beacons)
    assert ("none was open all the time" in done.out) is doubt


def test_what_compare_explains_as_an_answer_is_no_new_talker(segc_: Runner) -> None:
    """NTP from 123 to 123, of which the sensor sees one side only: on the last day, the server's."""
    segc_.write("plant/plant.zone", PLANT.replace(": modbus {", ": modbus, ntp {"))
    ways = [("10.3.0.1", "10.2.0.2")] * 20 + [("10.2.0.2", "10.3.0.1")]
    polls = [f"{START + n * DAY}.0\tC{n}\t{a}\t123\t{b}\t123\tudp\tSF\tDd\n" for n, (a, b) in enumerate(ways)]
    segc_.write("conn.log", zeek() + "".join(polls))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    done = segc_("baseline", "drift", "plant", *AT)
    assert (done.code, "none" in done.out) == (0, True), done.told()


@pytest.mark.parametrize(
    ("since", "code", "said"),
    [
        ("2026-10-10", 1, ""),
        ("2026-10-11", 0, ""),
        ("2026-10-12", 2, "the baseline ends on 2026-10-11: nothing was seen since 2026-10-12"),
        ("2030-01-01", 2, "the baseline ends on 2026-10-11"),
        ("2026-09-22", 1, ""),
        ("2026-09-21", 2, "the baseline begins on 2026-09-21: there is nothing before"),
        ("1990-01-01", 2, "the baseline begins on 2026-09-21"),
    ],
)
def test_a_day_with_nothing_on_one_side_of_it_is_no_question(since: str, code: int, said: str, learned: Runner) -> None:
    done = learned("baseline", "drift", "plant", "--since", since, *AT)
    assert (done.code, bool(done.out), said in " ".join(done.err.split())) == (code, code != 2, True), done.told()
    assert ("bad-question" in done.err) is (code == 2)


def test_a_baseline_of_one_day_has_nothing_to_compare_with(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    segc_.write("conn.log", zeek((START, "10.3.0.1", "10.2.0.2", 502)))
    assert segc_("baseline", "learn", "conn.log").code == 0
    done = segc_("baseline", "drift", "plant", *AT)
    assert (done.code, "bad-question" in done.err) == (2, True), done.told()


def test_the_last_day_is_told(learned: Runner) -> None:
    assert json.loads(learned("baseline", "drift", "plant", "--format", "json", *AT).out)["until"] == "2026-10-11"
    assert " until 2026-10-11, " in learned("baseline", "drift", "plant", *AT).out.split("\n")[0]


def test_since_when_can_be_said(learned: Runner) -> None:
    done = learned("baseline", "drift", "plant", "--since", "yesterday", *AT)
    assert done.code == 2
    assert "2027-03-01" in done.err


def test_who_begins_to_ask_many_that_are_off_is_not_missed(segc_: Runner) -> None:
    """A station that gets a line whose machines are not built yet looks like a scanner, and goes on with its poll."""
    segc_.write("plant/plant.zone", PLANT)
    rows = [(START + n * 3600, "10.3.0.1", "10.2.0.2", 502) for n in range(20 * 24)]
    log = zeek(*rows).rstrip("\n").split("\n")
    tried = zeek(
        *(
            (START + n * 3600 + m, "10.3.0.1", f"10.2.0.{100 + m}", 502)
            for n in range(10 * 24, 20 * 24)
            for m in range(40)
        )
    )
    state, history = log[3].split("\t")[-2:]
    off = [line.replace(f"\t{state}\t{history}", "\tS0\tS") for line in tried.rstrip("\n").split("\n")[3:]]
    segc_.write("conn.log", "\n".join((*log, *off)) + "\n")
    learned = segc_("baseline", "learn", "conn.log", "--sensor", "tap")
    assert "scan-seen" in learned.err, learned.told()
    done = segc_("baseline", "drift", "plant", *AT)
    assert (done.code, "changes since 2026-10-05: none" in done.out) == (0, True), done.told()

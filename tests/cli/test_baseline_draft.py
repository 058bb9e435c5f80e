"""`segc baseline draft`: a file that the plant can take in, and none over a file that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.baseline.draft import ends
from segc.report.baseline.inventory import HEADING
from tests.baseline.test_draft import PLANT
from tests.cli.running import Runner

pytest.importorskip("duckdb")
AT = ("--at", "2026-10-20")
FIELDS = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto conn_state history"


def zeek(*rows: tuple[int, str, str, int]) -> str:
    """Some of Zeek's conn.log: (seconds, source, target, port)."""
    lines = ["#separator \\x09", "#path\tconn", "#fields\t" + FIELDS.replace(" ", "\t")]
    lines += [f"{t}.0\tC{n}\t{s}\t{50000 + n}\t{d}\t{p}\ttcp\tSF\tShADadFf" for n, (t, s, d, p) in enumerate(rows)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def learned(segc_: Runner) -> Runner:
    """A plant, and a baseline of two days."""
    segc_.write("plant/plant.zone", PLANT)
    day = 1_790_000_000
    rows = [(day + n * 86_400, "10.3.0.9", "10.2.0.1", 102) for n in range(2)]
    segc_.write("conn.log", zeek(*rows, (day, "10.3.0.1", "10.2.0.2", 502)))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    return segc_


def test_the_plant_takes_a_draft_in(learned: Runner) -> None:
    done = learned("baseline", "draft", "plant", "-o", "plant/draft.zone", *AT)
    assert done.code == 0, done.err
    assert "drafted 1 flow and 1 machine" in done.err
    text = Path("plant/draft.zone").read_text(encoding="utf-8")
    assert "allow site.host-10-3-0-9 -> line.plc : s7comm" in text
    assert "502" not in text, "that is permitted already"
    Path("plant/plant.zone").write_text(PLANT.replace("segc 1", 'segc 1\nuse "./draft.zone"'), encoding="utf-8")
    assert learned("check", "plant", *AT).code == 0
    again = learned("baseline", "draft", "plant", *AT)
    assert "allow" not in again.out
    assert learned("fmt", "--check", "plant/draft.zone").code == 0
    status = learned("baseline", "status", "plant", *AT)
    assert "learned-until 2026-09-22" in text, "the last day of the logs"
    assert "0 days after 2026-09-22 by tap; 0 of 1 flow seen" in status.out


def test_a_file_of_the_plant_is_not_written_over(learned: Runner) -> None:
    before = Path("plant/plant.zone").read_text(encoding="utf-8")
    done = learned("baseline", "draft", "plant", "-o", "plant/plant.zone", *AT)
    assert done.code == 2
    assert "output-in-use" in done.err
    assert Path("plant/plant.zone").read_text(encoding="utf-8") == before


def test_without_a_baseline_there_is_no_draft(segc_: Runner) -> None:
    segc_.write("plant/plant.zone", PLANT)
    done = segc_("baseline", "draft", "plant")
    assert (done.code, done.out) == (2, "")
    assert "no-baseline" in done.err


def test_a_plant_with_errors_gets_no_draft(learned: Runner) -> None:
    learned.write("plant/plant.zone", PLANT + "zone line { net 10.9.0.0/24 }\n")
    done = learned("baseline", "draft", "plant", *AT)
    assert done.code == 2
    assert "duplicate-name" in done.out + done.err


def test_nothing_of_a_baseline_begins_a_statement(learned: Runner) -> None:
    """The name of a folder stands in the draft's comments, and may come from somebody else."""
    odd = Path("of\nservice draft-x { tcp 1 }\n#")
    Path("baseline").rename(odd)
    done = learned("baseline", "draft", "plant", "--baseline", str(odd), *AT)
    assert done.code == 0, done.told()
    assert "service draft-x" in done.out.split("\n")[0]
    assert not [line for line in done.out.split("\n") if line.startswith("service draft-x")]


def test_ports_are_a_services_where_its_own_one_is_permitted_and_was_asked(segc_: Runner) -> None:
    """Only by the same machine of the same machine: for the other one they are ports that nobody knows."""
    segc_.write("plant/plant.zone", PLANT.replace("a -> rtu : modbus", "a, b -> plc : msrpc"))
    day = 1_790_000_000
    rows = [(day + n, src, "10.2.0.1", 50_000 + 7 * n) for n in range(20) for src in ("10.3.0.1", "10.3.0.2")]
    segc_.write("conn.log", zeek(*rows, (day, "10.3.0.1", "10.2.0.1", 135)))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    done = segc_("baseline", "draft", "plant", *AT)
    assert done.code == 0, done.err
    assert "drafted 2 flows and 0 machines" in done.err
    assert "allow site.a -> line.plc : draft-msrpc-tcp-ports" in done.out
    assert "allow site.b -> line.plc : draft-ports-" in done.out


OLD = "# Draft of 2026-10-01, an older one\n"
FILE = Path("drafted.zone")


@pytest.mark.parametrize("option", ["-o", "--output"])
def test_a_plant_with_errors_leaves_an_older_draft_alone(learned: Runner, option: str) -> None:
    FILE.write_text(OLD, encoding="utf-8")
    learned.write("plant/plant.zone", PLANT + "zone line { net 10.9.0.0/24 }\n")
    done = learned("baseline", "draft", "plant", option, str(FILE), *AT)
    assert done.code == 2
    assert "duplicate-name" in done.out + done.err
    assert FILE.read_text(encoding="utf-8") == OLD


def test_a_draft_with_errors_leaves_an_older_draft_alone(learned: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown without a file, so that the lines of its errors can be looked at."""
    monkeypatch.setattr(ends, "_dashed", lambda address: "not_a_name")
    FILE.write_text(OLD, encoding="utf-8")
    done = learned("baseline", "draft", "plant", "-o", str(FILE), *AT)
    assert (done.code, done.out) == (1, "")
    assert "error[" in done.err
    assert "stays as it was" in done.err
    assert "drafted" not in done.err.replace(str(FILE), "")
    assert FILE.read_text(encoding="utf-8") == OLD
    shown = learned("baseline", "draft", "plant", *AT)
    assert shown.code == 1
    assert shown.out.startswith("# Draft of ")
    assert "error[" in shown.err


def test_an_inventory_writes_both_of_its_files_or_none(learned: Runner) -> None:
    old = f"{HEADING}, an older one\n"
    FILE.write_text(old, encoding="utf-8")
    asked = ("baseline", "inventory", "plant", "--as", str(FILE), *AT, "--output")
    done = learned(*asked, "nowhere/answer.txt")
    assert (done.code, done.out) == (2, "")
    assert "nowhere/answer.txt` cannot be written" in done.err
    assert "machines written" not in done.err
    assert FILE.read_text(encoding="utf-8") == old
    done = learned(*asked, "answer.txt")
    assert (done.code, done.out) == (1, "")
    assert "10.3.0.9" in Path("answer.txt").read_text(encoding="utf-8")
    assert "10.3.0.9" in FILE.read_text(encoding="utf-8")
    answer = Path("answer.txt").read_bytes()
    done = learned("baseline", "inventory", "plant", "--as", "nowhere/drafted.zone", *AT, "--output", "answer.txt")
    assert done.code == 2
    assert Path("answer.txt").read_bytes() == answer


@pytest.mark.parametrize("output", [str(FILE), f"json=./{FILE}", f"text={FILE}"])
def test_an_inventory_puts_no_two_texts_into_one_file(learned: Runner, output: str) -> None:
    done = learned("baseline", "inventory", "plant", "--as", str(FILE), "--output", output, *AT)
    assert done.code == 2
    assert "two texts would go to" in done.err
    assert not FILE.exists()


def test_an_inventory_of_a_plant_with_errors_leaves_older_machines_alone(learned: Runner) -> None:
    assert learned("baseline", "inventory", "plant", "--as", str(FILE), *AT).code == 1
    before = FILE.read_text(encoding="utf-8")
    learned.write("plant/plant.zone", PLANT + "zone line { net 10.9.0.0/24 }\n")
    done = learned("baseline", "inventory", "plant", "--as", str(FILE), *AT)
    assert done.code == 2
    assert "duplicate-name" in done.out + done.err
    assert FILE.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("day", ["2026-09-21", "2026-07-01", "2026-09-21T23:59:59Z"])
def test_a_draft_for_a_day_before_the_last_records_is_refused(learned: Runner, day: str) -> None:
    """A grant would end, and a review be due, before what was seen."""
    FILE.write_text(OLD, encoding="utf-8")
    done = learned("baseline", "draft", "plant", "-o", str(FILE), "--at", day)
    assert (done.code, done.out) == (2, "")
    assert "bad-question" in done.err
    assert "records up to 2026-09-22" in done.err
    assert "--at 2026-09-22 or later" in done.err
    assert FILE.read_text(encoding="utf-8") == OLD


@pytest.mark.parametrize("timezone", ["Europe/Vienna", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_draft_for_the_last_day_explains_what_was_seen_on_it(segc_: Runner, timezone: str) -> None:
    """In a grant that takes the place of one that is over, too."""
    over = 'grant help "Help" { allow a -> plc : s7comm; from 2026-01-01; until 2026-01-20 }\n'
    plant = PLANT.replace("Europe/Vienna", timezone) + over
    segc_.write("plant/plant.zone", plant)
    day = 20_718 * 86_400  # 2026-09-22 in UTC
    rows = [(day - n * 86_400 + 86_000, "10.3.0.1", "10.2.0.1", 102) for n in (40, 1, 0)]
    segc_.write("conn.log", zeek(*rows, (day + 60, "192.0.2.7", "10.3.0.1", 443)))
    assert segc_("baseline", "learn", "conn.log", "--sensor", "tap").code == 0
    at = ("--at", "2026-09-22")
    assert segc_("baseline", "draft", "plant", "-o", "plant/draft.zone", *at).code == 0
    segc_.write("plant/plant.zone", plant.replace("segc 1", 'segc 1\nuse "./draft.zone"'))
    compared = segc_("baseline", "compare", "plant", *at)
    assert compared.code == 0, compared.told()

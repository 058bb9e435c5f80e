"""The report: what it claims, where it claims it from, and that nothing which must not be in it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from segc.cli import run
from segc.model.plant import FlowFacts
from segc.report.dossier import html, markdown
from segc.report.dossier.blocks import Table
from segc.report.dossier.evidence.judging import DOCUMENTED, ELSEWHERE, JUDGES, MISSING, PROVED
from segc.report.dossier.evidence.table import REQUIREMENTS
from segc.report.dossier.facts import Facts
from segc.report.dossier.gather import document
from segc.report.dossier.headline import Baseline
from segc.report.dossier.records import conduit_part
from segc.report.dossier.redact import redacted
from segc.report.dossier.sections import sections
from segc.report.dossier.shape import Report
from tests.baseline import made, plants
from tests.report.dossiers import ENFORCED, EXAMPLES, ROOT, again, changed, example, facts_of, report_of
from tests.report.schema import strict


@pytest.fixture(scope="module")
def enforced(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What is known of the bottling plant when all of it is enforced."""
    return facts_of(changed(tmp_path_factory.mktemp("enforced"), ENFORCED))


def verdict(report: Report, standard: str, number: str) -> str:
    (found,) = [one["verdict"] for one in report["evidence"] if (one["standard"], one["id"]) == (standard, number)]
    return found


APART = ("IEC 62443-3-2", "ZCR 3.2")
SAFETY = ("IEC 62443-3-2", "ZCR 3.3")
SETTINGS = ("NIST SP 800-82r3", "CM-6")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_document_is_as_published(name: str) -> None:
    schema = json.loads((ROOT / "docs/schema/report-1.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(strict(schema)).validate(json.loads(json.dumps(report_of(name))))


def test_every_requirement_has_a_judge_and_every_judge_a_requirement() -> None:
    report_of("bottling")
    assert {row.judge for row in REQUIREMENTS} == set(JUDGES)
    assert len({(row.standard, row.id) for row in REQUIREMENTS}) == len(REQUIREMENTS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_source_is_a_line_of_the_policy(name: str) -> None:
    folder = ROOT / "examples" / name
    lengths = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in folder.glob("*.zone")}
    places = [place for one in report_of(name)["evidence"] for place in one["sources"]]
    places += [one["source"] for key in ("zones", "conduits", "findings", "firewalls") for one in report_of(name)[key]]
    assert places
    for place in filter(None, places):
        file, _, line = place.rpartition(":")
        assert 1 <= int(line) <= lengths[file], place


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_verdict_has_its_lines_or_says_why_there_is_none(name: str) -> None:
    """A claim has lines; only what is not provable here, or not there at all, may have none."""
    text = markdown.render(report_of(name))
    for one in report_of(name)["evidence"]:
        assert bool(one["sources"]) != bool(one["unsourced"]), one
        assert one["sources"] or one["verdict"] in (ELSEWHERE, MISSING), one
        assert one["unsourced"] in text


def test_what_is_in_monitor_is_documented_and_not_proved() -> None:
    assert verdict(report_of("bottling"), *APART) == DOCUMENTED
    assert verdict(report_of("bottling"), *SAFETY) == DOCUMENTED
    assert verdict(report_of("bottling"), *SETTINGS) == PROVED
    assert verdict(report_of("bottling-flat"), *APART) == MISSING


def test_what_is_enforced_is_proved(enforced: Facts) -> None:
    report = document(enforced)
    assert verdict(report, *APART) == PROVED
    assert verdict(report, *SAFETY) == PROVED


def test_a_link_past_the_firewalls_takes_the_proof_away(tmp_path: Path) -> None:
    path = changed(tmp_path, ENFORCED, ("zones.zone", "# ---- level 3 ----", "link corporate -- utilities\n"))
    assert verdict(document(facts_of(path)), *APART) != PROVED


def test_a_flow_past_the_dmz_is_missing_evidence_even_with_an_exception(tmp_path: Path) -> None:
    flow = (
        "conduit past corporate -> mes {\n  owner it\n"
        "  # segc: allow bypasses-dmz until 2027-01-31 -- until the broker is there\n"
        '  allow erp -> mes-db : mssql { because "short cut" }\n}\n'
    )
    report = document(facts_of(changed(tmp_path, ENFORCED, ("conduits.zone", "# ---- above the DMZ ----", flow))))
    assert [one["name"] for one in report["exceptions"]] == ["bypasses-dmz"]
    assert verdict(report, *APART) == MISSING


def test_files_that_are_not_proved_prove_nothing(enforced: Facts) -> None:
    facts = again(enforced)
    for one in facts.built.values():
        one.entry["proof"] = {"result": "not proved", "unread": 1}
    report = document(facts)
    assert verdict(report, *SETTINGS) == MISSING
    assert not [one for one in report["firewalls"] if one["proved"]]
    assert verdict(report, *APART) == DOCUMENTED
    assert verdict(report, "IEC 62443-3-3", "CCSC 4.2") == DOCUMENTED


def test_no_plant_without_firewalls_has_proved_files(tmp_path: Path) -> None:
    (tmp_path / "plant.zone").write_text("segc 1\nzone a { net 10.0.0.0/24 }\n", encoding="utf-8")
    report = document(facts_of(tmp_path / "plant.zone"))
    assert verdict(report, *SETTINGS) == MISSING
    assert verdict(report, "IEC 62443-3-3", "SR 5.1") != PROVED
    assert html.render(report)
    assert markdown.render(report)


def test_a_playbook_that_does_not_hold_is_said_so() -> None:
    facts = again(example("bottling"))
    first = facts.playbooks[0]
    assert first.compiled is not None
    broken = first.compiled.proved[0]._replace(holds=False, shown=("a packet",))
    bad = replace(first.compiled, proved=(broken, *first.compiled.proved[1:]))
    facts.playbooks[0] = first._replace(compiled=bad)
    report = document(facts)
    assert verdict(report, "IEC 62443-3-3", "SR 5.2 RE 2") == MISSING
    assert "DO NOT USE" in html.render(report)
    assert "DO NOT USE" in markdown.render(report)


def test_figures_have_a_trend() -> None:
    before, after = example("bottling-flat"), example("bottling")
    report = document(after, before, "flat")
    trends = {one["key"]: one["trend"] for one in report["headline"]}
    assert trends["flatness-declared"] == "better"
    assert trends["conduits-enforced"] in ("better", "same")
    back = document(before, after, "segmented")
    assert {one["key"]: one["trend"] for one in back["headline"]}["flatness-declared"] == "worse"


def test_a_baseline_has_its_place() -> None:
    seen = Baseline(21, "2026-11-01", 60, 68, 3, 1)
    report = document(again(example("bottling"), seen))
    assert report["headline"][-1]["value"] == "60 of 68 flows"
    assert verdict(report, "NIST SP 800-82r3", "CM-7") == DOCUMENTED
    assert report_of("bottling")["headline"][-1]["value"] == "no baseline"
    assert verdict(report_of("bottling"), "NIST SP 800-82r3", "CM-7") == ELSEWHERE


# -- the redacted edition ---------------------------------------------------------------------------------------------

SECRETS = {
    "zones.zone": ('zone filling "Filler block" {', 'zone filling "Filler block, ask ann@plant.example" {'),
    "plant.zone": ('role shift-lead "Shift lead on duty"', 'role shift-lead "Ann Other"'),
    "conduits.zone": ('"tunnel only;', '"from 203.0.113.77 or 2001:db8::77, +44 20 7946 0999;'),
}


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Facts, Report, Report]]:
    """An example, and its whole and its redacted edition; the bottling plant has some secrets more."""

    @cache
    def made(name: str) -> tuple[Facts, Report, Report]:
        facts = example(name)
        if name == "bottling":
            edits = ((file, *edit) for file, edit in SECRETS.items())
            facts = facts_of(changed(tmp_path_factory.mktemp("secrets"), *edits))
        whole = document(facts)
        return facts, whole, redacted(whole, facts.plant)

    return made


@pytest.mark.parametrize("form", ["html", "markdown", "json"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_redacted_holds_no_address_and_no_contact(
    name: str, form: str, editions: Callable[[str], tuple[Facts, Report, Report]]
) -> None:
    facts, *both = editions(name)
    texts = [_rendered(one, form) for one in both]
    policy = "".join(source.text for source in facts.plant.sources if not source.builtin)
    secrets = set(re.findall(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?", policy))
    secrets |= {one.contact for one in facts.plant.teams.values() if one.contact}
    secrets |= {one.phone for one in facts.plant.roles.values() if one.phone}
    if name == "bottling":
        secrets |= {"ann@plant.example", "Ann Other", "2001:db8::77", "+44 20 7946 0999"}
        assert "Ann Other" in texts[0]
    assert [one for one in secrets if one in texts[0]], "the whole edition holds some, or this proves nothing"
    assert not [one for one in secrets if one in texts[1]]


WRITTEN = {
    "see 10.1/16": "10.1",
    "see 10.20.3/24, then": "10.20.3",
    "all of 10.20.3.x": "10.20.3",
    "host10.1.2.3y": "10.1.2.3",
    "link fe80::1%eth0": "fe80::1",
    "x2001:db8::17, there": "2001:db8::17",
    "mac 00-1b-1b-22-33-44": "22-33",
    "mac 001b1b223344": "001b1b223344",
    "mac 001b.1b22.3344": "1b22",
    "on scada3.plant.acme.com": "acme",
    "on hmi7.local": "hmi7",
    "see https://wiki/acme": "acme",
    "ann.other@acme.example": "ann.other",
    "ann.other@acme": "ann.other",
    "01 23 45 67 89": "45 67",
    "(212) 555-0134": "0134",
    "030 / 123 456": "123 456",
    "01711234567": "01711234567",
    "ext. 4711": "4711",
    "DECT 47 11": "47 11",
    "+49 (0) 171 123456": "123456",
}


def test_redacted_finds_what_people_write_into_reasons(tmp_path: Path) -> None:
    """Glued to its neighbours or not, in the forms in which people write."""
    facts = facts_of(changed(tmp_path, ("conduits.zone", '"tunnel only;', f'"{"; ".join(WRITTEN)};')))
    whole = document(facts)
    texts = [json.dumps(one) for one in (whole, redacted(whole, facts.plant))]
    assert not [secret for secret in WRITTEN.values() if secret not in texts[0]]
    assert not [said for said, secret in WRITTEN.items() if secret in texts[1]]


def test_redacted_leaves_words_that_only_look_alike() -> None:
    """Names of the policy, places in its files, ids of requirements, days and numbers of machines stay."""
    whole = report_of("bottling")
    texts = [json.dumps(one, ensure_ascii=False) for one in (whole, redacted(whole, example("bottling").plant))]
    for word in ("mes.scada-a", "conduits.zone", "SR 5.1", "62443-3-3", "2026-05-22", "60 of 68", "tcp 102"):
        assert texts[0].count(word) == texts[1].count(word), word


def _rendered(report: Report, form: str) -> str:
    if form == "json":
        return json.dumps(report, ensure_ascii=False)
    return html.render(report) if form == "html" else markdown.render(report).replace("\u200b", "")


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_asks_for_nothing_and_runs_no_script_but_its_own(tmp_path: Path) -> None:
    evil = '"</script><script>alert(1)</script><img src=x onerror=alert(2)>"'
    path = changed(tmp_path, ("zones.zone", '"Filler block"', evil))
    page = html.render(document(facts_of(path)))
    assert page.count("<script") == 2
    assert "<img" not in page
    assert not re.search(r"""<[^>]*\s(?:src|href)=(?!["']?#)""", page)
    assert not re.search(r"https?://|url\(|@import", page)
    assert page.count("alert(1)") == page.count("&lt;script&gt;alert(1)") + page.count("\\u003cscript>alert(1)")
    assert "default-src 'none'" in page


def test_both_formats_have_every_chapter() -> None:
    report = report_of("water")
    page, text = html.render(report), markdown.render(report)
    for one in sections(report):
        assert f"## {one.title}" in text
        assert f'id="{one.key}"' in page
    for row in REQUIREMENTS:
        assert row.id in text


def test_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    runs = set()
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = [sys.executable, "-m", "segc", "report", "examples/water", "-q", "--at", "2026-11-28", "-o", str(out)]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment)
        runs.add(tuple((file.name, file.read_bytes()) for file in sorted(out.iterdir())))
    assert len(runs) == 1
    assert [name for name, _ in runs.pop()] == ["report.html", "report.json", "report.md"]


def test_an_old_report_survives_what_goes_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("report.html", "report.md", "report.json"):
        (out / name).write_text("old", encoding="utf-8")
    bad = changed(tmp_path, ("zones.zone", "zone lab", "zoone lab"))
    assert run(["report", str(bad), "-o", str(out)]) == 2
    (out / "report.md").unlink()
    (out / "report.md").mkdir()
    assert run(["report", str(ROOT / "examples/water"), "-o", str(out)]) == 2
    assert "report.md" in capsys.readouterr().err
    assert (out / "report.html").read_text(encoding="utf-8") == "old"
    assert sorted(file.name for file in out.iterdir()) == ["report.html", "report.json", "report.md"]


# ---- with a baseline --------------------------------------------------------------------------------------------------


def test_a_baseline_tells_what_was_seen(tmp_path: Path) -> None:
    folder = plants.plant(tmp_path / "works")
    days = made.learn(
        tmp_path / "baseline",
        [
            made.Line("10.30.0.10", "10.3.0.11", 502, range(14)),
            made.Line("10.30.0.77", "10.3.0.11", 502, (3,)),
        ],
    )
    assert run(["report", str(folder), "-o", str(tmp_path / "out"), "--at", "2026-10-30", "--baseline", str(days)]) == 0
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    expected = {"days": 14, "until": "2026-10-18", "flows_seen": 1, "flows": 2, "unknown_talkers": 1}
    assert expected.items() <= told["baseline"].items()
    assert told["baseline"]["silent_assets"] == 3, "the engineering station, the HMI and the store; a target talks, too"
    assert [one["value"] for one in told["headline"] if one["key"] == "coverage"] == ["1 of 2 flows"]
    assert run(["report", str(folder), "-o", str(tmp_path / "no"), "--baseline", str(tmp_path / "nowhere")]) == 2
    assert not (tmp_path / "no").exists()


# ---- what a flow says of itself ----------------------------------------------------------------------------------------

SAID = {
    "because": 'because "nightly batch"',
    "ticket": "ticket CHG-77",
    "log": "log",
    "essential": "essential",
    "review_by": "review-by 2027-06-30",
    "expect": "expect failover",
    "tested": "tested 2026-09-14",
    "learned_until": "learned-until 2026-10-18",
    "period": "period quarter",
}


def _record(tmp_path: Path, said: str) -> tuple[Any, str]:
    text = plants.TEXT.replace('because "set-points"', said)
    told = document(facts_of(plants.plant(tmp_path / "works", text)), None)
    shutil.rmtree(tmp_path / "works")
    [conduit] = [one for one in told["conduits"] if one["name"] == "recipes"]
    [table] = [block for block in conduit_part(conduit).blocks if isinstance(block, Table) and "besides" in block.head]
    return conduit["flows"][0], " ".join(text.strip() for one in table.rows[0] for text in _texts(one))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


@pytest.mark.parametrize("name", [one.name for one in fields(FlowFacts)])
def test_a_conduits_record_tells_each_fact_of_a_flow(name: str, tmp_path: Path) -> None:
    """A new one too: it must be among `SAID`, and change the document and the page."""
    (plain, row), (told, shown) = (_record(tmp_path, said) for said in ("", SAID[name]))
    assert told[name]
    assert told[name] != plain[name]
    assert shown != row
    if isinstance(told[name], str):
        assert told[name] in shown

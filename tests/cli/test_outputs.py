"""`--output`: several reports of one run, whole or not at all, and none left over from a run before."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click
import pytest

from segc.cli import files
from segc.cli.sinks import Sink, sinks
from segc.diagnostics import SegcError
from segc.report import FORMATS
from tests.cli.running import Runner

MANY = ("--output", "sarif=r.sarif", "--output", "junit=j.xml", "--output", "markdown=m.md", "--output", "github=g.txt")
NAMES = ("r.sarif", "j.xml", "m.md", "g.txt")


def read(segc_: Runner, name: str) -> str:
    return (segc_.folder / name).read_text(encoding="utf-8")


def sarif(segc_: Runner) -> Any:
    return json.loads(read(segc_, "r.sarif"))["runs"][0]


def test_formats_beside_the_answer_on_stdout(segc_: Runner) -> None:
    plain = segc_("check", "faulty")
    done = segc_("check", "faulty", *MANY)
    assert (done.code, done.out) == (1, plain.out)
    assert sarif(segc_)["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    assert len(sarif(segc_)["results"]) == 7
    assert ET.fromstring(read(segc_, "j.xml")).attrib["failures"] == "6"  # noqa: S314 - our own text
    assert read(segc_, "m.md").startswith("### segc: 6 errors, 1 warning")
    assert read(segc_, "g.txt").startswith("::error file=faulty/plant.zone,line=8,")


def test_a_file_without_a_format_takes_the_answer(segc_: Runner) -> None:
    done = segc_("check", "faulty", "--format", "json", "--output", "a.json", "--output", "sarif=r.sarif")
    assert (done.code, done.out) == (1, "")
    assert json.loads(read(segc_, "a.json"))["schema"] == "segc/diagnostics/1"
    assert sarif(segc_)["results"]


def test_a_format_on_stdout_in_place_of_the_answer(segc_: Runner) -> None:
    done = segc_("check", "faulty", "--output", "oneline=-", "--output", "sarif=r.sarif")
    assert done.out == segc_("check", "faulty", "--format", "oneline").out
    assert sarif(segc_)["results"]


def test_a_name_with_an_equals_sign_is_written_with_its_folder(segc_: Runner) -> None:
    assert segc_("check", "clean", "--output", "./odd=name.txt").code == 0
    assert read(segc_, "odd=name.txt").startswith("checked 1 file")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("sarf=r.sarif",), "did you mean `sarif`?"),
        (("pdf=r.pdf",), "known are text, oneline"),
        (("sarif=",), "names no file"),
        (("",), "names no file"),
        (("a.txt", "b.txt"), "given twice"),
        (("sarif=a", "junit=a"), "two formats would go to `a`"),
        (("sarif=a", "junit=./b/../a"), "two formats would go to"),
        (("sarif=-", "junit=-"), "to stdout"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_done(
    given: tuple[str, ...], said: str, segc_: Runner
) -> None:
    (segc_.folder / "b").mkdir()
    before = sorted(path.name for path in segc_.folder.iterdir())
    done = segc_("check", "clean", *(word for text in given for word in ("--output", text)))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert sorted(path.name for path in segc_.folder.iterdir()) == before


def test_parsing_alone() -> None:
    assert sinks("text", (), tuple(FORMATS)) == (Sink("text", None, main=True),)
    assert sinks("text", ("sarif=-",), tuple(FORMATS)) == (Sink("sarif", None),)
    assert sinks("json", ("a=b",), ()) == (Sink("json", Path("a=b"), main=True),)
    with pytest.raises(click.UsageError, match="names no format"):
        sinks("text", ("a.txt",), tuple(FORMATS), bare=False)
    with pytest.raises(click.UsageError, match="to stdout"):
        sinks("text", ("sarif=-",), tuple(FORMATS), bare=False)


@pytest.mark.parametrize("last", ["nowhere/x.txt", "clean", "r.sarif/x"])
def test_where_one_file_cannot_be_written_all_old_ones_stand(last: str, segc_: Runner) -> None:
    for name in NAMES:
        segc_.write(name, f"old {name}")
    before = sorted(path.name for path in segc_.folder.rglob("*"))
    done = segc_("check", "faulty", *MANY, "--output", f"oneline={last}")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err
    assert [read(segc_, name) for name in NAMES] == [f"old {name}" for name in NAMES]
    assert sorted(path.name for path in segc_.folder.rglob("*")) == before


def test_a_full_disk_leaves_the_old_files(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        segc_.write(name, "old")
    calls = 0

    def full(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = segc_("check", "faulty", *MANY)
    assert (done.code, calls) == (2, 3)
    assert "no space left on device" in done.err
    assert {read(segc_, name) for name in NAMES} == {"old"}
    assert not list(segc_.folder.glob(".*.segc"))


def test_one_file_twice_in_a_call_is_written_in_order(tmp_path: Path) -> None:
    files.replace_all([(tmp_path / "a", b"1"), (tmp_path / "b", b"2")])
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"1", b"2")
    with pytest.raises(SegcError):
        files.replace_all([(tmp_path / "a", b"3"), (tmp_path / "no" / "b", b"4")])
    assert (tmp_path / "a").read_bytes() == b"1"


@pytest.mark.parametrize(
    "verb",
    [
        ("check", "nowhere"),
        ("verify", "out", "--plant", "nowhere"),
        ("verify", "nowhere", "--plant", "clean"),
        ("drift", "nowhere", "--running", "x"),
        ("drift", "clean", "--running", "x"),
        ("build", "nowhere", "-o", "made"),
    ],
    ids=" ".join,
)
def test_a_run_without_an_answer_leaves_no_report_of_an_earlier_one(verb: tuple[str, ...], segc_: Runner) -> None:
    segc_("check", "clean", *MANY)
    assert sarif(segc_)["invocations"][0]["executionSuccessful"] is True
    done = segc_(*verb, *MANY)
    assert done.code == 2
    assert sarif(segc_)["invocations"][0]["executionSuccessful"] is False
    assert ET.fromstring(read(segc_, "j.xml")).attrib["errors"] == "1"  # noqa: S314 - our own text


def test_a_build_reports_beside_its_answer(segc_: Runner) -> None:
    done = segc_("build", "clean", "-o", "made", "--format", "json", *MANY)
    assert done.code == 0
    assert json.loads(done.out)["schema"] == "segc/manifest/1"
    assert sarif(segc_)["results"] == []
    done = segc_("build", "faulty", "-o", "made", *MANY)
    assert (done.code, done.out) == (1, "")
    assert len(sarif(segc_)["results"]) == 7
    done = segc_("build", "clean", "-o", "clean", *MANY)
    assert done.code == 2
    assert [one["ruleId"] for one in sarif(segc_)["results"]] == ["SEG710"]
    assert segc_("build", "clean", "-o", "made", "--output", "a.txt").code == 2


def test_verify_reports_beside_its_answer(segc_: Runner) -> None:
    segc_("build", "clean", "-o", "made")
    done = segc_("verify", "made", "--plant", "clean", *MANY)
    assert done.code == 0, done.told()
    assert sarif(segc_)["results"] == []
    rules = next((segc_.folder / "made").glob("*/nftables.nft"))
    rules.write_text(rules.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    done = segc_("verify", "made", "--plant", "clean", *MANY, "--output", "answer.txt")
    assert (done.code, done.out) == (1, "")
    assert [one["ruleId"] for one in sarif(segc_)["results"]] == ["SEG905"]
    told = read(segc_, "answer.txt")
    assert "file-changed" in told, "the answer has the findings"
    assert told.splitlines()[-1].startswith("fw-"), "and below them a line a firewall"


def test_what_was_accepted_is_told_to_audits(segc_: Runner) -> None:
    policy = read(segc_, "clean/plant.zone") + (
        "# segc: allow unused-name until 2027-12-31 -- next year's team\nteam later\n"
    )
    segc_.write("clean/plant.zone", policy)
    segc_("check", "clean", *MANY)
    assert sarif(segc_)["results"] == []
    segc_("check", "clean", "--persona", "audit", *MANY)
    (one,) = [each for each in sarif(segc_)["results"] if each.get("suppressions")]
    assert one["suppressions"][0]["justification"] == "next year's team (until 2027-12-31)"
    assert json.loads(segc_("check", "clean", "--format", "json").out)["accepted"][0]["reason"] == "next year's team"


ASKED = {
    ("blast", "a"): ("text", "json"),
    ("flatness",): ("text", "json"),
    ("grants",): ("text", "json"),
    ("graph",): ("text", "svg", "dot", "mermaid", "json"),
    ("owners",): ("text", "json", "cards", "cards-html", "codeowners"),
    ("query", "a -> b : tcp 502"): ("text", "json"),
    ("plan", "--against", "./clean"): ("text", "markdown", "html", "json"),
}


@pytest.mark.parametrize("verb", ASKED, ids=" ".join)
def test_an_answer_in_every_format_at_once_is_each_alone(verb: tuple[str, ...], segc_: Runner) -> None:
    name, *rest = verb
    at = ("--at", "2026-10-01")
    command = (name, *[one.replace("a -> b", pair(segc_)) if one != "a" else zones(segc_)[0] for one in rest], "clean")
    alone = {form: segc_(*command, *at, "--format", form).out for form in ASKED[verb]}
    assert len(set(alone.values())) == len(alone)
    others = [part for form in ASKED[verb][1:] for part in ("--output", f"{form}=out.{form}")]
    done = segc_(*command, *at, *others)
    gaps = "codeowners" in ASKED[verb]  # no team of the plant has a handle, so that its CODEOWNERS is not whole
    assert (done.code, done.out) == (int(gaps), alone["text"])
    assert {form: read(segc_, f"out.{form}") for form in ASKED[verb][1:]} == {
        form: text for form, text in alone.items() if form != "text"
    }


def zones(segc_: Runner) -> list[str]:
    found = json.loads(segc_("graph", "clean", "--format", "json").out)["zones"]
    return sorted(zone["name"] for zone in found)


def pair(segc_: Runner) -> str:
    first, second = zones(segc_)[:2]
    return f"{first} -> {second}"

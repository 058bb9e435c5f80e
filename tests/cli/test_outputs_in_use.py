"""No answer is written over the plant, over what is read, or into a baseline or a build: of no verb, by no option."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from tests.baseline.made import learn
from tests.baseline.plants import plant
from tests.cli.running import Done, Runner
from tests.cli.test_outputs_of_errors import ANSWERS, AT, FINDINGS, NO_PLANT, TALK, commands, contents

# Verbs whose answer goes elsewhere, with reports beside it: what else they have to be told.
BESIDE: dict[str, tuple[str, ...]] = {
    "baseline learn": ("logs/one.log", "logs/two.log", "--sensor", "tap", "--plant", "works"),
    "build": ("works", "-o", "fresh"),
}
ALONE = {"explain": ("SEG304",), "targets": ()}
# A verb and an option that takes a file.
WAYS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    **{f"{verb} --output FILE": (verb, asked, ("--output", "{}")) for verb, (asked, _) in ANSWERS.items()},
    **{
        f"{verb} --output {form}=FILE": (verb, asked, ("--output", f"{form}={{}}"))
        for verb, (asked, forms) in ANSWERS.items()
        for form in forms[-1:]
    },
    **{f"{verb} --output FILE": (verb, asked, ("--output", "{}")) for verb, asked in (FINDINGS | ALONE).items()},
    **{
        f"{verb} --output json=FILE": (verb, asked, ("--output", "json={}"))
        for verb, asked in (FINDINGS | BESIDE).items()
    },
    "check --diff": ("check", ("works", "--diff"), ("--output", "{}")),
    "baseline draft -o": ("baseline draft", ("works",), ("-o", "{}")),
    "baseline inventory --as": ("baseline inventory", ("works",), ("--as", "{}")),
}
PLANT = ("works/plant.zone", "works/used.txt", "works/segc.toml", "a-link")
POLICIES = ("by-hand.zone", "before/plant.zone")
KEPT = (
    *("baseline/sources.json", "baseline/report.txt", "baseline/deep/er.txt", "a-link-to-baseline/report.txt"),
    *("made/manifest.json", "made/report.txt", "made/fw/nftables.nft"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plant of several files, and a second one; what was seen, and a build."""
    folder = tmp_path_factory.mktemp("in-use")
    for name in ("works", "before"):
        plant(folder / name)
        root = folder / name / "plant.zone"
        text = root.read_text(encoding="utf-8")
        root.write_text(text.replace("segc 1\n", 'segc 1\nuse "./used.txt"\n'), encoding="utf-8")
        (folder / name / "used.txt").write_text("# nothing as yet\n", encoding="utf-8")
        (folder / name / "segc.toml").touch()
    (folder / "by-hand.zone").write_text("zone line4 { level 1; net 10.4.0.0/24 }\n", encoding="utf-8")
    learn(folder / "baseline", TALK)
    (folder / "logs").mkdir()
    for log in ("one", "two"):
        shutil.copy(folder / "baseline-span.log", folder / "logs" / f"{log}.log")
    (folder / "a-link").symlink_to("works/plant.zone")
    (folder / "a-link-to-baseline").symlink_to("baseline")
    built, _ = api.check(folder / "works", datetime(2026, 10, 30, tzinfo=UTC))
    api.build(built, folder / "made", at=datetime(2026, 10, 30, tzinfo=UTC))
    return folder


@pytest.fixture
def works(segc_: Runner, made: Path) -> Runner:
    """The same, for one test."""
    shutil.copytree(made, segc_.folder, symlinks=True, dirs_exist_ok=True)
    return segc_


def run(works: Runner, way: str, file: str) -> Done:
    verb, asked, option = WAYS[way]
    day = () if verb in ("explain", "targets", "baseline learn") else AT
    return works(*verb.split(), *asked, *day, *(word.format(file) for word in option))


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_is_needed_is_written_over(way: str, works: Runner) -> None:
    before = contents(works.folder)
    verb = WAYS[way][0]
    files = [one for one in (*PLANT, *POLICIES, *KEPT) if verb not in NO_PLANT or one != "works/used.txt"]
    done = {file: run(works, way, file) for file in files}
    assert contents(works.folder) == before
    assert {file: one.code for file, one in done.items()} == dict.fromkeys(files, 2)
    drafts = way in ("baseline draft -o", "baseline inventory --as") or verb == "baseline draft"
    told = {file: "SEG862" if drafts and file in POLICIES else "SEG860" for file in files}
    assert not {file: one.err for file, one in done.items() if told[file] not in one.err}


@pytest.mark.parametrize("way", WAYS)
def test_nor_where_the_plant_has_errors(way: str, works: Runner) -> None:
    """The plant is known by the files that were met, and by the one that cannot be read."""
    works.write("works/used.txt", b"\xff")
    before = contents(works.folder)
    files = [one for one in PLANT if WAYS[way][0] not in NO_PLANT or one != "works/used.txt"]
    assert {run(works, way, file).code for file in files} == {2}
    assert contents(works.folder) == before


@pytest.mark.parametrize("way", WAYS)
def test_other_files_are_written(way: str, works: Runner) -> None:
    """Beside a plant, too, and over an older one."""
    for file in ("works/answer.txt", "works/answer.txt", "new.zone"):
        assert "SEG860" not in run(works, way, file).err
        written = (works.folder / file).is_file()
        assert written or way == "check --diff"


@pytest.mark.parametrize(
    ("asked", "file"),
    [
        (("baseline", "learn", "logs/one.log"), "logs/one.log"),
        (("baseline", "learn", "logs/one.log", "logs/two.log"), "logs/two.log"),
        (("baseline", "learn", "logs"), "logs/two.log"),
        (("baseline", "learn", "logs"), "logs/findings.json"),
        (("baseline", "learn", "logs/one.log", "-o", "to-be"), "to-be/findings.json"),
        (("build", "works", "-o", "to-be", *AT), "to-be/findings.json"),
        (("drift", "works", "--running", "made/fw/nftables.nft", *AT), "made/fw/nftables.nft"),
        (("drift", "works", "--running", "runs.nft", *AT), "runs.nft"),
        (("verify", "runs.nft", "--plant", "works", "--firewall", "fw", *AT), "runs.nft"),
        (("baseline", "inventory", "works", "--oui", "oui.csv", *AT), "oui.csv"),
    ],
)
def test_what_is_read_stays(asked: tuple[str, ...], file: str, works: Runner) -> None:
    works.write("runs.nft", (works.folder / "made/fw/nftables.nft").read_bytes())
    works.write("oui.csv", "a,b\n")
    before = contents(works.folder)
    done = works(*asked, "--output", f"json={file}")
    assert done.code == 2
    assert "SEG860" in done.err
    assert contents(works.folder) == before


@pytest.mark.parametrize("folder", ["baseline", "made", "made/fw", "works"])
def test_a_report_goes_into_no_folder_of_something_else(folder: str, works: Runner) -> None:
    root = works.folder / "works" / "plant.zone"
    root.write_text(root.read_text(encoding="utf-8").replace("used.txt", "report.md"), encoding="utf-8")
    (works.folder / "works" / "used.txt").rename(works.folder / "works" / "report.md")
    before = contents(works.folder)
    done = works("report", "works", "-o", folder, *AT)
    assert done.code == 2
    assert "SEG860" in done.err
    assert contents(works.folder) == before


def test_every_option_that_takes_a_file_is_asked() -> None:
    """A new verb has to be put into a table above, or into one of the tests of what happens to outputs on errors."""
    asked = {(verb, option[0]) for verb, _, option in WAYS.values()}
    assert {verb for verb, option in asked if option == "--output"} == {
        name for name, command in commands() if any(one.name == "outputs" for one in command.params)
    }

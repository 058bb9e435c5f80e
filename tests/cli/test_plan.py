"""`segc plan` and `segc diff`: exit codes, gates, formats, and a commit of git as the plant before."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.running import Runner

PLANT = """segc 1
use "more/b.zone"
site works { mode enforce; owner ops }
team ops "Operations" { contact "shift lead" }
role lead "Shift lead" { team ops }
zone a {
  authority shutdown lead
  authority isolate lead
  net 10.1.0.0/24
  asset one 10.1.0.1
}
service s {
  tcp PORTS
}
conduit c a -> b {
  allow a.one -> b.two : s
}
firewall fw {
  target nftables
  interface left a
  interface right b
}
"""
OTHER = """zone b {
  authority shutdown lead
  authority isolate lead
  net 10.2.0.0/24
  asset two 10.2.0.2
}
"""
NARROW, WIDE = PLANT.replace("PORTS", "22"), PLANT.replace("PORTS", "22, 80")


@pytest.fixture
def two(segc_: Runner) -> Runner:
    """Two plants: one more permits a port than the other."""
    for name, text in (("narrow", NARROW), ("wide", WIDE)):
        segc_.write(f"{name}/plant.zone", text)
        segc_.write(f"{name}/more/b.zone", OTHER)
    return segc_


@pytest.fixture
def repository(segc_: Runner) -> Runner:
    """A repository, whose first commit permits a port less than its second one, and a work tree with an own change."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    git(segc_.folder, "init", "-q", "-b", "main", "works")
    works = segc_.folder / "works"
    for number, text in enumerate((NARROW, WIDE)):
        segc_.write("works/site/plant.zone", text)
        segc_.write("works/site/more/b.zone", OTHER)
        segc_.write("works/readme", "not a policy")
        git(works, "add", "-A")
        git(works, "commit", "-q", "-m", f"change {number}")
    git(works, "tag", "now")
    segc_.write("works/readme", "changed, and not committed")
    return segc_


def git(folder: Path, *arguments: str) -> str:
    """Run git as somebody."""
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    command = ("git", "-C", str(folder), *who, *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("diff narrow wide", 0),
        ("diff narrow narrow --detailed-exitcode", 0),
        ("diff narrow wide --detailed-exitcode", 3),
        ("diff narrow wide --fail-on widened", 1),
        ("diff narrow wide --fail-on widened --detailed-exitcode", 1),
        ("diff narrow wide --fail-on interrupts", 0),
        ("diff wide narrow --fail-on interrupts", 1),
        ("diff wide narrow --fail-on widened", 0),
        ("diff wide narrow --fail-on blast>0", 0),
        ("plan --against wide narrow --fail-on interrupts", 1),
        ("plan --against narrow wide --fail-on interrupts", 0),
        ("diff narrow wide --fail-on everything", 2),
        ("diff narrow wide --fail-on blast>", 2),
        ("diff narrow nowhere", 2),
        ("plan narrow", 2),
    ],
)
def test_exit_codes(arguments: str, code: int, two: Runner) -> None:
    done = two(*arguments.split())
    assert done.code == code, done.told()


def test_reach_that_grows_hits_its_gate(two: Runner) -> None:
    text = NARROW.replace("a.one -> b.two", "b.two -> a.one").replace("c a -> b", "c b -> a")
    two.write("turned/plant.zone", text)
    two.write("turned/more/b.zone", OTHER)
    assert two("diff", "narrow", "turned", "--fail-on", "blast>0").code == 1
    assert two("diff", "narrow", "turned", "--fail-on", "blast>1").code == 0


@pytest.mark.parametrize(("order", "which"), [("faulty clean", "before"), ("clean faulty", "after")])
def test_a_plant_with_errors_is_named(order: str, which: str, segc_: Runner) -> None:
    done = segc_("diff", *order.split())
    assert done.code == 2
    assert f"the plant {which} the change, `faulty`, has errors" in done.err
    assert done.out == ""


def test_every_format_of_one_run(two: Runner) -> None:
    done = two(
        "diff", "wide", "narrow", "--output", "json=p.json", "--output", "markdown=p.md", "--output", "html=p.html"
    )
    assert done.out.startswith("would interrupt traffic between 1 pair of zones\n")
    assert json.loads((two.folder / "p.json").read_text())["summary"]["interrupts"] == 1
    assert (two.folder / "p.md").read_text().startswith("### segc plan: would interrupt")
    assert "<h1>would interrupt" in (two.folder / "p.html").read_text()


@pytest.mark.parametrize(("ref", "code"), [("HEAD", 0), ("HEAD~1", 3), ("now", 0), ("main~1", 3)])
@pytest.mark.parametrize("plant", ["works/site", "works/site/plant.zone"])
def test_against_a_commit(ref: str, code: int, plant: str, repository: Runner) -> None:
    before = _everything(repository.folder / "works")
    done = repository("plan", "--against", ref, plant, "--detailed-exitcode")
    assert done.code == code, done.told()
    assert f"before: {ref} (" in done.out
    assert _everything(repository.folder / "works") == before, "the work tree or the repository was touched"


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("ref", ["HEAD~7", "nonsense", "--output=x", "HEAD:readme"])
def test_a_commit_that_is_not_there(ref: str, repository: Runner) -> None:
    done = repository("plan", f"--against={ref}", "works/site")
    assert done.code == 2
    assert "is no folder, no file, and no commit" in done.err, done.told()
    assert not (repository.folder / "works" / "site" / "x").exists()


def test_a_commit_without_the_plant(repository: Runner) -> None:
    repository.write("works/new/plant.zone", NARROW)
    repository.write("works/new/more/b.zone", OTHER)
    done = repository("plan", "--against", "HEAD", "works/new")
    assert done.code == 2
    assert "has no policy files" in done.err


def test_no_repository_and_no_git(two: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    done = two("plan", "--against", "HEAD", "wide")
    assert (done.code, "lies in no git repository" in done.err) == (2, True), done.told()
    monkeypatch.setenv("PATH", "")
    done = two("plan", "--against", "HEAD", "wide")
    assert (done.code, "git is not installed" in done.err) == (2, True), done.told()
    assert two("plan", "--against", "narrow", "wide").code == 0, "folders need no git"


def test_links_in_a_commit_are_not_followed(repository: Runner) -> None:
    works = repository.folder / "works"
    (works / "site" / "more" / "b.zone").unlink()
    (works / "site" / "more" / "b.zone").symlink_to(repository.write("outside.zone", OTHER))
    git(works, "add", "-A")
    git(works, "commit", "-q", "-m", "a link")
    repository.write("clean2/plant.zone", NARROW)
    done = repository("plan", "--against", "HEAD", "works/site")
    assert done.code == 2
    assert "there is no `more/b.zone`" in done.err
    assert "HEAD:plant.zone" in done.err, "errors name the commit and no folder that is gone"
    assert "segc-" not in done.err


def test_a_name_that_is_a_path_and_a_commit(repository: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.folder / "works")
    git(repository.folder / "works", "tag", "site")
    done = repository("plan", "--against", "site", "site")
    assert (done.code, "is a path and a commit" in done.err) == (2, True)
    assert repository("plan", "--against", "./site", "site").code == 0

"""Where the plant has errors there is no answer: a file with the last one stays, whatever its format. Only a report of findings
is replaced, by these."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from segc.baseline.draft.text import HEADING as DRAFT
from segc.cli import VERBS
from segc.cli.group import group
from segc.report.baseline.inventory import HEADING as MACHINES
from tests.baseline.made import Line, learn
from tests.baseline.plants import plant
from tests.cli.running import Done, Runner

ERRORS = "zone twice { net 10.9.0.0/24 }\nzone twice { net 10.8.0.0/24 }\n"
TALK = [Line("10.30.0.10", "10.3.0.11", 502, range(14)), Line("10.30.0.77", "10.3.0.11", 502, range(14))]
AT = ("--at", "2026-10-30")
FIGURES = ("text", "json")
PLAN = ("text", "markdown", "html", "json")

# Verbs with an answer of their own: what else they have to be told, the formats of FORMAT=FILE.
ANSWERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "baseline compare": (("works",), ("text", "markdown", "json")),
    "baseline draft": (("works",), ()),
    "baseline drift": (("works", "--since", "2026-10-12"), FIGURES),
    "baseline export": (("zeek", "works"), ()),
    "baseline inventory": (("works",), FIGURES),
    "baseline status": (("works",), FIGURES),
    "blast": (("mes", "works"), FIGURES),
    "diff": (("before", "works"), PLAN),
    "flatness": (("works",), FIGURES),
    "grants": (("works",), FIGURES),
    "graph": (("works",), ("text", "svg", "dot", "mermaid", "json")),
    "owners": (("works",), ("text", "json", "cards", "cards-html", "codeowners")),
    "plan": (("works", "--against", "./before"), PLAN),
    "query": (("mes -> line : tcp 502", "works"), FIGURES),
}
# Verbs whose answer in a FILE is findings.
FINDINGS: dict[str, tuple[str, ...]] = {
    "check": ("works",),
    "drift": ("works", "--running", "made/fw/nftables.nft"),
    "test": ("works",),
    "verify": ("made", "--plant", "works"),
}
NO_PLANT = {"explain", "targets"}
# Every option that takes a FILE, and FILE with what an older one begins with.
WAYS = {
    **{f"{verb} --output": (verb, ("--output", "FILE"), "") for verb in ANSWERS},
    "baseline draft --output": ("baseline draft", ("--output", "FILE"), DRAFT),
    "baseline draft -o": ("baseline draft", ("-o", "FILE"), DRAFT),
    "baseline inventory --as": ("baseline inventory", ("--as", "FILE"), MACHINES),
}


@pytest.fixture
def works(segc_: Runner) -> Runner:
    """A plant without an error, as `works` and as `before`, and what it saw."""
    for name in ("works", "before"):
        plant(segc_.folder / name)
    learn(segc_.folder / "baseline", TALK)
    return segc_


@pytest.fixture
def built(works: Runner) -> Runner:
    """The same, with its files."""
    assert works("build", "works", "-o", "made", *AT).code == 0
    return works


def spoil(root: Path) -> None:
    """The plant has errors."""
    root.write_text(root.read_text(encoding="utf-8") + ERRORS, encoding="utf-8")


BROKEN = pytest.mark.parametrize("breaks", [spoil, Path.unlink], ids=["errors", "no plant"])


def run(works: Runner, verb: str, *outputs: str) -> Done:
    asked = ANSWERS[verb][0] if verb in ANSWERS else FINDINGS[verb]
    return works(*verb.split(), *asked, *outputs, *AT)


def every_format(verb: str) -> dict[str, str]:
    """FORMAT=FILE of all that there are, and the names of these files."""
    return {f"{form}=FILE.{form}": f"FILE.{form}" for form in ANSWERS[verb][1]}


@BROKEN
@pytest.mark.parametrize("way", WAYS)
def test_an_answer_stays_where_there_is_no_new_one(way: str, breaks: Callable[[Path], None], works: Runner) -> None:
    verb, option, heading = WAYS[way]
    old = f"{heading}of an earlier day\n"
    others = every_format(verb)
    files = [works.write(name, old) for name in ("FILE", *others.values())]
    breaks(works.folder / "works" / "plant.zone")
    done = run(works, verb, *option, *(word for one in others for word in ("--output", one)))
    assert done.code == 2, done.told()
    assert "error[" in done.told()
    assert {file.read_text(encoding="utf-8") for file in files} == {old}
    plain = run(works, verb)
    assert (done.code, done.out) == (plain.code, plain.out), "the errors are where they are without a file"


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_is_written_where_there_is_one(way: str, works: Runner) -> None:
    verb, option, _ = WAYS[way]
    others = every_format(verb)
    done = run(works, verb, *option, *(word for one in others for word in ("--output", one)))
    assert done.code in {0, 1}, done.told()
    assert all((works.folder / name).stat().st_size for name in ("FILE", *others.values()))


@BROKEN
@pytest.mark.parametrize("form", ["", "json"])
@pytest.mark.parametrize("verb", FINDINGS)
def test_findings_replace_a_report_of_findings(
    verb: str, form: str, breaks: Callable[[Path], None], built: Runner
) -> None:
    """A report that all was well must not be taken for today's."""
    outputs = ("--output", "json=FILE") if form else ("--format", "json", "--output", "FILE")
    assert run(built, verb, *outputs).code == 0
    file = built.folder / "FILE"
    assert not [one for one in json.loads(file.read_bytes())["diagnostics"] if one["severity"] == "error"]
    breaks(built.folder / "works" / "plant.zone")
    assert run(built, verb, *outputs).code != 0
    assert [one for one in json.loads(file.read_bytes())["diagnostics"] if one["severity"] == "error"]


@BROKEN
@pytest.mark.parametrize(
    "asked", [("build", "works"), ("isolate", "line", "works"), ("report", "works")], ids=lambda a: a[0]
)
def test_a_folder_stays_where_there_is_no_new_one(
    asked: tuple[str, ...], breaks: Callable[[Path], None], built: Runner
) -> None:
    before = contents(built.folder / "made")
    breaks(built.folder / "works" / "plant.zone")
    assert built(*asked, "-o", "made", *AT).code in {1, 2}
    assert before
    assert contents(built.folder / "made") == before


def test_a_diff_of_a_policy_that_cannot_be_read_is_none(works: Runner) -> None:
    file = works.write("fixes.patch", "of an earlier day\n")
    done = works("check", "nowhere", "--diff", "--output", "fixes.patch", "--output", "json=r.json")
    assert (done.code, done.out) == (2, "")
    assert "error[" in done.err
    assert file.read_text(encoding="utf-8") == "of an earlier day\n"
    assert json.loads((works.folder / "r.json").read_bytes())["diagnostics"]


def test_every_verb_with_a_file_is_asked() -> None:
    """A new one has to be put into a table above."""
    writing = {name for name, command in commands() if takes_a_file(command)}
    assert writing == ANSWERS.keys() | FINDINGS.keys() | NO_PLANT


def test_every_format_is_asked() -> None:
    for name, command in commands():
        formats = next((one.type for one in command.params if one.name == "format"), None)
        if ANSWERS.get(name, ((), ()))[1]:
            assert isinstance(formats, click.Choice)
            assert tuple(formats.choices) == ANSWERS[name][1]


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every verb, those of a group of verbs, too."""
    context = click.Context(group)
    for name in VERBS:
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            inner = ((one, command.get_command(context, one)) for one in command.list_commands(context))
            yield from ((f"{name} {one}", each) for one, each in inner if each is not None)
        else:
            yield name, command


def takes_a_file(command: click.Command) -> bool:
    """`--output FILE`, or `--output FORMAT=FILE` of its answer."""
    metavars = {one.metavar for one in command.params if isinstance(one, click.Option) and one.name == "outputs"}
    return bool(metavars & {"FILE", "[FORMAT=]FILE"})


def contents(folder: Path) -> dict[Path, bytes]:
    return {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}

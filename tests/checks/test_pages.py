"""The pages of docs/checks are the catalogue's other half, and their examples are tests."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.assertions.judge import Assertions
from segc.assertions.judge import findings as failed
from segc.catalogue import CATALOGUE, DAY, Row
from segc.checks import CHECKS
from segc.diagnostics import SegcError
from segc.lang.formatter import format_text
from segc.lang.reader import read as read_tree
from segc.source import Source

PAGES = Path(__file__).parents[2] / "docs" / "checks"
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECTIONS = ["What it finds", "Why it matters on the plant floor", "Avoid", "Prefer", "Fix", "Standard clause"]
LONGEST = 60

# No policy text alone brings these about: they need a file, a folder, a disk, a command line, or a target that
# segc does not have. Their pages show what happens as text.
CIRCUMSTANCES = {
    "unreadable-file",
    "not-utf-8",
    "file-too-large",
    "unsupported-by-target",
    "output-not-ours",
    "output-not-written",
    "nothing-to-build",
    "not-equal",
    "unread-line",
    "bad-question",
    "nothing-to-verify",
    "file-changed",
    "leak",
    "interruption",
    "may-differ",
    "foreign-rule",
    # logs and baselines
    "promotion-refused",
    "no-baseline",
    "baseline-damaged",
    "engine-missing",
    "log-not-read",
    "log-empty",
    "log-truncated",
    "lines-not-read",
    "mixed-encodings",
    "line-too-long",
    "too-many-logs",
    "clocks-disagree",
    "log-without-ports",
    "impossible-time",
    "engine-failed",
    "sensor-lossy",
    "scan-seen",
    "baseline-busy",
    "logs-overlap",
    "log-held-otherwise",
    "sensor-unnamed",
    "other-device",
    "output-in-use",
    "not-a-draft",
    "not-a-log",
    "kill-fails",
}
# What an example must bring along: a suppression that does not count hides nothing, and to be at both ends of the
# plant a machine needs a flow past a level, and a way into a safety zone can be written to.
COMPANIONS = {
    "bad-suppression": {"empty-zone"},
    "expired-suppression": {"empty-zone"},
    "bridge-asset": {"bypasses-dmz"},
    "safety-from-several-zones": {"safety-writable"},
}
# A page about segc.toml shows one beside the policy.
SETTINGS = {"toml"}
# Found by a build, not by a check.
BUILT = {name for name, row in CATALOGUE.items() if row.code.startswith("SEG7")} | {"playbook-fails"}


def read(name: str) -> str:
    """A finding's page."""
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def blocks(name: str, section: str) -> list[tuple[str, str]]:
    """The fenced blocks of a section: language and text."""
    part = read(name).split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


def plant_of(name: str, section: str, folder: Path) -> Path:
    """Write a section's blocks as the files of a plant; `# file: NAME` says which, else plant.zone."""
    for _, text in blocks(name, section):
        named = re.match(r"# file: (\S+)\n", text)
        path = folder / (named[1] if named else "plant.zone")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "plant.zone"


def findings(name: str, section: str, folder: Path) -> dict[str, str]:
    """What segc finds in a section's example, with severities; a page about targets is built as well."""
    plant, found = api.check(plant_of(name, section, folder), AT, CATALOGUE[name].persona)
    if name in BUILT and not any(one.severity.word == "error" for one in found):
        try:
            api.build(plant, folder / "out", at=AT)
        except SegcError as stop:
            found += stop.diagnostics
    if CATALOGUE[name].code.startswith("SEG5"):  # judged by `segc test`
        found += failed(Assertions(plant, AT).results())
    # A plant of a few lines leaves much unsaid that an audit asks for; only the page's own finding is meant.
    return {one.name: one.severity.word for one in found if one.name == name or CATALOGUE[one.name].persona == DAY}


def weight(row: Row) -> str:
    """A row's severity, and whether only audits ask for it."""
    return row.severity if row.persona == DAY else f"{row.severity}, {row.persona}"


def test_every_finding_has_a_page_and_every_page_a_finding() -> None:
    assert {page.stem for page in PAGES.glob("*.md")} - {"README"} == set(CATALOGUE)


def test_the_index_is_the_catalogue() -> None:
    rows = [line for line in (PAGES / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| SEG")]
    each = sorted(CATALOGUE.items(), key=lambda entry: entry[1].code)
    assert rows == [f"| {r.code} | [{n}]({n}.md) | {weight(r)} | {r.summary} |" for n, r in each]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_page_has_the_form_of_all_pages(name: str) -> None:
    text = read(name)
    row = CATALOGUE[name]
    since = CHECKS[name].since if name in CHECKS else "0.1"
    assert text.splitlines()[:3] == [f"# {name}", "", f"{row.code} · {row.severity} · since {since}"]
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= LONGEST
    clause = text.split("## Standard clause\n")[1].strip()
    assert clause == "none: language rule" or clause.startswith("IEC 62443-")


@pytest.mark.parametrize("name", CATALOGUE)
def test_blocks_are_plants_unless_circumstances_are_needed(name: str) -> None:
    expected = "text" if name in CIRCUMSTANCES else "zone"
    for section in ("Avoid", "Prefer"):
        languages = {language for language, _ in blocks(name, section)}
        assert languages - SETTINGS == {expected}


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - CIRCUMSTANCES))
def test_what_to_avoid_gives_exactly_this_finding(name: str, tmp_path: Path) -> None:
    found = findings(name, "Avoid", tmp_path)
    assert set(found) == {name} | COMPANIONS.get(name, set())
    assert found[name] == CATALOGUE[name].severity


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - CIRCUMSTANCES))
def test_what_to_prefer_gives_no_finding(name: str, tmp_path: Path) -> None:
    assert findings(name, "Prefer", tmp_path) == {}


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - CIRCUMSTANCES))
def test_examples_are_laid_out_as_segc_fmt_does(name: str) -> None:
    for section in ("Avoid", "Prefer"):
        for _, text in (block for block in blocks(name, section) if block[0] not in SETTINGS):
            source = Source(name, text)
            if section == "Prefer" or read_tree(source) is not None:
                assert format_text(source) == text


def test_every_check_belongs_to_a_page() -> None:
    assert set(CHECKS) <= set(CATALOGUE)

"""What each verb says, word for word: tests/cli/expected has it, SEGC_UPDATE_EXPECTED=1 rewrites it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.running import Runner

EXPECTED = Path(__file__).parent / "expected"
CASES = {
    "help": "-h",
    "no-verb": "",
    "unknown-verb": "chekc",
    "unknown-option": "check --fxi",
    "bad-choice": "check --format xml",
    "bad-time": "check --at yesterday",
    "check-clean": "check clean",
    "check-clean-verbose": "check clean -v",
    "check-faulty": "check faulty",
    "check-faulty-oneline": "check faulty --format oneline",
    "check-faulty-json": "check faulty --format json",
    "check-faulty-quiet": "check faulty -q --format oneline",
    "check-faulty-colour": "check faulty --color always",
    "check-diff": "check faulty --diff",
    "check-diff-unsafe": "check faulty --diff --unsafe-fixes",
    "check-fix": "check faulty --fix --format oneline",
    "check-nothing": "check nowhere",
    "check-nothing-json": "check nowhere --format json",
    "check-no-plant": "check unstyled",
    "fmt": "fmt unstyled",
    "fmt-check": "fmt --check unstyled faulty clean",
    "fmt-diff": "fmt --diff unstyled",
    "fmt-nothing": "fmt nowhere.zone",
    "explain-word": "explain latency",
    "explain-scope": "explain flow",
    "explain-zone": "explain zone",
    "explain-assert": "explain assert",
    "explain-service": "explain enip-tcp",
    "explain-unknown": "explain overlaping-networks",
    "build": "build clean -o made",
    "build-faulty": "build faulty -o made",
    "build-unknown-firewall": "build clean -o made --firewall fw-stok",
    "blast-asset": "blast office.jump figures",
    "blast-zone-cut": "blast office figures --cut",
    "blast-grant-cut": "blast maker-visit figures --cut",
    "blast-verbose-cut": "blast mes figures --cut --to line.press -v",
    "blast-cut-not-reached": "blast line figures --cut --to office",
    "blast-cut-to-grant": "blast line figures --cut --to maker-visit",
    "blast-to-without-cut": "blast line figures --to office",
    "blast-unknown": "blast fillr figures",
    "blast-ambiguous": "blast desk figures",
    "blast-faulty": "blast x faulty",
    "flatness": "flatness figures",
    "flatness-verbose": "flatness figures -v",
    "flatness-faulty": "flatness faulty",
    "grants": "grants figures",
    "grants-expiring": "grants figures --expiring 5d",
    "grants-bad-days": "grants figures --expiring soon",
    "grants-none": "grants clean",
    "isolate": "isolate line figures --dry-run",
    "isolate-unknown": "isolate lin figures",
    "build-not-ours": "build clean -o clean",
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str, segc_: Runner) -> None:
    told = f"$ segc {CASES[name]}\n{segc_(*CASES[name].split()).told()}".replace(str(segc_.folder), "FOLDER")
    file = EXPECTED / f"{name}.txt"
    if os.environ.get("SEGC_UPDATE_EXPECTED") == "1":
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8"), (
        f"if this is better, SEGC_UPDATE_EXPECTED=1 keeps it in {file.name}"
    )


def test_nothing_is_expected_that_no_case_says() -> None:
    assert {file.stem for file in EXPECTED.iterdir()} == set(CASES)

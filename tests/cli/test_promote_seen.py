"""What a promotion means is seen in a plan: with git, and without it."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.baseline.plants import plant
from tests.cli.running import Runner
from tests.cli.test_promote import AGREED, BACKUP, MODBUS, Plant


def test_without_git_a_copy_shows_what_a_promotion_means(segc_: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is made too late: what is taken back in it is what the plant was."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(segc_.folder.parent))
    made = Plant(segc_, [MODBUS, BACKUP])
    shutil.copytree("works", "early")
    assert "segc plan --against FOLDER" in made.promote("recipes", *AGREED).err
    refused = segc_("plan", "works")
    assert refused.code == 2
    assert "--demote" in refused.err
    shutil.copytree("works", "late")
    assert segc_("promote", "recipes", "--demote", "--plant", "late").code == 0
    plans = [segc_("plan", "works", "--against", f"./{copy}", "--format", "json") for copy in ("early", "late")]
    assert [done.code for done in plans] == [0, 0]
    early, late = (json.loads(done.out) for done in plans)
    assert early["summary"]["interrupts"]
    assert late["changes"] == early["changes"]


def test_with_git_a_plan_shows_it(segc_: Runner) -> None:
    made = Plant(segc_, [MODBUS, BACKUP])
    plant(segc_.folder / "untracked")
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@t.example", "-C", str(segc_.folder))
    for arguments in (("init", "-q"), ("add", "works"), ("commit", "-qm", "first")):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    assert "--against" not in made.promote("recipes", *AGREED).err
    assert segc_("plan", "works").out.startswith("Would interrupt")
    assert "--demote" in segc_("plan", "untracked").err

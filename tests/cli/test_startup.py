"""What a small `segc check` must not load: by names of modules, not by the clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from segc.cli import VERBS

ROOT = Path(__file__).parent.parent.parent
CLEAN = ROOT / "tests" / "cli" / "plants" / "clean"
HEAVY = {
    *("networkx", "pydantic", "jinja2", "netaddr", "lark", "rich"),
    *("asyncio", "importlib.metadata", "difflib", "argparse", "unicodedata", "tempfile", "logging"),
    *("subprocess", "unittest", "traceback"),
}


def loaded(*arguments: str) -> set[str]:
    """The modules that a run leaves loaded, beyond those that Python and its site brought."""
    program = (
        "import sys; before = set(sys.modules)\n"
        "from segc.cli import main; code = main()\n"
        "print('\\n'.join(set(sys.modules) - before), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("-h",),
        ("check", str(CLEAN)),
        ("check", str(CLEAN), "--format", "json"),
        ("fmt", "--check", str(CLEAN)),
        ("explain", "SEG201"),
    ],
    ids=" ".join,
)
def test_light_verbs_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    # click itself looks up the short option -h in vain first, and prepares to say so.
    allowed = {"difflib"} if "-h" in arguments else set()
    assert not loaded(*arguments) & HEAVY - allowed


@pytest.mark.parametrize(
    "arguments", [("blast", "scada", str(CLEAN)), ("grants", str(CLEAN)), ("flatness", str(CLEAN))]
)
def test_figures_load_networkx_only_where_a_cut_or_a_choke_point_is_asked_for(arguments: tuple[str, ...]) -> None:
    assert "networkx" not in loaded(*arguments)


def test_help_loads_no_verb_and_no_model() -> None:
    modules = loaded("-h")
    assert not modules & {verb.module for verb in VERBS.values()}
    assert not any(name.startswith(("segc.model", "segc.checks")) for name in modules)


def test_importing_segc_loads_nothing() -> None:
    program = "import sys, segc; print([name for name in sys.modules if name.startswith('segc.')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_verb_is_what_the_table_says() -> None:
    from importlib import import_module

    for name, verb in VERBS.items():
        command = import_module(verb.module).command
        assert command.name == name
        assert command.help

"""What a user installs does what a checkout does: the wheel and the sdist hold all that they must."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import segc
from segc import _data

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DATA = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
# Paths that must not leak in, and a fixed time: the same input gives the same bytes.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
    "SOURCE_DATE_EPOCH": "1800000000",
}
HERE = [sys.executable, "-c", "import sys; from segc.cli import main; sys.exit(main())"]


def run(*command: object, cwd: Path, **extra: str) -> str:
    """Standard output of a program that must succeed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=ENVIRONMENT | extra,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(source: Path, out: Path, kind: str) -> Path:
    """Build a wheel or an sdist with the backend that is installed here: no network."""
    run(sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "-o", out, source, cwd=out.parent)
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is no checkout."""
    return tmp_path_factory.mktemp("packaging")


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    """The wheel, straight from the checkout."""
    return build(ROOT, folder / "wheel", "wheel")


@pytest.fixture(scope="module")
def sdist(folder: Path) -> Path:
    """The sdist, unpacked."""
    made = build(ROOT, folder / "sdist", "sdist")
    run("tar", "-xf", made, "-C", folder, cwd=folder)
    return folder / made.name.removesuffix(".tar.gz")


def closure(requirements: list[str]) -> set[str]:
    """Names of the distributions that these requirements bring, all the way down."""
    names: set[str] = set()
    todo = [Requirement(text) for text in requirements]
    while todo:
        wanted = todo.pop()
        if wanted.name in names or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        names.add(wanted.name)
        todo += [Requirement(text) for text in distribution(wanted.name).requires or ()]
    return names


def lend(names: set[str], site: Path) -> None:
    """Link installed distributions into another environment; nothing else of ours is seen there."""
    for name in names:
        installed = distribution(name)
        for top in {Path(file).parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            link = site / top
            if not link.exists():
                link.symlink_to(Path(str(installed.locate_file(top))))


@pytest.fixture(scope="module")
def program(folder: Path, wheel: Path) -> Path:
    """`segc` in a new environment that has the wheel and the dependencies that it declares, and no more."""
    home = folder / "venv"
    venv.create(home, symlinks=True, with_pip=False)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--no-deps", "--no-index", "--disable-pip-version-check", wheel, cwd=folder)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    lend(closure(PROJECT["project"]["dependencies"]), Path(site.strip()))
    where = run(python, "-c", "import segc; print(segc.__file__)", cwd=folder).strip()
    assert where.startswith(str(home)), f"not the installed segc: {where}"
    return home / "bin" / "segc"


def data_files(tree: Path) -> set[str]:
    """Where a wheel must hold the data of this source tree."""
    return {
        f"{there}/{file.relative_to(tree / here).as_posix()}"
        for here, there in DATA.items()
        for file in (tree / here).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def names_in(wheel: Path) -> set[str]:
    """All the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_tree_that_segc_looks_for_is_in_the_wheel() -> None:
    assert {tree: f"segc/_data/{tree}" for tree in _data._MARKERS} == DATA


def test_the_wheel_holds_the_data(wheel: Path) -> None:
    held = {name for name in names_in(wheel) if name.startswith("segc/_data/")}
    assert held == data_files(ROOT)
    assert "segc/_data/grammar/zone.lark" in held


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in names_in(wheel)}
    assert tops == {"segc", f"segc-{segc.__version__}.dist-info"}


def test_a_wheel_from_the_sdist_is_the_same_wheel(folder: Path, wheel: Path, sdist: Path) -> None:
    again = build(sdist, folder / "wheel-from-sdist", "wheel")
    assert names_in(again) == names_in(wheel)
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        differing = [name for name in one.namelist() if one.read(name) != other.read(name)]
    assert not differing


def test_the_sdist_can_be_tested(sdist: Path) -> None:
    for path in ("LICENSE", "Makefile", "tests/test_packaging.py", "scripts/setup.sh", "examples/bottling"):
        assert (sdist / path).exists(), path
    assert os.access(sdist / "scripts" / "setup.sh", os.X_OK)


def test_one_version() -> None:
    assert segc.__version__ == PROJECT["project"]["version"]


def test_the_installed_program_says_its_version(program: Path, folder: Path) -> None:
    assert segc.__version__ in run(program, "--version", cwd=folder)


def test_the_installed_program_knows_every_target(program: Path, folder: Path) -> None:
    said = run(program, "targets", cwd=folder)
    assert said == run(*HERE, "targets", cwd=folder, PYTHONPATH=str(ROOT))
    for manifest in (ROOT / "targets").glob("*/target.toml"):
        assert manifest.parent.name.replace("_", "-") in said


def test_the_installed_program_builds_what_the_checkout_builds(program: Path, folder: Path) -> None:
    shutil.copytree(ROOT / "examples" / "bottling", folder / "plant")
    run(program, "build", "plant", "-o", "installed", cwd=folder)
    run(*HERE, "build", "plant", "-o", "checkout", cwd=folder, PYTHONPATH=str(ROOT))
    installed = contents(folder / "installed")
    assert installed == contents(folder / "checkout")
    assert json.loads(installed["manifest.json"])


VERBS = (
    ("check",), ("fmt", "--check"), ("explain", "zone"), ("query", "filling -> mes : any"), ("blast", "filling"), ("flatness",),
    ("graph",), ("plan", "--against", "../other"), ("diff", "../other", "."), ("test",), ("grants",), ("owners",),
    ("isolate", "filling", "-o", "../isolated"), ("report", "-o", "../report"),
)  # fmt: skip
WITH_AN_EXTRA = (("baseline", "status"), ("promote", "filling"), ("watch", "conn.log"))


@pytest.mark.parametrize("verb", [*VERBS, *WITH_AN_EXTRA], ids=lambda verb: verb[0])
def test_no_verb_of_the_installed_program_misses_a_package(program: Path, folder: Path, verb: tuple[str, ...]) -> None:
    """What only tests need is not there, and what an extra brings is asked for in words."""
    place = folder / "verbs"
    if not place.exists():
        for name in ("plant", "other"):
            shutil.copytree(ROOT / "examples" / "bottling", place / name)
    done = subprocess.run(
        (str(program), *verb), cwd=place / "plant", env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode in ((0, 1) if verb in VERBS else (2,)), done.stderr
    assert "fault in segc" not in done.stderr

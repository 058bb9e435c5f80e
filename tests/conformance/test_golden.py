"""Golden files show what a change of segc does to rendered files. They prove nothing: packets do, in tests/kernel.

`SEGC_UPDATE_GOLDEN=1 pytest tests/conformance` writes them anew; read the diff.
"""

from __future__ import annotations

import os

import pytest

from segc._data import data_root
from segc.diagnostics import SegcError
from segc.targets import registry
from tests.conformance.cases import NAMES, built

UPDATE = os.environ.get("SEGC_UPDATE_GOLDEN") == "1"
SCRIPTS = ("preflight", "apply", "confirm", "rollback", "checksums")


@pytest.mark.parametrize("target", registry.names())
@pytest.mark.parametrize("name", NAMES)
def test_golden(name: str, target: str) -> None:
    """Every rules file is what it was."""
    folder = data_root("targets") / registry.folder(target) / "golden" / name
    rendered = _rendered(name, target)
    if UPDATE:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for file, text in rendered.items():
            (folder / file).write_text(text, encoding="utf-8", newline="")
    kept = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
    assert sorted(kept) == sorted(rendered)
    for file, text in rendered.items():
        assert text == kept[file], f"{target}/golden/{name}/{file}: SEGC_UPDATE_GOLDEN=1 takes the new text"


def _rendered(name: str, target: str) -> dict[str, str]:
    """The files of all firewalls; or, where a target has no words for what the plant asks, what it says of that."""
    try:
        found = built(name, target, "declared").built
    except SegcError as problem:
        return {"refused.txt": "".join(f"{one.message}\n" for one in problem.diagnostics)}
    return {f"{one.firewall}.{file.name}": file.text for one in found for file in one.files if file.role not in SCRIPTS}

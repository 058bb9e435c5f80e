"""docs/targets.md is what `segc targets --format markdown` prints."""

from __future__ import annotations

from pathlib import Path

from segc.cli.targets import page
from segc.targets import registry

PAGE = Path(__file__).parents[2] / "docs" / "targets.md"


def test_the_page_is_what_the_targets_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(list(registry.targets().values())), "segc targets --format markdown"

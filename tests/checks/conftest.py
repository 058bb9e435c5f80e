"""A plant from a few lines, and what the checks say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.checks import run
from segc.diagnostics import Diagnostic, Severity
from segc.lang.loader import load
from segc.model.plant import Plant
from segc.model.resolve import resolve

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
PRELUDE = """\
segc 1
use "std/ics"
use "std/it"
site north { owner ops; timezone "Europe/Vienna" }
team ops
role lead
zone area { level 2; authority shutdown lead; authority isolate lead }
zone mes {
  in area
  sl-t 2
  net 10.1.0.0/16, fd00:1::/64
  asset app 10.1.0.1
  asset both 10.1.0.2 { address fd00:1::2 }
  asset six fd00:1::6
  asset low 10.1.0.16-10.1.0.23
  asset high 10.1.0.24-10.1.0.31
  asset all 10.1.0.16-10.1.0.31
  asset duo 10.1.0.40-10.1.0.41
  asset one 10.1.0.40
  asset two 10.1.0.41
}
zone cell {
  in area
  sl-t 2
  net 10.2.0.0/16, fd00:2::/64
  asset plc 10.2.0.1
  asset plc-both 10.2.0.2 { address fd00:2::2 }
  asset plc-six fd00:2::6
}
link mes -- cell
"""
# About the prelude itself: two zones without a firewall between them, so that grants open nothing either.
OF_THE_PRELUDE = {"conduit-unenforced", "no-path"}

Checked = Callable[..., list[Diagnostic]]


@pytest.fixture
def plant_of(tmp_path: Path) -> Callable[..., Plant]:
    """Resolves the prelude and some more lines; there must be nothing wrong so far."""

    def make(text: str, prelude: str = PRELUDE) -> Plant:
        file = tmp_path / "plant.zone"
        file.write_text(prelude + text, encoding="utf-8")
        plant, found = resolve(load(file))
        assert not [one.message for one in found if one.severity is Severity.ERROR]
        return plant

    return make


@pytest.fixture
def checked(plant_of: Callable[..., Plant]) -> Checked:
    """What the checks say of a plant, without what they always say of the prelude."""

    def findings(text: str, prelude: str = PRELUDE, at: datetime = AT) -> list[Diagnostic]:
        return [one for one in run(plant_of(text, prelude), at) if one.name not in OF_THE_PRELUDE]

    return findings


@pytest.fixture
def names(checked: Checked) -> Callable[..., list[str]]:
    """The names of those findings."""
    return lambda *args, **kwargs: [one.name for one in checked(*args, **kwargs)]

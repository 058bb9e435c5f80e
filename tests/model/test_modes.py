"""The mode of a pair, in the language's words: conduit, destination's zone, site, monitor; and monitor where two differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.diagnostics import Diagnostic
from segc.lang.loader import load
from segc.model.plant import Plant
from segc.model.resolve import resolve
from segc.rules.place import Placement

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
MODES = ("monitor", "enforce")
Made = Callable[..., tuple[Plant, list[Diagnostic]]]


@pytest.fixture
def make(tmp_path: Path) -> Made:
    """A plant of zones a, b and c, with what decides on a mode."""

    def of(
        *conduits: str, site: str = "", a: str = "", b: str = "", around: str = ""
    ) -> tuple[Plant, list[Diagnostic]]:
        lines = [f"conduit c{n} {conduit}" for n, conduit in enumerate(conduits)]
        text = f"""segc 1
site s {{ owner t; {site} }}
team t
service x {{ tcp 80 }}
zone hall {{ level 4; {around} }}
zone a {{ in hall; net 10.0.1.0/24; {a} }}
zone b {{ in hall; net 10.0.2.0/24; {b} }}
zone c {{ level 4; net 10.0.3.0/24 }}
firewall f {{ target nftables; interface eth0 a; interface eth1 b; interface eth2 c }}
"""
        (tmp_path / "plant.zone").write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
        return resolve(load(tmp_path))

    return of


def test_monitor_where_nothing_is_said(make: Made) -> None:
    plant, found = make("a -> b")
    assert found == []
    assert {plant.mode(x, y) for x in ("a", "b", None) for y in ("a", "b", "c", None)} == {"monitor"}


@pytest.mark.parametrize("mode", MODES)
def test_the_sites_mode_where_nobody_else_says_one(mode: str, make: Made) -> None:
    plant, _ = make("a -> b", site=f"mode {mode}")
    assert {plant.mode(x, y) for x in ("a", "b", None) for y in ("a", "b", "c", None)} == {mode}


@pytest.mark.parametrize("mode", MODES)
def test_the_destination_decides_before_the_site_and_the_source_never(mode: str, make: Made) -> None:
    other = MODES[mode == "monitor"]
    plant, _ = make("a -> b", site=f"mode {other}", b=f"mode {mode}")
    assert (plant.mode("a", "b"), plant.mode("c", "b"), plant.mode(None, "b")) == (mode, mode, mode)
    assert (plant.mode("b", "a"), plant.mode("b", None)) == (other, other)


@pytest.mark.parametrize("mode", MODES)
def test_the_conduit_decides_before_the_destination(mode: str, make: Made) -> None:
    other = MODES[mode == "monitor"]
    plant, found = make(f"a -> b {{ mode {mode} }}", site=f"mode {other}", b=f"mode {other}")
    assert found == []
    assert (plant.mode("a", "b"), plant.mode("b", "a"), plant.mode("c", "b")) == (mode, other, other)


def test_a_conduit_of_both_ways_decides_on_both(make: Made) -> None:
    plant, _ = make("a <-> b { mode enforce }")
    assert (plant.mode("a", "b"), plant.mode("b", "a")) == ("enforce", "enforce")


def test_a_zone_takes_the_mode_of_the_zone_around_it(make: Made) -> None:
    plant, _ = make("a -> b", around="mode enforce", a="mode monitor")
    assert (plant.mode("c", "b"), plant.mode("c", "a"), plant.mode("a", "c")) == ("enforce", "monitor", "monitor")


@pytest.mark.parametrize(
    ("conduits", "decided", "differ"),
    [
        (("a -> b { mode enforce }", "a -> b { mode monitor }"), "monitor", True),
        (("a -> b { mode monitor }", "a -> b { mode enforce }"), "monitor", True),
        (("a -> b { mode enforce }", "a -> b { mode enforce }"), "enforce", False),
        # The second says nothing, and so says what the destination or the site says.
        (("a -> b { mode enforce }", "a -> b"), "monitor", True),
        (("a <-> b { mode enforce }", "a -> b { mode monitor }"), "monitor", True),
    ],
)
def test_where_conduits_disagree_monitor_wins(
    conduits: tuple[str, ...], decided: str, differ: bool, make: Made
) -> None:
    plant, found = make(*conduits)
    assert plant.mode("a", "b") == decided
    assert [one.name for one in found] == ["disagreeing-modes"] * differ


def test_only_the_pair_that_they_disagree_on_is_monitored(make: Made) -> None:
    plant, _ = make("a <-> b { mode enforce }", "a -> b { mode monitor }")
    assert plant.mode("b", "a") == "enforce"


def test_a_conduit_that_says_nothing_agrees_with_what_the_destination_says(make: Made) -> None:
    plant, found = make("a -> b { mode enforce }", "a -> b", b="mode enforce")
    assert found == []
    assert plant.mode("a", "b") == "enforce"


@pytest.mark.parametrize("mode", MODES)
def test_a_build_may_set_all_of_them(mode: str, make: Made) -> None:
    plant, _ = make("a -> b { mode enforce }", "b -> a { mode monitor }", b="mode enforce")
    placement = Placement(plant, AT, override=mode)
    assert {placement.mode(x, y) for x in ("a", "b", None) for y in ("a", "b", "c", None)} == {mode}
    rules = placement.rule_sets()["f"]
    assert {pair.mode for pair in rules.pairs} | {other.mode for other in rules.others} | {rules.rest.mode} == {mode}

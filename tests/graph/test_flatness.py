"""Flatness of plants small enough to be counted by hand, as fractions."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from segc.graph.classes import Quotient
from segc.graph.closure import Closure
from segc.graph.flatness import Flatness, flatness, levels
from segc.graph.topology import Topology
from segc.graph.ways import COMMANDS, DECLARED, SESSIONS, TODAY, Ways
from segc.model.plant import Plant
from tests.plants import plant_of

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def zone(name: str, machines: int, number: int, *facts: str) -> str:
    """A zone of so many machines."""
    assets = [f"asset {name}-{n} 10.{number}.0.{n + 1}" for n in range(machines)]
    return "\n".join([f"zone {name} {{", f"  net 10.{number}.0.0/24", *facts, *assets, "}"])


def plant(folder: Path, sizes: dict[str, int], *conduits: str, more: str = "", mode: str = "enforce") -> Plant:
    """Zones of so many machines; a conduit `a -> b` opens one service from every machine to every machine."""
    lines = ["segc 1", f"site s {{ mode {mode} }}", "service x { tcp 80 }"]
    lines += [zone(name, size, number) for number, (name, size) in enumerate(sizes.items())]
    for number, pair in enumerate(conduits):
        lines.append(f"conduit c{number} {pair} {{ allow {pair} : x }}")
    interfaces = "\n".join(f"  interface eth{number} {name}" for number, name in enumerate(sizes))
    lines.append(f"firewall fw {{\n  target iptables\n{interfaces}\n}}")
    return plant_of("\n".join([*lines, more, ""]), folder)


def of(built: Plant, state: str = DECLARED) -> Flatness:
    return flatness(Closure(Quotient(Ways(built, Topology(built), AT, state))))


CHAIN = {"ent": 3, "dmz": 2, "ctrl": 4, "saf": 1}


@pytest.mark.parametrize(
    ("sizes", "conduits", "direct", "index", "transitive"),
    [
        ({"a": 4}, (), 1, 1, 1),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, (), 0, 0, 0),
        ({"a": 2, "b": 2}, (), Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)),
        ({"a": 1, "b": 1, "c": 1}, ("a -> b", "b -> c"), Fraction(1, 3), Fraction(5, 12), Fraction(1, 2)),
        (CHAIN, ("ent -> dmz", "dmz -> ctrl", "ctrl -> saf"), Fraction(38, 90), Fraction(183, 360), Fraction(55, 90)),
        (CHAIN, ("dmz -> ctrl", "ctrl -> saf"), Fraction(32, 90), Fraction(33, 90), Fraction(34, 90)),
        (CHAIN, ("ent -> dmz", "ctrl -> saf"), Fraction(30, 90), Fraction(30, 90), Fraction(30, 90)),
        (CHAIN, ("ent -> dmz", "dmz -> ctrl"), Fraction(34, 90), Fraction(40, 90), Fraction(46, 90)),
        (
            CHAIN,
            ("ent -> dmz", "dmz -> ctrl", "ctrl -> saf", "ent -> saf"),
            Fraction(41, 90),
            Fraction(48, 90),
            Fraction(55, 90),
        ),
    ],
)
def test_flatness_counted_by_hand(
    tmp_path: Path,
    sizes: dict[str, int],
    conduits: tuple[str, ...],
    direct: Fraction,
    index: Fraction,
    transitive: Fraction,
) -> None:
    """The direct share of pairs, the index, and the share of pairs joined by any chain."""
    found = of(plant(tmp_path, sizes, *conduits))
    assert (found.direct, found.value, found.transitive) == pytest.approx((direct, index, transitive))


def test_a_plant_in_monitor_is_one_flat_network_whatever_is_declared(tmp_path: Path) -> None:
    """The rules that only record stop nothing."""
    built = plant(tmp_path, CHAIN, "ent -> dmz", mode="monitor")
    assert of(built, TODAY).value == 1
    assert of(built).value < 1


def test_a_zone_in_monitor_is_open_to_all_zones(tmp_path: Path) -> None:
    """Whoever reaches `ctrl` goes on to `saf` by the flow that is there."""
    plant(tmp_path, CHAIN, "ent -> dmz", "dmz -> ctrl", "ctrl -> saf")
    text = (tmp_path / "plant.zone").read_text().replace("zone ctrl {", "zone ctrl {\n  mode monitor")
    found = of(plant_of(text, tmp_path), TODAY)
    assert (found.direct * 90, found.value * 90, found.transitive * 90) == pytest.approx((54, 56.5, 59))


def test_a_zone_of_which_no_place_is_known_is_open_to_all(tmp_path: Path) -> None:
    """It hangs on no firewall and no link; so nothing is known to stop anything from it, or towards it."""
    found = of(plant(tmp_path, CHAIN, "ent -> dmz", "dmz -> ctrl", "ctrl -> saf", more=zone("spare", 0, 9)), TODAY)
    assert found.machines == 11  # `spare` declares no asset, and so is one unnamed machine
    assert (found.direct * 110, found.value * 110) == pytest.approx((38 + 10 + 10, 58 + (110 - 58) / 2))


def test_zones_behind_one_interface_may_meet_there(tmp_path: Path) -> None:
    """Whatever joins them before the firewall, the firewall does not see."""
    plant(tmp_path, {"a": 1, "b": 1, "c": 1})
    text = (tmp_path / "plant.zone").read_text().replace("interface eth0 a\n", "interface eth0 a, b\n")
    built = plant_of(text.replace("  interface eth1 b\n", ""), tmp_path)
    assert of(built, TODAY).direct * 6 == pytest.approx(2)  # a and b, either way
    assert of(built).direct == 0


def test_levels_count_the_pairs_within_them_by_any_chain(tmp_path: Path) -> None:
    """Two machines of level 2 that reach one another through level 3 only, in two hops."""
    text = """
    segc 1
    service x { tcp 80 }
    zone a { level 2; net 10.0.0.0/24; asset one 10.0.0.1 }
    zone b { level 2; net 10.1.0.0/24; asset two 10.1.0.1 }
    zone up { level 3; net 10.2.0.0/24; asset server 10.2.0.1 }
    conduit to a -> up { allow a -> up : x }
    conduit fro up -> b { allow up -> b : x }
    """
    built = plant_of(text, tmp_path)
    found = levels(Closure(Quotient(Ways(built, Topology(built), AT))))
    assert [(one.level, one.flatness.machines, one.flatness.value) for one in found] == [(3, 1, 0), (2, 2, 0.25)]


def test_commands_go_the_way_that_commands_take(tmp_path: Path) -> None:
    """A subscriber is commanded by its broker; who only reads commands nobody; the unknown commands."""
    text = """
    segc 1
    service mqtt { tcp 1883; commands responder; access read, write }
    service view { tcp 81; access read }
    service odd { tcp 82 }
    zone a { net 10.0.0.0/24; asset subscriber 10.0.0.1 }
    zone b { net 10.1.0.0/24; asset broker 10.1.0.1; asset other 10.1.0.2 }
    zone c { net 10.2.0.0/24; asset screen 10.2.0.1 }
    zone d { net 10.3.0.0/24; asset tool 10.3.0.1 }
    conduit up a -> b { allow subscriber -> broker : mqtt }
    conduit look c -> a { allow screen -> subscriber : view }
    conduit use d -> a { allow tool -> subscriber : odd }
    """
    built = plant_of(text, tmp_path)

    def pairs(kind: str) -> set[tuple[str, str]]:
        ways = Ways(built, Topology(built), AT, DECLARED, kind)
        every = ways.machines
        return {(every[a].path, every[b].path) for way in ways.ways for a in way.sources for b in way.targets}

    assert pairs(SESSIONS) == {
        ("a.subscriber", "b.broker"),
        ("c.screen", "a.subscriber"),
        ("d.tool", "a.subscriber"),
    }
    assert pairs(COMMANDS) == {("b.broker", "a.subscriber"), ("d.tool", "a.subscriber")}

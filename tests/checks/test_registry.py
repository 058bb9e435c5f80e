"""The register: what it takes, in which order it answers, and what it must not load."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc import api
from segc.catalogue import CATALOGUE
from segc.checks import CHECKS, check, registry, run
from segc.diagnostics import Diagnostic, Severity
from segc.model.plant import Plant

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples"
HEAVY = ("networkx", "pydantic", "jinja2", "lark", "click", "segc.rules", "segc.targets")


def nothing(_: Plant) -> Iterator[Diagnostic]:
    """A check that finds nothing."""
    yield from ()


def test_a_check_needs_a_row_of_the_catalogue() -> None:
    with pytest.raises(ValueError, match="no finding called"):
        check("no-such-finding")


def test_a_name_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "CHECKS", {})
    check("host-bits")(nothing)
    with pytest.raises(ValueError, match="two checks"):
        check("host-bits")(nothing)


def test_checks_are_asked_with_or_without_the_moment() -> None:
    assert CHECKS["past-review"].timed
    assert not CHECKS["empty-zone"].timed


def test_a_moment_without_a_time_zone_is_refused(plant_of: Callable[..., Plant]) -> None:
    with pytest.raises(ValueError, match="time zone"):
        run(plant_of(""), datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point


def test_each_check_makes_its_own_finding_only(plant_of: Callable[..., Plant]) -> None:
    plant = plant_of("team a\nrole r { deputy r }\nzone z { level 4 }\nconduit c mes -> cell\n")
    moment = registry.moment(plant, AT)
    made = {name: {one.name for one in each(plant, moment)} for name, each in CHECKS.items()}
    assert all(found <= {name} for name, found in made.items())
    assert {name for name, found in made.items() if found} >= {"unused-name", "cyclic-deputy", "empty-zone"}


def test_findings_come_in_the_order_of_their_places(plant_of: Callable[..., Plant]) -> None:
    plant = plant_of("conduit c mes -> cell\nrole r { deputy r }\nteam a\n")
    found = run(plant, AT)
    assert found == sorted(found, key=Diagnostic.sort_key)
    assert [one.message for one in run(plant, AT)] == [one.message for one in found]


@pytest.mark.parametrize("example", ["bottling", "water"])
def test_good_examples_give_hints_at_most(example: str) -> None:
    _, found = api.check(EXAMPLES / example, AT)  # with what comments in it answer for
    assert [one.message for one in found if one.severity is not Severity.HINT] == []


def test_checks_load_nothing_heavy() -> None:
    code = f"import sys, segc.checks; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_messages_are_in_the_style_of_the_house(plant_of: Callable[..., Plant]) -> None:
    plant = plant_of("conduit c mes -> cell { allow app -> plc : msrpc, enip, ssdp, siemens-ouc, goose }\nteam a\n")
    for one in run(plant, AT):
        assert not one.message.endswith(".")
        assert not one.message[0].isupper()
        assert "\n" not in one.message
        assert one.code == CATALOGUE[one.name].code


def many_flows(count: int) -> str:
    """Two zones and a conduit with that many flows between their assets."""
    sources = [f"  asset s{n} 10.1.{n // 250 + 1}.{n % 250}" for n in range(1000)]
    flows = [f"  allow s{n % 1000} -> p{n % 97} : {'modbus' if n % 10 else 'enip'}" for n in range(count)]
    targets = [f"  asset p{n} 10.2.1.{n}" for n in range(97)]
    text = "zone a { level 4; net 10.1.0.0/16\n" + "\n".join(sources) + "\n}\n"
    text += "zone b { level 4; net 10.2.0.0/16\n" + "\n".join(targets) + "\n}\nlink a -- b\n"
    return text + "conduit c a -> b {\n" + "\n".join(flows) + "\n}\n"


def calls_of(plant: Plant) -> int:
    """How many functions are called to check a plant: the same on every machine, whatever else it does."""
    count = 0

    def seen(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        run(plant, AT)
    finally:
        sys.setprofile(before)
    return count


def test_twice_the_flows_are_twice_the_work(plant_of: Callable[..., Plant]) -> None:
    prelude = 'segc 1\nuse "std/ics"\nsite s { owner t }\nteam t\n'
    some, more = (calls_of(plant_of(many_flows(count), prelude)) for count in (2000, 8000))
    assert more < 5 * some  # squares would be sixteen times as many

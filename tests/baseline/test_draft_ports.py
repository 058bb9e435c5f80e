"""Drafts of ports that systems hand out as they come: one service that lists them, or the range of who negotiates them."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from segc import api
from segc.baseline.draft import rules as drafting
from segc.baseline.draft.rules import rules
from segc.baseline.draft.services import Shelf
from segc.baseline.draft.text import text
from segc.baseline.ledger import Key
from segc.cli.library import services
from tests.baseline.test_draft import PLANT, allowed, draft
from tests.baseline.test_draft_laws import AT
from tests.baseline.test_draft_many import ABOUT, unexplained

if TYPE_CHECKING:
    from pathlib import Path

SRC, DST, OTHER = "10.3.0.1", "10.2.0.1", "10.2.0.2"
MAPPER = frozenset([(6, 135)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "plant.zone"
    file.write_text(PLANT, encoding="utf-8")
    return file


def keys(ports: list[int], dst: str = DST, proto: int = 6, src: str = SRC) -> list[Key]:
    return [Key(src, dst, proto, port) for port in ports]


def declared(text: str) -> list[tuple[str, list[str]]]:
    """The draft's services, each with its ports."""
    found = re.findall(r"^service (\S+).*?\{(.*?)\}", text, re.MULTILINE | re.DOTALL)
    return [(name, re.findall(r"\d[\d-]*", body)) for name, body in found]


def test_many_ports_of_two_machines_are_one_service_that_names_no_other(path: Path) -> None:
    ports = random.Random(1).sample(range(49152, 65536), 300)
    told = draft(path, *keys(ports))
    ((name, named),) = declared(told)
    assert allowed(told) == [f"site.a -> line.plc : {name}"]
    assert "overpermission 1.00: 300 permitted, 300 seen" in told
    held = [n for each in named for n in range(int(each.split("-")[0]), int(each.split("-")[-1]) + 1)]
    assert sorted(held) == sorted(ports)
    assert "any" not in re.sub("#.*", "", told).split()
    assert "300 ports that systems hand out as they come: find out which program listens" in told


def test_neighbours_are_a_range(path: Path) -> None:
    told = draft(path, *keys([*range(50000, 50020), 60000]), *keys([50000], proto=17))
    assert declared(told)[0][1] == ["50000-50019", "60000", "50000"]
    assert re.search("19 of them are a part of .*siemens-spectrum.*, of which no more was seen", told)


@pytest.mark.parametrize(("count", "made"), [(16, 16), (17, 1)])
def test_a_few_are_told_one_by_one(path: Path, count: int, made: int) -> None:
    told = draft(path, *keys([50000 + 3 * n for n in range(count)]))
    assert len(declared(told)) == made


def test_other_ports_stay_services_of_their_own(path: Path) -> None:
    """7001 to 7020 nobody hands out, and s7comm is known."""
    told = draft(path, *keys([102, *range(7001, 7021), *range(50000, 50040, 2)]))
    assert len([name for name, _ in declared(told) if re.fullmatch(r"draft-tcp-70\d\d", name)]) == 20
    assert len(declared(told)) == 21
    assert "site.a -> line.plc : s7comm" in allowed(told)


def test_the_same_ports_of_others_are_the_same_service(path: Path) -> None:
    ports = list(range(50000, 50040, 2))
    told = draft(path, *keys(ports), *keys(ports, src="10.3.0.2"), *keys(ports[1:], dst=OTHER))
    assert sorted(flow.split(" : ")[0] for flow in allowed(told)) == [
        "site.a -> line.rtu",
        "site.a, site.b -> line.plc",
    ]


def test_a_sweep_of_such_ports_is_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "MANY_PORTS", 50)
    told = draft_of(path, keys(list(range(50000, 50102, 2))))
    assert "# ---- not drafted: 51 ----" in told
    assert not allowed(told)


def draft_of(path: Path, asked: list[Key], beside: frozenset[tuple[int, int]] = frozenset()) -> str:
    plant = api.check(path, AT)[0]
    ones = [type(one)(one.judged, one.seen, one.sensors, "", beside) for one in unexplained(plant, asked)]
    return text(plant, rules(plant, Shelf(plant, services()), ones), ABOUT)


def test_the_mapper_that_is_permitted_already_tells_whose_ports_they_are(path: Path) -> None:
    told = draft_of(path, keys([49700, 49800, 50001]), MAPPER)
    assert [named for _, named in declared(told)] == [["49152-65535"]]
    assert "3 ports of the range that `" in told
    assert "negotiates were used; pin it on the server" in told


@pytest.mark.parametrize("beside", [frozenset(), frozenset([(6, 53)]), frozenset([(17, 135)])])
def test_without_it_no_range_is_opened(path: Path, beside: frozenset[tuple[int, int]]) -> None:
    """Nor by one port of a set that has the mapper among others, as a member of a domain asks."""
    assert "49152" not in draft_of(path, keys([49700, 49800, 50001, 53]), beside)
    assert "49152" not in draft_of(path, keys(list(range(50000, 50100, 2))), beside)

"""Drafts of a plant that took one in already: its services are used by what they mean, and no name stands for two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from segc import api
from tests.baseline.test_draft import PLANT, allowed
from tests.baseline.test_draft_laws import AT, together
from tests.baseline.test_draft_ports import MAPPER, OTHER, declared, draft_of, keys

if TYPE_CHECKING:
    from pathlib import Path

    from segc.baseline.ledger import Key

EPHEMERAL = [49700, 49800, 50001]
LISTED = list(range(50000, 50140, 2))
LIST = f"tcp {', '.join(map(str, LISTED))}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "plant.zone"
    file.write_text(PLANT, encoding="utf-8")
    return file


def add(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def drafted(path: Path, asked: list[Key], beside: frozenset[tuple[int, int]] = frozenset()) -> str:
    """The draft, which the plant takes in without an error."""
    assert not [one for one in api.check(path, AT)[1] if one.severity.word == "error"]
    text = draft_of(path, asked, beside)
    assert together(path, text)[1] == []
    return text


@pytest.mark.parametrize(
    ("ports", "beside"),
    [(EPHEMERAL, MAPPER), (LISTED, frozenset()), (LISTED[:20], frozenset()), ([7001, 7003], frozenset())],
    ids=["range", "long-list", "list", "ports"],
)
def test_a_second_draft_uses_the_services_of_the_first(
    path: Path, ports: list[int], beside: frozenset[tuple[int, int]]
) -> None:
    first = drafted(path, keys(ports), beside)
    assert declared(first)
    (path.parent / "draft.zone").write_text(first, encoding="utf-8")
    path.write_text(PLANT.replace("segc 1", 'segc 1\nuse "./draft.zone"'), encoding="utf-8")
    second = drafted(path, keys(ports, dst=OTHER, src="10.3.0.2"), beside)
    assert declared(second) == []
    assert {flow.split(" : ")[1] for flow in allowed(second)} == {name for name, _ in declared(first)}


@pytest.mark.parametrize(
    ("ports", "beside"),
    [(EPHEMERAL, MAPPER), (LISTED, frozenset()), ([7001], frozenset())],
    ids=["range", "long-list", "port"],
)
def test_a_name_that_means_something_else_is_left_to_it(
    path: Path, ports: list[int], beside: frozenset[tuple[int, int]]
) -> None:
    ((name, named),) = declared(drafted(path, keys(ports), beside))
    add(path, f"service {name} {{ udp 7 }}\nservice {name}-2 {{ udp 9 }}\n")
    text = drafted(path, keys(ports), beside)
    assert declared(text) == [(f"{name}-3", named)]
    assert allowed(text) == [f"site.a -> line.plc : {name}-3"]


@pytest.mark.parametrize(
    "more", ['filterable no "x"', "follow-on forward { tcp 20 }", "dynamic tcp 9000-9010"], ids=["no", "on", "dynamic"]
)
def test_what_opens_more_or_cannot_be_filtered_is_not_the_same(path: Path, more: str) -> None:
    ((name, _),) = declared(drafted(path, keys(LISTED)))
    add(path, f"service {name} {{ {LIST}; {more} }}\n")
    assert [is_called for is_called, _ in declared(drafted(path, keys(LISTED)))] == [f"{name}-2"]


def test_a_long_list_is_found_whatever_it_is_called_and_what_is_beside_it_stands_alone(path: Path) -> None:
    add(path, f"service panels {{ {LIST} }}\n")
    text = drafted(path, [*keys(LISTED), *keys([50001, 60000])])
    assert [named for _, named in declared(text)] == [["50001"], ["60000"]]
    assert "site.a -> line.plc : panels" in allowed(text)
    assert "panels" not in drafted(path, keys(LISTED[1:])), "it would open one more"


def test_two_ranges_of_one_service_have_two_names(path: Path) -> None:
    add(path, "service pair { tcp 7000; dynamic tcp 49152-50000, 60000-61000 }\n")
    text = drafted(path, keys([49700, 49800, 49900, 60001, 60003, 60005]), frozenset([(6, 7000)]))
    assert declared(text) == [("draft-pair-tcp-ports", ["49152-50000"]), ("draft-pair-tcp-ports-2", ["60000-61000"])]


def test_a_long_name_leaves_room(path: Path) -> None:
    add(path, f"service {'n' * 63} {{ tcp 7000; dynamic tcp 49152-50000 }}\n")
    ((name, named),) = declared(drafted(path, keys([49700, 49800, 49900]), frozenset([(6, 7000)])))
    assert re.fullmatch("draft-[0-9a-f]{12}", name)
    assert named == ["49152-50000"]


def test_names_of_machines_conduits_and_grants_are_free_ones(path: Path) -> None:
    add(
        path,
        "asset line.host-10-2-0-6 10.2.0.7\n"
        'grant draft-site-to-line-flows "Other" { allow a -> rtu : dns; until 2026-10-12 }\n'
        'conduit draft-internet-to-site-access "Other" line -> site { allow plc -> a : dns { because "x" } }\n',
    )
    asked = [*keys([7001], dst="10.2.0.6"), *keys([7001], dst="10.3.0.1", src="192.0.2.1")]
    text = drafted(path, asked)
    assert "asset line.host-10-2-0-6-x" in text
    assert "conduit draft-site-to-line-flows-2" in text
    assert "grant draft-internet-to-site-access-2" in text

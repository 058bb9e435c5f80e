"""Drafts of a small plant: which names, services and containers they choose, and what they print."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

import pytest

from segc.baseline.classify import Classifier
from segc.baseline.draft.evidence import Unexplained
from segc.baseline.draft.volume import Box, volume
from segc.baseline.ledger import Key
from segc.baseline.observed import Grade
from segc.lang.literals import Range, address
from segc.lang.loader import load
from segc.model.addresses import union
from segc.model.resolve import resolve
from segc.model.verdict import ALLOW, Packet, verdict
from tests.baseline.test_draft_laws import AT, HOURS, drafted_of, seen_of, together

if TYPE_CHECKING:
    from pathlib import Path

PLANT = """
segc 1
use "std/ics"
use "std/it"
site s { timezone "Europe/Vienna"; mode monitor; owner ops }
team ops "Operations"
role lead "Lead" { team ops; phone "1" }
zone office "Office" { level 4; net 10.4.0.0/28; asset pc 10.4.0.2 }
zone line "Line" {
  level 2; authority shutdown lead; authority isolate lead
  net 10.2.0.0/28
  asset plc 10.2.0.1 { kind plc; vendor "Siemens"; criticality critical }
  asset rtu 10.2.0.2 { kind rtu; vendor "ABB" }
  asset panels 10.2.0.8-10.2.0.11 { kind hmi }
}
zone site "Site" {
  level 3; authority shutdown lead; authority isolate lead
  net 10.3.0.0/28
  asset a 10.3.0.1
  asset b 10.3.0.2
  asset c 10.3.0.3
  asset d 10.3.0.4
}
zone safe "Safety" {
  level 1; kind safety; authority shutdown lead; authority isolate lead
  net 10.1.0.0/28
  asset sis 10.1.0.1 { kind safety-controller }
}
zone internet "Outside" { net any }
conduit down "Down" site -> line { mode enforce; allow a -> rtu : modbus { because "polls" } }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "plant.zone"
    file.write_text(PLANT, encoding="utf-8")
    return file


def draft(path: Path, *keys: Key, grade: Grade = Grade.HANDSHAKE) -> str:
    """The draft for some keys; it has no errors, leaves none of them, and permits what it says."""
    plant, found = resolve(load(path))
    assert not [one for one in found if one.severity.word == "error"]
    judge = Classifier(plant, AT)
    ones = [
        Unexplained(judge.judge(key, HOURS), seen_of(key)._replace(grade=grade), frozenset({"tap"})) for key in keys
    ]
    made, text = drafted_of(plant, ones)
    after, errors = together(path, text)
    assert errors == []
    atoms = {(key.proto, key.port) for key in keys} | {(6, 103), (17, 102)}
    spots = {key.src for key in keys} | {key.dst for key in keys} | {"10.2.0.3", "10.3.0.5", "10.3.0.9", "10.2.0.9"}
    opened = 0
    for source, target, (proto, port) in product(sorted(spots), sorted(spots), sorted(atoms)):
        packet = Packet(4, address(source)[1], address(target)[1], proto, 0, max(port, 0))
        opened += verdict(plant, packet, AT) != ALLOW == verdict(after, packet, AT)
    assert opened <= made.permitted
    if made.permitted == made.observed:
        assert opened == made.observed
    return text


def allowed(text: str) -> list[str]:
    return re.findall(r"allow (.*?)(?: \{|$)", text, re.MULTILINE)


def test_machines_are_named_and_not_their_zone(path: Path) -> None:
    text = draft(path, Key("10.3.0.1", "10.2.0.1", 6, 102), Key("10.3.0.9", "10.2.0.1", 6, 102))
    assert allowed(text) == ["site.a, site.host-10-3-0-9 -> line.plc : s7comm"]
    assert "asset site.host-10-3-0-9 10.3.0.9" in text
    assert "overpermission 1.00: 2 permitted, 2 seen" in text


def test_most_of_a_zone_is_the_zone_and_the_cost_is_said(path: Path) -> None:
    text = draft(path, *(Key(f"10.3.0.{n}", "10.2.0.1", 6, 102) for n in (1, 2, 3)))
    assert allowed(text) == ["site -> line.plc : s7comm"]
    assert "3 machines of `site`, which declares 4" in text
    assert "overpermission 5.33: 16 permitted, 3 seen" in text


def test_machines_that_nobody_declared_make_no_zone(path: Path) -> None:
    """However many: 10.3.0.5 to 10.3.0.14 are no assets."""
    text = draft(path, *(Key(f"10.3.0.{n}", "10.2.0.1", 6, 102) for n in (1, 2, *range(5, 15))))
    (flow,) = allowed(text)
    assert flow.startswith("site.a, site.b, site.host-10-3-0-10, ")
    assert "overpermission 1.00: 12 permitted, 12 seen" in text


def test_undeclared_machines_do_not_keep_a_zone_from_being_named(path: Path) -> None:
    text = draft(path, *(Key(f"10.3.0.{n}", "10.2.0.1", 6, 102) for n in (1, 2, 3, 9)))
    assert allowed(text) == ["site -> line.plc : s7comm"]
    assert "3 machines of `site`, which declares 4 (and 1 that it does not), so the zone is named" in text
    assert "asset" not in text.split("# ----")[0]


def test_half_of_a_zone_is_no_zone(path: Path) -> None:
    """Of six machines, three: the others were not seen to use it."""
    path.write_text(PLANT.replace("asset d 10.3.0.4", "asset d 10.3.0.4; asset e 10.3.0.5; asset f 10.3.0.6"))
    text = draft(path, *(Key(f"10.3.0.{n}", "10.2.0.1", 6, 102) for n in (1, 2, 3)))
    assert allowed(text) == ["site.a, site.b, site.c -> line.plc : s7comm"]


def test_machines_with_two_families_are_counted_by_one(path: Path) -> None:
    more = PLANT.replace("net 10.3.0.0/28", "net 10.3.0.0/28, fd00:3::/64")
    for n, name in enumerate("abcd", 1):
        more = more.replace(f"asset {name} 10.3.0.{n}", f"asset {name} 10.3.0.{n}, fd00:3::{n}")
    path.write_text(more, encoding="utf-8")
    text = draft(path, *(Key(f"10.3.0.{n}", "10.2.0.1", 6, 102) for n in (1, 2, 3)))
    assert allowed(text) == ["site -> line.plc : s7comm"]


def test_two_are_never_a_zone(path: Path) -> None:
    text = draft(path, *(Key(f"10.2.0.{n}", "10.3.0.1", 6, 443) for n in (1, 2)))
    assert allowed(text) == ["line.plc, line.rtu -> site.a : draft-tcp-443"]
    assert "443/tcp is a part of " in text, "https would open 443/udp as well"


def test_some_of_an_assets_addresses_are_not_the_asset(path: Path) -> None:
    assert "line.host-10-2-0-8 -> site.a" in draft(path, Key("10.2.0.8", "10.3.0.1", 6, 443))


def test_who_meets_whom_is_not_mixed(path: Path) -> None:
    text = draft(path, Key("10.3.0.1", "10.2.0.1", 6, 502), Key("10.3.0.2", "10.2.0.2", 6, 502))
    assert sorted(allowed(text)) == ["site.a -> line.plc : modbus", "site.b -> line.rtu : modbus"]
    assert "overpermission 1.00: 2 permitted, 2 seen" in text


def test_the_makers_name_decides_and_the_doubt_is_said(path: Path) -> None:
    siemens, abb = (draft(path, Key("10.3.0.2", f"10.2.0.{n}", 6, 102)) for n in (1, 2))
    assert "102/tcp may also be abb-800xa-mms" in siemens
    assert "102/tcp may also be" in abb
    assert allowed(siemens) != allowed(abb)


def test_a_service_that_names_more_is_not_taken(path: Path) -> None:
    text = draft(path, Key("10.3.0.1", "10.2.0.1", 17, 88))
    assert allowed(text) == ["site.a -> line.plc : draft-udp-88"]
    assert "service draft-udp-88 { udp 88 }" in text
    assert re.search("88/udp is a part of .*kerberos", text)


def test_ports_that_a_service_negotiates_are_its_range(path: Path) -> None:
    ports = [Key("10.2.0.1", "10.3.0.1", 6, port) for port in (135, 49700, 49800, 50001)]
    text = draft(path, *ports)
    assert re.search(r"service draft-\S+-tcp-ports .*\{ tcp 49152-65535 \}", text)
    assert "overpermission" in text
    few = draft(path, *ports[:3])
    assert "49152" not in few
    alone = draft(path, *ports[1:])
    assert "49152" not in alone, "the service's own port was not seen"


def test_what_is_enforced_stays_enforced(path: Path) -> None:
    text = draft(path, Key("10.3.0.1", "10.2.0.1", 6, 102), Key("10.2.0.1", "10.3.0.1", 6, 443))
    down, up = sorted(re.findall(r'conduit \S+ ".*?" (\S+) -> \S+ \{\n  mode +(\S+)', text))
    assert (down, up) == (("line", "monitor"), ("site", "enforce"))
    assert "belongs into conduit `down`" in text
    plant, _ = together(path, text)
    assert plant.mode("site", "line") == "enforce"


def test_outsiders_get_a_grant_that_ends(path: Path) -> None:
    text = draft(path, Key("198.51.100.7", "10.2.0.1", 6, 102))
    assert re.search(r"grant \S+ .*\n(.*\n)*.*until +2026-10-30\n\}", text)
    assert "conduit" not in re.sub("#.*", "", text)
    assert "`internet` is outside the plant" in text


def test_every_drafted_flow_says_from_which_days_it_was_made(path: Path) -> None:
    """Of a conduit and of a grant alike; in a grant nobody reviews, since it ends."""
    text = draft(path, Key("10.3.0.9", "10.2.0.1", 6, 102), Key("192.0.2.9", "10.3.0.1", 6, 443))
    plant = together(path, text)[0]
    flows = [flow.facts for table in (plant.conduits, plant.grants) for one in table.values() for flow in one.flows]
    drafted = [one for one in flows if one.because.startswith("draft")]
    assert len(drafted) == 2
    assert len({one.learned_until for one in drafted}) == 1
    assert all(one.learned_until for one in drafted)
    assert sorted(one.review_by is None for one in drafted) == [False, True]


def test_office_to_line_is_warned_of(path: Path) -> None:
    text = draft(path, Key("10.4.0.2", "10.2.0.1", 6, 502), grade=Grade.FIRST)
    assert "past the DMZ" in text
    assert "can write and program" in text
    assert "`line.plc` (critical) has no flow for so far" in text
    assert "find out who opens" in text


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (Key("10.3.0.1", "10.1.0.9", 6, 1), "safety zone `safe` does not declare 10.1.0.9"),
        (Key("10.3.0.1", "10.2.0.1", 6, -1), "the log told no port"),
    ],
)
def test_what_cannot_be_drafted_is_listed(path: Path, key: Key, reason: str) -> None:
    text = draft(path, key)
    assert reason in text
    assert allowed(text) == []


def test_an_address_that_no_zone_owns_is_listed(path: Path) -> None:
    path.write_text(PLANT.replace('zone internet "Outside" { net any }\n', ""), encoding="utf-8")
    text = draft(path, Key("192.0.2.1", "10.2.0.1", 6, 102))
    assert "no zone owns 192.0.2.1: give it one" in text
    assert allowed(text) == []


def test_attempts_scans_and_what_was_stopped_are_no_evidence(path: Path) -> None:
    plant, _ = resolve(load(path))
    key = Key("10.3.0.1", "10.2.0.1", 6, 102)
    judged = Classifier(plant, AT).judge(key, HOURS)
    for seen in (seen_of(key)._replace(answered=0, unanswered=3), seen_of(key)._replace(noise=1)):
        assert allowed(drafted_of(plant, [Unexplained(judged, seen)])[1]) == []


def test_volume_counts_each_triple_once() -> None:
    def some(low: int, high: int) -> object:
        return union([Range(4, low, high)])

    boxes = [
        Box(some(0, 3), some(0, 3), ((6, 1, 2),)),  # type: ignore[arg-type]
        Box(some(2, 5), some(3, 4), ((6, 2, 3), (17, 1, 1))),  # type: ignore[arg-type]
        Box(some(0, 0), some(9, 9), ((6, 2, 2),)),  # type: ignore[arg-type]
    ]
    triples = {
        (s, t, p, n)
        for box in boxes
        for (a, b), (c, d) in product(box.sources.v4, box.targets.v4)
        for s, t in product(range(a, b + 1), range(c, d + 1))
        for p, low, high in box.spans
        for n in range(low, high + 1)
    }
    assert volume(boxes) == len(triples)

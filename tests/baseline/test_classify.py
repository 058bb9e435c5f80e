"""Keys judged all at once, against the verdict asked packet by packet."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.baseline.classify import Classifier
from segc.baseline.judged import Class, Judged
from segc.baseline.ledger import Key
from segc.baseline.managed import LINK
from segc.baseline.observed import NO_PORT
from segc.baseline.times import hours_of
from segc.lang.literals import address_text
from segc.model.plant import ICMP, ICMP6, PORTED, Flow, Plant
from segc.model.verdict import ALLOW, BLOCK, PASS, Packet, matches, verdict
from segc.proof.duties import Policy
from tests.plants import plant_of, policies
from tests.probes import _random, of_flow

AT = datetime(2026, 10, 1, 12, 30, tzinfo=UTC)
NOW = int(AT.timestamp()) * 1_000_000
SEEN = hours_of(NOW, NOW)


def key_of(packet: Packet) -> Key:
    port = packet.dport * 256 if packet.proto in (ICMP, ICMP6) else packet.dport if packet.proto in PORTED else NO_PORT
    source, target = (address_text(packet.family, value) for value in (packet.source, packet.target))
    return Key(source, target, packet.proto, port)


def flows_of(plant: Plant) -> list[Flow]:
    standing = [flow for conduit in plant.conduits.values() for flow in conduit.flows]
    return standing + [flow for grant in plant.grants.values() for flow in grant.flows]


def every_port(plant: Plant, packet: Packet) -> set[str]:
    """The verdicts from source ports at which any flow or `manage` line begins or ends to care."""
    limits = {0, 65535, packet.sport}
    services = [service for flow in flows_of(plant) for service in flow.services]
    services += [s for firewall in plant.firewalls.values() for line in firewall.manage for s in line.services]
    for match in (match for service in services for match in service.matches):
        limits |= {match.source_low, match.source_high, match.source_low - 1, match.source_high + 1}
    asked = [port for port in limits if 0 <= port <= 65535] if packet.proto in PORTED else [packet.sport]
    return {said(plant, packet._replace(sport=port)) for port in asked}


def said(plant: Plant, packet: Packet) -> str:
    """What the language says, which knows no firewalls; and of packets to one itself, what its `manage` lines say."""
    firewalls = [
        one
        for one in plant.firewalls.values()
        if (packet.family, packet.target) in {(o.family, o.address) for i in one.interfaces for o in i.addresses}
    ]
    if any(
        part.sources.holds(packet.family, packet.source) and any(matches(match, packet) for match in part.matches)
        for firewall in firewalls
        for _, part in Policy(plant, AT).managers(firewall)
    ):
        return ALLOW
    of_the_link = packet.proto == ICMP6 and packet.dport in LINK
    managed = any(firewall.manage for firewall in firewalls) and not of_the_link
    return BLOCK if managed else verdict(plant, packet, AT)


def is_of_a_firewall(plant: Plant, packet: Packet) -> bool:
    own = {(a.family, a.address) for one in plant.firewalls.values() for i in one.interfaces for a in i.addresses}
    return (packet.family, packet.target) in own


@given(data=st.data())
def test_says_what_the_verdict_says(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    plant = plant_of(data.draw(policies()), tmp_path_factory.mktemp("plant"))
    rng = random.Random(data.draw(st.integers(0, 9999)))
    packets = [packet for flow in flows_of(plant) for packet in of_flow(plant, flow, rng)]
    packets += list(_random(plant, rng, 20))
    classifier = Classifier(plant, AT)
    for packet in rng.sample(packets, min(60, len(packets))):
        judged = classifier.judge(key_of(packet), SEEN)
        told = every_port(plant, packet)
        if PASS not in told and is_of_a_firewall(plant, packet) and judged.verdict is Class.INSIDE:
            continue  # a firewall without `manage` lines leaves what comes to itself alone: tests/baseline/test_managed.py
        zones = [plant.ownership.zone_of(packet.family, value) for value in (packet.source, packet.target)]
        assert [judged.source, judged.target] == zones
        assert (judged.verdict is Class.INSIDE) == (told == {PASS})
        assert (judged.verdict is Class.PERMITTED) == (told == {ALLOW}), (packet, judged)
        assert (judged.verdict is Class.UNZONED) <= (None in zones)
        assert judged.nearest or judged.verdict in (Class.INSIDE, Class.PERMITTED)
        if ALLOW in told and len(told) > 1:
            assert "source port" in judged.nearest or judged.verdict in (
                Class.REVERSE,
                Class.OUTSIDE_WINDOW,
                Class.EXPIRED,
            )


PLANT = """
segc 1
site s { timezone "Europe/Vienna"; mode monitor; owner ops }
team ops
role lead { team ops; phone "1" }
service modbus { tcp 502 }
service ping { icmp echo-request; icmp6 echo-request }
service odd { tcp 9000 { source-port 7000 } }
zone office { level 4; net 10.4.0.0/16 }
zone mes {
  level 3; authority shutdown lead; authority isolate lead
  net 10.30.0.0/24, fd00:30::/64; asset app 10.30.0.10, fd00:30::10 { kind mes }; asset ews 10.30.0.50
}
zone line { level 2; authority shutdown lead; authority isolate lead; net 10.3.0.0/24, fd00:3::/64
  asset plc 10.3.0.11, fd00:3::11 { kind plc }; asset hmi 10.3.0.21
}
conduit recipes mes -> line { allow app -> plc : modbus, ping; allow ews -> hmi : odd }
grant help { vendor "V"; allow ews -> plc : modbus; window Sat 06:00-10:00; window Sun 06:30-07:15
  from 2026-10-01; until 2026-10-31; approved-by lead
}
firewall fw { target iptables; interface eth0 mes; interface eth1 line; interface eth2 office }
"""


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier(plant_of(PLANT, tmp_path_factory.mktemp("plant")), AT)


CASES = {
    ("10.30.0.10", "10.3.0.11", 6, 502): (Class.PERMITTED, ""),
    ("fd00:30::10", "fd00:3::11", 6, 502): (Class.PERMITTED, ""),
    ("10.30.0.10", "10.3.0.11", 1, 8 * 256): (Class.PERMITTED, ""),
    ("fd00:30::10", "fd00:3::11", 58, 128 * 256): (Class.PERMITTED, ""),
    ("10.30.0.10", "10.3.0.11", 1, 13 * 256): (
        Class.WRONG_SERVICE,
        "`app -> plc : modbus, ping` of conduit `recipes` does not cover icmp timestamp-request",
    ),
    ("10.30.0.10", "10.3.0.11", 58, 128 * 256): (  # a protocol of IPv6 in IPv4
        Class.WRONG_SERVICE,
        "`app -> plc : modbus, ping` of conduit `recipes` does not cover icmp6 echo-request",
    ),
    ("10.3.0.11", "10.3.0.21", 6, 44818): (Class.INSIDE, ""),
    ("10.3.0.11", "10.30.0.10", 6, 502): (
        Class.REVERSE,
        "`app -> plc : modbus, ping` of conduit `recipes` leads the other way",
    ),
    ("10.30.0.10", "10.3.0.11", 6, 102): (
        Class.WRONG_SERVICE,
        "`app -> plc : modbus, ping` of conduit `recipes` does not cover tcp 102",
    ),
    ("10.30.0.10", "10.3.0.11", 6, NO_PORT): (
        Class.WRONG_SERVICE,
        "`app -> plc : modbus, ping` of conduit `recipes` may cover it: its port is unknown",
    ),
    ("10.30.0.50", "10.3.0.21", 6, 9000): (
        Class.WRONG_SERVICE,
        "`ews -> hmi : odd` of conduit `recipes` may cover it: a baseline does not keep the source port that it asks for",
    ),
    ("10.30.0.10", "10.3.0.21", 6, 502): (
        Class.DENIED,
        "`app -> plc : modbus, ping` of conduit `recipes` does not lead to 10.3.0.21 (line.hmi)",
    ),
    ("10.30.0.77", "10.3.0.11", 6, 502): (
        Class.UNKNOWN_ASSET,
        "`app -> plc : modbus, ping` of conduit `recipes` does not come from 10.30.0.77",
    ),
    ("10.3.0.21", "10.30.0.50", 6, 445): (Class.DENIED, "conduit `recipes` opens `mes -> line` only"),
    ("10.4.0.9", "10.30.0.50", 6, 445): (Class.DENIED, "no conduit leads from `office` to `mes`"),
    ("10.9.0.9", "10.30.0.50", 6, 445): (Class.UNZONED, "no zone owns 10.9.0.9"),
    ("10.30.0.10", "239.1.2.3", 17, 5000): (
        Class.NOISE,
        "multicast, broadcast and link-local packets cross no firewall as sessions",
    ),
}


@pytest.mark.parametrize("key", CASES, ids=str)
def test_classes_and_what_comes_closest(key: tuple[str, str, int, int], classifier: Classifier) -> None:
    judged = classifier.judge(Key(*key), SEEN)
    assert (judged.verdict, judged.nearest) == CASES[key]
    assert judged.conduit is None or judged.conduit.name == "recipes"


def seen(first: str, last: str) -> dict[int, int]:
    """Hours between two local times in Vienna (UTC+2 until 25 October)."""
    moments = [datetime.fromisoformat(f"2026-10-{text}:00+02:00").timestamp() for text in (first, last)]
    return hours_of(*(int(moment) * 1_000_000 for moment in moments))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("03T06:00", "03T09:59", Class.PERMITTED),
        ("03T05:59", "03T09:59", Class.OUTSIDE_WINDOW),
        ("03T06:00", "03T10:00", Class.OUTSIDE_WINDOW),
        ("02T06:00", "02T06:10", Class.OUTSIDE_WINDOW),  # a Friday
        ("04T06:00", "04T07:59", Class.PERMITTED),  # a Sunday: of minutes a ledger knows nothing, and says so
        ("04T05:00", "04T05:59", Class.OUTSIDE_WINDOW),
        ("04T08:00", "04T08:10", Class.OUTSIDE_WINDOW),
    ],
)
def test_windows_of_grants_by_the_hour(first: str, last: str, expected: Class, classifier: Classifier) -> None:
    judged = judge(classifier, seen(first, last))
    assert judged.verdict is expected
    assert judged.grant is classifier.plant.grants["help"]
    assert [flow.within for flow in judged.flows] == ["help"]
    assert judged.shut.edge == (2 if (first, last) == ("04T06:00", "04T07:59") else 0)


def judge(classifier: Classifier, when: dict[int, int] | None) -> Judged:
    return classifier.judge(Key("10.30.0.50", "10.3.0.11", 6, 502), when)


def test_a_grant_that_is_over_and_times_that_nobody_knows(classifier: Classifier) -> None:
    november = hours_of(*[int(datetime(2026, 11, 7, 6, tzinfo=UTC).timestamp()) * 1_000_000] * 2)
    judged = judge(classifier, november)
    assert judged.verdict is Class.EXPIRED
    assert judged.nearest == "grant `help` covers it, and is over in 1 of 1 hour in which it was seen"
    assert judge(classifier, None).verdict is Class.OUTSIDE_WINDOW
    assert judge(classifier, {**november, **seen("03T07:00", "03T08:00")}).verdict is Class.EXPIRED


VISITS = """
grant early { vendor "V"; allow ews -> plc : modbus; window 06:00-18:00; until 2026-10-11; approved-by lead }
grant late { vendor "V"; allow ews -> plc : modbus; window 06:00-18:00; from 2026-10-13; until 2026-10-20; approved-by lead }
grant night { vendor "V"; allow ews -> plc : modbus; window 18:00-04:00; from 2026-10-01; until 2026-10-20; approved-by lead }
"""


@pytest.mark.parametrize(
    ("spans", "expected", "told"),
    [
        ([("11T09:00", "11T09:10"), ("13T09:00", "13T09:10")], Class.PERMITTED, ""),  # renewed
        ([("10T06:00", "11T03:59")], Class.PERMITTED, ""),  # a day, and the night
        (
            [("10T08:00", "10T08:10"), ("12T08:00", "12T08:10"), ("14T08:00", "14T08:10")],
            Class.EXPIRED,
            "grant `early` covers it, and is over in 1 of 3 hours in which it was seen",
        ),
        (
            [("10T17:00", "10T19:10"), ("11T04:00", "11T04:10")],
            Class.OUTSIDE_WINDOW,
            "grant `night` covers it, and was shut by its window in 1 of 4 hours in which it was seen",
        ),
        (
            [("20T17:00", "20T17:10"), ("21T04:00", "21T04:10"), ("21T08:00", "21T09:00")],
            Class.EXPIRED,
            "grant `late` covers it, and is over in 2 of 4 hours in which it was seen, and was shut by its window in 1",
        ),
    ],
    ids=["renewed", "day-and-night", "between", "morning", "after-all"],
)
def test_grants_that_cover_a_key_in_turn(
    spans: list[tuple[str, str]], expected: Class, told: str, tmp_path: Path
) -> None:
    """An hour is shut only where all are: each session was permitted when it came."""
    text = re.sub(r"grant help \{.*?\n\}\n", VISITS, PLANT, flags=re.DOTALL)
    when: dict[int, int] = {}
    for span in spans:
        for day, mask in seen(*span).items():
            when[day] = when.get(day, 0) | mask
    judged = judge(Classifier(plant_of(text, tmp_path), AT), when)
    assert (judged.verdict, judged.nearest) == (expected, told)


def test_ends_of_two_families_are_no_key(classifier: Classifier, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="different families"):
        classifier.judge(Key("10.30.0.50", "fd00:3::11", 6, 502))

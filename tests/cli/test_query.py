"""`segc query`: the nearest flow against a count over all flows, the line on top, and the published document."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc.lang.literals import address_text
from segc.model.plant import Flow, Plant, Zone
from segc.model.verdict import ALERT, BLOCK, Packet, flows_at, matches, verdict
from segc.proof.asking import question
from segc.proof.duties import Policy
from segc.proof.nearest import nearest, reverse
from segc.proof.query import answer
from segc.report.figures import asked
from tests.cli.running import Runner
from tests.plants import plant_of, policies
from tests.report.schema import faults

ROOT = Path(__file__).parent.parent.parent
AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
SCHEMA = json.loads((ROOT / "docs" / "schema" / "query-1.json").read_text(encoding="utf-8"))
PUBLISHED = {
    asked.Answer: SCHEMA,
    asked.PartEntry: SCHEMA["$defs"]["part"],
    asked.NearEntry: SCHEMA["$defs"]["near"],
    asked.Difference: SCHEMA["$defs"]["difference"],
    asked.Rule: SCHEMA["$defs"]["rule"],
}
PLANT = """
segc 1
use "std/ics"
service plain { tcp 443 }
site s { timezone "Europe/Vienna"; mode enforce; owner ops }
team ops
role lead { team ops }
zone mes { authority shutdown lead; authority isolate lead; net 10.1.0.0/24; asset app 10.1.0.1; asset spare 10.1.0.2 }
zone cell { authority shutdown lead; authority isolate lead; net 10.2.0.0/24; asset plc 10.2.0.1; asset hmi 10.2.0.2 }
zone lab { authority shutdown lead; authority isolate lead; net 10.3.0.0/24; asset lims 10.3.0.1 }
zone hall { authority shutdown lead; authority isolate lead; net 10.4.0.0/24 }
firewall fw-b { target iptables; interface eth0 mes; interface eth1 lab; interface eth2 hall }
firewall fw-a { target nftables; interface eth0 lab; interface eth1 cell }
link mes -- hall
conduit c mes -> cell { mode monitor; allow mes.spare -> cell.hmi : plain; allow mes.app -> cell.plc : modbus }
conduit d cell -> lab { allow cell.hmi -> lab.lims : plain }
grant late { allow lab.lims -> cell.hmi : modbus; window Mon-Fri 08:00-10:00; from 2026-12-01; until 2026-12-31 }
"""


@pytest.fixture
def ask(segc_: Runner) -> Any:
    segc_.write("line/plant.zone", PLANT)

    def one(text: str, *options: str) -> str:
        said = segc_("query", text, "line", "--at", "2026-10-05T09:00Z", *options)
        assert said.code == 0, said.err
        return said.out

    return one


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda entry: entry.__name__)
def test_the_published_schema_has_the_members_that_the_code_has(entry: Any) -> None:
    assert set(get_type_hints(entry)) == set(PUBLISHED[entry]["properties"])
    assert set(entry.__required_keys__) == set(PUBLISHED[entry]["required"])


@pytest.mark.parametrize(
    "text", ["mes -> cell", "mes.app -> cell.plc : modbus", "any4 -> cell", "lab -> cell.hmi : modbus", "mes -> hall"]
)
def test_the_document_is_as_published(ask: Any, text: str) -> None:
    text = text.replace("any4", "0.0.0.0/0")
    assert faults(json.loads(ask(text, "--format", "json", "--why")), SCHEMA) == []
    assert faults(json.loads(ask(text, "--format", "json")), SCHEMA) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("mes.app -> cell.plc : modbus", "allowed"),
        ("mes.app -> cell.plc : tcp 501-503", "tcp 502 allowed; the rest alert"),
        ("mes.app -> cell.plc : tcp 501,502,udp 9", "tcp 502 allowed; the rest alert"),
        ("mes.app -> cell : modbus", "mes.app -> cell.plc allowed; the rest alert"),
        ("mes.app -> cell.hmi : modbus", "alert (let through and recorded)"),
        ("lab -> mes : icmp", "blocked"),
        ("cell -> cell", "passes"),
        ("mes -> fd00::1", "there is no such packet"),
    ],
)
def test_the_answer_in_a_line(ask: Any, text: str, first: str) -> None:
    assert ask(text).splitlines()[0] == f"{text}: {first}"


@pytest.mark.parametrize(
    ("text", "flow", "says"),
    [
        ("mes.app -> cell.plc : tcp 503", "mes.app -> cell.plc : modbus", "but it is for tcp 502"),
        ("mes.spare -> cell.plc : modbus", "mes.app -> cell.plc : modbus", "but it is from mes.app"),
        ("mes.app -> cell.hmi : modbus", "mes.app -> cell.plc : modbus", "but it is to cell.plc"),
        ("lab -> cell.hmi : modbus", "lab.lims -> cell.hmi : modbus", "is shut now and opens Tue 2026-12-01 08:00"),
        ("hall -> cell.plc : modbus", "mes.app -> cell.plc : modbus", "but it is from mes.app"),
        ("lab.lims -> cell.hmi : tcp 443", "cell.hmi -> lab.lims : plain", "its replies pass"),
    ],
)
def test_the_nearest_flow_and_what_differs(ask: Any, text: str, flow: str, says: str) -> None:
    said = ask(text)
    assert f": `{flow}` in " in said
    assert says in said
    assert ("the other way: " in said) == ("replies" in says)


def test_a_grant_that_is_over_says_so(segc_: Runner) -> None:
    segc_.write("line/plant.zone", PLANT)
    said = segc_("query", "lab.lims -> cell.hmi : modbus", "line", "--at", "2027-02-01").out
    assert "but grant `late` ended with 2026-12-31" in said
    said = segc_("query", "lab.lims -> cell.hmi : modbus", "line", "--at", "2026-12-02T08:00Z").out
    assert "in grant `late`" in said
    assert "open until Wed 2026-12-02 10:00" in said


def test_firewalls_come_in_the_order_of_the_way(ask: Any) -> None:
    said = ask("mes.app -> cell.plc : modbus", "--why")
    assert "on fw-b, then fw-a" in said
    assert said.index("fw-b, arriving on eth0: accept") < said.index("fw-a, arriving on eth0: accept")
    assert "for example 10.1.0.1 (mes.app) -> 10.2.0.1 (cell.plc) : tcp 502" in said


def test_what_nothing_filters_is_said_to_pass_today(ask: Any) -> None:
    assert "today everything passes: a link joins the zones" in ask("mes -> hall")


def test_unknown_names_bring_the_nearest_or_all(segc_: Runner) -> None:
    segc_.write("line/plant.zone", PLANT)
    assert "did you mean `spare`?" in segc_("query", "spar -> cell", "line").err
    assert "the zones are `mes`, `cell`, `lab`, `hall`" in segc_("query", "headquarters -> cell", "line").err


def _differences(plant: Plant, flow: Flow, packet: Packet) -> int | None:
    """In how many ways a flow differs from a packet, by the language's words; None where both ends do."""
    owner = plant.ownership.zone_of
    missing = []
    for ends, value in ((flow.sources, packet.source), (flow.targets, packet.target)):
        zone = owner(packet.family, value)
        missing.append(
            not any(
                zone == end.name
                if isinstance(end, Zone)
                else zone == end.zone and end.addresses.holds(packet.family, value)
                for end in ends
            )
        )
    spoken = any(matches(match, packet) for service in flow.services for match in service.matches)
    late = flow not in flows_at(plant, AT)
    return None if all(missing) else sum(missing) + (not spoken) + late


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(policies(), st.data())
def test_no_flow_is_nearer(tmp_path: Path, text: str, data: st.DataObject) -> None:
    """For single packets that are refused, against a count over the flows of the two zones."""
    plant = plant_of(text, tmp_path)
    every = [f for c in plant.conduits.values() for f in c.flows] + [f for g in plant.grants.values() for f in g.flows]
    flow = data.draw(st.sampled_from(every)) if every else None
    sources, targets = (
        [_first(plant, end) for end in ends] for ends in ((flow.sources, flow.targets) if flow else ((), ()))
    )
    if not any(sources) or not any(targets):
        return
    source = data.draw(st.sampled_from([one for each in sources for one in each]))
    target = data.draw(st.sampled_from([one for each in targets for one in each]))
    port = data.draw(
        st.sampled_from([m.low for s in plant.services.values() for m in s.matches if m.proto == 6] or [9])
    )
    packet = Packet(4, source, target, 6, 50000, port)
    policy = Policy(plant, AT)
    asked_ = question(plant, f"{address_text(4, source)} -> {address_text(4, target)} : tcp {port}")
    one = asked_.matches[0]._replace(source_low=50000, source_high=50000)
    rows = answer(policy, asked_._replace(matches=(one,)))
    assert [row.verdict for row in rows] == [verdict(plant, packet, AT)]
    if rows[0].verdict not in (ALERT, BLOCK) or None in (rows[0].source, rows[0].target):
        return
    pair = rows[0].source, rows[0].target
    here = [f for f in every if pair in {(_zone(a), _zone(b)) for a in f.sources for b in f.targets}]
    fewest = min((n for f in here if (n := _differences(plant, f, packet)) is not None), default=None)
    found = nearest(policy, rows[0])
    if fewest is not None:
        assert found is not None
        assert len(found.differs) <= fewest
    if found is not None and found.pair == pair:
        assert len(found.differs) == fewest
    turned = packet._replace(source=packet.target, target=packet.source)
    back = any(_differences(plant, flow, turned) == 0 for flow in flows_at(plant, AT))
    assert (reverse(policy, rows[0]) is not None) == back


def _first(plant: Plant, end: Any) -> list[int]:
    """IPv4 addresses of the zone of an end."""
    zone = plant.zones[_zone(end)]
    return [a.addresses.v4[0][0] for a in zone.assets if a.addresses.v4] + [
        low for low, _ in plant.ownership.own(zone.name).v4
    ]


def _zone(end: Any) -> str:
    return end.name if isinstance(end, Zone) else str(end.zone)

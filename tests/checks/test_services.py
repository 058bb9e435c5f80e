"""What flows ask of services, and whether what has to keep working does: what is found, and what comes near."""

from __future__ import annotations

import pytest

from segc.diagnostics import Severity
from tests.checks.words import Checked, Names, conduit

# ---- services ----


@pytest.mark.parametrize(
    "line",
    [
        conduit("app -> plc : siemens-ouc"),
        "grant g { until 2026-12-20\n allow app -> plc : siemens-ouc\n}",
        "firewall fw { target iptables\n interface eth0 mes\n manage app : siemens-ouc\n}",
        "assert can app -> plc : siemens-ouc",
    ],
)
def test_a_service_without_ports_is_never_any_port(names: Names, line: str) -> None:
    assert "service-without-ports" in names(line)


def test_layer_2_is_a_fault_between_zones_only(names: Names) -> None:
    assert names(conduit("app -> plc : goose")) == ["layer-2-flow"]
    assert names("grant g { until 2026-12-20\n allow app -> mes : goose\n}") == []


def test_partly_filterable_services_get_one_hint(checked: Checked) -> None:
    found = checked(conduit("app -> plc : enip-udp", "both -> plc : enip-udp"))
    assert [(f.name, f.severity) for f in found] == [("unfilterable-service", Severity.HINT)]
    found = checked(conduit("app -> plc : ssdp", "both -> plc : ssdp"))
    assert [(f.name, f.severity) for f in found] == [("unfilterable-service", Severity.WARNING)] * 2


def test_dynamic_ports_name_the_range(checked: Checked) -> None:
    (found,) = checked(conduit("app -> plc : msrpc"))
    assert found.name == "dynamic-ports"
    assert "tcp 49152-65535" in found.message


PINNED = "service pinned { tcp 50000-50019 }\n"


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        (["app -> plc : msrpc", "app -> plc : pinned"], []),
        (["app, both -> plc : msrpc", "app -> plc : pinned"], ["dynamic-ports"]),
        (["app -> plc : msrpc", "app, both -> plc : pinned"], []),
        (["app -> plc : msrpc", "both -> plc : pinned"], ["dynamic-ports"]),
        (["app -> plc : msrpc", "app -> plc : modbus"], ["dynamic-ports"]),
        (["app -> plc : msrpc", "app -> plc : foxboro"], ["dynamic-ports"]),  # 55555, for reasons of its own
    ],
)
def test_a_service_of_ones_own_pins_the_range(names: Names, flows: list[str], expected: list[str]) -> None:
    found = names(PINNED + conduit(*flows))
    assert [name for name in found if name != "unused-name"] == expected


# A service that goes on to a range of ports, so that two flows may cover it together.
LEADING = """
service first { tcp 1000
  follow-on DIRECTION { tcp 2000-2999 }
}
service lower { tcp 2000-2499 }
service upper { tcp 2500-2999 }
service short { tcp 2501-2999 }
"""


@pytest.mark.parametrize(
    ("direction", "others", "covered"),
    [
        ("forward", ["app -> plc : lower, upper"], True),
        ("forward", ["app -> plc : lower", "app -> plc : upper"], True),
        ("forward", ["app -> plc : lower", "mes -> cell : upper"], True),
        ("forward", ["app -> plc : lower", "app -> plc : short"], False),
        ("forward", ["app -> plc : lower"], False),
        ("forward", ["plc -> app : lower, upper"], False),
        ("forward", ["app -> plc-both : lower, upper"], False),
        ("reverse", ["plc -> app : lower, upper"], True),
        ("reverse", ["app -> plc : lower, upper"], False),
        ("both", ["app -> plc : lower, upper"], False),
        ("both", ["app -> plc : lower, upper", "plc -> app : lower, upper"], True),
    ],
)
def test_follow_on_may_be_covered_by_several_flows(
    names: Names, direction: str, others: list[str], covered: bool
) -> None:
    text = LEADING.replace("DIRECTION", direction) + conduit("app -> plc : first", *others, arrow="<->")
    assert ("follow-on-not-covered" not in names(text)) == covered


def test_follow_on_of_a_list_needs_every_pair(names: Names) -> None:
    text = LEADING.replace("DIRECTION", "forward")
    flows = ["all -> plc : first", "low -> plc : lower, upper"]
    assert "follow-on-not-covered" in names(text + conduit(*flows))
    assert "follow-on-not-covered" not in names(text + conduit(*flows, "high -> plc : lower, upper"))


def test_follow_on_is_not_covered_by_a_grant(names: Names) -> None:
    grant = "grant g { until 2026-12-20\n allow app -> plc : lower, upper\n}\n"
    text = LEADING.replace("DIRECTION", "forward") + conduit("app -> plc : first") + grant
    assert "follow-on-not-covered" in names(text)


def test_follow_on_is_one_finding_a_conduit_and_service(checked: Checked) -> None:
    found = checked(conduit("app -> plc : veeam", "both -> plc : veeam", "app -> plc-both : veeam"))
    assert [f.name for f in found] == ["follow-on-not-covered"]
    assert len(found[0].labels) == 3


def test_a_negotiated_follow_on_needs_a_service_of_ones_own(names: Names) -> None:
    reverse = "service blocks { udp 40000-40009 }\nconduit back cell -> mes { allow plc -> app : blocks }\n"
    assert names(conduit("app -> plc : tftp")) == ["follow-on-not-covered"]
    assert names(conduit("app -> plc : tftp") + reverse) == []


# ---- workflows ----

NEED = "workflow w { needs NEED }\n"


@pytest.mark.parametrize(
    ("need", "flows", "covered"),
    [
        ("app -> plc : modbus", ["app -> plc : modbus"], True),
        ("app -> plc : modbus", ["mes -> cell : modbus"], True),
        ("app -> plc : modbus", ["app -> plc : opcua"], False),
        ("app -> plc : modbus", ["both -> plc : modbus"], False),
        ("app -> plc : modbus, opcua", ["app -> plc : modbus", "app -> plc : opcua"], True),
        ("app -> plc : modbus, opcua", ["app -> plc : modbus"], False),
        ("all -> plc : modbus", ["low -> plc : modbus", "high -> plc : modbus"], True),
        ("all -> plc : modbus", ["low -> plc : modbus"], False),
        ("duo -> plc : modbus", ["one -> plc : modbus", "two -> plc : modbus"], True),
        ("duo -> plc : modbus", ["one -> plc : modbus"], False),
        ("one -> plc : modbus", ["duo -> plc : modbus"], True),
        ("both -> plc-both : modbus", ["both -> plc-both : modbus"], True),
        ("app -> mes : modbus", [], True),
    ],
)
def test_a_workflow_is_covered_by_the_union_of_flows(names: Names, need: str, flows: list[str], covered: bool) -> None:
    found = names(conduit(*flows) + NEED.replace("NEED", need))
    assert ("workflow-not-allowed" not in found) == covered


def test_a_grant_does_not_keep_a_workflow_working(names: Names) -> None:
    grant = "grant g { until 2026-12-20\n allow app -> plc : modbus\n}\n"
    assert names(grant + NEED.replace("NEED", "app -> plc : modbus")) == ["workflow-not-allowed"]


def test_a_workflow_against_the_arrow_is_not_allowed(checked: Checked) -> None:
    (found,) = checked(conduit("app -> plc : modbus") + NEED.replace("NEED", "plc -> app : modbus"))
    assert found.name == "workflow-not-allowed"
    assert found.notes == ("no flow covers, e.g., tcp 502 10.2.0.1 -> 10.1.0.1",)


def test_a_workflow_that_is_allowed_in_part_says_so(checked: Checked) -> None:
    need = NEED.replace("NEED", "app -> plc : modbus, opcua")
    (found,) = checked(conduit("app -> plc : modbus") + need)
    assert "only in part" in found.message
    assert "tcp 4840" in found.notes[0]

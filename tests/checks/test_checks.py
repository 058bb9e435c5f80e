"""The checks: what they find, and what comes near and is no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from segc.diagnostics import Diagnostic, Severity

Names = Callable[..., list[str]]
Checked = Callable[..., list[Diagnostic]]


def conduit(*flows: str, arrow: str = "->") -> str:
    """A conduit from mes to cell with these flows."""
    return "\n".join([f"conduit c mes {arrow} cell {{", *(f"  allow {flow}" for flow in flows), "}\n"])


# ---- address families ----


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        ("app -> plc : modbus", []),
        ("app -> plc-six : modbus", ["family-mismatch"]),
        ("six -> plc : modbus", ["family-mismatch"]),
        ("both -> plc-six : modbus", []),
        ("six -> cell : modbus", []),
        ("app -> plc : icmpv6-nd", ["family-mismatch"]),
        ("both -> plc-both : icmpv6-nd", []),
        ("app -> plc : ping", []),
        ("app, six -> plc, plc-six : modbus", []),
        ("app, six -> plc : modbus", ["family-mismatch"]),
        ("app -> plc, plc-both, plc-six : modbus", ["family-mismatch"]),
        ("app -> plc : modbus, icmpv6-nd", ["family-mismatch"]),
        ("both, six -> plc-both : modbus, ping", []),
    ],
)
def test_families(names: Names, flow: str, expected: list[str]) -> None:
    assert names(conduit(flow)) == expected


def test_a_member_that_takes_no_part_is_a_warning_that_names_it(checked: Checked) -> None:
    (found,) = checked(conduit("app, six -> plc : modbus"))
    assert found.severity is Severity.WARNING
    assert "mes.six" in found.message
    assert "mes.app" not in found.message.split("takes")[0]


def test_a_whole_flow_that_matches_nothing_is_an_error(checked: Checked) -> None:
    (found,) = checked(conduit("six -> plc : modbus"))
    assert found.severity is Severity.ERROR
    assert [label.span.source.builtin for label in found.labels] == [False] * 3


# ---- flows that are empty, due, or missing ----


def test_a_zone_without_addresses_as_an_end(checked: Checked) -> None:
    flow = "conduit c mes -> area { allow app -> area : modbus }"
    assert [(f.name, f.severity) for f in checked(flow) if f.name != "no-path"] == [("empty-flow", Severity.ERROR)]


def test_an_empty_member_of_a_list_is_a_warning(checked: Checked) -> None:
    grant = "grant g { until 2027-01-01\n allow app -> area, plc : modbus\n}"
    assert [(f.name, f.severity) for f in checked(grant)] == [("empty-flow", Severity.WARNING)]


@pytest.mark.parametrize(("until", "expected"), [("2026-11-22", ["past-review"]), ("2026-11-23", [])])
def test_review_dates_are_the_last_good_day(names: Names, until: str, expected: list[str]) -> None:
    assert names(conduit(f"app -> plc : modbus {{ review-by {until} }}")) == expected


def test_a_conduit_without_flows_is_a_hint(names: Names) -> None:
    assert names(conduit()) == ["empty-conduit"]


# ---- services ----


@pytest.mark.parametrize(
    "line",
    [
        conduit("app -> plc : siemens-ouc"),
        "grant g { until 2027-01-01\n allow app -> plc : siemens-ouc\n}",
        "firewall fw { target iptables\n interface eth0 mes\n manage app : siemens-ouc\n}",
        "assert can app -> plc : siemens-ouc",
    ],
)
def test_a_service_without_ports_is_never_any_port(names: Names, line: str) -> None:
    assert "service-without-ports" in names(line)


def test_layer_2_is_a_fault_between_zones_only(names: Names) -> None:
    assert names(conduit("app -> plc : goose")) == ["layer-2-flow"]
    assert names("grant g { until 2027-01-01\n allow app -> mes : goose\n}") == []


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
    grant = "grant g { until 2027-01-01\n allow app -> plc : lower, upper\n}\n"
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
    grant = "grant g { until 2027-01-01\n allow app -> plc : modbus\n}\n"
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


# ---- who answers ----

ROLES = "segc 1\nsite s {{ owner ops }}\nteam ops\n{}\nzone dmz {{ level 3.5; net 10.0.0.0/24; authority isolate a }}\n"


@pytest.mark.parametrize(
    ("roles", "circles"),
    [
        (["a"], []),
        (["a b", "b"], []),
        (["a b", "b c", "c"], []),
        (["a a"], ["a"]),
        (["a b", "b a"], ["a"]),
        (["a b", "b c", "c a"], ["a"]),
        (["a b", "b b"], ["b"]),
        (["a b", "b c", "c b"], ["b"]),
        (["a b", "b a", "c d", "d c"], ["a", "c"]),
    ],
)
def test_deputies(checked: Checked, roles: list[str], circles: list[str]) -> None:
    lines = [role.partition(" ") for role in roles]
    text = "\n".join(f"role {name} {{ deputy {deputy} }}" if deputy else f"role {name}" for name, _, deputy in lines)
    found = [one for one in checked("", ROLES.format(text)) if one.name == "cyclic-deputy"]
    assert [one.message.split("`")[1] for one in found] == circles


def test_owners_come_from_around(names: Names) -> None:
    zones = "zone office { level 4; net 10.9.0.0/24 }\nzone inner { in office; net 10.9.0.0/25 }\n"
    bare = "segc 1\nsite s\nteam t\n"
    assert names(zones, bare + "zone x { level 4; net 10.8.0.0/24; owner t }\n") == ["missing-owner"] * 2
    assert names(zones.replace("level 4", "level 4; owner t"), bare) == []
    assert names(zones, bare.replace("site s", "site s { owner t }")) == []


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ("level 2; authority shutdown lead", True),
        ("level 2; authority isolate lead", True),
        ("level 2; authority isolate lead; authority shutdown lead", False),
        ("level 2; kind safety; authority isolate lead", True),
        ("level 2; kind wireless", False),
        ("level 3.5", False),
        ("level 4", False),
        ("in area", False),
    ],
)
def test_control_and_safety_zones_need_both_orders(names: Names, settings: str, missing: bool) -> None:
    found = names(f"zone z {{ net 10.7.0.0/24; {settings} }}")
    assert found == (["missing-authority"] if missing else [])


# ---- time ----


@pytest.mark.parametrize(
    ("zone", "last_minute"),
    [
        ("Pacific/Kiritimati", datetime(2026, 11, 23, 9, 59, 59, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 11, 24, 9, 59, 59, tzinfo=UTC)),
    ],
)
def test_days_end_where_the_plant_is(names: Names, zone: str, last_minute: datetime) -> None:
    prelude = (
        f'segc 1\nuse "std/ics"\nsite s {{ owner ops; timezone "{zone}" }}\nteam ops\n'
        "zone a { level 4; sl-t 1; net 10.1.0.0/24 }\n"
        "zone b { level 4; sl-t 2; net 10.2.0.0/24; asset old 10.2.0.1 { end-of-support 2026-11-23 } }\n"
        "link a -- b\n"
        "grant g { until 2026-11-23\n allow a -> old : slmp\n}\n"
        "conduit c a -> b { allow a -> old : modbus { review-by 2026-11-23 } }\n"
    )
    after = last_minute.replace(second=0, minute=0, hour=last_minute.hour + 1)
    assert names("", prelude, at=last_minute) == []
    assert sorted(names("", prelude, at=after)) == ["grant-expired", "past-review", "unpatchable-exposed"]


@pytest.mark.parametrize(
    ("window", "dates", "opens"),
    [
        ("Sat 06:00-10:00", "from 2026-12-01; until 2026-12-04", False),  # Tuesday to Friday
        ("Sat 06:00-10:00", "from 2026-12-01; until 2026-12-05", True),
        ("Mon 06:00-10:00", "from 2026-12-01; until 2026-12-07", True),
        ("Mon 22:00-06:00", "from 2026-12-01; until 2026-12-04", True),  # what began on Monday ends on Tuesday
        ("Mon 06:00-10:00", "from 2026-12-01; until 2026-12-01", False),
        ("Sat 06:00-10:00", "until 2026-12-01", True),
        ("06:00-10:00", "from 2026-12-01; until 2026-12-01", True),
    ],
)
def test_windows_that_never_open(names: Names, window: str, dates: str, opens: bool) -> None:
    grant = f"grant g {{ window {window}; {dates}; allow app -> plc : modbus }}\n"
    assert names(grant) == ([] if opens else ["window-never-open"])


@pytest.mark.parametrize("since", ["", "from 2026-01-01; "])
def test_a_grant_that_is_long_over_has_no_window_to_complain_of(names: Names, since: str) -> None:
    grant = f"grant g {{ window Sat 06:00-10:00; {since}until 2026-01-31; allow app -> plc : modbus }}\n"
    assert names(grant) == ["grant-expired"]


# ---- zones, safety, outside, exposure ----


def test_zones_that_own_nothing(names: Names) -> None:
    lent = "zone outer { level 4; net 10.5.0.0/24 }\nzone inner { in outer; net 10.5.0.0/25, 10.5.0.128/25 }\n"
    assert names(lent) == []  # the outer one lends its settings
    apart = lent.replace("in outer", "level 4")
    assert names(apart) == ["empty-zone"]


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        ("10.6.0.1", ["address-on-asset-and-firewall"]),
        ("10.6.0.2", []),
        ("10.6.0.0/24", []),  # a whole subnet as one asset: its gateway is in it
        ("10.6.0.1-10.6.0.9", []),
    ],
)
def test_addresses_of_firewalls(names: Names, asset: str, expected: list[str]) -> None:
    text = f"zone z {{ level 4; net 10.6.0.0/24; asset a {asset} }}\n"
    firewall = "firewall fw { target iptables\n interface eth0 z 10.6.0.1/24\n}\n"
    assert names(text + firewall) == expected


@pytest.mark.parametrize(
    ("asset", "mixed"),
    [
        ("kind safety-controller", False),
        ("kind engineering-station; safety", False),
        ("kind engineering-station", True),
        ("kind hmi; safety", False),
        ("kind plc", True),
    ],
)
def test_safety_zones(names: Names, asset: str, mixed: bool) -> None:
    text = f"zone sis {{ in area; kind safety; net 10.7.0.0/28; asset a 10.7.0.2 {{ {asset} }} }}"
    assert names(text) == (["mixed-safety-zone"] if mixed else [])


@pytest.mark.parametrize(
    ("settings", "arrow", "flow", "standing"),
    [
        ("kind external", "->", "guest -> plc", True),
        ("kind temporary", "->", "guest -> plc", True),
        ("kind wireless", "->", "guest -> plc", False),
        ("kind business", "->", "guest -> plc", False),
        ("kind external", "<->", "plc -> guest", False),
        ("kind external", "<->", "guest -> plc", True),
    ],
)
def test_standing_flows_from_outside(names: Names, settings: str, arrow: str, flow: str, standing: bool) -> None:
    text = (
        f"zone guests {{ level 4; sl-t 2; net 10.8.0.0/24; {settings}; asset guest 10.8.0.9 }}\nlink guests -- cell\n"
        f"conduit c guests {arrow} cell {{ allow {flow} : modbus }}\n"
    )
    assert names(text) == (["standing-flow-from-outside"] if standing else [])


def test_the_outside_zone_is_outside_whatever_its_kind(names: Names) -> None:
    text = "zone world { level 4; sl-t 2; kind business; net any }\nlink world -- cell\n"
    assert names(text + "conduit c world -> cell { allow world -> plc : modbus }") == ["standing-flow-from-outside"]


WEAK = """
zone office { level 4; OFFICE; net 10.9.0.0/24; asset desk 10.9.0.9 }
zone old { in area; TARGET; net 10.4.0.0/24; ZONE
  asset rtu 10.4.0.4 { ASSET }
  asset rack 10.4.0.0-10.4.0.7
  asset other 10.4.0.100
}
link office -- old
conduit c office -> old { allow desk -> END : modbus }
"""


@pytest.mark.parametrize(
    ("changes", "exposed"),
    [
        ({}, True),
        ({"END": "old"}, True),
        ({"END": "rack"}, True),
        ({"END": "other"}, False),
        ({"OFFICE": "sl-t 2"}, False),
        ({"OFFICE": "sl-t 3"}, False),
        ({"OFFICE": "owner ops"}, False),
        ({"TARGET": "owner ops"}, False),
        ({"ZONE": 'control "own firewall"'}, False),
        ({"ASSET": 'unpatchable "x"; control "y"'}, False),
        ({"ASSET": "end-of-support 2026-11-22"}, True),
        ({"ASSET": "end-of-support 2026-11-23"}, False),
        ({"ASSET": "kind rtu"}, False),
    ],
)
def test_unpatchable_assets(names: Names, changes: dict[str, str], exposed: bool) -> None:
    words = {"OFFICE": "sl-t 1", "TARGET": "sl-t 2", "ZONE": "", "ASSET": 'unpatchable "x"', "END": "rtu"} | changes
    text = WEAK
    for word, value in words.items():
        text = text.replace(word, value)
    assert names(text) == (["unpatchable-exposed"] if exposed else [])


# ---- names and the site ----


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("service own { tcp 1 }\n", ["own"]),
        ("service own { tcp 1 }\n" + conduit("app -> plc : own"), []),
        ("service own { tcp 1 }\nservice more { include own }\n" + conduit("app -> plc : more"), []),
        ("service own { tcp 1 }\nassert can app -> plc : own\n", []),
        ("service own { tcp 1 }\nworkflow w { needs app -> both : own }\n", []),
        ("group g { member app, both }\n", ["g"]),
        ("group g { member app, both }\n" + conduit("g -> plc : modbus"), []),
        ("group g { member app }\n" + conduit("g -> plc : modbus"), []),
        ("group g { member app }\ngroup h { member both,g }\n" + conduit("low,h -> plc : modbus"), []),
        ("group g { member app }\nassert blast-radius g <= 9\n", []),
        ("group g { member app }\nassert never g -> cell\n", []),
        ("team other\n", ["other"]),
        ("team other\nrole r { team other; deputy lead }\n", ["r"]),
        ("role r { deputy r }\n", ["r"]),
        ("role r\nrole s { deputy r }\n", ["s"]),
        ("role r\ngrant g { approved-by r; until 2027-01-01; allow app -> plc : modbus }\n", []),
        ("role r\nplaybook p { isolate cell; authority r }\n", []),
    ],
)
def test_unused_names(checked: Checked, text: str, unused: list[str]) -> None:
    found = [one for one in checked(text) if one.name == "unused-name"]
    assert [one.message.split("`")[1] for one in found] == unused


def test_a_plant_without_a_site_points_at_the_root_file(checked: Checked) -> None:
    (found,) = checked("", "# a comment about segc 1\n\nsegc 1\nteam t\nzone a { level 4; owner t; net 10.0.0.0/8 }\n")
    assert found.name == "no-site"
    assert found.labels[0].span.line == 3

"""The checks of addresses, flows, zones and names: what they find, and what comes near and is no fault."""

from __future__ import annotations

import pytest

from segc.diagnostics import Severity
from tests.checks.words import Checked, Names, conduit

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
    grant = "grant g { until 2026-12-20\n allow app -> area, plc : modbus\n}"
    assert [(f.name, f.severity) for f in checked(grant)] == [("empty-flow", Severity.WARNING)]


@pytest.mark.parametrize(("until", "expected"), [("2026-11-22", ["past-review"]), ("2026-11-23", [])])
def test_review_dates_are_the_last_good_day(names: Names, until: str, expected: list[str]) -> None:
    assert names(conduit(f"app -> plc : modbus {{ review-by {until} }}")) == expected


def test_a_conduit_without_flows_is_a_hint(names: Names) -> None:
    assert names(conduit()) == ["empty-conduit"]


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
    assert ("standing-flow-from-outside" in names(text)) == standing


def test_the_outside_zone_is_outside_whatever_its_kind(names: Names) -> None:
    text = "zone world { level 4; sl-t 2; kind business; net any }\nlink world -- cell\n"
    assert names(text + "conduit c world -> cell { allow world -> plc : modbus }") == ["standing-flow-from-outside"]


WEAK = """
zone office { kind business; OFFICE; net 10.9.0.0/24; asset desk 10.9.0.9 }
zone old { in area; TARGET; net 10.4.0.0/24; ZONE
  asset rtu 10.4.0.4 { ASSET }
  asset rack 10.4.0.0-10.4.0.7
  asset other 10.4.0.100
}
link office -- old
conduit c office -> old { allow desk -> END : opcua }
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
        ("role r\ngrant g { approved-by r; until 2026-12-20; allow app -> plc : modbus }\n", []),
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

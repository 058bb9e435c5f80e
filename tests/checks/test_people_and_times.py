"""Who answers for what, and until when: what is found, and what comes near and is no fault."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.checks.words import Checked, Names

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


@pytest.mark.parametrize("since", ["", "from 2026-01-03; "])
def test_a_grant_that_is_long_over_has_no_window_to_complain_of(names: Names, since: str) -> None:
    grant = f"grant g {{ window Sat 06:00-10:00; {since}until 2026-01-31; allow app -> plc : modbus }}\n"
    assert names(grant) == ["grant-expired"]


# ---- how long a grant may be ----


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ("from 2026-12-01; until 2026-12-30", False),
        ("from 2026-12-01; until 2026-12-31", True),
        ("until 2026-12-22", False),  # today is 2026-11-23
        ("until 2026-12-23", True),
    ],
)
def test_a_grant_of_more_than_thirty_days(checked: Checked, dates: str, found: bool) -> None:
    text = f"grant g {{ {dates}; allow app -> plc : modbus }}\n"
    assert ("grant-too-long" in {one.name for one in checked(text)}) == found


# ---- isolations ----

ISLAND = "segc 1\nsite s {{ owner ops{mode} }}\nteam ops\nrole lead\nzone a {{ level 4; net {net} }}\nplaybook p {{ isolate a }}\n"


@pytest.mark.parametrize(
    ("mode", "net", "more", "found"),
    [
        ("", "10.1.0.0/24", "", True),
        ("; mode monitor", "10.1.0.0/24", "", True),
        ("; mode enforce", "10.1.0.0/24", "", False),
        ("", "10.1.0.0/24", "zone world { net any }\n", False),
        ("", "0.0.0.0/0, ::/0", "", False),
    ],
)
def test_an_isolation_needs_a_word_for_the_rest_of_the_world(
    names: Names, mode: str, net: str, more: str, *, found: bool
) -> None:
    """Unless everything is enforced, or the rest is nothing."""
    text = ISLAND.format(mode=mode, net=net) + more
    assert ("playbook-without-outside-zone" in names("", text)) == found


# ---- who lets whom in ----

GRANT = """
team it
team acme "Acme"
role mine {{ team ops; deputy {deputy} }}
role other {{ team it }}
role theirs {{ team acme }}
zone dmz {{ level 3.5; net 10.3.0.0/24; asset jump 10.3.0.1 {{ kind jump-host }} }}
grant g {{ vendor "Acme Ltd"; allow {source} -> plc : modbus; until 2026-12-01; approved-by {by} }}
"""


@pytest.mark.parametrize(
    ("source", "by", "deputy", "found"),
    [
        ("jump", "mine", "other", set()),
        ("dmz", "mine", "other", set()),
        ("jump", "lead", "other", set()),
        ("jump", "other", "other", {"approver-without-say"}),
        ("jump", "theirs", "other", {"approver-without-say", "approver-is-vendor"}),
        ("jump", "mine", "theirs", {"approver-is-vendor"}),
        ("app", "mine", "other", {"vendor-beside-jump"}),
    ],
)
def test_who_lets_whom_in(names: Names, source: str, by: str, deputy: str, found: set[str]) -> None:
    """`lead` has no team, and an authority for the zone. A vendor's firm is known by its name without the legal form."""
    asked = {"approver-without-say", "approver-is-vendor", "vendor-beside-jump"}
    assert asked & set(names(GRANT.format(source=source, by=by, deputy=deputy))) == found


@pytest.mark.parametrize(
    ("asset", "level", "found"),
    [("server", 3, True), ("server", 2, False), ("engineering-station", 3, False), ("jump-host", 3, False)],
)
def test_standing_ways_out_of_control_zones(names: Names, asset: str, level: int, *, found: bool) -> None:
    """Above level 2; engineering stations, jump hosts and what lies below have findings of their own."""
    text = (
        f"zone net {{ net any; kind external }}\nzone z {{ in area; level {level}; net 10.5.0.0/24; "
        f"asset uno 10.5.0.1 {{ kind {asset} }} }}\nconduit c z -> net {{ allow uno -> net : https }}\n"
    )
    assert ("standing-flow-to-outside" in names(text)) == found

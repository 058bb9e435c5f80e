"""Forty grants at once, each with windows of its own and a name as long as names may be, on every box with a clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from segc.lang.shapes import LONGEST_NAME
from segc.model.plant import Plant
from segc.proof.gate import Gate
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import fitted
from tests.plants import plant_of

LOCAL = tuple(name for name, one in registry.targets().items() if one.can.windows and one.can.clock == "local")
AT = datetime(2026, 12, 24, 12, tzinfo=UTC)  # little is left, and so there is little to compare
MANY, SOME = 40, 5
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# One pair is enforced and one monitored: a mode of its own says nothing of the times.
PLANT = """segc 1
team ops
site many { mode enforce; owner ops; timezone "Europe/Vienna" }
service s7 { tcp 102 }
service web { tcp 443 }
zone dmz { level 3.5; net 10.1.0.0/24; asset jump 10.1.0.5 }
zone cell { level 2; net 10.2.0.0/24; asset plc 10.2.0.5 }
zone line { level 2; mode monitor; net 10.3.0.0/24; asset hmi 10.3.0.5 }
GRANTS
firewall fw {
  target       TARGET
  clock        "Europe/Vienna"
  interface eth0 dmz
  interface eth1 cell
  interface eth2 line
}
"""
# What a time is called on the box, and how long that may be (README of each target); names of rules are the others'.
NAMED = {
    "cisco-asa": (r"^time-range (\S+)", 63),
    "cisco-ios": (r"^time-range (\S+)", 63),
    "cisco-ios-xe": (r"^time-range (\S+)", 63),
    "cisco-nxos": (r"^time-range (\S+)", 63),
    "fortios": (r'set schedule "(?!always)([^"]+)"', 31),
    "juniper-srx": (r"^set schedulers scheduler (\S+)", 63),
    "panos": (r"^set schedule (\S+)", 31),
    "pfsense": (r"<sched>([^<]+)</sched>", 31),
}
NAMELESS = {"openwrt", "routeros", "vyos"}  # a time stands in its rule


def grant(number: int) -> str:
    """Hours of a quarter, over midnight or not; every fifth with a whole day that runs into them, some with none."""
    name = f"{'only-the-end-of-this-name-tells-it-from-all-the-others'}{number:0>{LONGEST_NAME}}"
    name = f"{name[: LONGEST_NAME - 3]}-{number:02}"
    first, last = DAYS[number % 7], DAYS[(number + number // 7) % 7]
    opens, shuts = f"{number * 3 % 24:02}:{15 * (number % 4):02}", f"{(number * 5 + 7) % 24:02}:{number * 45 % 60:02}"
    windows = [f"window {first}-{last} {opens}-{shuts}"] if number % 7 != 3 and opens != shuts else []
    windows += [f"window {DAYS[(number + 3) % 7]} 00:00-24:00"] if windows and number % 5 == 0 else []
    windows += ["window Fri 22:00-06:00", "window Sat-Sun 00:00-24:00"] if windows and number % 8 == 0 else []
    begins = ("", "from 2026-10-01", "from 2026-12-26", "from 2026-12-29")[number % 4]
    ends = "until " + ("2026-12-31", "2027-01-01", "2027-01-03")[number % 3]
    end, service = ("cell.plc", "line.hmi")[number % 2], ("s7", "web")[number // 2 % 2]
    body = [f"allow dmz.jump -> {end} : {service}", *windows, begins, ends]
    return f"grant {name} {{ {'; '.join(filter(None, body))} }}"


def policy(target: str, folder: Path, count: int) -> Plant:
    text = PLANT.replace("GRANTS", "\n".join(map(grant, range(MANY)))).replace("TARGET", target)
    return plant_of(fitted(text, target), folder)


def test_the_grants_are_all_different() -> None:
    found = [re.match(r"grant (\S+) \{ (.*) \}$", grant(number)) for number in range(MANY)]
    names = {one[1] for one in found if one}
    assert len(names) == MANY
    assert {len(name) for name in names} == {LONGEST_NAME}
    assert len({one[2] for one in found if one}) > MANY - 8


@pytest.mark.parametrize(("mode", "count"), [("declared", MANY), ("monitor", SOME)])
@pytest.mark.parametrize("target", LOCAL)
def test_many_windows_are_proved_over_all_times(target: str, mode: str, count: int, tmp_path: Path) -> None:
    """As long as the file holds: on most boxes until the last of them is over."""
    plant = policy(target, tmp_path, count)
    [one] = build(plant, AT, mode, prove=Gate(plant, AT, None if mode == "declared" else mode)).built
    assert one.entry["proof"]["result"] == "equal"
    assert one.entry["windows"]["kept-by"] == "Europe/Vienna"
    limits = registry.targets()[target].limits
    assert (target in NAMED) != (target in NAMELESS)
    if target in NAMED:
        pattern, longest = NAMED[target]
        names = set(re.findall(pattern, one.texts()["rules"], re.MULTILINE))
        assert len(names) > count - 4  # an end alone has no name on some
        assert max(map(len, names)) <= longest
        assert not limits.schedules or len(names) <= limits.schedules

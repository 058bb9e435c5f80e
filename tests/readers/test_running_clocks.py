"""What a box's own configuration says of its clock counts for `segc drift`, and its silence does, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from segc.proof.running import running
from segc.proof.verified import Verified
from segc.targets import registry
from tests.conformance.cases import AT
from tests.targets.test_windows import LOCAL, made, plant

VIENNA = "Europe/Vienna"
# What stands before the rules, or behind them, where a box says its time zone: in words for Vienna and for UTC.
SUMMER = "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00\n"
UCI = """\
package system
config system
	option zonename 'Europe/Vienna'
	option timezone '{}'
package firewall
"""
SAID: dict[str, tuple[str, str]] = {
    "cisco-asa": ("clock timezone CET 1\n" + SUMMER, "clock timezone UTC 0\n"),
    "cisco-ios": ("clock timezone CET 1 0\n" + SUMMER, "clock timezone UTC 0 0\n"),
    "cisco-ios-xe": ("clock timezone CET 1 0\n" + SUMMER, "version 17.9\n"),
    "cisco-nxos": (
        "clock timezone CET 1 0\nclock summer-time CEST 5 Sun Mar 02:00 5 Sun Oct 03:00 60\n",
        "version 10.2(3)\n",
    ),
    "fortios": (
        'config system global\n    set timezone "Europe/Vienna"\nend\n',
        "config system global\n    set timezone 80\nend\n",
    ),
    "juniper-srx": (
        "set system time-zone Europe/Vienna\nset security forwarding-options family inet6 mode flow-based\n",
        "set version 22.4R1\nset security forwarding-options family inet6 mode flow-based\n",
    ),
    "openwrt": (
        UCI.format("CET-1CEST,M3.5.0,M10.5.0/3"),
        UCI.format("UTC"),
    ),
    "panos": (
        "set deviceconfig system timezone Europe/Vienna\n",
        "set deviceconfig system timezone UTC\n",
    ),
    "routeros": (
        "/system clock\nset time-zone-name=Europe/Vienna\n",
        "/system clock\nset time-zone-autodetect=no\n",
    ),
    "vyos": ("set system time-zone 'Europe/Vienna'\n", "set system host-name 'gw'\n"),
}


def drifted(target: str, before: str, folder: Path) -> Verified:
    """What is said of the files that segc renders, with more before the rules."""
    policy = plant(target, VIENNA)
    one = made(policy)
    paths: dict[str | None, str] = {}
    for file in one.files:
        if file.role.startswith(("rules", "sets")):
            text = before + file.text if file.role == "rules" else file.text
            (folder / file.name).write_text(text, encoding="utf-8")
            paths.setdefault(registry.reader(target).role(file.name, text), str(folder / file.name))
    return running(policy, list(paths.values()), AT, "declared", one.firewall)


def told(found: Verified) -> str:
    return "\n".join(f"{one.message} {one.notes}" for one in found.found)


@pytest.mark.parametrize("target", LOCAL)
def test_a_part_that_says_no_time_zone_leaves_windows_open(target: str, tmp_path: Path) -> None:
    """The policy's word is no evidence of what a box shows. What is not known is named, and bounded."""
    found = drifted(target, "", tmp_path)
    assert found.words.startswith("may be"), told(found)
    assert VIENNA in told(found)
    assert "may change what becomes of any packet" not in told(found)


@pytest.mark.parametrize("target", SAID)
def test_what_it_says_is_held_against_the_policy(target: str, tmp_path: Path) -> None:
    right, wrong = SAID[target]
    assert drifted(target, right, tmp_path).words.startswith("equal"), told(drifted(target, right, tmp_path))
    found = drifted(target, wrong, tmp_path)
    assert found.words.startswith("may be"), told(found)
    assert f"the policy says that the clock shows {VIENNA}" in told(found)
    assert "may change what becomes of any packet" not in told(found)

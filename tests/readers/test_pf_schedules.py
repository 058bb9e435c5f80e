"""Schedules of pfSense and OPNsense: what the filter makes of them, and every trap of theirs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from segc.packets.machine import Refused
from segc.proof.gate import Gate
from segc.proof.prove import Proof, Prover
from segc.targets.build import Built, build
from tests.conformance.cases import AT, PLANTS
from tests.plants import plant_of
from tests.targets.test_windows import made, plant


@cache
def known(target: str) -> tuple[Prover, Built]:
    policy = plant(target, "Europe/Vienna")
    return Prover(policy, AT, None), made(policy)


def files(target: str) -> dict[str, str]:
    return {role: text for role, text in known(target)[1].texts().items() if role.startswith(("rules", "sets"))}


def judged(given: dict[str, str]) -> Proof:
    prover, one = known("pfsense")
    return prover.prove(one.firewall, given, one.entry)


def changed(old: str, new: str) -> Proof:
    """The proof of the schedules with a change; it must be one."""
    given = files("pfsense")
    text = re.sub(old, new, given["sets-schedules"], count=1, flags=re.DOTALL)
    assert text != given["sets-schedules"]
    return judged({**given, "sets-schedules": text})


SATURDAY = r"<month>12,12,12,12</month>\s*<day>5,12,19,26</day>\s*<hour>6:00-10:00</hour>"
ALIKE = {
    "Saturdays of December by weekday": "<month>12</month><position>6</position><hour>6:00-10:00</hour>",
    "one month for all days": "<month>12</month><day>5,12,19,26</day><hour>6:00-10:00</hour>",
    "in two ranges": "<month>12</month><day>5,12,19</day><hour>6:00-10:00</hour></timerange>"
    "<timerange><month>12</month><day>26</day><hour>06:00-10:00</hour>",
    "a range that never holds": "<month>12</month><position>6</position><hour>6:00-10:00</hour></timerange>"
    "<timerange><hour>10:00-6:00</hour>",
}
OTHERWISE = {
    "no hours": ("<month>12</month><position>6</position>", 12, 0),
    "no month": ("<position>6</position><hour>6:00-10:00</hour>", 1, 7),
    "no day": ("<month>12</month><hour>6:00-10:00</hour>", 12, 7),
    "nothing at all": ("", 11, 12),
    "one Saturday too few": ("<month>12,12,12</month><day>5,12,19</day><hour>6:00-10:00</hour>", 12, 7),
    "one day more": ("<month>12</month><day>5,12,19,26,27</day><hour>6:00-10:00</hour>", 12, 7),
}


@pytest.mark.parametrize("way", ALIKE)
def test_the_same_times_in_other_words_are_equal(way: str) -> None:
    assert changed(SATURDAY, ALIKE[way]).equal


@pytest.mark.parametrize("way", OTHERWISE)
def test_other_times_are_refuted_with_a_moment(way: str) -> None:
    found = changed(SATURDAY, OTHERWISE[way][0]).differences
    assert found
    assert all(one.packet.time >= int(AT.timestamp()) for one in found)


UNDECIDED = {
    "days of two months, which the page writes as pairs": "<month>12,1</month><day>5,9</day><hour>6:00-10:00</hour>",
    "hours at which the box does not look": "<month>12</month><position>6</position><hour>6:00-10:10</hour>",
    "the page's last minute of a day": "<month>12</month><position>6</position><hour>6:00-23:59</hour>",
}


@pytest.mark.parametrize("way", UNDECIDED)
def test_what_the_box_may_take_in_two_ways_decides_nothing(way: str) -> None:
    proof = changed(SATURDAY, UNDECIDED[way])
    assert not proof.equal
    assert proof.unread


ODD = ("<month>13</month>", "<day>0</day>", "<position>Sat</position>", "<hour>6-10</hour>", "<hour>6:00-25:00</hour>",
       "<hour>6:60-7:00</hour>", "<year>2026</year>")  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_schedule_is_refused(odd: str) -> None:
    with pytest.raises(Refused):
        changed(SATURDAY, odd)


def test_a_schedule_that_is_not_there_is_always_on() -> None:
    proof = changed(r"<schedule>\s*<name>segc_weekly</name>.*?</schedule>", "")
    assert proof.differences
    assert not proof.unread


def test_the_first_of_two_of_one_name_counts() -> None:
    always = "<schedule><name>segc_weekly</name><timerange></timerange></schedule>"
    assert changed("</schedules>", f"{always}</schedules>").equal
    assert changed("<schedules>", f"<schedules>{always}").differences


def test_without_the_schedules_nothing_of_them_is_known() -> None:
    given = files("pfsense")
    del given["sets-schedules"]
    proof = judged(given)
    assert not proof.equal
    assert {text for text, _, _ in proof.unread} == {"<sched>segc_weekly</sched>", "<sched>segc_open</sched>"}


def whole(system: str) -> dict[str, str]:
    """The files as one configuration."""
    given = files("pfsense")
    inner = [re.sub(r"<\?xml[^>]*\?>", "", text) for text in given.values()]
    ends = "".join(f"<eth{n}><enable></enable></eth{n}>" for n in (0, 1))
    box = f"<system><webgui><noantilockout></noantilockout></webgui><ipv6allow></ipv6allow>{system}</system>"
    return {"rules": f"<pfsense>{box}<interfaces>{ends}</interfaces>{''.join(inner)}</pfsense>"}


def test_a_whole_configuration_says_its_time_zone() -> None:
    assert judged(whole("<timezone>Europe/Vienna</timezone>")).equal
    assert judged(whole("")).unread  # which shows UTC
    assert judged(whole("<timezone>Europe/Berlin</timezone>")).equal  # which shows the same
    assert judged(whole("<timezone>Europe/London</timezone>")).unread


def test_sessions_that_outlive_their_schedule_are_named() -> None:
    unread = judged(whole("<timezone>Europe/Vienna</timezone><schedule_states></schedule_states>")).unread
    assert {text for text, _, _ in unread} == {"sessions outlive their schedule: <schedule_states>"}


def test_a_window_at_whose_end_the_box_does_not_look_is_kept_by_a_new_build(tmp_path: Path) -> None:
    """It would shut up to a quarter of an hour late."""
    text = (PLANTS / "grants.zone").read_text(encoding="utf-8").replace("06:00-10:00", "06:00-10:10")
    policy = plant_of(text.replace("iptables", "pfsense"), tmp_path)
    [one] = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built
    assert one.entry["windows"]["kept-by"] == "a new build"
    assert "grant `weekly`" in one.entry["windows"]["because"]
    assert one.entry["next-change"] == "2026-11-23T21:00:00+00:00"
    assert "sets-schedules" not in one.texts()


def test_each_range_has_days_of_one_month() -> None:
    text = files("pfsense")["sets-schedules"]
    months = [set(one.split(",")) for one in re.findall("<month>(.*)</month>", text)]
    assert months == [{"11"}, {"12"}, {"1"}, {"11"}, {"11"}, {"11"}, {"12"}, {"12"}, {"12"}]

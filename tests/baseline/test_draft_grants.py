"""Drafts of what a grant permitted that is over, or was shut: no wider in time than what is there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segc import api
from segc.baseline.classify import Classifier
from segc.baseline.draft.evidence import Unexplained
from segc.baseline.judged import Class
from segc.baseline.ledger import Key
from segc.baseline.store import Seen
from segc.lang.loader import load
from segc.model.resolve import resolve
from tests.baseline.test_draft import PLANT
from tests.baseline.test_draft_laws import AT, drafted_of, together

if TYPE_CHECKING:
    from pathlib import Path

    from segc.baseline.judged import Judged

KEY = Key("10.3.0.1", "10.2.0.1", 6, 102)
HELP = 'grant help "Help" { allow a -> plc : s7comm; window Sat 06:00-10:00; from 2026-08-01; until 2026-09-12 }\n'


def hours(*moments: str) -> dict[int, int]:
    """Hours of UTC, `09-12 05` in 2026."""
    found: dict[int, int] = {}
    for text in moments:
        hour = int(datetime.strptime(f"2026-{text} +0000", "%Y-%m-%d %H %z").timestamp()) // 3600
        found[hour // 24] = found.get(hour // 24, 0) | 1 << hour % 24
    return found


def seen_of(key: Key, when: dict[int, int]) -> Seen:
    all_of = [(day * 24 + hour) * 3_600_000_000 for day, mask in when.items() for hour in range(24) if mask >> hour & 1]
    return Seen(*key, 0, len(when), 3, 3, 0, 100, 10, min(all_of), max(all_of) + 60_000_000, 5, 0, 0, "", 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "plant.zone"
    file.write_text(PLANT + HELP, encoding="utf-8")
    return file


def judged(path: Path, *moments: str, key: Key = KEY) -> Judged:
    return Classifier(resolve(load(path))[0], AT).judge(key, hours(*moments))


@pytest.mark.parametrize(
    ("moments", "verdict", "said"),
    [
        (["09-12 05"], Class.PERMITTED, ""),
        (["09-12 05", "09-19 05", "09-26 05"], Class.EXPIRED, "is over in 2 of 3 hours in which it was seen"),
        (
            ["09-07 12", "09-19 05", "09-21 12"],
            Class.EXPIRED,
            "is over in 1 of 3 hours in which it was seen, and was shut by its window in 2",
        ),
        (["09-21 12"], Class.OUTSIDE_WINDOW, "was shut by its window in 1 of 1 hour in which it was seen"),
        (["07-25 05", "08-01 05"], Class.OUTSIDE_WINDOW, "had not begun in 1 of 2 hours in which it was seen"),
    ],
)
def test_an_hour_outside_the_window_is_not_one_after_the_end(
    path: Path, moments: list[str], verdict: Class, said: str
) -> None:
    found = judged(path, *moments)
    assert found.verdict is verdict
    assert found.nearest == (f"grant `help` covers it, and {said}" if said else "")


def drafted(path: Path, *seen: tuple[Key, list[str]]) -> str:
    """The draft; once taken in, it explains all that was seen, and is no wider in time than it says."""
    plant, _ = resolve(load(path))
    judge = Classifier(plant, AT)
    when = {key: hours(*moments) for key, moments in seen}
    made, text = drafted_of(plant, [Unexplained(judge.judge(k, h), seen_of(k, h)) for k, h in when.items()])
    assert not made.left
    after, errors = together(path, text)
    assert errors == []
    again = Classifier(after, AT)
    found = [again.judge(key, at) for key, at in when.items()]
    assert {one.verdict for one in found} == {Class.PERMITTED}, text
    assert not any(one.shut.edge for one in found), f"nobody knows whether it came in a window\n{text}"
    return text


def grants(text: str) -> list[str]:
    return re.findall(r"^grant .*?^}", text, re.MULTILINE | re.DOTALL)


def test_a_grant_that_is_over_gives_its_window_and_a_first_day(path: Path) -> None:
    text = drafted(path, (KEY, ["09-19 05", "09-26 06"]))
    (grant,) = grants(text)
    assert re.search(r"window +Sat 06:00-10:00\n", grant)
    assert re.search(r"from +2026-09-19\n", grant)
    assert re.search(r"until +2026-10-18\n", grant), "30 days in all"
    assert "# grant `help` (until 2026-09-12) permits this at its times: this has its windows" in text
    (path.parent / "draft.zone").write_text(text, encoding="utf-8")
    path.write_text(path.read_text().replace("segc 1", 'segc 1\nuse "./draft.zone"'), encoding="utf-8")
    found = {one.name for one in api.check(path, AT)[1] if one.labels and "draft" in one.labels[0].span.source.path}
    assert not found & {"grant-too-long", "window-never-open", "grant-ends-before-start", "grant-expired"}


def test_what_was_seen_outside_the_window_stands_by_itself_and_is_told(path: Path) -> None:
    other = Key("10.3.0.2", "10.2.0.1", 6, 102)
    path.write_text(path.read_text().replace("allow a -> plc", "allow a, b -> plc"), encoding="utf-8")
    text = drafted(path, (KEY, ["09-19 05"]), (other, ["09-19 05", "09-21 12"]))
    wide, narrow = sorted(grants(text), key=lambda grant: "window " in grant.replace("by its window", ""))
    assert "site.a" in narrow
    assert "site.b" not in narrow
    assert not re.search(r"^ +window ", wide, re.MULTILINE)
    assert "is over in 1 of 2 hours in which it was seen, and was shut by its window in 1" in wide
    assert "some was seen outside its windows, so this has none: give it one" in text
    assert len(re.findall(r"from +2026-09-19", text)) == 2


def test_a_first_day_is_the_plants_day_and_old_logs_leave_a_week(path: Path) -> None:
    path.write_text(path.read_text().replace(" window Sat 06:00-10:00;", ""), encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["09-13 22"])))
    assert re.search(r"from +2026-09-14\n", grant), "22:00 in UTC is midnight in Vienna"
    path.write_text(path.read_text().replace("until 2026-09-12", "until 2026-08-02"), encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["08-03 22"])))
    assert re.search(r"from +2026-08-04\n", grant)
    assert re.search(r"until +2026-10-07\n", grant)


def test_all_windows_of_a_grant_are_told_as_the_language_writes_them(path: Path) -> None:
    more = "window Sat, Sun 06:00-10:00; window 22:00-02:00"
    path.write_text(path.read_text().replace("window Sat 06:00-10:00", more), encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["09-14 21"])))
    assert re.findall(r"window +(.*)", grant) == ["Sat, Sun 06:00-10:00", "22:00-02:00"]


def test_without_hours_nothing_is_known_of_windows(path: Path) -> None:
    plant, _ = resolve(load(path))
    one = Unexplained(Classifier(plant, AT).judge(KEY), seen_of(KEY, hours("09-19 05")))
    assert one.judged.nearest == "grant `help` covers it at some times"
    (grant,) = grants(drafted_of(plant, [one])[1])
    assert not re.search(r"^ +window ", grant, re.MULTILINE)


# -- windows of minutes -----------------------------------------------------------


def windows(grant: str) -> list[str]:
    return re.findall(r"^ +window +(.*)", grant, re.MULTILINE)


@pytest.mark.parametrize(
    ("window", "came", "told"),
    [
        ("Sat 06:30-10:15", ["09-12 04", "09-19 04"], ["Sat 06:00-11:00"]),  # 04:00 in UTC is 06:00 in Vienna
        ("Sat 06:30-10:15", ["09-19 08"], ["Sat 06:00-11:00"]),
        ("Sat 06:30-10:15", ["09-19 05"], ["Sat 06:30-10:15"]),  # all of that hour lies in the window
        ("Sat 23:30-00:15", ["09-19 21", "09-19 22"], ["Sat 23:00-01:00"]),
        ("Sat 00:10-23:50", ["09-18 22"], ["Sat 00:00-24:00"]),
        ("12:30-11:45", ["09-19 10"], []),  # from noon to noon, which no window says
        ("12:30-12:15", ["09-19 10", "09-19 14"], []),  # and an hour more
        ("Sat 06:30-10:15", ["09-19 04", "09-21 12"], []),
    ],
)
def test_a_window_that_holds_an_hour_in_part_is_widened_to_hours(
    window: str, came: list[str], told: list[str], path: Path
) -> None:
    path.write_text(path.read_text().replace("Sat 06:00-10:00", window), encoding="utf-8")
    text = drafted(path, (KEY, came))
    (grant,) = grants(text)
    assert windows(grant) == told
    changed = told != [window]
    assert ("this has its windows\n" in text) is not changed
    assert ("known by the hour" in text or "seen outside its windows" in text) is changed


@pytest.mark.parametrize(
    ("zone", "window", "told"),
    [
        ("Asia/Kolkata", "Sat 06:00-10:00", ["Sat 05:30-10:30"]),  # hours of UTC begin at half past
        ("Asia/Kolkata", "Sat 05:30-10:30", ["Sat 05:30-10:30"]),
        ("Asia/Kolkata", "Sat 00:10-10:00", ["Fri 23:30-10:30"]),
        ("Asia/Kathmandu", "Sat 06:00-10:00", ["Sat 05:45-10:45"]),
    ],
)
def test_hours_are_those_of_utc(zone: str, window: str, told: list[str], path: Path) -> None:
    text = path.read_text().replace("Sat 06:00-10:00", window).replace("Europe/Vienna", zone)
    path.write_text(text, encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["09-18 18" if "00:10" in window else "09-19 00"])))
    assert windows(grant) == told


def test_where_hours_begin_at_another_minute_in_summer_no_window_holds_them(path: Path) -> None:
    """On Lord Howe Island clocks move by half an hour, on 4 October."""
    text = path.read_text().replace("Sat 06:00", "Sat 06:15").replace("Europe/Vienna", "Australia/Lord_Howe")
    path.write_text(text, encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["09-18 19", "09-18 20"])))
    assert windows(grant) == []


def test_a_window_stays_where_another_grant_holds_the_rest_of_the_hour(path: Path) -> None:
    more = 'grant early "E" { allow a -> plc : s7comm; window Sat 05:00-07:00; from 2026-08-01; until 2026-12-01 }\n'
    path.write_text(path.read_text().replace("Sat 06:00", "Sat 06:30") + more, encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["09-19 04", "09-19 05"])))
    assert windows(grant) == ["Sat 06:30-10:00"]


def test_a_first_hour_that_begins_the_day_before_is_in_it(path: Path) -> None:
    text = path.read_text().replace(" window Sat 06:00-10:00;", "").replace("Europe/Vienna", "Asia/Kolkata")
    path.write_text(text, encoding="utf-8")
    (grant,) = grants(drafted(path, (KEY, ["09-18 18"])))  # 23:30 to 00:30: the record may be of 23:45
    assert re.search(r"from +2026-09-18\n", grant)


def test_who_was_seen_in_whole_hours_of_the_window_keeps_it(path: Path) -> None:
    """One of two machines came in an hour that the window holds in part: it has a grant of its own."""
    other = Key("10.3.0.2", "10.2.0.1", 6, 102)
    text = path.read_text().replace("allow a -> plc", "allow a, b -> plc").replace("Sat 06:00", "Sat 06:30")
    path.write_text(text, encoding="utf-8")
    found = {tuple(windows(one)) for one in grants(drafted(path, (KEY, ["09-19 05"]), (other, ["09-19 04"])))}
    assert found == {("Sat 06:30-10:00",), ("Sat 06:00-10:00",)}


def test_what_another_grant_held_in_part_does_not_stay_in_doubt(path: Path) -> None:
    """One grant for Saturdays is over, one for Mondays is not, and begins at half past."""
    more = 'grant monday "M" { allow a -> plc : s7comm; window Mon 06:30-10:00; from 2026-08-01; until 2026-12-01 }\n'
    path.write_text(path.read_text() + more, encoding="utf-8")
    drafted(path, (KEY, ["09-19 05", "09-21 04"]))


MINUTES = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
DAYS = st.sampled_from(["", "Sat ", "Mon-Fri ", "Sat, Sun "])
ZONES = ["UTC", "Europe/Vienna", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    spans=st.lists(st.tuples(DAYS, MINUTES, MINUTES).filter(lambda one: one[1] != one[2]), max_size=3),
    other=st.tuples(DAYS, MINUTES, MINUTES).filter(lambda one: one[1] != one[2]),
    came=st.lists(st.integers(0, 24 * 50), min_size=1, max_size=6),
)
def test_what_was_learned_of_a_grant_leaves_nothing_in_doubt(
    zone: str,
    spans: list[tuple[str, str, str]],
    other: tuple[str, str, str],
    came: list[int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever windows there were, in whatever zone, and whenever it came: before, in and after two grants."""
    file = tmp_path_factory.mktemp("plant") / "plant.zone"
    told = " ".join(f"window {days}{start}-{end};" for days, start, end in spans)
    more = f"window {other[0]}{other[1]}-{other[2]}; from 2026-08-20; until 2026-09-01"
    text = PLANT.replace("Europe/Vienna", zone) + HELP.replace("window Sat 06:00-10:00;", told)
    file.write_text(f'{text}grant two "Two" {{ allow a -> plc : s7comm; {more} }}\n', encoding="utf-8")
    begin = datetime(2026, 8, 10, tzinfo=UTC)
    moments = [f"{begin + timedelta(hours=hour):%m-%d %H}" for hour in came]
    if judged(file, *moments).verdict is not Class.PERMITTED:  # else it is in the policy, and no draft's
        drafted(file, (KEY, moments))

"""Drafts of what a grant permitted that is over, or was shut: no wider in time than what is there."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

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
    return Seen(*key, 0, len(when), 3, 3, 0, 100, 10, min(all_of), max(all_of) + 60_000_000, 5, 0, 0, "")


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
        (["09-21 12"], Class.OUTSIDE_WINDOW, "was shut by its window in 1 of 1 hours in which it was seen"),
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
    assert {again.judge(key, at).verdict for key, at in when.items()} == {Class.PERMITTED}, text
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

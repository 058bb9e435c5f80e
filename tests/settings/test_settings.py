"""segc.toml: what it changes, what it must never change, and that each mistake in it has its place."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc import api
from segc.catalogue import AUDIT, CATALOGUE
from segc.cli.fixes import changes
from segc.diagnostics import Diagnostic, SegcError, Severity, finding
from segc.lang.suppress import can_be_suppressed
from segc.settings import FILE, Limits, Settings
from segc.settings.read import LEVELS, read

AT = datetime(2026, 10, 1, 12, tzinfo=UTC)
TODAY = AT.date()
POLICY = """segc 1
site north { owner ops }
team ops
team later
zone dmz { level 3.5; net 10.35.0.0/24 }
zone cell { level 2; net 10.2.0.0/24 }
"""


def reading(folder: Path, text: str) -> tuple[Settings, list[Diagnostic]]:
    (folder / FILE).write_text(text, encoding="utf-8")
    return read(folder, TODAY)


def checked(folder: Path, text: str, policy: str = POLICY, persona: str | None = None) -> dict[str, Severity]:
    (folder / "plant.zone").write_text(policy, encoding="utf-8")
    (folder / FILE).write_text(text, encoding="utf-8")
    return {one.name: one.severity for one in api.check(folder, AT, persona)[1]}


def test_without_a_file_all_is_as_the_catalogue_says(tmp_path: Path) -> None:
    assert read(tmp_path, TODAY) == (Settings(), [])
    assert checked(tmp_path, "") == {"unused-name": Severity.HINT, "missing-authority": Severity.ERROR}


def test_levels_go_up_and_down_and_off(tmp_path: Path) -> None:
    assert checked(tmp_path, '[levels]\nunused-name = "error"\n')["unused-name"] is Severity.ERROR
    assert checked(tmp_path, '[levels]\nSEG208 = "warning"\n')["unused-name"] is Severity.WARNING
    assert "unused-name" not in checked(tmp_path, '[levels]\nunused-name = "off"\n')


LOWER = '[levels]\nmissing-authority = { level = "hint", until = 2026-12-31, because = "named in December" }\n'


def test_an_error_is_lowered_until_a_day_and_with_a_reason(tmp_path: Path) -> None:
    assert checked(tmp_path, LOWER)["missing-authority"] is Severity.HINT
    late = LOWER.replace("2026-12-31", "2026-09-30")
    assert checked(tmp_path, late) == {
        "unused-name": Severity.HINT,
        "missing-authority": Severity.ERROR,
        "expired-suppression": Severity.ERROR,
    }
    assert checked(tmp_path, LOWER.replace("2026-12-31", "2026-10-01"))["missing-authority"] is Severity.HINT
    for less in (
        '"hint"',
        '{ level = "off" }',
        '{ level = "hint", until = 2026-12-31 }',
        '{ level = "off", because = "x" }',
    ):
        found = checked(tmp_path, f"[levels]\nmissing-authority = {less}\n")
        assert found["missing-authority"] is Severity.ERROR
        assert found["bad-setting"] is Severity.ERROR


FINAL = sorted(name for name, row in CATALOGUE.items() if row.severity == "error" and not can_be_suppressed(name))


@pytest.mark.parametrize("name", FINAL)
def test_what_keeps_a_policy_from_being_built_stays_an_error(name: str, tmp_path: Path) -> None:
    value = '{ level = "off", until = 2026-12-31, because = "we know" }'
    settings, found = reading(tmp_path, f"[levels]\n{name} = {value}\n")
    assert settings.levels == {}
    assert [one.name for one in found] == ["bad-setting"]
    forced = Settings(levels={name: None})
    assert [one.severity for one in forced.apply([finding(name, "m")])] == [Severity.ERROR]


def test_a_raised_finding_stops_no_check_and_can_be_accepted(tmp_path: Path) -> None:
    policy = POLICY.replace("team later", "team later # segc: allow unused-name until 2026-12-31 -- soon")
    assert "missing-authority" in checked(tmp_path, '[levels]\nunused-name = "error"\n')
    assert "unused-name" not in checked(tmp_path, '[levels]\nunused-name = "error"\n', policy)
    assert "unused-suppression" not in checked(tmp_path, '[levels]\nunused-name = "off"\n', policy)


def test_personas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUE, "unused-name", CATALOGUE["unused-name"]._replace(persona=AUDIT))
    policy = POLICY.replace("team ops\n", "team ops\nteam more # segc: allow unused-name until 2026-12-31 -- soon\n")
    day = checked(tmp_path, "", policy)
    assert "unused-name" not in day
    assert "unused-suppression" not in day, "nobody has looked"
    assert "unused-name" in checked(tmp_path, "", policy, "audit")
    assert "unused-name" in checked(tmp_path, '[check]\npersona = "audit"\n', policy)
    assert "unused-name" not in checked(tmp_path, '[check]\npersona = "audit"\n', policy, "day")
    used = policy.replace("team more", "team more\nrole r { team more }")
    assert "unused-suppression" not in checked(tmp_path, "", used)


def test_limits_reach_checks(tmp_path: Path) -> None:
    policy = (
        POLICY
        + "conduit c dmz -> cell { }\ngrant g { from 2026-10-01; until 2026-10-10; allow dmz -> cell : any-tcp }\n"
    )
    policy += "service any-tcp { tcp 502 }\n"
    assert "grant-too-long" not in checked(tmp_path, "[limits]\ngrant-days = 10\n", policy)
    assert "grant-too-long" in checked(tmp_path, "[limits]\ngrant-days = 9\n", policy)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[levles]\nunused-name = "off"\n', (1, 2), "segc.toml has no `levles`"),
        ('[levels]\n\nunused-nam = "off"\n', (3, 1), "no finding is called `unused-nam`"),
        ('[levels]\nunused-name = "of"\n', (2, 15), "`of` is no level"),
        ("[levels]\nunused-name = 3\n", (2, 15), "`3` is no level"),
        ('levels.unused-nam = "off"\n', (1, 1), "no finding is called `unused-nam`"),
        ('[levels]\n"unused-nam" = "off"\n', (2, 1), "no finding is called `unused-nam`"),
        ('levels = "off"\n', (1, 10), "`levels` is a table"),
        ('[check]\npersona = "auditor"\n', (2, 11), "`auditor` is no persona"),
        ("[check]\npersona = 1\n", (2, 11), "`1` is no persona"),
        ('[check]\nperson = "day"\n', (2, 1), "[check] has no `person`"),
        ("[limits]\ngrant-days = 0\n", (2, 14), "whole number"),
        ("[limits]\ngrant-days = true\n", (2, 14), "whole number"),
        ('[limits]\ngrant-days = "30" # days\n', (2, 14), "whole number"),
        ("[limits]\ngrantdays = 30\n", (2, 1), "[limits] has no `grantdays`"),
        ('target-path = "../mine"\n', (1, 1), "kept for"),
        ('[levels]\nno-site = { level = "off", unti = 2026-12-31, because = "x" }\n', (2, 28), "a level has no `unti`"),
        ('[levels]\nno-site = { level = "off", until = "2026-12-31", because = "x" }\n', (2, 36), "is a date"),
        ("[levels\n", (1, 8), "is no TOML"),
        ("[levels]\n[levels]\n", (2, 8), "is no TOML"),
        ("a = " + "[" * 5000, (1, 1), "is no TOML"),
    ],
)
def test_each_mistake_has_its_place(text: str, place: tuple[int, int], said: str, tmp_path: Path) -> None:
    _, found = reading(tmp_path, text)
    messages = [one.message for one in found]
    assert any(said in message for message in messages), messages
    one = next(one for one in found if said in one.message)
    assert one.primary is not None
    assert one.primary.span.source.line_column(one.primary.span.start) == place
    assert {each.name for each in found} == {"bad-setting"}


def test_did_you_mean_mends_the_file(tmp_path: Path) -> None:
    _, (one,) = reading(tmp_path, '[levels]\nunused-nam = "off"\n')
    (fix,) = one.fixes
    assert fix.edits[0].text == "unused-name"
    assert not fix.safe, "it may silence something"
    _, (one,) = reading(tmp_path, "[check]\npersona = 'audt'\n")
    assert (one.fixes[0].edits[0].span.text, one.fixes[0].edits[0].text) == ("'audt'", '"audit"')


def test_no_fix_declares_a_thing_twice(tmp_path: Path) -> None:
    text = '[check]\n[chek]\n[levels]\nunused-name = "off"\nunused-nmae = "off"\n'
    _, found = reading(tmp_path, text)
    assert [one.fixes for one in found] == [(), ()]


def test_fixes_are_applied_to_toml_as_to_policies(tmp_path: Path) -> None:
    (tmp_path / "plant.zone").write_text(POLICY, encoding="utf-8")
    # What stands in this file would be worse and worse as a policy.
    _, found = reading(tmp_path, '[levles]\nunused-nmae = "of"\n[chek]\npersona = "audt"\n')
    (change,) = changes(found, unsafe=True)
    (tmp_path / FILE).write_text(change.text, encoding="utf-8")
    _, found = read(tmp_path, TODAY)
    (change,) = changes(found, unsafe=True)
    assert change.text == '[levels]\nunused-name = "of"\n[check]\npersona = "audit"\n'


def test_what_is_right_counts_beside_what_is_wrong(tmp_path: Path) -> None:
    settings, found = reading(tmp_path, '[levels]\nnope = "off"\nunused-name = "error"\n[limits]\ngrant-days = 7\n')
    assert settings == Settings(levels={"unused-name": Severity.ERROR}, limits=Limits(grant_days=7))
    assert len(found) == 1


def test_a_file_that_cannot_be_read_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "plant.zone").write_text(POLICY, encoding="utf-8")
    (tmp_path / FILE).write_bytes(b"\xff")
    with pytest.raises(SegcError) as stopped:
        api.check(tmp_path, AT)
    assert (stopped.value.code, stopped.value.diagnostics[0].name) == (2, "not-utf-8")
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).symlink_to("nowhere")
    with pytest.raises(SegcError):
        api.check(tmp_path, AT)
    (tmp_path / FILE).unlink()
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(SegcError, match="not a regular file"):
        api.check(tmp_path, AT)


ALL = st.dictionaries(st.sampled_from(sorted(CATALOGUE)), st.sampled_from(list(LEVELS.values())))
FOUND = st.lists(st.tuples(st.sampled_from(sorted(CATALOGUE)), st.sampled_from(list(Severity))), max_size=8)


@given(levels=ALL, listed=FOUND)
def test_no_level_makes_an_unread_plant_look_read(
    levels: dict[str, Severity | None], listed: list[tuple[str, Severity]]
) -> None:
    found = [finding(name, "m").at(severity) for name, severity in listed]
    left = Settings(levels=levels).apply(found)
    final = [one for one in found if one.severity is Severity.ERROR and not can_be_suppressed(one.name, one.severity)]
    assert Counter(left) >= Counter(final)
    assert len(left) <= len(found)


@given(st.text(max_size=60) | st.text(st.sampled_from("[]{}=\"'.#\n leves-hint01")))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    from segc.settings.places import Places
    from segc.source import Source

    place = Places(Source(FILE, text)).at(("levels", "x"))
    assert 0 <= place.key.start <= place.key.end <= len(text)

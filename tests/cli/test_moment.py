"""`--at` and SOURCE_DATE_EPOCH."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from segc.cli.moment import moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T06:00", datetime(2027, 1, 31, 6, tzinfo=UTC)),
        ("2027-01-31 06:00:30", datetime(2027, 1, 31, 6, 0, 30, tzinfo=UTC)),
        ("2027-01-31T06:00Z", datetime(2027, 1, 31, 6, tzinfo=UTC)),
        ("2027-01-31T06:00+01:00", datetime(2027, 1, 31, 5, tzinfo=UTC)),
    ],
)
def test_written(text: str, expected: datetime) -> None:
    assert moment(text) == expected
    assert moment(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "soon", "31.1.2027", "2027-02-30", "0001-01-01T00:00+23:59", "9999-12-31", "\0"])
def test_not_understood(text: str) -> None:
    with pytest.raises(ValueError, match="--at `"):
        moment(text)


def test_the_epoch_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert moment(None) == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert moment("2020-01-01") == datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "99999999999999", "9" * 5000, "²"])
def test_an_epoch_that_is_none(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH"):
        moment(None)


def test_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= moment(None) <= datetime.now(UTC)

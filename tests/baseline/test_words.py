"""Shares as people read them."""

from __future__ import annotations

import pytest

from segc.baseline.coverage import Share
from segc.baseline.words import percent, rounded


@pytest.mark.parametrize(
    ("share", "decimals", "told"),
    [
        (0.0, 0, "0 %"),
        (0.29, 0, "29 %"),
        (0.57, 0, "57 %"),
        (0.996, 0, "99 %"),
        (0.9999999999, 0, "99 %"),
        (1.0, 0, "100 %"),
        (0.042, 1, "4.2 %"),
        (0.99999, 1, "99.9 %"),
        (1.0, 1, "100.0 %"),
    ],
)
def test_all_is_said_of_all_only(share: float, decimals: int, told: str) -> None:
    assert percent(share, decimals) == told


def test_documents_do_not_round_up_to_all() -> None:
    assert [rounded(share) for share in (0.12345, 0.99997, 1.0)] == [0.1235, 0.9999, 1.0]


def test_one_is_no_plural() -> None:
    assert Share(1, ()).told == "1 of 1 machine that talks in its zones is declared"
    assert Share(1, ("10.0.0.1",)).told == "1 of 2 machines that talk in its zones are declared"

"""Did you mean: the distance against its definition, and what is near enough."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from segc.lang.suggest import alike, distance, nearest

small = st.text("abc", max_size=7)


@cache
def defined(a: str, b: str) -> int:
    """Optimal string alignment, as a recursion."""
    if not a or not b:
        return len(a) + len(b)
    best = min(defined(a[:-1], b) + 1, defined(a, b[:-1]) + 1, defined(a[:-1], b[:-1]) + (a[-1] != b[-1]))
    if len(a) > 1 and len(b) > 1 and a[-1] == b[-2] and a[-2] == b[-1]:
        best = min(best, defined(a[:-2], b[:-2]) + 1)
    return best


@given(small, small, st.integers(0, 8))
def test_distance_is_what_it_is_defined_to_be_up_to_the_limit(a: str, b: str, limit: int) -> None:
    exact = defined(a, b)
    found = distance(a, b, limit)
    assert found == exact if exact <= limit else found > limit


@given(small, st.lists(small, max_size=6))
def test_nearest_is_a_candidate_and_none_is_nearer(word: str, candidates: list[str]) -> None:
    found = nearest(word, candidates)
    others = [c for c in candidates if c != word]
    limit = max(len(word), 3) // 3
    if found is None:
        assert all(defined(word, c) > limit for c in others)
    else:
        assert found in others
        assert defined(word, found) == min(defined(word, c) for c in others)


def test_what_people_mistype() -> None:
    names = ["filler-plc", "packer-plc", "modbus-tcp"]
    assert nearest("filer-plc", names) == "filler-plc"
    assert nearest("packer-pcl", names) == "packer-plc"
    assert nearest("Modbus-TCP", names) == "modbus-tcp"
    assert nearest("historian", names) is None


def test_what_sounds_the_same() -> None:
    words = ["site", "team", "role", "zone", "link", "group", "conduit"]
    assert alike("sight", words) == "site"
    assert alike("linck", words) == "link"
    assert alike("zite", words) == "site"
    assert alike("groups", words) is None
    assert alike("sight", ["site", "sit"]) is None

"""Ids survive a 29-character log prefix, and no two things share one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from segc.rules.ids import LONGEST_ID, Ids, prefix

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,12}){0,3}", fullmatch=True)


@given(st.sets(st.tuples(NAMES, NAMES), min_size=2, max_size=60))
def test_pairs_never_share_an_id(pairs: set[tuple[str, str]]) -> None:
    """However long the names and however alike."""
    ids = Ids()
    found = [ids.pair(a, b) for a, b in sorted(pairs)]
    assert len(set(found)) == len(pairs)
    assert all(len(one) <= LONGEST_ID for one in found)
    assert all(len(prefix("A", one)) <= 29 for one in found)
    assert [ids.pair(a, b) for a, b in sorted(pairs)] == found


def test_short_names_are_kept_as_they_are() -> None:
    """What fits is what people wrote."""
    ids = Ids()
    assert ids.pair("mes", "filling") == "mes>filling"
    assert (
        ids.pair("corporate-network", "filling-line-3")
        == "corporat>filling-~" + ids.of["corporate-network>filling-line-3"].rpartition("~")[2]
    )
    assert prefix("B", "mes>filling") == "segc:B:mes>filling "


def test_a_plant_of_thousands_of_long_names_has_no_collision() -> None:
    """Marks of three letters do collide among so many; those get longer ones."""
    ids = Ids()
    found = [ids.pair(f"packaging-hall-line-{n}", "building-services") for n in range(3000)]
    assert len(set(found)) == 3000
    assert max(len(one.rpartition("~")[2]) for one in found) > 3
    assert all(len(one) <= LONGEST_ID for one in found)

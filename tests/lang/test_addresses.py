"""Sets of addresses and who owns what, against the standard library, plain Python sets and a slow oracle."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network, summarize_address_range
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segc.lang import literals
from segc.lang.literals import BITS, BadLiteral, Range
from segc.model.addresses import (
    EVERYTHING,
    FAMILIES,
    NOTHING,
    Addresses,
    join,
    meet,
    minus,
    prefixes,
    texts,
    union,
)
from segc.model.ownership import Claim, Ownership, claims_of
from tests.lang.soup import MANY

# Small numbers at both ends of both families, so that ranges touch, nest and overlap.
BASES = {4: (0, (1 << 32) - 64), 6: (0, (1 << 128) - 64)}
Points = frozenset[tuple[int, int]]


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    family = draw(st.sampled_from(FAMILIES))
    base = draw(st.sampled_from(BASES[family]))
    low, high = sorted((draw(st.integers(0, 63)), draw(st.integers(0, 63))))
    return Range(family, base + low, base + high)


@st.composite
def prefix_claims(draw: st.DrawFn) -> Claim:
    family = draw(st.sampled_from(FAMILIES))
    size = 1 << draw(st.integers(0, 6))
    low = draw(st.sampled_from(BASES[family])) + draw(st.integers(0, 63)) // size * size
    return Claim(family, low, low + size - 1, draw(st.sampled_from("abcd")))


sets = st.lists(ranges(), max_size=6)


def points(parts: list[Range] | Addresses) -> Points:
    listed = list(parts.ranges()) if isinstance(parts, Addresses) else parts
    return frozenset((p.family, value) for p in listed for value in range(p.low, p.high + 1))


def well_kept(one: Addresses) -> bool:
    """Sorted, disjoint and not adjacent."""
    return all(a[1] + 1 < b[0] for spans in one for a, b in pairwise(spans))


@given(sets, sets)
def test_sets_are_sets(a: list[Range], b: list[Range]) -> None:
    x, y = union(a), union(b)
    for result, expected in (
        (x, points(a)),
        (minus(x, y), points(a) - points(b)),
        (meet(x, y), points(a) & points(b)),
        (join([x, y]), points(a) | points(b)),
    ):
        assert points(result) == expected
        assert well_kept(result)
        assert result.size() == len(expected)
        assert bool(result) == bool(expected)
    assert x.covers(y) == (points(a) >= points(b))
    assert (x == y) == (points(a) == points(b))


@given(sets, ranges())
def test_membership(a: list[Range], one: Range) -> None:
    assert union(a).holds(one.family, one.low) == ((one.family, one.low) in points(a))


def test_nothing_and_everything() -> None:
    assert not NOTHING
    assert minus(EVERYTHING, EVERYTHING) == NOTHING
    assert minus(EVERYTHING, NOTHING) == EVERYTHING
    assert EVERYTHING.size() == (1 << 32) + (1 << 128)


@given(ranges())
def test_prefixes_are_those_of_the_standard_library(one: Range) -> None:
    make: type[IPv4Address | IPv6Address] = IPv4Address if one.family == 4 else IPv6Address
    expected = [str(net) for net in summarize_address_range(make(one.low), make(one.high))]
    found = [f"{make(low)}/{length}" for low, length in prefixes(*one)]
    assert found == expected
    assert texts(union([one]), one.family) == [text.removesuffix(f"/{BITS[one.family]}") for text in expected]


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), st.data())
def test_texts_are_read_as_the_standard_library_reads_them(one: IPv4Address | IPv6Address, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, one.max_prefixlen))
    text = f"{one}/{length}"
    net = ip_network(text, strict=False)
    whole = Range(one.version, int(net.network_address), int(net.broadcast_address))
    if net.network_address == one:
        assert literals.network(text) == whole
    else:
        with pytest.raises(BadLiteral) as refused:
            literals.network(text)
        assert (refused.value.name, refused.value.instead) == ("host-bits", str(net))
    assert literals.interface_address(text) == (one.version, int(one), length)
    assert literals.addresses(str(one)) == (one.version, int(one), int(one))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_networks_and_interfaces_say_their_length(one: IPv4Address | IPv6Address) -> None:
    for read in (literals.network, literals.interface_address):
        with pytest.raises(BadLiteral) as refused:
            read(str(one))
        assert refused.value.name == "bad-address"
        assert "length is missing" in refused.value.message
        assert f"`{one}/{one.max_prefixlen}`" in refused.value.help
    assert literals.network(f"{one}/{one.max_prefixlen}") == literals.addresses(str(one))


NO_ADDRESSES = """
    10.0.0.256 10.0.0 10.0.0.0/33 fd00::/129 10.0.0.0/ 10.0.0.0/-1 10.0.0.0/8/8 010.0.0.1 10.0.0.0/255.0.0.0 1:2:3
    fd00::1::2 fe80::1%eth0 10.0.0.1- 10.0.0.1-fd00::1 10.0.0.0/24-10.0.1.0/24
    10.0.0.0/\u0663 \u0661\u0660.0.0.1 10.0.0.1-5
"""


@pytest.mark.parametrize("text", NO_ADDRESSES.split())
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(BadLiteral) as refused:
        literals.addresses(text)
    assert refused.value.name == "bad-address"


@given(st.text("0123456789abcdef.:/-%x ", max_size=24))
def test_nothing_is_an_address_that_the_standard_library_refuses(text: str) -> None:
    try:
        part = literals.addresses(text)
    except BadLiteral:
        return
    if "-" in text:
        assert [part.low, part.high] == [int(ip_address(end)) for end in text.split("-")]
    else:
        assert ip_network(text).num_addresses == part.high - part.low + 1


def oracle(claims: list[Claim], outside: str | None, family: int, value: int) -> set[str | None]:
    """The zone with the smallest claim that holds the address; several where two claim the same prefix."""
    holding = [c for c in claims if c.family == family and c.low <= value <= c.high]
    if not holding:
        return {outside}
    smallest = min(c.high - c.low for c in holding)
    return {c.zone for c in holding if c.high - c.low == smallest}


@given(st.lists(prefix_claims(), max_size=8), st.sampled_from((None, "out")))
@settings(max_examples=MANY)
def test_the_longest_prefix_owns(claims: list[Claim], outside: str | None) -> None:
    # Two zones on one prefix are an error of its own; the first one stands.
    unique = list({(c.family, c.low, c.high): c for c in reversed(claims)}.values())
    owned = Ownership(unique, outside)
    for family in FAMILIES:
        for base in BASES[family]:
            for value in range(base, base + 64):
                (expected,) = oracle(unique, outside, family, value)
                assert owned.zone_of(family, value) == expected
                holders = {z for z in ("a", "b", "c", "d", "out") if owned.own(z).holds(family, value)}
                assert holders == ({expected} - {None})
                assert owned.unowned().holds(family, value) == (expected is None)


@given(st.lists(prefix_claims(), max_size=8), st.sampled_from((None, "out")))
def test_every_address_has_one_owner_or_none(claims: list[Claim], outside: str | None) -> None:
    owned = Ownership(claims, outside)
    parts = [owned.own(zone) for zone in ("a", "b", "c", "d", "out")] + [owned.unowned()]
    assert join(parts) == EVERYTHING
    assert sum(part.size() for part in parts) == EVERYTHING.size()


@given(st.lists(prefix_claims(), max_size=8), ranges())
def test_a_range_is_cut_where_the_owner_changes(claims: list[Claim], one: Range) -> None:
    owned = Ownership(claims)
    pieces = owned.split(one)
    assert [p[1] for p in pieces] + [one.high + 1] == [one.low] + [p[2] + 1 for p in pieces]
    for zone, low, high in pieces:
        assert {owned.zone_of(one.family, value) for value in range(low, high + 1)} == {zone}


@given(ranges())
def test_claims_of_a_range_are_prefixes_that_cover_it(one: Range) -> None:
    claims = claims_of("a", [one])
    assert union(Range(c.family, c.low, c.high) for c in claims) == union([one])
    for claim in claims:
        size = claim.high - claim.low + 1
        assert size & (size - 1) == 0
        assert claim.low % size == 0

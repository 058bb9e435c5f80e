"""Services: what ports and protocols a name comes to."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from segc.diagnostics import Diagnostic
from segc.lang.loader import load
from segc.lang.syntax import DEEPEST
from segc.model.plant import ICMP, ICMP6, SCTP, TCP, UDP, Match, Service
from segc.model.resolve import resolve
from segc.model.services import merged

HEAD = "segc 1\n"


def services(folder: Path, text: str) -> tuple[dict[str, Service], list[Diagnostic]]:
    (folder / "plant.zone").write_text(HEAD + text, encoding="utf-8")
    plant, found = resolve(load(folder))
    return plant.services, found


def matches(folder: Path, body: str) -> tuple[Match, ...]:
    built, found = services(folder, f"service s {{\n{body}\n}}\n")
    assert not found
    return built["s"].matches


def packets(listed: list[Match] | tuple[Match, ...]) -> set[tuple[int, int, int, int]]:
    """Each protocol, family, port and source port that a list covers, one by one."""
    return {
        (m.proto, m.family, port, source)
        for m in listed
        for port in range(m.low, m.high + 1)
        for source in range(m.source_low, m.source_high + 1)
    }


@st.composite
def small_matches(draw: st.DrawFn) -> Match:
    low, high = sorted((draw(st.integers(0, 12)), draw(st.integers(0, 12))))
    source = draw(st.sampled_from(((0, 3), (1, 2))))
    return Match(draw(st.sampled_from((TCP, UDP))), low, high, *source)


@given(st.lists(small_matches(), max_size=8))
def test_joining_ranges_changes_no_packet(listed: list[Match]) -> None:
    joined = merged(listed)
    assert packets(joined) == packets(listed)
    assert merged(list(joined)) == joined
    for a in joined:
        for b in joined:
            alike = a is not b and a._replace(low=0, high=0) == b._replace(low=0, high=0)
            assert not (alike and a.low <= b.low <= a.high + 1)


def test_protocols_keep_their_own_ports(tmp_path: Path) -> None:
    found = matches(tmp_path, "tcp 502\nudp 53")
    assert set(found) == {Match(TCP, 502, 502), Match(UDP, 53, 53)}


def test_every_kind_of_match(tmp_path: Path) -> None:
    found = matches(
        tmp_path,
        "tcp 80, 81, 100-200\nudp any\nsctp 2905\nicmp echo-request, 3\nicmp6 echo-request\nproto 50, 1, 58",
    )
    assert set(found) == {
        Match(TCP, 80, 81),
        Match(TCP, 100, 200),
        Match(UDP, 0, 65535),
        Match(SCTP, 2905, 2905),
        Match(50),
        Match(ICMP, 0, 255, family=4),
        Match(ICMP6, 0, 255, family=6),
    }


def test_icmp_types_belong_to_one_family(tmp_path: Path) -> None:
    assert matches(tmp_path, "icmp echo-request") == (Match(ICMP, 8, 8, family=4),)
    assert matches(tmp_path, "icmp6 128") == (Match(ICMP6, 128, 128, family=6),)


def test_source_ports_hold_for_their_own_line_only(tmp_path: Path) -> None:
    found = matches(tmp_path, "udp 47808 { source-port 47808 }\nudp 53")
    assert set(found) == {Match(UDP, 47808, 47808, 47808, 47808), Match(UDP, 53, 53)}


def test_a_service_is_all_that_it_includes(tmp_path: Path) -> None:
    text = (
        "service a { tcp 1; access read }\n"
        "service b { udp 2; layer2; dynamic tcp 5000-5001; access write; commands both }\n"
        "service c { include a, b; tcp 2 }\n"
    )
    built, found = services(tmp_path, text)
    assert not found
    c = built["c"]
    assert set(c.matches) == {Match(TCP, 1, 2), Match(UDP, 2, 2)}
    assert (c.layer2, c.dynamic, c.access, c.commands) == (True, True, ("read", "write"), "both")
    assert c.dynamic_ports == (Match(TCP, 5000, 5001),)


def test_circles_of_services_are_named_and_end(tmp_path: Path) -> None:
    _, found = services(tmp_path, "service a { include b }\nservice b { include c }\nservice c { include a }\n")
    assert [one.name for one in found] == ["cyclic-include"]
    _, found = services(tmp_path, "service a { tcp 1; include a }\n")
    assert [one.name for one in found] == ["cyclic-include"]


def test_an_unknown_service_never_means_any_port(tmp_path: Path) -> None:
    built, found = services(tmp_path, "service a { include modbas }\nservice modbus { tcp 502 }\n")
    assert [one.name for one in found] == ["unknown-name"]
    assert found[0].fixes[0].edits[0].text == "modbus"
    assert built["a"].matches == ()


def chain(length: int) -> str:
    lines = [f"service s{i} {{ include s{i + 1} }}\n" for i in range(length)]
    return "".join(lines) + f"service s{length} {{ tcp 7 }}\n"


def test_a_long_chain_of_services(tmp_path: Path) -> None:
    built, found = services(tmp_path, chain(DEEPEST))
    assert not found
    assert built["s0"].matches == (Match(TCP, 7, 7),)


def test_a_chain_that_is_too_long_is_a_finding_and_no_exception(tmp_path: Path) -> None:
    _, found = services(tmp_path, chain(3000))
    assert {one.name for one in found} == {"cyclic-include"}
    assert "deep" in found[0].message

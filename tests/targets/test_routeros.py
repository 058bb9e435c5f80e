"""RouterOS: what has no words there, what a rule becomes, and how grants end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segc.lang.loader import load
from segc.model.resolve import resolve
from segc.proof.gate import Gate
from segc.targets.build import build
from tests.conformance.cases import AT, PLANTS, built
from tests.targets.one_flow import assert_unsupported, rules, rules_of_all


def rendered(folder: Path, service: str, flow: str = "x -> y") -> list[str]:
    return rules(folder, "routeros", service, flow).splitlines()


@pytest.mark.parametrize("service", ["proto 0", "icmp 255", "icmp 250-255"])
def test_what_netfilter_would_take_for_any_stops_the_build(service: str, tmp_path: Path) -> None:
    assert_unsupported(tmp_path, "routeros", service)


def test_every_type_of_icmp_is_the_protocol(tmp_path: Path) -> None:
    flows = [line for line in rendered(tmp_path, "icmp 0-255") if "c: x -> y" in line]
    assert len(flows) == 1
    assert "icmp-options" not in flows[0]


def test_ports_beyond_fifteen_take_another_rule(tmp_path: Path) -> None:
    ports = [2 * port for port in range(1, 15)]
    flows = [line for line in rendered(tmp_path, f"tcp {', '.join(map(str, ports))}, 100-101") if "c: x -> y" in line]
    assert [line.count("100-101") for line in flows] == [0, 1]


def test_a_side_of_one_family_makes_no_rule_in_the_other(tmp_path: Path) -> None:
    lines = rendered(tmp_path, "tcp 502", "six -> y")
    four, six = lines[: lines.index("/ipv6 firewall address-list")], lines[lines.index("/ipv6 firewall filter") :]
    assert [sum("c: six -> y" in line for line in half) for half in (four, six)] == [0, 1]


def test_the_whole_space_is_listed_in_halves(tmp_path: Path) -> None:
    """No list of the router's is known to take a prefix of length 0."""
    lines = rules_of_all(tmp_path, "routeros").splitlines()
    found = [line.split()[1] for line in lines if line.endswith(" list=segc-b")]
    assert found[-2:] == ["address=::/1", "address=8000::/1"]


def test_sessions_of_grants_are_ended_by_their_two_ends() -> None:
    text = built("grants", "routeros", "declared").built[0].texts()["kill"]
    lines = [line for line in text.splitlines() if line.startswith("/")]
    patterns = [re.findall(r'~"((?:[^"\\]|\\.)*)"', line) for line in lines]
    found = {
        (source, target)
        for first, second in patterns
        for source in ("10.1.0.5:40000", "10.1.0.50:40000", "110.1.0.5:1")
        for target in ("10.2.0.5:102", "10.2.0.5:443", "10.2.0.6:102", "10.2.0.5:1020", "10.2.0.55:102")
        if re.search(_typed(first), source) and re.search(_typed(second), target)
    }
    assert found == {("10.1.0.5:40000", f"10.2.0.{rest}") for rest in ("5:102", "5:443", "6:102")}
    assert all("protocol=tcp" in line for line in lines)


def test_the_guide_shuts_each_grant_when_the_file_stops_to_be_right(tmp_path: Path) -> None:
    """Of three grants: at its end, when clocks are moved, and not at all, since it opens nothing yet."""
    text = (PLANTS / "grants.zone").read_text(encoding="utf-8").replace("target       iptables", "target routeros")
    text = text.replace("until        2027-01-31", "until        2027-06-30").replace("2026-11-22", "2027-01-05")
    text = text.replace("Sat 06:00-10:00", "Sat-Sun 00:00-24:00").replace("22:00-02:00", "22:00-06:00")
    (tmp_path / "p.zone").write_text(text.replace("s7\n  until", "s7\n  from 2026-12-24\n  until"), encoding="utf-8")
    policy, _ = resolve(load(tmp_path / "p.zone"))
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    guide = next(file.text for file in one.files if file.role == "guide")
    ends = re.findall(r"name=segc-end-(\S+) start-date=(\S+) start-time=(\S+) interval=1h", guide)
    assert ends == [("open", "2027-03-28", "03:00:00"), ("weekly", "2027-01-01", "00:00:00")]
    assert 'comment~"^weekly: "' in guide
    timed = [line for line in one.texts()["rules"].splitlines() if 'comment="weekly: ' in line]
    assert timed
    assert all(" time=" in line for line in timed)
    assert one.entry["next-change"] == "2026-12-23T23:00:00+00:00"  # the third one begins


def _typed(text: str) -> str:
    """What RouterOS makes of a text in quotes."""
    return re.sub(r"\\(.)", r"\1", text)

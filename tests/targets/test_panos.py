"""PAN-OS: what goes wrong on such a box, done to rendered files; what must not be looked into; what ends grants' sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from segc.diagnostics import SegcError
from segc.packets.machine import Refused
from segc.proof.gate import Gate
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, NAMES, built, plant
from tests.plants import plant_of

if TYPE_CHECKING:
    from pathlib import Path

    from segc.proof.prove import Proof
    from segc.targets.build import Built

RULES = ("rules", "rules-xml")
CONDUIT = """\
segc 1
team ops
site works {{ mode enforce; owner ops }}
service drive {{ {service} }}
zone mes {{ level 3; net 10.1.0.0/24
  asset server 10.1.0.5 }}
zone cell {{ level 2; net 10.2.0.0/24
  authority shutdown lead; authority isolate lead
  asset plc 10.2.0.5 }}
role lead {{ team ops }}
conduit motion mes -> cell {{ {facts}
  allow server -> plc : drive }}
firewall fw {{
  target panos
  interface "ethernet1/1" mes 10.1.0.1/24
  interface "ethernet1/2" cell 10.2.0.1/24
}}
"""


def proof(one: Built, files: dict[str, str], name: str) -> Proof:
    return Prover(plant(name, "panos"), AT, None).prove(one.firewall, files, one.entry)


def rendered(name: str) -> tuple[Built, dict[str, str]]:
    one = built(name, "panos", "declared").built[0]
    return one, {role: text for role, text in one.texts().items() if role in RULES}


@pytest.mark.parametrize("role", RULES)
@pytest.mark.parametrize("name", NAMES)
def test_either_form_says_it_all(name: str, role: str) -> None:
    one, files = rendered(name)
    assert proof(one, {role: files[role]}, name).equal
    found, left_out = registry.sections("panos", "running.txt", files[role])
    assert not left_out
    assert proof(one, found, name).equal


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # what is not said of logs is logged
        ("basic", r"(services\.mmhvuunr action allow) log-start no log-end no", r"\1"),
        ("basic", r"(office_to_dmz\.B action deny log-start no log-end) yes", r"\1 no"),
        ("basic", r"(ANY_to_ANY\.A action allow)", r"\1 disabled yes"),
        # protocols without ports, by an application and any service: the handshakes of TCP
        ("basic", r"(services\.3mwindc3_ip application segc-protocol-47 service) application-default", r"\1 any"),
        ("basic", r"(segc-protocol-47 default ident-by-ip-protocol) 47", r"\1 50"),
        ("basic", r"(segc-icmp-type-8 default ident-by-icmp-type type) 8", r"\1 13"),
        ("basic", r"(services\.bnsu4mwj) application any service .*", r"\1 application any service any"),
        (
            "basic",
            r"(services\.bnsu4mwj) application any service .*",
            r"\1 application any service application-default",
        ),
        # families: any is both, and so is ::/0
        ("basic", r"(services\.bnsu4mwj source) \[ office.pc office.pc_v6 \]", r"\1 any"),
        ("basic", r"(services\.bnsu4mwj source) \[ office.pc office.pc_v6 \]", r"\1 [ office.pc ::/0 ]"),
        ("nested", r"(outside_to_hall\.B source) (\S+)", r"\1 [ \2 outside_v6 ]"),
        # sides, order, zones
        ("basic", r"(services\.bnsu4mwj) source (\[.*\]) destination (\[.*\])", r"\1 source \3 destination \2"),
        ("basic", r"(services\.bnsu4mwj from) office", r"\1 any"),
        ("basic", r"(services\.bnsu4mwj from office to) any", r"\1 office"),
        ("basic", r"(office_to_dmz\.B source) (.*) destination", r"\1 \2 negate-source yes destination"),
        ("basic", r"(set zone office network layer3) eth0", r"\1 eth1.7"),
        # what a box holds besides
        ("basic", r"\Z", "set rulebase default-security-rules rules intrazone-default action deny\n"),
        ("basic", r"(services\.bnsu4mwj action allow .*)", r"\1 profile-setting group strict"),
        ("basic", r"(services\.bnsu4mwj action allow .*)", r"\1 schedule nights"),
        ("loop", r"(set rulebase security rules )(FW-ANY_to_fw-a\.B)( action) deny", r"\1\2\3 allow"),
        ("loop", r"(FW-manage-fw-a\.5qrbiprg source) north.admin", r"\1 any"),
    ],
)
def test_what_goes_wrong_is_refuted(name: str, old: str, new: str) -> None:
    """By a packet, or because the box would decide by something that nobody here knows. One change means nothing."""
    one, files = rendered(name)
    changed = re.sub(old, new, files["rules"], count=1)
    assert changed != files["rules"]
    found = proof(one, {"rules": changed}, name)
    if "intrazone-default" in new:  # the last rule decides all, so that the default rules do not matter
        assert found.equal
    else:
        assert found.found, new


def test_a_rule_that_moves_up_is_refuted() -> None:
    one, files = rendered("basic")
    blocks = files["rules"].split("\n\n")
    at = next(i for i, block in enumerate(blocks) if "rules office_to_dmz.B " in block)
    flow = next(i for i, block in enumerate(blocks) if "rules services.bnsu4mwj " in block)
    blocks.insert(flow, blocks.pop(at))
    assert proof(one, {"rules": "\n\n".join(blocks)}, "basic").found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"source \[ office.pc office.pc_v6 \]", "source office.pcc"),
        (r"service \[ modbus range_tcp range_udp \]", "service modbuss"),
        (r"(set address office.pc ip-netmask) .*", r"\1 pc.example.com"),
        (r"(set address-group link_\w+) static .*", r"\1 tag x"),
        (r" source \[ office.pc office.pc_v6 \]", " "),
        (r"set zone dmz .*\n", ""),
        (r"set service modbus .*\n", ""),
        (r"application segc-protocol-47", "application [ any segc-protocol-47 ]"),
    ],
)
def test_what_commit_would_refuse_is_not_read(old: str, new: str) -> None:
    one, files = rendered("basic")
    changed = re.sub(old, new, files["rules"], count=1)
    assert changed != files["rules"]
    with pytest.raises(Refused):
        proof(one, {"rules": changed}, "basic")


def test_forms_that_differ_prove_nothing() -> None:
    one, files = rendered("basic")
    for old, new in (("<action>deny", "<action>allow"), ("<port>502", "<port>503"), ("10.1.0.10/32", "10.1.0.11/32")):
        changed = {**files, "rules-xml": files["rules-xml"].replace(old, new, 1)}
        assert changed != files
        found = proof(one, changed, "basic")
        assert not found.equal
        assert found.unread


# -- what must not be looked into ---------------------------------------------------------------------------------------


def overrides(text: str, folder: Path) -> list[str]:
    policy = plant_of(text, folder)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    return [line for line in one.texts()["rules"].split("\n") if line.startswith("set rulebase application-override")]


@pytest.mark.parametrize("fact", ["inspect forbid", "latency 2ms"])
def test_nothing_looks_into_a_pair_that_forbids_it(fact: str, tmp_path: Path) -> None:
    found = overrides(CONDUIT.format(service="tcp 5000; udp 6000", facts=fact), tmp_path)
    assert [line.split()[4] for line in found] == ["mes_to_cell_tcp"] * 4 + ["mes_to_cell_udp"] * 4
    assert "protocol udp port 0-65535 application segc-uninspected" in found[6]
    assert "from mes to any" in found[0]
    assert "source mes destination cell" in found[1]


def test_other_pairs_have_no_overrides(tmp_path: Path) -> None:
    assert not overrides(CONDUIT.format(service="tcp 5000", facts=""), tmp_path)


def test_sctp_cannot_be_kept_from_inspection(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as told:
        overrides(CONDUIT.format(service="sctp 5000", facts="inspect forbid"), tmp_path)
    found = told.value.diagnostics[0]
    assert found.name == "unsupported-by-target"
    assert "SCTP" in found.message
    assert found.primary is not None
    assert found.primary.span.line == 12
    assert not overrides(CONDUIT.format(service="sctp 5000", facts=""), tmp_path)


# -- names, limits, sessions ----------------------------------------------------------------------------------------------


def test_long_lists_of_ports_become_two_objects(tmp_path: Path) -> None:
    ports = ", ".join(str(20001 + 2 * i) for i in range(300))
    policy = plant_of(CONDUIT.format(service=f"tcp {ports}", facts=""), tmp_path)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    found = re.findall(r"^set service (\S+) protocol tcp port (\S+)$", one.texts()["rules"], re.MULTILINE)
    assert [name for name, _ in found] == ["drive", "drive_2"]
    assert all(len(text) <= 1023 for _, text in found)


def test_long_names_are_cut_and_stay_apart(tmp_path: Path) -> None:
    long = "the-hall-north-of-the-river-where-everything-has-a-long-name-00"
    assert len(long) == 63
    text = re.sub(r"\b(motion|server|plc|mes|cell)\b", lambda m: f"{long[: -len(m[0])]}{m[0]}", CONDUIT)
    policy = plant_of(text.format(service="tcp 5000; icmp 8", facts="").replace("; icmp", "\n icmp"), tmp_path)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    for kind, longest in (("zone", 31), ("address", 63), ("rulebase security rules", 63)):
        names = set(re.findall(rf"^set {kind} (\S+)", one.texts()["rules"], re.MULTILINE))
        assert len(names) > 1
        assert all(len(name) <= longest for name in names), names


def test_many_icmp_types_become_a_group(tmp_path: Path) -> None:
    policy = plant_of(CONDUIT.format(service="icmp 1-100", facts=""), tmp_path)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    group = re.findall(r"^set application-group (\S+) members", one.texts()["rules"], re.MULTILINE)
    assert len(group) == 1
    assert len(group[0]) <= 31
    assert f"application {group[0]} service application-default" in one.texts()["rules"]


def test_all_of_icmp_and_one_type_of_it(tmp_path: Path) -> None:
    """An application for a type takes its packets away from the one for the protocol: rules for all name both."""
    text = CONDUIT.format(service="icmp 0-255", facts="").replace(
        "zone mes", "service ping { icmp echo-request }\nzone mes", 1
    )
    text = text.replace("allow server -> plc : drive }", "allow server -> plc : drive\n  allow mes -> plc : ping }")
    policy = plant_of(text, tmp_path)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    assert "application [ segc-protocol-1 segc-icmp-type-8 ] service application-default" in one.texts()["rules"]


def test_wide_ranges_end_by_protocol(tmp_path: Path) -> None:
    text = CONDUIT.format(service="tcp 5000-6000; udp 7000-7001", facts="")
    text += 'grant vendor { vendor "Fillmatic"; allow mes.server -> cell.plc : drive; until 2026-12-31 }\n'
    policy = plant_of(text.replace("; ", "\n"), tmp_path)
    lines = build(policy, AT, "declared").built[0].texts()["kill"].splitlines()
    ends = "clear session all filter source 10.1.0.5 destination 10.2.0.5 protocol"
    assert lines[1:] == [f"{ends} 6", f"{ends} 17 destination-port 7000", f"{ends} 17 destination-port 7001"]


def test_grants_end_by_address_protocol_and_port() -> None:
    text = built("grants", "panos", "declared").built[0].texts()["kill"]
    blocks = re.split(r"^# ", text, flags=re.MULTILINE)[1:]
    assert [block.split(".")[0] for block in blocks] == ["weekly", "open", "over"]
    assert blocks[2].splitlines()[1:] == [
        "clear session all filter source 10.1.0.5 destination 10.2.0.6 protocol 6 destination-port 102"
    ]
    assert len(blocks[0].splitlines()) == 5


def test_plants_without_grants_have_nothing_to_end() -> None:
    assert "kill" not in built("basic", "panos", "declared").built[0].texts()


def test_records_are_the_names_of_rules() -> None:
    one, files = rendered("basic")
    names = set(re.findall(r"^set rulebase security rules (\S+) action .* log-end yes", files["rules"], re.MULTILINE))
    assert names == set(one.entry["records"])
    assert one.entry["records"]["office_to_dmz.B"] == ["segc:B:office>dmz "]
    assert one.entry["records"]["office_to_dmz.B.astray"] == ["segc:b:office>dmz "]

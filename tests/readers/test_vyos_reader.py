"""The reader of VyOS on configurations that nobody here rendered, on traps, and on what VyOS itself refuses."""

from __future__ import annotations

import importlib
import ipaddress
import re
from pathlib import Path
from typing import Any

import pytest

from segc.diagnostics import SegcError
from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, built, plant
from tests.plants import plant_of

CONFIGURATION = """\
set firewall flowtable FT interface 'eth0'
set firewall global-options all-ping 'enable'
set firewall global-options state-policy established action 'accept'
set firewall global-options state-policy invalid action 'drop'
set firewall global-options state-policy invalid log
set firewall group address-group plcs address '10.3.0.11'
set firewall group address-group plcs address '10.3.0.16-10.3.0.31'
set firewall group address-group plcs include 'more'
set firewall group address-group more address '10.3.0.99'
set firewall group address-group none description "it's empty"
set firewall group domain-group ntp address 'time.example.org'
set firewall group interface-group LAN interface 'eth1'
set firewall group interface-group LAN interface 'eth2*'
set firewall group ipv6-network-group site network 'fd00:1::/48'
set firewall group network-group office network '10.1.0.0/24'
set firewall group port-group s7 port '102'
set firewall group port-group s7 port '5000-5003'
set firewall ipv4 forward filter default-action 'drop'
set firewall ipv4 forward filter default-log
set firewall ipv4 forward filter rule 9 action 'offload'
set firewall ipv4 forward filter rule 9 offload-target 'FT'
set firewall ipv4 forward filter rule 9 state 'established'
set firewall ipv4 forward filter rule 10 action 'jump'
set firewall ipv4 forward filter rule 10 destination group address-group 'plcs'
set firewall ipv4 forward filter rule 10 inbound-interface group 'LAN'
set firewall ipv4 forward filter rule 10 jump-target 'to-plcs'
set firewall ipv4 forward filter rule 100 action 'accept'
set firewall ipv4 forward filter rule 100 destination address '10.4.0.0/16'
set firewall ipv4 forward filter rule 100 destination port '80,!1443,1000-2000'
set firewall ipv4 forward filter rule 100 log
set firewall ipv4 forward filter rule 100 protocol 'tcp_udp'
set firewall ipv4 forward filter rule 20 action 'accept'
set firewall ipv4 forward filter rule 20 disable
set firewall ipv4 forward filter rule 30 action 'accept'
set firewall ipv4 forward filter rule 30 icmp type-name 'echo-request'
set firewall ipv4 forward filter rule 40 action 'accept'
set firewall ipv4 forward filter rule 40 limit rate '10/minute'
set firewall ipv4 forward filter rule 40 source address '10.8.0.1-10.8.0.9'
set firewall ipv4 forward filter rule 50 action 'accept'
set firewall ipv4 forward filter rule 50 destination group domain-group 'ntp'
set firewall ipv4 forward filter rule 50 protocol 'udp'
set firewall ipv4 forward filter rule 60 action 'accept'
set firewall ipv4 forward filter rule 60 source group address-group '!none'
set firewall ipv4 forward filter rule 60 inbound-interface name '!eth*'
set firewall ipv4 name to-plcs rule 10 action 'accept'
set firewall ipv4 name to-plcs rule 10 destination group port-group 's7'
set firewall ipv4 name to-plcs rule 10 protocol 'tcp'
set firewall ipv4 name to-plcs rule 10 source group network-group 'office'
set firewall ipv4 name to-plcs rule 20 action 'return'
set firewall ipv4 name to-plcs rule 20 source address '10.1.0.66'
set firewall ipv4 name to-plcs default-log
set firewall ipv6 forward filter rule 10 action 'reject'
set firewall ipv6 forward filter rule 10 source group network-group '!site'
set firewall ipv4 input filter rule 10 action 'drop'
set firewall ipv4 input filter rule 10 inbound-interface name 'eth0'
set firewall ipv4 input filter rule 10 protocol '!icmp'
set interfaces ethernet eth0 address 'dhcp'
set nat source rule 10 translation address 'masquerade'
set system host-name 'vyos'
"""


def read(text: str = CONFIGURATION) -> Machine:
    return registry.reader("vyos").read({"rules": text})


FORWARD, INPUT = ("prerouting", "forward"), ("prerouting", "input")


def fate(text: str, hooks: tuple[str, ...] = FORWARD, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from eth1 to a PLC, unless told otherwise."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.11", "proto": 6, "iif": "eth1", "oif": "x"}
    ends |= values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    run = trace(read(text), Packet(source.version, int(source), int(target), **ends), hooks)
    return run.kind, run.logs


DEFAULT = ["[ipv4-FWD-filter-default-D]"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 102}, ("accept", [])),
        ({"dport": 5003, "target": "10.3.0.99"}, ("accept", [])),  # of a group within
        ({"dport": 103}, ("drop", ["[ipv4-to-plcs-default-D]"])),
        ({"dport": 102, "iif": "eth25"}, ("accept", [])),
        ({"dport": 102, "iif": "eth3"}, ("drop", DEFAULT)),
        ({"dport": 102, "iif": "wg0"}, ("accept", [])),  # not in an empty group
        ({"dport": 9, "source": "10.1.0.66"}, ("drop", DEFAULT)),  # returned
        ({"dport": 80, "target": "10.4.0.1"}, ("accept", ["[ipv4-FWD-filter-100-A]"])),
        ({"dport": 1443, "target": "10.4.0.1"}, ("drop", DEFAULT)),
        ({"dport": 80, "target": "10.4.0.1", "proto": 17}, ("accept", ["[ipv4-FWD-filter-100-A]"])),
        ({"dport": 80, "target": "10.4.0.1", "proto": 132}, ("drop", DEFAULT)),
        ({"dport": 8 * 256, "target": "10.4.0.1", "proto": 1}, ("accept", [])),
        ({"dport": 8 * 256, "target": "10.5.0.1", "proto": 17}, ("drop", DEFAULT)),  # a type is of ICMP, without a word
        ({"dport": 8, "target": "10.5.0.1"}, ("drop", DEFAULT)),  # rule 20 is disabled
        ({"dport": 8, "target": "10.5.0.1", "state": "established"}, ("accept", [])),
        ({"dport": 102, "state": "invalid"}, ("drop", ["[STATE-POLICY-INV-D]"])),
        ({"source": "fd00:2::1", "target": "fd00:3::1"}, ("reject", [])),
        ({"source": "fd00:1::1", "target": "fd00:3::1"}, ("accept", [])),
    ],
)
def test_what_a_configuration_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(CONFIGURATION, **values) == expected


@pytest.mark.parametrize(
    ("values", "kind"),
    [({"iif": "eth1"}, "accept"), ({"iif": "eth0"}, "drop"), ({"iif": "eth0", "proto": 1, "dport": 2048}, "accept")],
)
def test_what_it_does_with_traffic_to_itself(values: dict[str, Any], kind: str) -> None:
    assert fate(CONFIGURATION, INPUT, **values)[0] == kind


def test_what_depends_on_more_than_the_packet_is_left_open() -> None:
    limited = Packet(4, 10 << 24 | 8 << 16 | 5, 2, 6, 80, 1, "eth5", "x")
    named = Packet(4, 1, 2, 17, 123, 1, "eth5", "x")
    for packet in (limited, named):
        assert trace(read(), packet, unknown=lambda _: True).kind == "accept"
        assert trace(read(), packet).kind == "drop"


def test_offloaded_sessions_pass_all_rules_by() -> None:
    text = CONFIGURATION.replace("set firewall global-options state-policy established action 'accept'\n", "")
    packet = Packet(4, 1, 2, 6, 80, 1, "eth5", "x", state="established")
    assert trace(read(text), packet, unknown=lambda _: True).kind == "accept"
    assert trace(read(text), packet).kind == "drop"


def test_two_limits_of_the_same_words_may_differ() -> None:
    rule = "set firewall ipv4 forward filter rule {} {}\n"
    text = "".join(rule.format(n, words) for n in (1, 2) for words in ("action drop", "limit rate 1/second"))
    found = [m.text for rules in read(text).chains.values() for r in rules for m in r.matches if isinstance(m, Unknown)]
    assert len(set(found)) == 2


def test_a_configuration_is_understood_and_told_by_its_look() -> None:
    assert read().unknown == []
    role = registry.reader("vyos").role
    assert role("running.txt", CONFIGURATION) == "rules"
    assert role("x", "/ip firewall filter\nadd chain=forward action=drop\n") is None


def test_delete_takes_away_what_was_set_before_it() -> None:
    text = "set firewall ipv4 forward filter default-action drop\n"
    assert fate(text)[0] == "drop"
    assert fate(text + "delete firewall ipv4 forward\n")[0] == "accept"
    assert fate("delete firewall ipv4 forward\n" + text)[0] == "drop"


def test_words_of_before_1_4_are_taken() -> None:
    text = (
        "set firewall ipv4 forward filter rule 1 action drop\nset firewall ipv4 forward filter rule 1 log enable\n"
        "set firewall ipv4 forward filter rule 1 state new enable\n"
        "set firewall ipv4 forward filter rule 1 state related disable\n"
    )
    assert fate(text) == ("drop", ["[ipv4-FWD-filter-1-D]"])
    assert fate(text, state="related")[0] == "accept"
    assert fate(text.replace("log enable", "log disable")) == ("drop", [])


RULE = "set firewall ipv4 forward filter rule 1 "
DROP = RULE + "action drop\n"


@pytest.mark.parametrize(
    "text",
    [
        RULE + "protocol tcp",
        DROP + RULE + "destination port 502",
        DROP + RULE + "protocol icmp\n" + RULE + "destination port 502",
        DROP + RULE + "protocol sctp\n" + RULE + "destination port 502",
        DROP + RULE + "protocol tcp\n" + RULE + "destination port 0",
        DROP + RULE + "protocol tcp\n" + RULE + "destination port 70000",
        DROP + RULE + "protocol ipv6-icmp",
        DROP + RULE + "icmpv6 type 128",
        DROP + RULE + "icmp type 256",
        DROP + RULE + "protocol telepathy",
        DROP + RULE + "source address fd00::1",
        DROP + RULE + "source address 10.0.0.1/24",
        DROP + RULE + "source address 10.0.0.9-10.0.0.1",
        DROP + RULE + "source adress 10.0.0.1",
        DROP + RULE + "source",
        DROP + RULE + "source group",
        DROP + RULE + "source group address-group nobody",
        DROP + RULE + "source group port-group nobody",
        DROP + RULE + "source group address-group g\n" + RULE + "source address 10.0.0.1\n"
        "set firewall group address-group g address 10.0.0.1",
        DROP + RULE + "source group address-group g\nset firewall group ipv6-address-group g address fd00::1",
        DROP + RULE + "source group address-group g\nset firewall group address-group g address 10.0.0.0/24",
        DROP + RULE + "source group network-group g\nset firewall group network-group g network 10.0.0.1-10.0.0.2",
        DROP + RULE + "source group network-group g\nset firewall group network-group g include g",
        DROP + RULE + "inbound-interface group LAN",
        DROP + RULE + "inbound-interface",
        DROP + RULE + "state old",
        DROP + RULE + "jump-target x",
        DROP + RULE + "action accept",
        DROP + RULE + "gizmo 1",
        DROP + RULE + "description 'no end",
        RULE + "action jump\n" + RULE + "jump-target nowhere",
        "set firewall ipv4 forward filter rule first action drop",
        "set firewall ipv4 forward filter default-action return",
        "set firewall ipv4 name x default-action whatever",
        "set firewall ipv4 name x default-action jump",
        RULE + "action jump\n" + RULE + "jump-target a\nset firewall ipv4 name a default-action jump\n"
        "set firewall ipv4 name a default-jump-target a",
    ],
)
def test_what_vyos_would_not_take_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        trace(read(text), Packet(4, 1, 2, 6, 80, 1, "a", "b"))


@pytest.mark.parametrize(
    "text",
    [
        RULE + "action queue",
        "set firewall ipv4 prerouting raw rule 1 action notrack",
        "set firewall ipv4 forward filter gizmo",
        "set firewall ipv4 sideways filter default-action drop",
        "set firewall group gizmo-group x y z",
        "set firewall group address-group x adress 10.0.0.1",
        "set firewall zone LAN default-action drop",
        "set firewall bridge forward filter default-action drop",
        "set firewall global-options source-validation strict",
        "set firewall global-options apply-to-bridged-traffic ipv4",
        "set firewall global-options state-policy offload offload-target FT",
        "set firewall name OLD default-action drop",
        "set system conntrack ignore ipv4 rule 10 protocol tcp",
        "set system ip disable-forwarding",
        "set zone-policy zone LAN default-action drop",
        "set policy route PBR rule 10 action drop",
        "set gizmo",
        "frobnicate the gizmo",
    ],
)
def test_what_it_does_not_know_is_said_by_line(text: str) -> None:
    assert {(line, file) for _, line, file in read("# 1\n" + text).unknown} == {(2, "rules")}


# -- traps: faults of other compilers, put into our own file ------------------


def change(pattern: str, to: str, text: str) -> str:
    new, count = re.subn(pattern, to, text, count=1, flags=re.MULTILINE)
    assert count, pattern
    return new


OLD = r"^((set firewall ipv4 name segc-office-dmz rule )\d+) "  # that of the flow office -> old: see `old_flow`
FIRST = "set firewall ipv4 forward filter rule 10"
TRAPS = {
    "a match that was lost is any": (OLD + r"destination group address-group 'segc-dmz\.old'\n", ""),
    "ports that were lost are all": (OLD + r"destination group port-group 'segc-modbus-tcp'\n", ""),
    "a group without members": (r"^set firewall group address-group segc-dmz\.old address .*\n", ""),
    "a negated group": (OLD + r"destination group address-group 'segc", r"\1 destination group address-group '!segc"),
    "protocols and ports as a cross product": (OLD + r"protocol 'tcp'", r"\1 protocol 'tcp_udp'"),
    "the record of a stopped packet is lost": (r"^set firewall ipv4 name segc-office-dmz rule 999999 log\n", ""),
    "the record of a permitted flow is lost": (r"^set firewall ipv4 name segc-office-dmz rule (?!999999)\d+ log\n", ""),
    "a record too many": (OLD + r"action 'accept'", r"\1 action 'accept'\n\1 log"),
    "a default that nobody logs": (r"^set firewall ipv4 name segc-office-dmz rule 999999 .*\n", ""),
    "the last line is not reached": (OLD + "action 'accept'", r"\1 action accept\n\1 disable\n\g<2>900000 action accept"),
    "new sessions on the ticket of old ones": (r"^(.* rule 10 state) 'established'$", r"\1 'established'\n\1 'new'"),
    "an answer is not let back": (r"^set firewall ipv4 forward filter rule 10 action 'accept'", FIRST + " action 'continue'"),
    "a jump is switched off": (r"^(set firewall ipv4 forward filter rule \d+) action 'jump'$", r"\1 action 'jump'\n\1 disable"),
    "somebody else's rule comes first": (r"^# groups$", "set firewall ipv4 forward filter rule 1 action accept"),
    "a state policy that drops": (r"^# groups$", "set firewall global-options state-policy related action drop"),
    "source and target are swapped": (OLD + "destination group address-group", r"\1 source group address-group"),
    "an interface is not asked": (r"^set firewall ipv4 forward filter rule \d+ inbound-interface .*\n", ""),
    "a family has no hook": (r"^set firewall ipv6 forward filter .*\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refuted_with_a_packet(trap: str) -> None:
    one = built("basic", "vyos", "declared").built[0]
    pattern, to = TRAPS[trap]
    text = one.texts()["rules"]
    if trap in ("a default that nobody logs", "a family has no hook"):  # all lines of it
        text = re.sub(pattern, to, text, flags=re.MULTILINE)
    else:
        text = change(old_flow(text, pattern), to, text)
    proof = Prover(plant("basic", "vyos"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences


def old_flow(text: str, pattern: str) -> str:
    """A pattern for the rule of just that flow, whose number is made from its text."""
    found = re.search(r"segc-office-dmz rule (\d+) description 'services: office -> old : modbus'", text)
    assert found
    return pattern.replace(r"rule )\d+)", f"rule ){found[1]})")


@pytest.mark.parametrize(
    ("pattern", "to"),
    [
        (r"group 'segc-dmz\.old'", "group 'segc-dmz.odl'"),
        (r"jump-target 'segc-from-office'", "jump-target 'segc-from-offce'"),
        (r"^set firewall ipv4 name segc-dmz-office .*\n", ""),
        (r"^set firewall group port-group segc-modbus-tcp .*\n", ""),
    ],
)
def test_what_is_named_and_not_there_is_refused(pattern: str, to: str) -> None:
    text, count = re.subn(pattern, to, built("basic", "vyos", "declared").built[0].texts()["rules"], flags=re.MULTILINE)
    assert count
    with pytest.raises(Refused):
        read(text)


def test_what_runs_is_proved() -> None:
    """As the router shows it: sorted, without comments, other paths around."""
    one = built("basic", "vyos", "declared").built[0]
    lines = [line for line in one.texts()["rules"].splitlines() if line.startswith("set ")]
    text = "\n".join(
        [*sorted(lines), "set interfaces ethernet eth0 address '10.1.0.1/24'", "set system host-name 'fw'"]
    )
    assert Prover(plant("basic", "vyos"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal


# -- rendering ----------------------------------------------------------------

PLANT = """segc 1
team ops
site s {{ mode enforce; owner ops }}
service it {{ {service} }}
service other {{ tcp 4000 }}
zone a {{ level 4; net 10.1.0.0/24, fd00:1::/64; asset x 10.1.0.5; asset six fd00:1::5 }}
zone b {{ level 3; net 10.2.0.0/24, fd00:2::/64; asset y 10.2.0.5 {{ address fd00:2::5 }} }}
conduit c a -> b {{ allow {flow} : it{more} }}
firewall fw {{
  target vyos
  interface eth0 a 10.1.0.1/24
  interface eth1 b 10.2.0.1/24
}}
"""


def rendered(folder: Path, service: str, flow: str = "x -> y", more: str = "") -> list[str]:
    policy = plant_of(PLANT.format(service=service, flow=flow, more=more), folder)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    return one.texts()["rules"].splitlines()


def test_ports_of_other_protocols_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as stopped:
        rendered(tmp_path, "sctp 2000")
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]
    assert stopped.value.diagnostics[0].labels


@pytest.mark.parametrize("service", ["sctp any", "proto 0", "icmp 255", "tcp any", "udp any { source-port 123 }"])
def test_all_else_is_said(service: str, tmp_path: Path) -> None:
    assert rendered(tmp_path, service)


def test_port_0_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as stopped:
        rendered(tmp_path, "tcp 0-100")
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]


def test_one_service_may_have_ports_that_go_with_other_source_ports(tmp_path: Path) -> None:
    service = "udp 123 { source-port 123 }; udp 500 { source-port 124 }"
    assert sum("port-group segc-it-udp" in line for line in rendered(tmp_path, service)) > 2


def test_the_whole_space_is_listed_in_halves(tmp_path: Path) -> None:
    text = PLANT.format(service="tcp 502", flow="x -> y", more="").replace("net 10.2.0.0/24, fd00:2::/64", "net any")
    policy = plant_of(text.replace(", fd00:1::/64", "").replace("; asset six fd00:1::5", ""), tmp_path)
    text = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].texts()["rules"]
    assert "set firewall group ipv6-network-group segc-b network '8000::/1'" in text
    assert "/0'" not in text


def test_prefixes_are_networks_and_hosts_are_addresses(tmp_path: Path) -> None:
    lines = rendered(tmp_path, "tcp 502")
    assert "set firewall group network-group segc-a network '10.1.0.0/24'" in lines
    assert "set firewall group address-group segc-b.y address '10.2.0.5'" in lines


def test_a_number_that_is_taken_leads_to_the_next() -> None:
    registry.renderer("vyos")
    rule_sets = importlib.import_module("segc_targets.vyos.rulesets").RuleSets
    one = object.__new__(rule_sets)
    one._taken = set()
    assert {one._number("name x", (1, 4), {"action": "drop"}) for _ in range(3)} == {1, 2, 3}


def test_one_more_flow_changes_no_other_rule(tmp_path: Path) -> None:
    """Numbers come from what a rule says, so that logs go on naming the same rules."""
    before = rendered(tmp_path, "tcp 502")
    after = rendered(tmp_path, "tcp 502", more="; allow a -> y : other")
    assert [line for line in before if line.startswith("set") and line not in after] == []
    new = [line for line in after if line not in before]
    assert 0 < sum("segc-a-b rule" in line for line in new) < 20


def test_a_side_of_one_family_makes_no_rule_in_the_other(tmp_path: Path) -> None:
    lines = [line for line in rendered(tmp_path, "tcp 502", "six -> y") if "'c: six -> y : it'" in line]
    assert len(lines) == 1
    assert lines[0].startswith("set firewall ipv6 ")


def test_sessions_of_grants_are_ended_by_their_two_ends() -> None:
    text = built("grants", "vyos", "declared").built[0].texts()["kill"]
    found = set(re.findall(r"-p (\S+) -s (\S+) -d (\S+) --dport (\S+)", text))
    jump, plc, hmi = "10.1.0.5", "10.2.0.5", "10.2.0.6"
    assert found == {
        ("tcp", jump, plc, "102"),
        ("tcp", jump, plc, "443"),
        ("tcp", jump, hmi, "102"),
        ("tcp", jump, hmi, "443"),
    }

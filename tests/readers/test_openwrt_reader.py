"""The reader of OpenWrt's firewall on files that nobody here rendered, on traps, and on what it refuses."""

from __future__ import annotations

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

FILE = """\
package firewall

config defaults
\toption input 'REJECT'
\toption output 'ACCEPT'
\toption forward 'REJECT'
\toption synflood_protect '1'
\toption drop_invalid '1'

config zone 'lan'   # by device
\toption name 'lan'
\tlist device 'br-lan'
\tlist device 'tun+'
\toption input 'ACCEPT'
\toption output 'ACCEPT'
\toption forward 'ACCEPT'

config zone
\toption name "wan"
\tlist network 'wan'
\tlist network 'wan6'
\toption input 'REJECT'
\toption output 'ACCEPT'
\toption forward 'DROP'
\toption masq '1'
\toption mtu_fix '1'

config zone
\toption name cell
\toption device 'eth2'
\toption input 'DROP'

config forwarding
\toption src 'lan'
\toption dest 'wan'

config rule
\toption name 'Allow-Ping'
\toption src '*'
\toption proto 'icmp'
\tlist icmp_type 'echo-request'
\toption family 'ipv4'
\toption target 'ACCEPT'

config rule
\toption name 'read out'
\toption src 'lan'
\toption dest 'cell'
\tlist src_ip '10.1.0.0/24'
\tlist src_ip '!10.1.0.66'
\toption dest_ip '10.3.0.16-10.3.0.31'
\toption proto 'tcp'
\toption dest_port '102 5000-5003'
\toption log '1'
\toption target 'ACCEPT'

config rule
\toption name 'no proto is TCP and UDP'
\toption src 'lan'
\toption dest '*'
\toption dest_ip '10.4.0.1'
\toption target 'DROP'

config rule
\toption src 'lan'
\toption dest '*'
\toption dest_ip '10.5.0.1'
\toption proto 'sctp'
\toption dest_port '80'
\toption target 'DROP'

config rule
\toption src '*'
\toption dest '*'
\toption dest_ip '10.6.0.1'
\toption proto 'all'
\toption limit '5/second'
\toption log 'odd: '
\toption target 'DROP'

config rule
\toption enabled '0'
\toption src '*'
\toption dest '*'
\toption proto 'all'
\toption target 'DROP'

config redirect
\toption src 'wan'
\toption src_dport '80'
\toption dest_ip '10.3.0.16'
"""


def read(text: str = FILE) -> Machine:
    return registry.reader("openwrt").read({"rules": text})


FORWARD, INPUT = ("prerouting", "forward"), ("prerouting", "input")


def fate(text: str, hooks: tuple[str, ...] = FORWARD, *, known: bool = False, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from the LAN to a PLC, unless told otherwise; `known` is what is not known."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.20", "proto": 6, "iif": "br-lan", "oif": "eth2"}
    ends |= values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    packet = Packet(source.version, int(source), int(target), **ends)
    run = trace(read(text), packet, hooks, unknown=lambda _: known)
    return run.kind, run.logs


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 102}, ("accept", ["read out: "])),
        ({"dport": 5003}, ("accept", ["read out: "])),
        ({"dport": 103}, ("reject", [])),
        ({"dport": 102, "source": "10.1.0.66"}, ("reject", [])),
        ({"dport": 102, "target": "10.3.0.32"}, ("reject", [])),
        ({"dport": 102, "oif": "eth9"}, ("reject", ["read out: "])),  # logged before it asks where that goes
        ({"dport": 102, "iif": "eth2"}, ("reject", [])),
        ({"dport": 9, "oif": "tun3"}, ("accept", [])),  # within the zone
        ({"dport": 9, "oif": "tun3", "target": "10.4.0.1"}, ("drop", [])),
        ({"dport": 9, "oif": "tun3", "target": "10.4.0.1", "proto": 17}, ("drop", [])),
        ({"oif": "tun3", "target": "10.4.0.1", "proto": 47}, ("accept", [])),
        ({"dport": 81, "oif": "tun3", "target": "10.5.0.1", "proto": 132}, ("drop", [])),  # its ports do not count
        ({"dport": 9, "state": "established"}, ("accept", [])),
        ({"dport": 102, "state": "invalid"}, ("drop", [])),
        ({"dport": 9, "iif": "tun0", "oif": "br-lan", "source": "fd00::1", "target": "fd00::2"}, ("accept", [])),
    ],
)
def test_what_a_file_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(FILE, **values) == expected


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"iif": "br-lan"}, {"accept"}),
        ({"iif": "eth2"}, {"drop"}),
        ({"iif": "eth2", "proto": 1, "dport": 8 * 256}, {"accept"}),
        ({"iif": "lo"}, {"accept"}),
        ({"iif": "eth1", "state": "established"}, {"accept"}),
    ],
)
def test_what_it_does_with_traffic_to_itself(values: dict[str, Any], kinds: set[str]) -> None:
    assert {fate(FILE, INPUT, **values)[0]} == kinds


def test_what_stands_in_other_files_or_has_a_memory_is_left_open() -> None:
    assert {fate(FILE, known=known, dport=9, oif="eth1")[0] for known in (True, False)} == {"accept", "reject"}
    limited = [fate(FILE, known=known, target="10.6.0.1", oif="tun3") for known in (True, False)]
    assert limited == [("drop", ["odd: "]), ("accept", [])]


def test_a_zone_that_masquerades_takes_nothing_invalid() -> None:
    text = FILE.replace("\toption drop_invalid '1'\n", "")
    assert fate(text, known=True, dport=9, oif="eth1", state="invalid")[0] == "drop"
    text = text.replace("option masq '1'", "option masq '1'\n\toption masq_allow_invalid '1'")
    assert fate(text, known=True, dport=9, oif="eth1", state="invalid")[0] == "accept"


def test_two_limits_of_the_same_words_may_differ() -> None:
    rule = "config rule\n\toption src '*'\n\toption dest '*'\n\toption proto 'all'\n\toption limit '1/day'\n\toption target DROP\n"
    found = [
        m.text for rules in read(rule * 2).chains.values() for r in rules for m in r.matches if isinstance(m, Unknown)
    ]
    assert len(set(found)) == 2


DROP = "config rule\n\toption src '*'\n\toption dest '*'\n\toption target DROP\n"
ACCEPT = "config defaults\n\toption forward ACCEPT\n"


def test_ports_and_prefixes_as_fw4_reads_them() -> None:
    text = ACCEPT + DROP + "\toption proto tcp\n\tlist dest_port '!502'\n"
    assert [fate(text, dport=dport)[0] for dport in (502, 503)] == ["accept", "drop"]
    text = ACCEPT + DROP + "\toption proto all\n\toption src_ip 10.1.0.77/24\n"
    assert [fate(text, source=source)[0] for source in ("10.1.0.1", "10.1.1.1")] == ["drop", "accept"]


def test_icmp_of_ipv6_is_ipv6_whatever_the_family() -> None:
    text = ACCEPT + DROP + "\toption proto icmpv6\n\toption family ipv4\n"
    six: dict[str, Any] = {"source": "fd00::1", "target": "fd00::2", "proto": 58}
    assert fate(text, **six, dport=128 * 256)[0] == "drop"
    assert fate(text, proto=1, dport=8 * 256)[0] == "accept"


def test_offloaded_sessions_pass_all_rules_by() -> None:
    text = ACCEPT.replace("ACCEPT", "DROP")
    for on, expected in (("0", []), ("1", ["the session is offloaded"])):
        machine = read(text + f"\toption flow_offloading {on}\n")
        found = [m.text for rule in machine.chains["forward"] for m in rule.matches if isinstance(m, Unknown)]
        assert found == expected


def test_a_file_is_understood_and_told_by_its_look() -> None:
    assert read().unknown == []
    role = registry.reader("openwrt").role
    assert role("firewall", FILE) == "rules"
    assert role("network", "config interface 'lan'\n\toption device 'br-lan'\n") is None


RULE = "config rule\n\toption src '*'\n\toption dest '*'\n"


@pytest.mark.parametrize(
    "text",
    [
        RULE + "\toption src_ip '10.0.0.1'\n\toption family 'ipv6'\n",
        RULE + "\toption src_ip '10.0.0.1'\n\toption dest_ip 'fd00::1'\n",
        RULE + "\tlist src_ip '10.0.0.1'\n\tlist src_ip 'fd00::1'\n\toption dest_ip '10.0.0.1'\n",
        RULE + "\toption src_ip '10.0.0.300'\n",
        RULE + "\toption src_ip 'plc'\n",
        RULE + "\toption src_ip '10.0.0.9-10.0.0.1'\n",
        RULE + "\toption src_adress '10.0.0.1'\n",
        RULE + "\toption device 'eth0'\n\toption direction 'in'\n",
        RULE + "\toption device '!eth0'\n",
        RULE + "\toption device '*'\n",
        RULE + "\toption dest_port '70000'\n",
        RULE + "\toption dest_port '502-500'\n",
        RULE + "\toption dest_port 'modbus'\n",
        RULE + "\toption proto 'telepathy'\n",
        RULE + "\toption proto 'icmp'\n\toption icmp_type 'hello'\n",
        RULE + "\toption target 'MAYBE'\n",
        RULE + "\toption enabled 'maybe'\n",
        RULE + "\toption family 'none'\n",
        RULE + "\toption target 'DROP'\n\toption target 'ACCEPT'\n",
        RULE.replace("src '*'", "src 'lan'"),
        RULE.replace("dest '*'", "dest 'lan'"),
        "config defaults\n\toption forward 'whatever'\n",
        "config zone\n\toption input 'ACCEPT'\n",
        "config forwarding\n\toption src 'lan'\n\toption dest 'wan'\n",
        "\toption name 'of nothing'\n",
        "config rule\n\toption name 'no end\n",
        "config rule\n\toption name\n",
        "configure rule\n",
    ],
)
def test_what_fw4_would_not_take_or_not_tell_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "config include\n\toption path '/etc/firewall.user'\n",
        "config gizmo\n",
        "config defaults\n\toption gizmo '1'\n",
        "config zone\n\toption name 'x'\n\toption log '1'\n",
    ],
)
def test_what_it_does_not_know_is_said_by_line(text: str) -> None:
    assert [(line, file) for _, line, file in read("# 1\n" + text).unknown] == [(2, "rules")]


# -- traps: faults of other compilers, put into our own file ------------------


def change(pattern: str, to: str, text: str) -> str:
    new, count = re.subn(pattern, to, text, count=1, flags=re.MULTILINE)
    assert count, pattern
    return new


OLD = r"(name 'services: office -> old : modbus'\n(?:.*\n)*?)"
BEFORE = RULE + "\toption target 'ACCEPT'\n\n"
REST = r"(name 'office -> dmz, any other service'\n(?:.*\n)*?)"
TRAPS = {
    "a match that was lost is any": (OLD + r"\tlist dest_ip '10\.2\.0\.11'\n", r"\1"),
    "ports that were lost are all": (OLD + r"\tlist dest_port '502'\n", r"\1"),
    "protocols and ports as a cross product": (OLD + "\toption proto 'tcp'", r"\1\toption proto 'tcpudp'"),
    "ports of a protocol that has none": (OLD + "\toption proto 'tcp'", r"\1\toption proto 'sctp'"),
    "a rule without a protocol": (REST + "\toption proto 'all'\n", r"\1"),
    "the record of a stopped packet is lost": (REST + "\toption log .*\n", r"\1"),
    "a record under the rule's name": (REST + "\toption log '.*'", r"\1\toption log '1'"),
    "a rule without a target only counts": (REST + "\toption target 'DROP'\n", r"\1"),
    "a rule is switched off": (OLD, r"\1\toption enabled '0'\n"),
    "a rule for the router itself": (r"(: modbus'\n\toption src '\*'\n)\toption dest '\*'\n", r"\1"),
    "the last line is not reached": (r"^(?=config rule\n\toption name 'office -> dmz, any other)", BEFORE),
    "a device is not asked": (OLD + r"\toption device 'eth0'\n", r"\1"),
    "source and target are swapped": (OLD + "\tlist dest_ip", r"\1\tlist src_ip"),
    "invalid packets are dropped in monitor": ("drop_invalid '0'", "drop_invalid '1'"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refuted_with_a_packet(trap: str) -> None:
    one = built("basic", "openwrt", "declared").built[0]
    text = change(*TRAPS[trap], one.texts()["rules"])
    proof = Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences


def test_a_limit_on_the_router_itself_is_not_called_equal() -> None:
    """What it drops depends on what came before."""
    one = built("basic", "openwrt", "declared").built[0]
    text = change("synflood_protect '0'", "synflood_protect '1'", one.texts()["rules"])
    assert not Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal


def test_the_other_family_has_rules_of_its_own() -> None:
    one = built("basic", "openwrt", "declared").built[0]
    sections = one.texts()["rules"].split("\n\n")
    text = "\n\n".join(section for section in sections if "family 'ipv6'" not in section)
    proof = Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert {difference.packet.family for difference in proof.differences} == {6}


def test_what_uci_exports_is_proved() -> None:
    one = built("basic", "openwrt", "declared").built[0]
    text = "package firewall\n\n" + one.texts()["rules"].replace("'tcp'", '"tcp"')
    assert Prover(plant("basic", "openwrt"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal


# -- rendering ----------------------------------------------------------------

PLANT = """segc 1
team ops
site s {{ mode enforce; owner ops }}
service it {{ {service} }}
zone a {{ level 4; net 10.1.0.0/24, fd00:1::/64; asset x 10.1.0.5; asset six fd00:1::5 }}
zone b {{ level 3; net 10.2.0.0/24, fd00:2::/64; asset y 10.2.0.5 {{ address fd00:2::5 }} }}
conduit c a -> b {{ allow {flow} : it }}
firewall fw {{
  target openwrt
  interface eth0 a 10.1.0.1/24
  interface eth1 b 10.2.0.1/24
}}
"""


def rendered(folder: Path, service: str, flow: str = "x -> y") -> list[str]:
    policy = plant_of(PLANT.format(service=service, flow=flow), folder)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    return [section for section in one.texts()["rules"].split("\n\n") if f"'c: {flow} : it'" in section]


def test_ports_of_other_protocols_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(SegcError) as stopped:
        rendered(tmp_path, "sctp 2000")
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]
    assert stopped.value.diagnostics[0].labels


@pytest.mark.parametrize("service", ["sctp any", "proto 0", "icmp 255", "tcp any", "udp any { source-port 123 }"])
def test_all_else_is_said(service: str, tmp_path: Path) -> None:
    assert len(rendered(tmp_path, service)) == 1


def test_a_side_of_one_family_makes_no_rule_in_the_other(tmp_path: Path) -> None:
    found = rendered(tmp_path, "tcp 502", "six -> y")
    assert len(found) == 1
    assert "family 'ipv6'" in found[0]


def test_the_whole_space_is_said_in_halves(tmp_path: Path) -> None:
    """A condition that holds for every address might be taken for none."""
    text = PLANT.format(service="tcp 502", flow="x -> y").replace("net 10.2.0.0/24, fd00:2::/64", "net any")
    policy = plant_of(text.replace(", fd00:1::/64", "").replace("; asset six fd00:1::5", ""), tmp_path)
    text = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].texts()["rules"]
    assert "list dest_ip '8000::/1'" in text
    assert "/0'" not in text


def test_sessions_of_grants_are_ended_by_their_two_ends() -> None:
    text = built("grants", "openwrt", "declared").built[0].texts()["kill"]
    found = set(re.findall(r"-p (\S+) -s (\S+) -d (\S+) --dport (\S+)", text))
    jump, plc, hmi = "10.1.0.5", "10.2.0.5", "10.2.0.6"
    assert found == {
        ("tcp", jump, plc, "102"),
        ("tcp", jump, plc, "443"),
        ("tcp", jump, hmi, "102"),
        ("tcp", jump, hmi, "443"),
    }

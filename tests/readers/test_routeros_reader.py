"""The reader of RouterOS on exports that nobody here rendered, on traps, and on what the router itself refuses."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any

import pytest

from segc.diagnostics import SegcError
from segc.lang.loader import load
from segc.model.resolve import resolve
from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused, Unknown
from segc.packets.trace import trace
from segc.proof.gate import Gate
from segc.proof.prove import Prover
from segc.targets import registry
from segc.targets.build import build
from tests.conformance.cases import AT, PLANTS, built, plant
from tests.plants import plant_of

EXPORT = r"""
# 2026-11-20 08:15:02 by RouterOS 7.16.1
# software id = ABCD-1234
#
# model = RB5009UG+S+
/interface bridge
add admin-mac=48:A9:8A:00:00:01 auto-mac=no comment=defconf name=bridge
/interface list
add comment=defconf name=WAN
add comment=defconf name=LAN
add include=LAN name=more
/interface bridge port
add bridge=bridge comment=defconf interface=ether2
/ip firewall connection tracking
set udp-timeout=10s
/interface list member
add comment=defconf interface=bridge list=LAN
add comment=defconf interface=ether1 list=WAN
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0
/ip firewall address-list
add address=10.3.0.11 list=plcs
add address=10.3.0.16-10.3.0.31 comment="the \"new\" line" list=plcs
add address=10.9.0.0/16 disabled=yes list=plcs
add address=time.example.org list=ntp
/ip firewall filter
add action=accept chain=input comment=\
    "defconf: accept established,related,untracked" connection-state=\
    established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=\
    invalid
add action=accept chain=input comment="defconf: accept ICMP" protocol=icmp
add action=drop chain=input comment="defconf: drop all not coming from LAN" \
    in-interface-list=!LAN
add action=fasttrack-connection chain=forward comment="defconf: fasttrack" \
    connection-state=established,related hw-offload=yes
add action=accept chain=forward connection-state=established,related,untracked
add action=jump chain=forward dst-address-list=plcs jump-target=to-plcs
add action=accept chain=forward dst-address-list=ntp dst-port=123 protocol=udp
add action=accept chain=forward in-interface=ether7 port=161,5000-5003 protocol=udp
add action=accept chain=forward in-interface=ether8 limit=10,5:packet
add action=accept chain=forward in-interface=ether9 src-address-list=!nobody
add action=accept chain=forward src-address-list=nobody
add action=drop chain=forward comment="a long one that the export\
    \_breaks" log=yes log-prefix="DROP fwd"
add action=accept chain=to-plcs dst-port=102,502 protocol=tcp src-address=10.1.0.0/24
add action=accept chain=to-plcs disabled=yes src-address=10.8.0.0/24
add action=log chain=to-plcs icmp-options=8:0-255 log-prefix=ping protocol=icmp
add action=return chain=to-plcs src-address=10.1.0.66
add action=reject chain=to-plcs reject-with=icmp-admin-prohibited
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" ipsec-policy=\
    out,none out-interface-list=WAN
/ipv6 firewall filter
add action=accept chain=forward protocol=icmpv6
add action=drop chain=forward dst-address=fd00:2::/64
/system identity
set name=cell-4
/system script
add dont-require-permissions=no name=x owner=admin policy=read source=\
    ":foreach i in={1;2} do={\r\
    \n  :put \$i\r\
    \n}"
"""


def read(text: str = EXPORT) -> Machine:
    return registry.reader("routeros").read({"rules": text})


FORWARD, INPUT = ("prerouting", "forward"), ("prerouting", "input")


def fate(text: str, hooks: tuple[str, ...] = FORWARD, **values: Any) -> tuple[str, list[str]]:
    """What becomes of a packet from the bridge to a PLC, unless told otherwise."""
    ends: dict[str, Any] = {"source": "10.1.0.5", "target": "10.3.0.11", "proto": 6, "iif": "bridge", "oif": "x"}
    ends |= values
    source, target = (ipaddress.ip_address(ends.pop(end)) for end in ("source", "target"))
    run = trace(read(text), Packet(source.version, int(source), int(target), **ends), hooks)
    return run.kind, run.logs


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dport": 502}, ("accept", [])),
        ({"dport": 503}, ("reject", [])),
        ({"dport": 502, "target": "10.3.0.31"}, ("accept", [])),
        ({"dport": 502, "target": "10.3.0.32"}, ("drop", ["DROP fwd"])),
        ({"dport": 502, "target": "10.9.0.1"}, ("drop", ["DROP fwd"])),  # its entry is disabled
        ({"dport": 1, "source": "10.8.0.1"}, ("reject", [])),  # its rule is
        ({"proto": 1, "dport": 8 * 256}, ("reject", ["ping"])),
        ({"dport": 1, "source": "10.1.0.66"}, ("drop", ["DROP fwd"])),  # returned, and on
        ({"dport": 1, "state": "established"}, ("accept", [])),
        ({"proto": 17, "iif": "ether7", "target": "10.4.0.1", "dport": 5002}, ("accept", [])),
        ({"proto": 17, "iif": "ether7", "target": "10.4.0.1", "sport": 161, "dport": 9}, ("accept", [])),
        ({"proto": 17, "iif": "ether7", "target": "10.4.0.1", "sport": 9, "dport": 9}, ("drop", ["DROP fwd"])),
        ({"iif": "ether9", "target": "10.4.0.1"}, ("accept", [])),  # a list that nobody fills
        ({"source": "fd00:1::1", "target": "fd00:2::1"}, ("drop", [])),
        ({"source": "fd00:1::1", "target": "fd00:2::1", "proto": 58, "dport": 128 * 256}, ("accept", [])),
        ({"source": "fd00:1::1", "target": "fd00:3::1"}, ("accept", [])),  # no rule decides
    ],
)
def test_what_an_export_does(values: dict[str, Any], expected: tuple[str, list[str]]) -> None:
    assert fate(EXPORT, **values) == expected


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"iif": "bridge"}, "accept"),
        ({"iif": "ether1"}, "drop"),
        ({"iif": "ether1", "proto": 1, "dport": 8 * 256}, "accept"),
        ({"iif": "bridge", "state": "invalid"}, "drop"),
        ({"iif": "ether1", "state": "untracked"}, "accept"),
    ],
)
def test_what_an_export_does_with_traffic_to_itself(values: dict[str, Any], kind: str) -> None:
    assert fate(EXPORT, INPUT, **values)[0] == kind


def test_what_depends_on_more_than_the_packet_is_left_open() -> None:
    packet = Packet(4, 1, 2, 6, 80, 1, "ether8", "x")
    assert trace(read(), packet, unknown=lambda _: True).kind == "accept"
    assert trace(read(), packet).kind == "drop"
    ntp = Packet(4, 1, 2, 17, 123, 1, "bridge", "x")
    assert trace(read(), ntp, unknown=lambda text: "ntp" in text).kind == "accept"
    assert trace(read(), ntp).kind == "drop"


def test_a_fast_track_lets_what_follows_pass() -> None:
    text = EXPORT.replace("add action=accept chain=forward connection-state=established,related,untracked\n", "")
    packet = Packet(4, 1, 2, 6, 80, 1, "bridge", "x", state="established")
    assert trace(read(text), packet, unknown=lambda _: True).kind == "accept"
    assert trace(read(text), packet).kind == "drop"


def test_an_export_is_understood_and_told_by_its_look() -> None:
    assert read().unknown == []
    role = registry.reader("routeros").role
    assert role("running.rsc", EXPORT) == "rules"
    assert role("x", "/ip/firewall/filter/add chain=forward action=drop\n") == "rules"
    assert role("x", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n") is None


def test_raw_comes_first() -> None:
    text = "/ip firewall raw\nadd action=drop chain=prerouting src-address=10.1.0.5\n"
    assert fate(text)[0] == "drop"
    assert fate(text, source="10.1.0.6")[0] == "accept"


def test_commands_may_stand_in_one_line_with_their_menu() -> None:
    assert fate("/ip/firewall/filter/add chain=forward action=drop dst-port=502 protocol=tcp", dport=502)[0] == "drop"
    assert fate("/ip firewall filter add chain=forward action=drop protocol=6 dst-port=502", dport=502)[0] == "drop"
    assert fate("/ip firewall filter\nadd chain=forward action=jump jump-target=nowhere")[0] == "accept"


FILTER = "/ip firewall filter\n"


def test_either_port_turned_round_is_neither() -> None:
    text = FILTER + "add action=drop chain=forward protocol=tcp port=!80,443"
    found = [fate(text, dport=dport, sport=sport)[0] for dport, sport in ((80, 1), (1, 443), (1, 1))]
    assert found == ["accept", "accept", "drop"]


def test_host_bits_behind_a_prefix_do_not_count() -> None:
    text = FILTER + "add action=drop chain=forward src-address=10.1.0.77/24"
    assert [fate(text, source=source)[0] for source in ("10.1.0.1", "10.1.1.1")] == ["drop", "accept"]


def test_entries_that_end_are_left_open() -> None:
    text = "/ip firewall address-list add list=x address=10.1.0.5 timeout=1h\n"
    text += FILTER + "add action=drop chain=forward src-address-list=x"
    packet = Packet(4, 10 << 24 | 1 << 16 | 5, 2, 6)
    assert {trace(read(text), packet, unknown=lambda _, it=it: it).kind for it in (True, False)} == {"accept", "drop"}  # type: ignore[misc]


def test_two_limits_of_the_same_words_may_differ() -> None:
    text = FILTER + "add action=drop chain=forward limit=1,5:packet\nadd action=drop chain=forward limit=1,5:packet"
    names = {
        match.text
        for rules in read(text).chains.values()
        for rule in rules
        for match in rule.matches
        if isinstance(match, Unknown)
    }
    assert len(names) == 2


@pytest.mark.parametrize(
    "text",
    [
        FILTER + "add action=accept chain=forward dst-port=502",
        FILTER + "add action=accept chain=forward dst-port=502 protocol=icmp",
        FILTER + "add action=accept chain=forward dst-port=502 protocol=!tcp",
        FILTER + "add action=accept chain=forward protocol=0",
        FILTER + "add action=accept chain=forward protocol=icmp icmp-options=255:0-255",
        FILTER + "add action=accept chain=forward protocol=tcp icmp-options=8:0",
        FILTER + "add action=accept chain=forward src-address=fd00::1",
        "/ipv6 firewall filter\nadd action=accept chain=forward src-address=10.0.0.1",
        "/ipv6 firewall filter\nadd action=accept chain=forward src-address=fd00::1-fd00::9",
        "/ipv6 firewall address-list\nadd address=10.0.0.1 list=x",
        FILTER + "add action=accept chain=forward src-adress=10.0.0.1",
        FILTER + "add action=accept chain=forward src-address=10.0.0.300",
        FILTER + "add action=accept chain=forward src-address=",
        FILTER + "add action=accept chain=forward src-address=10.0.0.9-10.0.0.1",
        FILTER + "add action=accept chain=forward in-interface-list=LAN",
        FILTER + "add action=accept chain=forward in-interface=*5",
        FILTER + "add action=accept chain=forward connection-state=established,old",
        FILTER + "add action=jump chain=forward",
        FILTER + "add action=accept src-address=10.0.0.1",
        FILTER + "add action=accept chain=forward src-address=10.0.0.1 src-address=10.0.0.2",
        FILTER + "add action=accept chain=forward disabled=maybe",
        FILTER + 'add action=accept chain=forward comment="no end',
        FILTER + "add action=accept chain=forward comment=x\\",
        FILTER + "add action=accept chain=forward quickly",
        FILTER + "add action=accept chain=forward protocol=tcp dst-port=" + ",".join(map(str, range(1, 17))),
        FILTER + "add action=accept chain=forward protocol=tcp dst-port=70000",
        FILTER + "add action=jump chain=forward jump-target=a\nadd action=jump chain=a jump-target=forward",
        "/ip firewall raw\nadd action=drop chain=prerouting connection-state=new",
        "/ip firewall filter FROBNICATE",
    ],
)
def test_what_the_router_would_not_take_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        trace(read(text), Packet(4, 1, 2, 6, 80, 1, "a", "b"))


@pytest.mark.parametrize(
    "text",
    [
        FILTER + "add action=shortcut chain=forward",
        FILTER + "remove 0",
        FILTER + "set 0 action=drop",
        "/ip firewall raw\nadd action=notrack chain=prerouting",
        "/ip firewall connection tracking\nset enabled=no",
        "/ip settings\nset rp-filter=strict",
        "/ipv6 settings\nset disable-ipv6=yes",
        "/interface bridge filter\nadd action=drop chain=forward",
        "/ip firewall mangle\nadd action=log chain=forward log=yes",
        "/ip hotspot\nadd interface=bridge",
        "#\n/ip firewall filter frobnicate",
        "/system identity\nfrobnicate the gizmo",
    ],
)
def test_what_it_does_not_know_is_said_by_line(text: str) -> None:
    assert [(line, file) for _, line, file in read(text).unknown] == [(2, "rules")]


def test_a_list_that_rules_fill_is_not_what_the_export_shows() -> None:
    text = (
        FILTER + "add action=drop chain=forward src-address-list=bad\n"
        "add action=add-src-to-address-list address-list=bad chain=input protocol=tcp dst-port=23\n"
        "/ip firewall address-list\nadd address=10.66.0.0/16 list=bad\n"
    )
    packet = Packet(4, 1, 2, 6, 80, 1, "a", "b")
    assert trace(read(text), packet).kind == "accept"
    assert trace(read(text), packet, unknown=lambda _: True).kind == "drop"


# -- traps: faults of other compilers, put into our own file ------------------


def change(pattern: str, to: str, text: str) -> str:
    new, count = re.subn(pattern, to, text, count=1, flags=re.MULTILINE)
    assert count, pattern
    return new


MODBUS = r'^(add action=accept chain=segc-from-office comment="services: office -> old : modbus".*)$'
TRAPS = {
    "a match that was lost is any": (r" dst-address-list=segc-dmz.old dst-port=502", " dst-port=502"),
    "ports that were lost are all": (r" dst-port=502 protocol=tcp", ""),
    "a list without entries": (r"^add address=10\.2\.0\.11 .*\n", ""),
    "a list mistyped where it is filled": (r"list=segc-dmz\.old$", "list=segc-dmz.odl"),
    "a list mistyped where it is used": (r"dst-address-list=segc-dmz\.old", "dst-address-list=segc-dmz.odl"),
    "a negated list that nobody fills": (r"dst-address-list=segc-dmz\.old", "dst-address-list=!segc-dmz.odl"),
    "protocols and ports as a cross product": (r"dst-port=502,9000-9010", "dst-port=69,502,9000-9010"),
    "the record of a stopped packet is lost": (r"^(add action=drop chain=segc-from-office .*) log=yes", r"\1"),
    "the record of a permitted flow is lost": (r" log=yes (log-prefix=segc:L)", r" \1"),
    "a record under another name": (r'log-prefix="segc:B:office>dmz"', "log-prefix=drop"),
    "the last line is not reached": (r"^(?=add action=drop chain=segc-from-of)", "add chain=segc-from-office\n"),
    "new sessions on the ticket of old ones": ("connection-state=established", "connection-state=established,new"),
    "an answer is not let back": (r'^add action=accept chain=segc-forward comment="sessions.*\n', ""),
    "a jump that leads nowhere": (r"jump-target=segc-from-office", "jump-target=segc-from-offce"),
    "nothing leads in": (r"^add action=jump chain=forward .*\n", ""),
    "somebody else's rule comes first": (r"^(/ip firewall filter)$", r"\1\nadd chain=forward protocol=tcp"),
    "a rule is switched off": (MODBUS, r"\1 disabled=yes"),
    "source and target are swapped": (r"dst-address-list=segc-dmz\.old", "src-address-list=segc-dmz.old"),
    "an interface is not asked": (r" in-interface=eth0", ""),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refuted_with_a_packet(trap: str) -> None:
    one = built("basic", "routeros", "declared").built[0]
    text = change(*TRAPS[trap], one.texts()["rules"])
    proof = Prover(plant("basic", "routeros"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences


def test_the_other_family_has_rules_of_its_own() -> None:
    """Nothing written for IPv4 opens IPv6: without its half everything passes there, unrecorded."""
    one = built("basic", "routeros", "declared").built[0]
    text = one.texts()["rules"].split("/ipv6 firewall address-list")[0]
    proof = Prover(plant("basic", "routeros"), AT, None).prove(one.firewall, {"rules": text}, one.entry)
    assert proof.differences
    assert {difference.packet.family for difference in proof.differences} == {6}


def test_an_export_of_what_was_imported_is_proved() -> None:
    """As the router gives it back: broken lines, a banner, other menus, and rules of its own behind ours."""
    one = built("basic", "routeros", "declared").built[0]
    text = "# 2026-11-24 08:00:00 by RouterOS 7.16.1\n/interface bridge\nadd name=bridge\n" + one.texts()["rules"]
    text = text.replace(" log-prefix=", " \\\n    log-prefix=")
    text = text.replace("/ipv6 firewall address-list", "add action=drop chain=forward\n/ipv6 firewall address-list")
    text += "/system identity\nset name=fw\n"
    assert Prover(plant("basic", "routeros"), AT, None).prove(one.firewall, {"rules": text}, one.entry).equal


# -- rendering ----------------------------------------------------------------


PLANT = """segc 1
team ops
site s {{ mode enforce; owner ops }}
service it {{ {service} }}
zone a {{ level 4; net 10.1.0.0/24, fd00:1::/64; asset x 10.1.0.5; asset six fd00:1::5 }}
zone b {{ level 3; net {net}; asset y 10.2.0.5 {{ address fd00:2::5 }} }}
conduit c a -> b {{ allow {flow} : it }}
firewall fw {{
  target routeros
  interface eth0 a 10.1.0.1/24
  interface eth1 b 10.2.0.1/24
}}
"""


def rendered(folder: Path, service: str, flow: str = "x -> y", net: str = "10.2.0.0/24, fd00:2::/64") -> list[str]:
    policy = plant_of(PLANT.format(service=service, flow=flow, net=net), folder)
    one = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0]
    return one.texts()["rules"].splitlines()


@pytest.mark.parametrize("service", ["proto 0", "icmp 255", "icmp 250-255"])
def test_what_netfilter_would_take_for_any_stops_the_build(service: str, tmp_path: Path) -> None:
    with pytest.raises(SegcError) as stopped:
        rendered(tmp_path, service)
    assert [one.name for one in stopped.value.diagnostics] == ["unsupported-by-target"]
    assert stopped.value.diagnostics[0].labels


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
    text = PLANT.format(service="tcp 502", flow="x -> y", net="any")
    policy = plant_of(text.replace(", fd00:1::/64", "").replace("; asset six fd00:1::5", ""), tmp_path)
    lines = build(policy, AT, "declared", prove=Gate(policy, AT, None)).built[0].texts()["rules"].splitlines()
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

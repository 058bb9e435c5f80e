"""The reader of Cisco ASA on configurations that nobody here rendered: verdicts by packet, records, refusals by name."""

from __future__ import annotations

import ipaddress

import pytest

from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import Trace, trace
from segc.targets import registry

FORWARD, INPUT = ("prerouting", "forward", "postrouting"), ("prerouting", "input")
TCP, UDP, ICMP, ICMP6, GRE = 6, 17, 1, 58, 47
# as `show running-config` prints one
EXPORT = """\
: Saved

:
: Serial Number: 9AXXXXXXXXX
: Hardware:   ASAv, 2048 MB RAM, CPU Xeon 2000 MHz
:
ASA Version 9.16(4)
!
hostname plant-fw
enable password ***** pbkdf2
xlate per-session deny tcp any4 any4
names
name 10.9.0.7 historian description keeps values
no mac-address auto

!
interface GigabitEthernet0/0
 description to the office
 nameif outside
 security-level 0
 ip address 192.0.2.1 255.255.255.0
!
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.255.0
 ipv6 address fd00:1::1/64
!
interface GigabitEthernet0/2
 nameif dmz
 security-level 50
 ip address 10.2.0.1 255.255.255.0
!
interface GigabitEthernet0/3
 nameif cell
 security-level 50
 ip address 10.3.0.1 255.255.255.0
!
interface Management0/0
 management-only
 nameif mgmt
 security-level 100
 ip address 10.99.0.1 255.255.255.0
!
ftp mode passive
same-security-traffic permit inter-interface
object network web
 host 10.2.0.10
 description the web server
object network plcs
 range 10.3.0.20 10.3.0.29
object network web
 nat (dmz,outside) static 192.0.2.10
object service modbus
 service tcp destination eq 502
object-group network offices
 network-object 198.51.100.0 255.255.255.128
 network-object host 203.0.113.5
 network-object fd00:9::/64
object-group network everyone
 group-object offices
 network-object object web
object-group service names tcp-udp
 port-object eq domain
 port-object range 5300 5309
object-group service mixed
 service-object tcp destination eq https
 service-object udp source eq ntp destination eq ntp
 service-object icmp echo
 service-object esp
 service-object object modbus
object-group icmp-type questions
 icmp-object echo
 icmp-object timestamp-request
object-group protocol either
 protocol-object tcp
 protocol-object udp
access-list outside_in remark what the world may
access-list outside_in extended permit object-group mixed object-group offices object web log notifications
access-list outside_in extended permit tcp any4 object web eq www log interval 60
access-list outside_in extended permit object-group either any host 10.2.0.53 object-group names
access-list outside_in extended permit icmp any4 any4 object-group questions
access-list outside_in extended permit tcp any host historian range 5450 5460
access-list outside_in extended permit udp any gt 1023 host 10.2.0.54 neq 161
access-list outside_in extended permit ip host 203.0.113.66 any inactive
access-list outside_in extended deny tcp any any eq telnet
access-list outside_in extended deny udp any any log disable
access-list outside_in extended deny icmp any any log default
access-list outside_in extended deny icmp6 any6 any6 log 3
access-list dmz_out extended permit tcp any object web
access-list cp extended permit icmp any any
access-list cp extended permit esp any4 any4
access-list cp extended deny ip any any log
access-list split standard permit 10.0.0.0 255.0.0.0
pager lines 24
logging enable
logging trap informational
mtu outside 1500
icmp unreachable rate-limit 1 burst-size 1
icmp permit any outside
no asdm history enable
arp timeout 14400
nat (inside,outside) after-auto source dynamic any interface
access-group outside_in in interface outside
access-group cp in interface outside control-plane
access-group dmz_out out interface dmz
route outside 0.0.0.0 0.0.0.0 192.0.2.254 1
timeout xlate 3:00:00
aaa authentication ssh console LOCAL
http server enable 8443
http 198.51.100.0 255.255.255.0 outside
no snmp-server location
crypto ca trustpoint _SmartCallHome_ServerCA
 no validation-usage
 crl configure
crypto ca certificate chain _SmartCallHome_ServerCA
 certificate ca 0a0142800000014523c844b500000002
    30820560 30820348 a0030201 0202100a 01428000 00014523 c844b500 00000230
  quit
telnet timeout 5
ssh stricthostkeycheck
ssh 198.51.100.7 255.255.255.255 outside
ssh version 2
console timeout 0
threat-detection basic-threat
username admin password ***** pbkdf2 privilege 15
!
class-map inspection_default
 match default-inspection-traffic
!
policy-map type inspect dns preset_dns_map
 parameters
  message-length maximum 512
policy-map global_policy
 class inspection_default
  inspect dns preset_dns_map
  inspect ftp
 class class-default
  user-statistics accounting
!
service-policy global_policy global
prompt hostname context
no call-home reporting anonymous
Cryptochecksum:0123456789abcdef0123456789abcdef
: end
"""


def read(text: str) -> Machine:
    return registry.reader("cisco-asa").read({"rules": text})


def packet(line: str, state: str = "new", *, reply: bool = False) -> Packet:
    """`tcp 10.0.0.1:5 10.0.0.2:6 outside dmz`; behind ICMP addresses stands the type."""
    proto, source, target, iif, *oif = line.split()
    ends = [end.rsplit("@", 1) for end in (source, target)]
    addresses = [ipaddress.ip_address(end[0]) for end in ends]
    sport, dport = (int(end[1]) if len(end) > 1 else 0 for end in ends)
    number = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmp6": ICMP6}.get(proto) or int(proto)
    if number in (ICMP, ICMP6):
        dport *= 256
    v, a, b = addresses[0].version, int(addresses[0]), int(addresses[1])
    return Packet(v, a, b, number, dport, sport, iif, oif[0] if oif else "", 0, state, reply)


def run(text: str, line: str, state: str = "new", *, reply: bool = False, hooks: tuple[str, ...] = FORWARD) -> Trace:
    return trace(read(text), packet(line, state, reply=reply), hooks)


THROUGH = [
    # a group of services: ports stay with their protocols
    ("tcp 198.51.100.9@5 10.2.0.10@443 outside dmz", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("udp 198.51.100.9@123 10.2.0.10@123 outside cell", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("udp 198.51.100.9@124 10.2.0.10@123 outside cell", "drop", None),
    ("udp 198.51.100.9@5 10.2.0.10@443 outside cell", "drop", None),
    ("50 198.51.100.9 10.2.0.10 outside cell", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("tcp 203.0.113.5@5 10.2.0.10@502 outside dmz", "accept", "%ASA-5-106100: access-list outside_in permitted"),
    ("tcp 198.51.100.200@5 10.2.0.10@502 outside dmz", "drop", None),
    # `log` without a level is level 6; a port by name
    ("tcp 198.51.100.200@5 10.2.0.10@80 outside dmz", "accept", "%ASA-6-106100: access-list outside_in permitted"),
    # a group of protocols with a group of ports
    ("udp 8.8.8.8@5 10.2.0.53@5304 outside cell", "accept", None),
    ("tcp 8.8.8.8@5 10.2.0.53@53 outside cell", "accept", None),
    ("tcp 8.8.8.8@5 10.2.0.53@54 outside cell", "drop", None),
    ("icmp 8.8.8.8 10.2.0.99@13 outside cell", "accept", None),
    ("icmp 8.8.8.8 10.2.0.99@17 outside cell", "drop", '%ASA-4-106023: Deny by access-group "outside_in"'),
    # an alias, gt and neq
    ("tcp 8.8.8.8@5 10.9.0.7@5450 outside inside", "accept", None),
    ("udp 8.8.8.8@1024 10.2.0.54@162 outside cell", "accept", None),
    ("udp 8.8.8.8@1023 10.2.0.54@162 outside cell", "drop", None),
    ("udp 8.8.8.8@1024 10.2.0.54@161 outside cell", "drop", None),
    ("tcp 203.0.113.66@5 10.2.0.10@22 outside cell", "drop", None),  # an inactive line; the implicit deny is silent
    ("tcp 8.8.8.8@5 10.2.0.10@23 outside dmz", "drop", '%ASA-4-106023: Deny by access-group "outside_in"'),
    ("icmp6 fd00:9::1 fd00:1::5@128 outside inside", "drop", "%ASA-3-106100: access-list outside_in denied"),
    # no list: from higher to lower levels, between equal ones as permitted, never up, nor back out
    ("tcp 10.1.0.5@5 8.8.8.8@443 inside outside", "accept", None),
    ("tcp 10.3.0.5@5 10.1.0.5@443 cell inside", "drop", None),
    ("tcp 10.3.0.5@5 10.2.0.10@443 cell dmz", "accept", None),
    ("tcp 10.3.0.5@5 10.3.0.6@443 cell cell", "drop", None),
    ("tcp 10.99.0.5@5 8.8.8.8@443 mgmt outside", "drop", None),
    ("tcp 10.1.0.5@5 10.99.0.8@443 inside mgmt", "drop", None),
    # a list out of an interface comes on top
    ("tcp 10.1.0.5@5 10.2.0.11@443 inside dmz", "drop", None),
    ("tcp 10.1.0.5@5 10.2.0.10@443 inside dmz", "accept", None),
]


@pytest.mark.parametrize(("line", "kind", "said"), THROUGH)
def test_packets_through_the_box(line: str, kind: str, said: str | None) -> None:
    found = run(EXPORT, line)
    assert (found.kind, found.logs) == (kind, [] if said is None else [said])


@pytest.mark.parametrize(
    ("line", "kind", "logs"),
    [
        ("tcp 198.51.100.7@5 192.0.2.1@22 outside", "accept", 0),  # ssh and http: before the list
        ("tcp 198.51.100.8@5 192.0.2.1@22 outside", "drop", 1),
        ("tcp 198.51.100.8@5 192.0.2.1@8443 outside", "accept", 0),
        ("tcp 198.51.100.8@5 192.0.2.1@443 outside", "drop", 1),
        ("icmp 8.8.8.8 192.0.2.1@8 outside", "accept", 0),
        ("50 8.8.8.8 192.0.2.1 outside", "accept", 0),
        ("tcp 10.1.0.5@5 10.1.0.1@22 inside", "accept", 0),  # no control-plane list there
    ],
)
def test_packets_to_the_box(line: str, kind: str, logs: int) -> None:
    found = run(EXPORT, line, hooks=INPUT)
    assert (found.kind, len(found.logs)) == (kind, logs)


def test_nothing_of_an_export_is_left_unread() -> None:
    assert not read(EXPORT).unknown


def test_sessions_pass_before_any_list_and_icmp_only_where_it_is_followed() -> None:
    answer = "tcp 10.2.0.10@80 8.8.8.8@5 outside cell"
    ping = "icmp 10.2.0.99 8.8.8.8@0 outside cell"
    followed = EXPORT.replace("  inspect ftp\n", "  inspect ftp\n  inspect icmp\n")
    assert run(EXPORT, answer, "established", reply=True).kind == "accept"
    assert run(EXPORT, ping, "established", reply=True).kind == "drop"
    assert run(followed, ping, "established", reply=True).kind == "accept"
    assert run(followed, ping).kind == "drop"


def test_the_first_class_that_inspects_a_packet_counts() -> None:
    """`inspection_default` takes ICMP, whether it inspects it or not; a list narrows it to addresses."""
    ping = ("icmp 10.2.0.99 8.8.8.8@0 outside cell", "established")
    behind = EXPORT.replace(" class class-default\n", " class pings\n  inspect icmp\n class class-default\n")
    pings = "class-map pings\n match access-list pings\nclass-map inspection_default\n"
    behind = behind.replace("class-map inspection_default\n", pings)
    behind = behind.replace("pager lines", "access-list pings extended permit icmp any any\npager lines")
    assert run(behind, *ping, reply=True).kind == "drop"
    narrowed = behind.replace("inspection-traffic\n", "inspection-traffic\n match access-list narrow\n")
    some = "access-list narrow extended deny ip host 8.8.8.8 any\naccess-list narrow extended permit ip any any\npager lines"
    narrowed = narrowed.replace("pager lines", some)
    assert run(narrowed, *ping, reply=True).kind == "accept"
    assert run(narrowed, "icmp 10.2.0.99 8.8.4.4@0 outside cell", "established", reply=True).kind == "drop"


def test_errors_that_belong_to_sessions_need_a_line() -> None:
    error = "icmp 10.2.0.99 8.8.8.8@3 outside cell"
    assert run(EXPORT, error, "related").kind == "drop"
    first = "access-list outside_in extended permit icmp any any unreachable\naccess-list outside_in remark w"
    assert run(EXPORT.replace("access-list outside_in remark w", first, 1), error, "related").kind == "accept"


def test_a_global_list_comes_behind_an_interfaces_and_before_the_implicit_deny() -> None:
    more = "access-list all extended permit tcp any any eq 22 log\naccess-group all global\npager lines"
    text = EXPORT.replace("pager lines", more)
    said = ["%ASA-6-106100: access-list all permitted"]
    assert run(text, "tcp 8.8.8.8@5 10.3.0.5@22 outside cell").logs == said
    assert run(text, "tcp 8.8.8.8@5 10.3.0.5@23 outside cell").kind == "drop"
    # security levels count no more, on interfaces without a list either
    assert run(text, "tcp 10.3.0.5@5 10.1.0.5@22 cell inside").kind == "accept"
    assert run(text, "tcp 10.1.0.5@5 8.8.8.8@443 inside outside").kind == "drop"


def test_equal_levels_are_apart_whatever_lists_say() -> None:
    text = EXPORT.replace("same-security-traffic permit inter-interface\n", "")
    text = text.replace(
        "pager lines", "access-list a extended permit ip any any\naccess-group a in interface cell\npager"
    )
    assert run(text, "tcp 10.3.0.5@5 10.2.0.10@443 cell dmz").kind == "drop"
    assert run(text, "tcp 10.3.0.5@5 10.1.0.5@443 cell inside").kind == "accept"
    assert run(text, "tcp 10.3.0.5@5 10.3.0.6@443 cell cell").kind == "drop"


PART = "access-list a extended permit ip any any log\naccess-group a in interface x\n"


def test_a_part_says_nothing_of_interfaces_that_it_does_not_show() -> None:
    assert run(PART, "tcp 1.1.1.1@5 2.2.2.2@6 y z").kind == "whatever"
    assert run(PART, "tcp 1.1.1.1@5 2.2.2.2@6 x z").kind == "accept"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("access-list a extended permit tcp object nobody any", "no object is called `nobody`"),
        ("object-group network empty\naccess-list a extended permit ip object-group empty any", "is empty"),
        ("object network o\naccess-list a extended permit ip object o any", "is empty"),
        ("object network o\n host 1.1.1.1\nobject-group network o", "something else already"),
        ("object network o\n host 1.1.1.1\naccess-list a extended permit object o any any", "of kind network"),
        ("object-group network g\n group-object g", "is empty"),
        ("object-group network g\n network-object host 1.1.1.1\n group-object g", "cannot be part"),
        (
            "object-group service p tcp\n port-object eq 5\naccess-list a extended permit udp any any object-group p",
            "another protocol",
        ),
        ("object-group network g\n netwrk-object host 1.1.1.1", "nothing that such an object has"),
        ("access-list a extended permit tcp any any eq 70000", "no port"),
        ("access-list a extended permit tcp any any eq httpd", "no port"),
        ("access-list a extended permit ip any any eq 80", "does not end"),
        ("access-list a extended permit icmp any any echo-requst", "no ICMP type"),
        ("access-list a extended permit frob any any", "no protocol"),
        ("access-list a extended allow ip any any", "neither permit nor deny"),
        ("access-list a extended permit ip any", "ends where"),
        ("access-list a extended permit ip 10.0.0.0 any any", "no address"),
        ("access-list a extended permit ip fd00::1 any", "has no length"),
        ("access-list a extended permit ip any any log lots", "does not end"),
        ("access-list a extended permit ip any any log 4 interval 9999", "no seconds"),
        ("access-group nolist in interface x", "no extended list"),
        ("access-list s standard permit 10.0.0.0 255.0.0.0\naccess-group s in interface x", "no extended list"),
        ("access-list b remark only\naccess-group b in interface x", "no line yet"),
        ("access-group a sideways interface x", "no place for a list"),
        ("ASA Version 8.2(5)", "before 9.0"),
        ("no access-list a extended permit ip any any", "no configuration"),
        ("frobnicate", "no command"),
        ("service-policy p global", "no policy map"),
        ("policy-map p\n class c\n  frob", "nothing that a policy map has"),
        (" hots 1.1.1.1", "no address of an object"),
    ],
)
def test_what_the_box_would_refuse_is_refused(lines: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        read(PART + "object network here\n" + lines + "\n")
    assert caught.value.line > 2
    assert caught.value.file == "rules"
    assert caught.value.text in lines


@pytest.mark.parametrize(
    "lines",
    [
        "access-list a extended permit tcp any any time-range nights",
        "access-list a extended permit tcp user PLANT\\joe any any",
        "access-list a extended permit tcp security-group tag 7 any security-group name plcs any",
        "access-list a extended permit tcp any interface x eq 80",
        "access-list a extended permit ip 10.0.0.128 255.0.0.192 any",
        "object network o\n fqdn v4 example.com\naccess-list a extended permit ip any object o",
        "access-group a in interface x per-user-override",
        "ip verify reverse-path interface x",
        "icmp deny any x",
        "icmp permit 10.0.0.0 255.0.0.0 x",
        "ipv6 icmp deny any x",
        "aaa authentication match a x RADIUS",
        "crypto map m interface x",
        "webvpn\n enable x",
        "established tcp 0 0",
        "firewall transparent",
        "no logging message 106100",
        "no logging enable",
        "dynamic-filter drop blacklist",
        "policy-map p\n class class-default\n  set connection advanced-options tcp-state-bypass\nservice-policy p global",
        "policy-map p\n class class-default\n  inspect icmp\nservice-policy p interface x",
    ],
)
def test_what_cannot_be_told_is_named(lines: str) -> None:
    """Each of these changes what passes, in a way that the text does not tell."""
    assert not read(PART).unknown
    [(_, line, file), *_] = read(PART + lines + "\n").unknown
    assert line > 2
    assert file == "rules"


def test_an_object_has_one_address_and_the_last_one_counts() -> None:
    lines = "object network o\n host 10.0.0.1\n host 10.0.0.2\naccess-list a extended permit ip object o any\n"
    text = lines + "access-group a in interface x\n"
    assert run(text, "tcp 10.0.0.1@5 2.2.2.2@6 x y").kind == "drop"
    assert run(text, "tcp 10.0.0.2@5 2.2.2.2@6 x y").kind == "accept"


def test_lt_leaves_its_port_out() -> None:
    text = "access-list a extended permit tcp any lt 1024 any\naccess-group a in interface x\n"
    assert run(text, "tcp 10.0.0.1@1023 2.2.2.2@6 x y").kind == "accept"
    assert run(text, "tcp 10.0.0.1@1024 2.2.2.2@6 x y").kind == "drop"


def test_what_the_box_sends_meets_no_list() -> None:
    assert run(EXPORT, "udp 10.2.0.1@5 10.2.0.11@514 lo dmz", hooks=("output", "postrouting")).kind == "accept"


def test_a_line_of_an_object_stands_below_one() -> None:
    with pytest.raises(Refused, match="below no command"):
        read(" host 1.1.1.1\n")


def test_tunnels_that_meet_the_lists_are_nothing_special() -> None:
    assert not read(PART + "crypto map m interface x\nno sysopt connection permit-vpn\n").unknown


@pytest.mark.parametrize("line", ["ssh 10.0.0.0 255.0.0.0 nowhere", "access-group cp in interface nowhere"])
def test_a_whole_configuration_has_all_interfaces(line: str) -> None:
    with pytest.raises(Refused, match="no interface is called `nowhere`"):
        read(EXPORT.replace("telnet timeout", f"{line}\ntelnet timeout"))


def test_lists_that_nobody_binds_are_not_judged() -> None:
    assert not read(PART + "access-list b extended permit ip any any time-range nights\n").unknown


def test_the_level_of_denials_can_be_changed() -> None:
    text = EXPORT.replace("logging enable", "logging enable\nlogging message 106023 level notifications")
    found = run(text, "tcp 8.8.8.8@5 10.2.0.10@23 outside dmz")
    assert found.logs == ['%ASA-5-106023: Deny by access-group "outside_in"']


def test_a_number_is_no_sure_place_in_a_list() -> None:
    """Remarks have numbers, too."""
    assert read(PART + "access-list a line 1 extended deny tcp any any\n").unknown


def test_protocol_0_is_all_of_ip() -> None:
    text = "access-list a extended permit 0 any any\naccess-group a in interface x\n"
    assert run(text, "tcp 1.1.1.1@5 2.2.2.2@6 x y").kind == "accept"


@pytest.mark.parametrize(
    ("name", "text", "role"),
    [
        ("running.cfg", EXPORT, "rules"),
        ("part.txt", PART, "rules"),
        ("other.txt", "ip access-list extended a\n permit ip any any\n", None),
        ("rules", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", None),
    ],
)
def test_a_running_configuration_is_known_by_what_it_says(name: str, text: str, role: str | None) -> None:
    assert registry.reader("cisco-asa").role(name, text) == role

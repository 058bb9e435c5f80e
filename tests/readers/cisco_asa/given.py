"""A running configuration as an ASA prints one, and packets that are sent at it."""

from __future__ import annotations

import ipaddress

from segc.packets.fields import Packet
from segc.packets.machine import Machine
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


PART = "access-list a extended permit ip any any log\naccess-group a in interface x\n"

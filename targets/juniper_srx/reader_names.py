"""Names that Junos knows: protocols, ports, ICMP types, and its own applications.

IANA's assignments; `show configuration groups junos-defaults applications` for the applications.
"""

from __future__ import annotations

from segc.packets.fields import ICMP, ICMP6, TCP, UDP

PROTOCOLS = {
    "icmp": 1,
    "igmp": 2,
    "ipip": 4,
    "tcp": 6,
    "egp": 8,
    "udp": 17,
    "rsvp": 46,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmp6": 58,
    "ospf": 89,
    "pim": 103,
    "vrrp": 112,
    "sctp": 132,
}
PORTS = {
    "ftp-data": 20,
    "ftp": 21,
    "ssh": 22,
    "telnet": 23,
    "smtp": 25,
    "domain": 53,
    "bootps": 67,
    "bootpc": 68,
    "tftp": 69,
    "http": 80,
    "pop3": 110,
    "ntp": 123,
    "imap": 143,
    "snmp": 161,
    "snmptrap": 162,
    "bgp": 179,
    "ldap": 389,
    "https": 443,
    "syslog": 514,
    "radius": 1812,
}
ICMP_TYPES = {
    "echo-reply": 0,
    "unreachable": 3,
    "source-quench": 4,
    "redirect": 5,
    "echo-request": 8,
    "router-advertisement": 9,
    "router-solicit": 10,
    "time-exceeded": 11,
    "parameter-problem": 12,
    "timestamp": 13,
    "timestamp-reply": 14,
    "info-request": 15,
    "info-reply": 16,
    "mask-request": 17,
    "mask-reply": 18,
}
# protocol, first and last port or type; None: all
Known = tuple[tuple[int, tuple[int, int] | None], ...]
APPLICATIONS: dict[str, Known] = {
    "junos-ftp": ((TCP, (21, 21)),),
    "junos-ssh": ((TCP, (22, 22)),),
    "junos-telnet": ((TCP, (23, 23)),),
    "junos-smtp": ((TCP, (25, 25)),),
    "junos-dns-udp": ((UDP, (53, 53)),),
    "junos-dns-tcp": ((TCP, (53, 53)),),
    "junos-tftp": ((UDP, (69, 69)),),
    "junos-http": ((TCP, (80, 80)),),
    "junos-ntp": ((UDP, (123, 123)),),
    "junos-ldap": ((TCP, (389, 389)),),
    "junos-https": ((TCP, (443, 443)),),
    "junos-syslog": ((UDP, (514, 514)),),
    "junos-radius": ((UDP, (1812, 1812)),),
    "junos-bgp": ((TCP, (179, 179)),),
    "junos-gre": ((47, None),),
    "junos-ospf": ((89, None),),
    "junos-icmp-all": ((ICMP, None),),
    "junos-icmp-ping": ((ICMP, (8, 8)),),
    "junos-icmp6-all": ((ICMP6, None),),
    "junos-icmp6-echo-request": ((ICMP6, (128, 128)),),
    "junos-tcp-any": ((TCP, None),),
    "junos-udp-any": ((UDP, None),),
}

"""Names that the ASA takes for numbers, and the sections that have nothing to do with filtering.

From "Addresses, Protocols, and Ports" in Cisco's ASA configuration guides. `kerberos` is left out: releases differ.
"""

from __future__ import annotations

PROTOCOLS = {
    "ah": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "icmp6": 58, "igmp": 2, "igrp": 9, "ipinip": 4,
    "ipsec": 50, "nos": 94, "ospf": 89, "pcp": 108, "pim": 103, "pptp": 47, "sctp": 132, "snp": 109, "tcp": 6,
    "udp": 17,
}  # fmt: skip

PORTS = {
    "aol": 5190, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "chargen": 19, "cifs": 3020, "citrix-ica": 1494,
    "cmd": 514, "ctiqbe": 2748, "daytime": 13, "discard": 9, "dnsix": 195, "domain": 53, "echo": 7, "exec": 512,
    "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "h323": 1720, "hostname": 101, "http": 80, "https": 443,
    "ident": 113, "imap4": 143, "irc": 194, "isakmp": 500, "klogin": 543, "kshell": 544, "ldap": 389, "ldaps": 636,
    "login": 513, "lotusnotes": 1352, "lpd": 515, "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138,
    "netbios-ns": 137, "netbios-ssn": 139, "nfs": 2049, "nntp": 119, "ntp": 123, "pcanywhere-data": 5631,
    "pcanywhere-status": 5632, "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "pptp": 1723, "radius": 1645,
    "radius-acct": 1646, "rip": 520, "rsh": 514, "rtsp": 554, "secureid-udp": 5510, "sip": 5060, "smtp": 25,
    "snmp": 161, "snmptrap": 162, "sqlnet": 1521, "ssh": 22, "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517,
    "telnet": 23, "tftp": 69, "time": 37, "uucp": 540, "vxlan": 4789, "who": 513, "whois": 43, "www": 80,
    "xdmcp": 177,
}  # fmt: skip

ICMP = {
    "echo-reply": 0, "unreachable": 3, "source-quench": 4, "redirect": 5, "alternate-address": 6, "echo": 8,
    "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
    "timestamp-request": 13, "timestamp-reply": 14, "information-request": 15, "information-reply": 16,
    "mask-request": 17, "mask-reply": 18, "traceroute": 30, "conversion-error": 31, "mobile-redirect": 32,
}  # fmt: skip
ICMP6 = {
    "unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo": 128, "echo-reply": 129,
    "membership-query": 130, "membership-report": 131, "membership-reduction": 132, "router-solicitation": 133,
    "router-advertisement": 134, "neighbor-solicitation": 135, "neighbor-advertisement": 136, "neighbor-redirect": 137,
    "router-renumbering": 138,
}  # fmt: skip

LEVELS = {
    word: number
    for number, word in enumerate(
        ("emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging")
    )
}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# First words of commands that say nothing of which packets pass. NAT is among them: since software 8.3 lists see the
# addresses that machines really have, on either side.
UNRELATED = _set(
    "aaa-server arp as-path asdm auto-update banner bfd boot call-home checkheaps client-update cluster "
    "command-alias community-list compression console coredump crashinfo ctl-file ctl-provider cts ddns dhcp-client "
    "dhcpd dhcprelay dns dns-group domain-name dynamic-access-policy-record enable event exit failover fips "
    "flow-export flow-offload forward-reference fragment ftp ftp-map group-policy hardware-bypass hostname hw-module "
    "igmp isakmp jumbo-frame key lacp ldap license lldp mac-address management-access media-termination mfib "
    "monitor-interface mount mroute mtu multicast-routing names nat ntp object-group-search pager passwd "
    "password-policy password-storage phone-proxy pim policy-list prefix-list privilege prompt quit redundancy regex "
    "resource rest-api rip route route-map router service sla smtp-server snmp-map snmp-server ssl tcp-map terminal "
    "tftp-server timeout tls-proxy track tunnel-group tunnel-group-map url-cache user-identity username vpdn vpn "
    "vpn-addr-assign vpn-sessiondb vpnclient wccp xlate zonelabs-integrity"
)
# Those that do change it, but not in a way that this reader can follow.
BEYOND = _set("dynamic-filter established filter firewall mode nve sunrpc-server url-server zone")

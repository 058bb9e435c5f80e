"""Which flags belong to which module and target: iptables looks for a flag in what was named last (getopt's way)."""

from __future__ import annotations

# Flags that every rule may have, under the name by which this reader knows them.
GENERAL = {
    "-s": "-s", "--source": "-s", "--src": "-s", "-d": "-d", "--destination": "-d", "--dst": "-d",
    "-i": "-i", "--in-interface": "-i", "-o": "-o", "--out-interface": "-o",
    "-p": "-p", "--protocol": "-p", "--proto": "-p", "-f": "-f", "--fragment": "-f",
    "-m": "-m", "--match": "-m", "-j": "-j", "--jump": "-j", "-g": "-g", "--goto": "-g",
    "-c": "-c", "--set-counters": "-c",
}  # fmt: skip
ALIASES = {
    "--source-port": "--sport", "--destination-port": "--dport",
    "--source-ports": "--sports", "--destination-ports": "--dports", "--set": "--match-set",
}  # fmt: skip

_PORTED = {"--sport", "--dport"}
MODULES: dict[str, set[str]] = {
    "tcp": _PORTED | {"--tcp-flags", "--syn", "--tcp-option"},
    "udp": _PORTED,
    "sctp": _PORTED | {"--chunk-types"},
    "dccp": _PORTED | {"--dccp-types", "--dccp-option"},
    "icmp": {"--icmp-type"},
    "icmp6": {"--icmpv6-type"},
    "multiport": {"--sports", "--dports", "--ports"},
    "iprange": {"--src-range", "--dst-range"},
    "set": {
        "--match-set", "--return-nomatch", "--update-counters", "--update-subcounters", "--packets-eq", "--packets-lt",
        "--packets-gt", "--bytes-eq", "--bytes-lt", "--bytes-gt",
    },
    "conntrack": {
        "--ctstate", "--ctproto", "--ctorigsrc", "--ctorigdst", "--ctreplsrc", "--ctrepldst", "--ctorigsrcport",
        "--ctorigdstport", "--ctreplsrcport", "--ctrepldstport", "--ctstatus", "--ctexpire", "--ctdir",
    },
    "state": {"--state"},
    "time": {
        "--datestart", "--datestop", "--timestart", "--timestop", "--monthdays", "--weekdays", "--kerneltz", "--utc",
        "--localtz", "--contiguous",
    },
    "u32": {"--u32"},
    "length": {"--length"},
    "ah": {"--ahspi", "--ahlen", "--ahres"},
    "comment": {"--comment"},
    # below, modules whose meaning is not known: only that these flags are theirs
    "limit": {"--limit", "--limit-burst"},
    "mac": {"--mac-source"},
    "mark": {"--mark"},
    "connmark": {"--mark"},
    "pkttype": {"--pkt-type"},
    "addrtype": {"--src-type", "--dst-type", "--limit-iface-in", "--limit-iface-out"},
    "physdev": {"--physdev-in", "--physdev-out", "--physdev-is-in", "--physdev-is-out", "--physdev-is-bridged"},
    "owner": {"--uid-owner", "--gid-owner", "--socket-exists", "--suppl-groups"},
    "recent": {
        "--set", "--rcheck", "--update", "--remove", "--seconds", "--hitcount", "--rttl", "--name", "--rsource",
        "--rdest", "--reap", "--mask",
    },
}  # fmt: skip
# Names for the same module, and the protocol that -p must have named; -p loads the module of its protocol. UDP-Lite
# has none: its ports are multiport's alone.
SAME = {"icmpv6": "icmp6", "ipv6-icmp": "icmp6"}
NEEDS = {"tcp": 6, "udp": 17, "sctp": 132, "dccp": 33, "icmp": 1, "icmp6": 58}
OF_FAMILY = {"icmp": 4, "icmp6": 6}
# Modules that look at nothing but the packet, so that the same words say the same of it wherever they stand. Others
# have a memory of their own, a clock, or see what rules before have changed.
STEADY = {
    "tcp", "sctp", "dccp", "conntrack", "mac", "pkttype", "addrtype", "physdev", "owner", "u32", "length", "ah", "time",
    "ttl", "hl", "tos", "dscp", "ecn", "esp", "frag", "hbh", "dst", "rt", "ipv6header", "mh", "policy", "rpfilter",
    "string", "bpf", "tcpmss", "devgroup", "cgroup", "realm", "state", "fragment",
}  # fmt: skip

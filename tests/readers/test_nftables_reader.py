"""The reader of nftables on rule sets that nobody here rendered: verdicts by packet, refusals by name, two halves equal."""

from __future__ import annotations

import ipaddress
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segc.lang.icmp import ICMP, ICMP6
from segc.packets.fields import Packet
from segc.packets.machine import Machine, Refused
from segc.packets.trace import trace
from segc.targets import registry

ROUTER = """\
#!/usr/sbin/nft -f
flush ruleset
table ip nat {
  chain prerouting { type nat hook prerouting priority dstnat; policy accept; }
}
table inet filter {
  set plcs { type ipv4_addr; flags interval; auto-merge
    elements = { 10.3.0.0/24, 10.4.0.5-10.4.0.9 }
  }
  set banned { type ipv4_addr; flags dynamic,timeout; timeout 1h; }
  map ways { type ifname : verdict
    elements = { "eth0" : jump office, "wg*" : drop } }
  chain early { type filter hook forward priority filter - 10; policy accept;
    ip saddr 203.0.113.66 drop
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    ip saddr @banned drop
    iifname vmap @ways
    ip daddr @plcs tcp dport { 502, 44818 } counter packets 3 bytes 180 accept comment "read out" # handle 7
    ip saddr . tcp dport { 10.8.0.5 . 22, 10.8.0.6 . 80-90 } accept
    icmp type echo-request accept
    ip6 saddr fd00::/8 ip6 daddr != fd00::/8 accept
    meta l4proto { gre, 50 } accept
    meta nfproto ipv6 udp sport 1024-65535 udp dport != 53 log prefix "odd: " group 3 reject with icmpx admin-prohibited
    goto last
    accept
  }
  chain office {
    tcp dport vmap { 80 : accept, 443 : goto tls, 1000-2000 : drop }
    ip daddr 10.5.0.0/16 return
    ip daddr 10.6.0.0/16 accept
  }
  chain tls { ip daddr 10.7.0.1 accept }
  chain last { ip saddr 10.99.0.0/16 accept
  }
}
"""


def read(text: str = ROUTER) -> Machine:
    return registry.reader("nftables").read({"rules": text})


def packet(source: str, target: str, proto: int = 6, dport: int = 22, **other: object) -> Packet:
    ends = [ipaddress.ip_address(one) for one in (source, target)]
    made = Packet(ends[0].version, int(ends[0]), int(ends[1]), proto, dport, 40000, "eth1")
    return made._replace(**other)  # type: ignore[arg-type]


TABLE = [
    (packet("1.1.1.1", "10.3.0.7", dport=502), "accept"),
    (packet("203.0.113.66", "10.3.0.7", dport=502), "drop"),  # an earlier base chain of the hook
    (packet("203.0.113.66", "10.3.0.7", dport=502, state="established"), "drop"),
    (packet("1.1.1.1", "10.3.0.7", dport=503), "drop"),
    (packet("1.1.1.1", "10.4.0.9", dport=44818), "accept"),
    (packet("1.1.1.1", "10.4.0.10", dport=44818), "drop"),
    (packet("1.1.1.1", "10.3.0.7", 17, 502), "drop"),
    (packet("1.1.1.1", "10.3.0.7", dport=9, state="established"), "accept"),
    (packet("1.1.1.1", "10.3.0.7", dport=502, state="invalid"), "drop"),
    (packet("10.8.0.5", "8.8.8.8", dport=22), "accept"),
    (packet("10.8.0.5", "8.8.8.8", dport=80), "drop"),
    (packet("10.8.0.6", "8.8.8.8", dport=90), "accept"),
    (packet("1.1.1.1", "8.8.8.8", 1, 8 * 256 + 1), "accept"),
    (packet("1.1.1.1", "8.8.8.8", 1, 13 * 256), "drop"),
    (packet("fd00::1", "2001:db8::1", dport=1), "accept"),
    (packet("fd00::1", "fd01::1", dport=1), "drop"),
    (packet("1.1.1.1", "8.8.8.8", 47, 0), "accept"),
    (packet("1.1.1.1", "8.8.8.8", 50, 0), "accept"),
    (packet("1.1.1.1", "8.8.8.8", 51, 0), "drop"),
    (packet("2001:db8::1", "2001:db8::2", 17, 54), "reject"),
    (packet("2001:db8::1", "2001:db8::2", 17, 53), "drop"),
    (packet("2001:db8::1", "2001:db8::2", 17, 54, sport=99), "drop"),
    (packet("1.1.1.1", "8.8.8.8", 17, 54), "drop"),  # the other family
    (packet("10.99.0.1", "8.8.8.8"), "accept"),
    (packet("10.98.0.1", "8.8.8.8"), "drop"),  # gone to, not decided: the policy, not the rule behind
    (packet("1.1.1.1", "8.8.8.8", dport=80, iif="eth0"), "accept"),
    (packet("1.1.1.1", "10.7.0.1", dport=443, iif="eth0"), "accept"),
    (packet("1.1.1.1", "10.6.0.1", dport=443, iif="eth0"), "drop"),  # left behind by a goto
    (packet("1.1.1.1", "10.6.0.1", dport=9, iif="eth0"), "accept"),
    (packet("10.99.0.1", "10.5.0.1", dport=9, iif="eth0"), "accept"),  # returned, and went on
    (packet("10.99.0.1", "10.5.0.1", dport=1500, iif="eth0"), "drop"),
    (packet("10.99.0.1", "8.8.8.8", iif="wg7"), "drop"),
]


@pytest.mark.parametrize(("sent", "kind"), TABLE)
def test_a_router(sent: Packet, kind: str) -> None:
    assert trace(read(), sent).kind == kind


def test_what_rules_fill_is_remembered() -> None:
    sent = packet("10.99.0.1", "8.8.8.8")
    assert trace(read(), sent, remembered=True).kind == "drop"


def test_records_have_their_prefix() -> None:
    assert trace(read(), packet("2001:db8::1", "2001:db8::2", 17, 54)).logs == ["odd: "]


def rule(text: str) -> Machine:
    return read(
        f"table inet t {{\n  chain c {{\n    type filter hook forward priority 0; policy accept;\n    {text}\n  }}\n}}\n"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("jump nowhere", "no chain is called `nowhere`"),
        ("ip saddr 10.0.0.300 drop", "no IPv4 address"),
        ("ip saddr @nothing drop", "no set is called `nothing`"),
        ("tcp dport 70000 drop", "too large"),
        ("tcp dport 9-5 drop", "ends before it begins"),
        ("tcp dport sshd drop", "no port"),
        ("icmp type nothing drop", "no icmp"),
        ("meta l4proto tcpp drop", "no proto"),
        ("ct state old drop", "no state"),
        ("tcp dprt 22 drop", "no word that this reader knows"),
        ("drp", "no word that this reader knows"),
        ("ip saddr . tcp dport { 10.0.0.1 } drop", "does not fit"),
        ("tcp dport vmap { 22 } ", "without a verdict"),
        ("tcp dport", "something is missing"),
        ('comment "open', "makes no sense"),
    ],
)
def test_refuses_by_name(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as caught:
        rule(text)
    assert caught.value.line == 4


@pytest.mark.parametrize(
    "text",
    [
        "table inet t {",
        "}",
        'include "x"\n',
        "define x = 5\n",
        "table inet t { thing x { } }",
        "{}",
        '{"nftables": [{"chain": {}}]}',
    ],
)
def test_refuses_what_is_no_rule_set(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["limit rate 5/second drop", "tcp flags syn drop", "meta mark 7 accept", "fib daddr type local accept", "ct status dnat accept",
     "masquerade", "dnat to 10.0.0.1", "queue num 1"],
)  # fmt: skip
def test_says_what_it_does_not_know(text: str) -> None:
    (what, line, role), *_ = rule(text).unknown
    assert text.startswith(what)
    assert (line, role) == (4, "rules")


def test_commands_do_what_blocks_do() -> None:
    blocks = rule("tcp dport 22 drop")
    commands = read(
        "add table inet t\nadd chain inet t c { type filter hook forward priority 0; policy accept; }\n"
        "add rule inet t c tcp dport 22 drop\n"
    )
    for port in (21, 22):
        sent = packet("1.1.1.1", "2.2.2.2", dport=port)
        assert trace(blocks, sent).kind == trace(commands, sent).kind


def test_deleting_a_table_forgets_it() -> None:
    text = "table inet t { chain c { type filter hook forward priority 0; policy drop; } }\ndelete table inet t\n"
    assert trace(read(text), packet("1.1.1.1", "2.2.2.2")).kind == "accept"


SECONDS = [
    ("meta time < 1000", {999: "drop", 1000: "accept"}),
    ("meta time >= 1000 meta time < 2000", {999: "accept", 1000: "drop", 1999: "drop", 2000: "accept"}),
    ("meta time { 1000-2000, 3000-4000 }", {999: "accept", 1000: "drop", 1999: "drop", 2000: "accept", 3500: "drop"}),
    (
        'meta time "2026-11-25 06:00:00"-"2026-11-25 10:00:00"',
        {1795586399: "accept", 1795586400: "drop", 1795600800: "accept"},
    ),
]


@pytest.mark.parametrize(("text", "kinds"), SECONDS)
def test_times(text: str, kinds: dict[int, str]) -> None:
    machine = rule(f"{text} drop")
    assert {second: trace(machine, packet("1.1.1.1", "2.2.2.2", time=second)).kind for second in kinds} == kinds


pieces = st.sampled_from(
    ["tcp", "dport", "22", "{", "}", ",", ";", "\n", '"a b"', "!=", "<", ".", " . ", "10.0.0.1",
     "10.0.0.0/8", "a-b", "@x", "# no\n", "_", ":", "é"]
)  # fmt: skip


@given(st.lists(pieces, max_size=14).map(" ".join))
def test_the_fast_half_is_the_grammar(text: str) -> None:
    from lark.exceptions import UnexpectedInput

    registry.reader("nftables")
    tokens = import_module("segc_targets.nftables.reader_tokens")
    try:
        slow = tokens.by_grammar(text)
    except UnexpectedInput:
        slow = None
    try:
        fast = tokens.read(text)
    except Refused:
        fast = None
    assert fast == slow


def test_icmp_names_are_those_of_the_language() -> None:
    registry.reader("nftables")
    names = import_module("segc_targets.nftables.reader_names")
    for mine, ours in ((names.ICMP, ICMP), (names.ICMP6, ICMP6)):
        for name, number in ours.items():
            assert mine.get(name, number) == number, name


def test_protocol_names_stand_twice_and_agree() -> None:
    """Of two sources, so that a slip in one is seen."""
    registry.reader("iptables")
    one, other = (import_module(f"segc_targets.{target}.reader_names").PROTOCOLS for target in ("iptables", "nftables"))
    assert {name: (one[name], other[name]) for name in one.keys() & other.keys() if one[name] != other[name]} == {}
    ports = [import_module(f"segc_targets.{target}.reader_names").PORTS for target in ("iptables", "nftables")]
    assert {name for name in ports[0].keys() & ports[1].keys() if ports[0][name] != ports[1][name]} == set()
